"""Mails that have to go out, and what became of them: one protocol, on Redis and in memory.

Whoever has something to say to a customer by mail puts a letter here; who delivers it claims it from here.
"""

from callcenter.storage.post.memory import MemoryPost
from callcenter.storage.post.protocol import Claimed, Fate, Letter, Post, Posted
from callcenter.storage.post.redis import RedisPost

__all__ = ["Claimed", "Fate", "Letter", "MemoryPost", "Post", "Posted", "RedisPost"]
