"""How often something was done: tries that are remembered by name, and tokens that come back with time.

One protocol, on Redis and in memory, so that a limit holds over all processes, and on Redis over their restarts.
"""

from callcenter.storage.counters.memory import MemoryCounters
from callcenter.storage.counters.protocol import Counters, Quota, Room, Tries
from callcenter.storage.counters.redis import RedisCounters

__all__ = ["Counters", "MemoryCounters", "Quota", "RedisCounters", "Room", "Tries"]
