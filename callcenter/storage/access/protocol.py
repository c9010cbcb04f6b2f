"""What every store of staff, keys and sessions promises. Held to by one conformance suite over memory and Redis."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who signs in. `businesses`: None are all there are. With another `stamp` all their sessions are over.

    `subject`: whom an identity provider knows them as, issuer and id; they have no password then.
    `first`: the password is the one that they were let in with.
    """

    name: str
    role: str
    businesses: tuple[str, ...] | None
    password: str
    stamp: str
    disabled: bool = False
    subject: str = ""
    first: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """A program that asks. Of its secret only the digest is kept."""

    key_id: str
    name: str
    digest: str
    scopes: tuple[str, ...]
    businesses: tuple[str, ...] | None
    created_at: datetime
    last_used: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who signed in, until `ends` at the latest; it counts as long as their stamp is this one."""

    name: str
    stamp: str
    ends: datetime


class AccessStore(Protocol):
    """Staff by name, keys and sessions by the digest of their secret. Every method may raise Unavailable."""

    async def add_staff(self, staff: Staff) -> bool:
        """Put somebody there; False, and nothing changes, where somebody has that name."""

    async def change_staff(self, staff: Staff, stamp: str) -> bool:
        """Put somebody in the place of who has that name and this stamp; False, and nothing changes, if nobody has."""

    async def staff(self, name: str) -> Staff | None:
        """Who has this name."""

    async def all_staff(self) -> list[Staff]:
        """Everybody, by name."""

    async def drop_staff(self, name: str) -> bool:
        """Forget somebody; False where nobody has that name."""

    async def add_key(self, key: Key) -> None:
        """Put a key there."""

    async def key(self, digest: str) -> Key | None:
        """The key whose secret has this digest."""

    async def all_keys(self) -> list[Key]:
        """Every key, oldest first."""

    async def key_used(self, digest: str, at: datetime) -> None:
        """Note when it was used last."""

    async def drop_key(self, digest: str) -> None:
        """Forget a key."""

    async def open_session(self, digest: str, session: Session, idle: float) -> None:
        """Somebody signed in; the session is forgotten after so many seconds in which nobody asks for it."""

    async def session(self, digest: str, idle: float) -> Session | None:
        """The session, which is kept for so many seconds more."""

    async def close_session(self, digest: str) -> None:
        """Forget a session."""

    async def set_aside(self, key: str, kept: bytes, seconds: float) -> None:
        """Keep something for so many seconds."""

    async def take(self, key: str) -> bytes | None:
        """What was set aside, for the first who asks; it is forgotten by that."""

    async def attempt(self, name: str, window: float) -> int:
        """Count a try to sign in under a name; the count is forgotten so many seconds after the first."""

    async def forgive(self, name: str) -> None:
        """Forget the count."""

    async def close(self) -> None:
        """Release connections."""
