"""From a question to a reply: what is asked, which evidence there is, and whether it is enough to answer."""
