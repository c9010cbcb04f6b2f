"""Carrying out what was agreed: a port, `Actions`, with an adapter for each place where something can be done.

ordering.py     what is ordered of a machine, frozen before anything is done
machine.py      carries the orders of a contact out, and writes into its decisions what came of them
places.py       an account with some of its places set
samples.py      the sample customers: changes are kept beside `accounts.yaml`
postgres.py     the account database
http.py         the company's own system
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from callcenter.events import ActionOrder
from services.policy.accounts import Account


@dataclass(frozen=True)
class Done:
    """It is done, since `at`; `reference` is the name of it where it was done."""

    at: datetime
    reference: str | None = None


@dataclass(frozen=True)
class NotDone:
    """Nothing was done, nor will be, and why."""

    reason: str


class Actions(Protocol):
    """Where agreed actions are carried out."""

    name: str
    """As a person reads it: `the account database`."""

    def takes(self, order: ActionOrder) -> bool:
        """Whether it can do such a thing at all."""

    async def carry_out(self, order: ActionOrder, now: datetime) -> Done | NotDone:
        """Do it. However often it is asked under one key, also by several at once, it is done once.

        Raises Unavailable where nobody can tell now whether it is done: ask again.
        """

    async def shown(self, account: Account, only: str | None = None) -> Account:
        """The account with what was done to it, where its source does not show that itself.

        `only`: as far as it was done in this interaction.
        """

    async def close(self) -> None:
        """Let go of all connections."""


class ByPeople:
    """See Actions. A team carries everything out."""

    name = "nobody"

    def takes(self, order: ActionOrder) -> bool:  # noqa: ARG002 - the signature of the port
        """See Actions.takes."""
        return False

    async def carry_out(self, order: ActionOrder, now: datetime) -> Done | NotDone:  # noqa: ARG002 - as above
        """See Actions.carry_out."""
        return NotDone("a team carries it out")

    async def shown(self, account: Account, only: str | None = None) -> Account:  # noqa: ARG002 - as above
        """See Actions.shown."""
        return account

    async def close(self) -> None:
        """There is no connection."""
