"""What was agreed with a customer and is still remembered: one protocol, on Redis and in memory.

An entry belongs to the interaction in which it was agreed. While it lasts, no other interaction can claim the same key
of the same account, however many ask at once.
"""

from callcenter.storage.agreements.memory import MemoryAgreements
from callcenter.storage.agreements.protocol import Agreements, Entry
from callcenter.storage.agreements.redis import RedisAgreements

__all__ = ["Agreements", "Entry", "MemoryAgreements", "RedisAgreements"]
