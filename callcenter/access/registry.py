"""Who has which secret: staff with passwords and sessions, programs with keys, customers with their conversation's."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_hex
from typing import cast, get_args

from callcenter.access import secrets
from callcenter.access.passwords import Passwords, hashed
from callcenter.access.principal import ROLES, SCOPES, Permission, Principal, Role, Scope
from callcenter.errors import CallCenterError
from callcenter.storage.access import AccessStore, Key, Session, Staff

TRIES, WINDOW = 10, 900.0
"""So often somebody may try to sign in under one name within so many seconds."""

_USED_EVERY = timedelta(minutes=1)
"""How exactly it is noted when a key was used last."""

SYSTEM = "system"
"""The name of the clock in histories, which nobody else has."""

LONGEST_NAME = 60


class NotAllowed(CallCenterError):
    """Staff or a key cannot be as it was asked: what to do instead."""


class NotThere(NotAllowed):
    """There is no such person or key."""


class WrongPassword(CallCenterError):
    """Nobody has this name and this password, or they may not sign in any more."""


class TooManyTries(CallCenterError):
    """Under this name it was tried too often."""


@dataclass(frozen=True, slots=True)
class Sessions:
    """Seconds without a request, and seconds in all, after which somebody has to sign in again."""

    idle: float = 3600
    longest: float = 12 * 3600


class Access:
    """Finds out who is asking. `house` is the secret of the deployment, which those of conversations are made of."""

    def __init__(
        self,
        store: AccessStore,
        house: Callable[[], Awaitable[bytes]],
        sessions: Sessions,
        now: Callable[[], datetime],
    ) -> None:
        self.store, self.house, self.sessions, self.now = store, house, sessions, now
        self.passwords = Passwords()

    async def principal(self, secret: str) -> Principal | None:
        """Whose secret it is; None where it is nobody's, or nobody's any more."""
        if secret.startswith(secrets.KEY):
            return await self._program(secrets.digest(secret))
        if secret.startswith(secrets.SESSION):
            return await self._person(secrets.digest(secret))
        if secret.startswith(secrets.CONVERSATION):
            return await self._customer(secret)
        return None

    async def sign_in(self, name: str, password: str) -> str:
        """The secret of a new session; raises WrongPassword or TooManyTries."""
        if await self.store.attempt(name, WINDOW) > TRIES:
            raise TooManyTries
        staff = await self.store.staff(name)
        right = await self.passwords.right(staff.password or None if staff else None, password)
        if not right or staff is None or staff.disabled:
            raise WrongPassword
        await self.store.forgive(name)
        return await self.open_session(staff)

    async def open_session(self, staff: Staff) -> str:
        """The secret of a new session of somebody who has proved who they are."""
        secret = secrets.fresh(secrets.SESSION)
        session = Session(staff.name, staff.stamp, self.now() + timedelta(seconds=self.sessions.longest))
        await self.store.open_session(secrets.digest(secret), session, self.sessions.idle)
        return secret

    async def sign_out(self, secret: str) -> None:
        """The session is over."""
        await self.store.close_session(secrets.digest(secret))

    async def of_conversation(self, interaction_id: str) -> str:
        """The secret by which a customer goes on with their live conversation."""
        return secrets.of_conversation(interaction_id, await self.house())

    async def _program(self, digest: str) -> Principal | None:
        key = await self.store.key(digest)
        if key is None:
            return None
        if key.last_used is None or self.now() - key.last_used >= _USED_EVERY:
            await self.store.key_used(digest, self.now())
        may = frozenset[Permission]().union(*(SCOPES[cast(Scope, scope)] for scope in key.scopes))
        return Principal(f"key:{key.key_id}", f"key:{key.name}", may, _among(key.businesses), role="key")

    async def _person(self, digest: str) -> Principal | None:
        session = await self.store.session(digest, self.sessions.idle)
        staff = await self.store.staff(session.name) if session else None
        if session is None or staff is None or staff.disabled or staff.stamp != session.stamp:
            return None
        if session.ends <= self.now():
            return None
        may = ROLES[cast(Role, staff.role)]
        return Principal(f"staff:{staff.name}", staff.name, may, _among(staff.businesses), role=staff.role)

    async def _customer(self, secret: str) -> Principal | None:
        interaction_id = secrets.conversation_of(secret, await self.house())
        return Principal(f"conversation:{interaction_id}", conversation=interaction_id) if interaction_id else None


class Registry:
    """Adds, changes and ends staff and keys."""

    def __init__(self, store: AccessStore, now: Callable[[], datetime]) -> None:
        self.store, self.now = store, now

    async def add_staff(self, name: str, role: str, businesses: Iterable[str] | None, password: str) -> Staff:
        """Somebody new; raises NotAllowed."""
        staff = made(name, role, businesses, password)
        if not await self.store.add_staff(staff):
            raise NotAllowed(f"There is somebody named {name!r} already; `callcenter staff list` names all.")
        return staff

    async def set_password(self, name: str, password: str) -> None:
        """Another password, and an end to all sessions of theirs; raises NotAllowed."""
        if (await self.somebody(name)).subject:
            raise NotAllowed(f"{name!r} signs in by the identity provider, and has no password; change it there.")
        await self._change(name, password=_kept(password), first=False)
        await self.store.forgive(name)

    async def disable(self, name: str, *, disabled: bool = True) -> None:
        """They cannot sign in any more, and are signed out; or they can again. Raises NotAllowed."""
        await self._change(name, disabled=disabled)

    async def remove(self, name: str) -> None:
        """They are signed out everywhere, and somebody else may have their name; raises NotThere."""
        if not await self.store.drop_staff(name):
            raise _nobody(name)

    async def add_key(self, name: str, scopes: Iterable[str], businesses: Iterable[str] | None) -> tuple[Key, str]:
        """A new key and its secret, which is told this once; raises NotAllowed."""
        wanted = tuple(dict.fromkeys(scopes))
        if not wanted or set(wanted) - set(SCOPES):
            raise NotAllowed(f"A key has scopes among {', '.join(SCOPES)}; give at least one of them.")
        secret = secrets.fresh(secrets.KEY)
        key = Key(token_hex(4), named(name), secrets.digest(secret), wanted, _tied(businesses), self.now())
        await self.store.add_key(key)
        return key, secret

    async def revoke(self, key_id: str) -> Key:
        """The key counts no more; raises NotAllowed where there is none."""
        key = next((one for one in await self.store.all_keys() if one.key_id == key_id), None)
        if key is None:
            raise NotThere(f"There is no key {key_id!r}; `callcenter keys list` names all.")
        await self.store.drop_key(key.digest)
        return key

    async def somebody(self, name: str) -> Staff:
        """Who has this name; raises NotThere."""
        staff = await self.store.staff(name)
        if staff is None:
            raise _nobody(name)
        return staff

    async def _change(self, name: str, **changes: object) -> None:
        done = False
        while not done:  # whoever else changes them meanwhile is not undone
            staff = await self.somebody(name)
            done = await self.store.change_staff(replace(staff, stamp=token_hex(8), **changes), staff.stamp)  # type: ignore[arg-type]


def made(name: str, role: str, businesses: Iterable[str] | None, password: str) -> Staff:
    """Somebody, as they are kept; raises NotAllowed."""
    if role not in get_args(Role):
        raise NotAllowed(f"{role!r} is no role; choose one of: {', '.join(ROLES)}.")
    return Staff(named(name), role, _tied(businesses), _kept(password), token_hex(8), first=True)


def _nobody(name: str) -> NotThere:
    return NotThere(f"There is nobody named {name[:64]!r}; `callcenter staff list` names all.")


def named(name: str) -> str:
    """The name as it is kept; raises NotAllowed for what is none."""
    name = name.strip()
    if not name or not name.isprintable() or len(name) > LONGEST_NAME or name == SYSTEM or ":" in name:
        raise NotAllowed(f"{name!r} is not a name; write up to {LONGEST_NAME} characters without a colon, like dana.")
    return name


def _kept(password: str) -> str:
    try:
        return hashed(password)
    except ValueError as mistake:
        raise NotAllowed(f"Please choose another password: {mistake}.") from None


def _tied(businesses: Iterable[str] | None) -> tuple[str, ...] | None:
    tied = None if businesses is None else tuple(dict.fromkeys(businesses))
    if tied == ():
        raise NotAllowed("Say for which businesses, or that it is for all of them.")
    return tied


def _among(businesses: tuple[str, ...] | None) -> frozenset[str] | None:
    return None if businesses is None else frozenset(businesses)
