"""Passwords of people: hashed by argon2id, two at a time, since each takes much memory on purpose."""

import asyncio
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 256
"""Characters. Length is what makes a password hard to guess; the upper limit is for our sake."""

_HASHER = PasswordHasher()
_AT_ONCE = 2


class Passwords:
    """Makes hashes and compares with them, beside the event loop."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def right(self, kept: str | None, password: str) -> bool:
        """Whether it is the one that was hashed; where there is none, that takes as long."""
        async with self._turns:
            same = await asyncio.to_thread(_verified, kept, password[:LONGEST])
        return same and kept is not None


def hashed(password: str) -> str:
    """What may be kept of a password; raises ValueError for one that is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise ValueError(f"a password has {SHORTEST} to {LONGEST} characters; three or four words do well")
    return _HASHER.hash(password)


@cache
def _nobodys() -> str:
    return hashed("nobody has this one")


def _verified(kept: str | None, password: str) -> bool:
    try:
        return _HASHER.verify(kept or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False
