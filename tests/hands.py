"""Policy desks that were built once, with other hands: a team's, or those of sample accounts on another store."""

from collections.abc import Mapping

from callcenter.storage.agreements import Agreements, MemoryAgreements
from services.policy.actions.machine import Machine
from services.policy.actions.samples import SampleActions
from services.policy.guesses import Guesses
from services.policy.worker import Desk, PolicyWorker


def by_people(desks: Mapping[str, Desk]) -> dict[str, Desk]:
    """Where a team carries everything out, so that a decision is the end of it."""
    return {name: Desk(desk.accounts, desk.judge) for name, desk in desks.items()}


def on(desks: Mapping[str, Desk], agreements: Agreements | None = None, guesses: Guesses | None = None) -> PolicyWorker:
    """A worker with a memory of its own, of what was agreed and of what was done."""
    kept = agreements or MemoryAgreements()

    def machine(name: str, desk: Desk) -> Machine:
        return Machine(SampleActions(name, desk.machine.shape, kept), desk.machine.shape)

    return PolicyWorker(
        {name: desk._replace(machine=machine(name, desk)) for name, desk in desks.items()}, kept, guesses=guesses
    )
