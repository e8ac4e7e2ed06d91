"""The bot, driven over the wire by a Bot API of the tests' own."""
