"""Who is on duty for which queue, and which contacts a person is awaited in or has: one protocol, Redis and memory.

What it holds of contacts is only where to look: how a handoff stands is in the record of its interaction.
"""

from callcenter.storage.switchboard.memory import MemorySwitchboard
from callcenter.storage.switchboard.protocol import Switchboard
from callcenter.storage.switchboard.redis import RedisSwitchboard

__all__ = ["MemorySwitchboard", "RedisSwitchboard", "Switchboard"]
