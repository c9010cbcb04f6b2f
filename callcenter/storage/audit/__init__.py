"""The audit log: who did what to whom, when and from where. It only grows; one protocol, on Redis and in memory.

Each entry holds the digest of the one before. Who changes, drops or adds one in the middle has to make all later ones
anew, and then whoever noted a digest earlier sees it.
"""

from callcenter.storage.audit.chain import START, Act, Entry, faults
from callcenter.storage.audit.memory import MemoryAudit
from callcenter.storage.audit.protocol import Audit
from callcenter.storage.audit.redis import RedisAudit

__all__ = ["START", "Act", "Audit", "Entry", "MemoryAudit", "RedisAudit", "faults"]
