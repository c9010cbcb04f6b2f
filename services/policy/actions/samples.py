"""What is done to sample customers: their changes are kept beside `accounts.yaml`, for every worker to see.

They are kept as one list for each customer, in the store of agreements, which lets one owner alone have a key: the
number of a change is such a key, and its order the owner. So each order is there once, after all that it builds on.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from pydantic import AwareDatetime

from callcenter.errors import Unavailable
from callcenter.events import ActionOrder, Change
from callcenter.events.words import Section
from callcenter.storage.agreements import Agreements, Entry
from services.policy.accounts import Account
from services.policy.accounts.shape import Shape
from services.policy.actions import Done, NotDone
from services.policy.actions.places import Moved, changed, moved, pattern

_TRIES = 20
KEPT = timedelta(days=3650)
KEPT_IN_A_DEMO = timedelta(days=1)


class Kept(Section):
    """What one order has changed."""

    interaction_id: str
    at: AwareDatetime
    changes: tuple[Change, ...]


class SampleActions:
    """See Actions. In a `demo` everybody plays the same customers, so that what others changed hinders nobody."""

    name = "the sample accounts"

    def __init__(self, business: str, shape: Shape, kept: Agreements, *, demo: bool = False) -> None:
        self._business, self._shape, self._kept, self._demo = business, shape, kept, demo

    def takes(self, order: ActionOrder) -> bool:
        """See Actions.takes. Where an account shows nothing of it, nothing would have been done."""
        return bool(order.changes)

    async def carry_out(self, order: ActionOrder, now: datetime) -> Done | NotDone:
        """See Actions.carry_out."""
        account = self._account(order.customer_id)
        for _ in range(_TRIES):
            entries = await self._entries(order.customer_id)
            if mine := next((one for one in entries if one.interaction_id == order.key), None):
                return Done(_kept(mine).at)
            if not self._demo and (stale := _stale(order, entries)):
                return NotDone(moved(stale))
            entry = self._entry(order, 1 + max((int(one.key) for one in entries), default=0), now)
            if await self._kept.claim(account, [entry], now):
                await self._kept.settle(account, order.key, [entry], now)  # what has ended leaves
                return Done(now)
        raise Unavailable("Others change the same account all the time.")

    async def shown(self, account: Account, only: str | None = None) -> Account:
        """See Actions.shown."""
        kept = [_kept(one) for one in await self._entries(account.customer_id)]
        before = facts = account.facts
        for change in (change for one in kept if only in (None, one.interaction_id) for change in one.changes):
            with suppress(Moved):  # of an entry that was taken out of `accounts.yaml` there is nothing to show
                facts = changed(facts, [self._read(change)], checked=False)
        return Account.model_validate(facts) if facts is not before else account

    async def close(self) -> None:
        """The store belongs to whoever gave it."""

    def _read(self, change: Change) -> Change:
        """With a day as a day, where such an account has one."""
        return change.model_copy(update={"to": self._shape.fact(pattern(change), change.to)})

    async def _entries(self, customer_id: str) -> list[Entry]:
        return sorted(await self._kept.of(self._account(customer_id)), key=lambda one: int(one.key))

    def _entry(self, order: ActionOrder, number: int, now: datetime) -> Entry:
        kept = Kept(interaction_id=order.interaction_id, at=now, changes=order.changes)
        until = now + (KEPT_IN_A_DEMO if self._demo else KEPT)
        return Entry(str(number), order.key, until, kept.model_dump_json())

    def _account(self, customer_id: str) -> str:
        return f"changes {self._business}:{customer_id}"


def _kept(entry: Entry) -> Kept:
    return Kept.model_validate_json(entry.body)


def _stale(order: ActionOrder, entries: Sequence[Entry]) -> Change | None:
    """The first change that was meant for what another has changed since."""
    newest = {_at(change): change.to for entry in entries for change in _kept(entry).changes}
    return next((one for one in order.changes if newest.get(_at(one), one.was) != one.was), None)


def _at(change: Change) -> Any:
    return change.among, change.entry, change.place
