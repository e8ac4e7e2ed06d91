"""Files of many formats, made into one shape: blocks of text with their pages."""
