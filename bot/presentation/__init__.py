"""A reply as people and programs see it: HTML for Telegram, text for the console, JSON for programs. nl.yaml holds the sentences."""
