"""Whom to ask where the documents don't answer: the contact details that the settings name, in a sentence."""

from bot.named import NamedTuple
from bot.presentation.texts import say


class Contact(NamedTuple):
    """Whose the bot is, and where a person can be reached; each may be empty."""

    name: str = ""
    url: str = ""
    phone: str = ""
    email: str = ""

    @property
    def ways(self) -> str:
        """Telephone, e-mail and address, as far as they are known, divided by commas."""
        return ", ".join(way for way in (self.phone, self.email, self.url) if way)

    def sentence(self, occasion: str) -> str:
        """A sentence that sends someone to this contact, or '' where no way is known.

        Args:
            occasion: 'complaint' or 'silence', see `contact` in nl.yaml.
        """
        if not self.ways:
            return ""
        name = self.name or say("contact", "nobody")
        return say("contact", occasion, who=say("contact", "ways", name=name, ways=self.ways))


NO_CONTACT = Contact()
"""Where the settings name nobody."""
