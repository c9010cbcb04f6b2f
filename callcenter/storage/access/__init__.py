"""Staff, keys and sessions: one protocol, on Redis and in memory."""

from callcenter.storage.access.memory import MemoryAccess
from callcenter.storage.access.protocol import AccessStore, Key, Session, Staff
from callcenter.storage.access.redis import RedisAccess

__all__ = ["AccessStore", "Key", "MemoryAccess", "RedisAccess", "Session", "Staff"]
