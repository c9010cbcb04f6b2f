"""Where tickets are kept after they were opened: one protocol, on Redis and in memory.

A ticket is a numbered sequence of revisions, as an interaction is one of events. Unlike an interaction it is changed
from outside, by people and by the clock, so that a revision is written where nobody else wrote it first, or not at all.
"""

from callcenter.storage.book.memory import MemoryBook
from callcenter.storage.book.protocol import (
    Delivery,
    Leaf,
    TicketBook,
    TicketCard,
    TicketFilters,
    TicketPage,
)
from callcenter.storage.book.redis import RedisBook

__all__ = ["Delivery", "Leaf", "MemoryBook", "RedisBook", "TicketBook", "TicketCard", "TicketFilters", "TicketPage"]
