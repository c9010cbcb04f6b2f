"""A language model, by choice: a server that is asked, and sentences put in other words with the facts locked."""

from callcenter.language_model.rephrasing import Rephrasing
from callcenter.language_model.server import ChatServer, Messages, Unusable

__all__ = ["ChatServer", "Messages", "Rephrasing", "Unusable"]
