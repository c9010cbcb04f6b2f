"""May we do what the customer asks?  ConversationHeld -> PolicyDecided, or InformationNeeded once."""

from collections.abc import Mapping
from typing import NamedTuple

from callcenter.errors import Permanent
from callcenter.events import ConversationHeld, InformationNeeded, PolicyDecided
from callcenter.messaging.worker import Worker, handles
from services.policy.accounts import Accounts, claimed_account
from services.policy.case import claims, open_case
from services.policy.judge import Judge
from services.policy.questions import question


class Desk(NamedTuple):
    """What the policy desk of one business works with."""

    accounts: Accounts
    judge: Judge


class PolicyWorker(Worker, name="policy"):
    """Finds the account, checks who is asking, then lets the rules of the business decide and say why."""

    def __init__(self, desks: Mapping[str, Desk]) -> None:
        self.desks = desks

    @handles
    async def decide(self, event: ConversationHeld) -> PolicyDecided | InformationNeeded:
        """A decision for each contact reason, or the question that is open; the same event gives the same answer."""
        accounts, judge = self.desk_of(event.request.business)
        account = await claimed_account(accounts, claims(event, judge.rulebook.identity.find_by))
        case = open_case(event, account, judge.rulebook, judge.profile)
        judgement = judge.judgement(case)
        if asked := question(event, judgement):
            return event.then(InformationNeeded, question=asked)
        return event.then(PolicyDecided, contact=case.contact, policy=judgement.policy)

    def desk_of(self, business: str) -> Desk:
        """The desk of a business; raises Permanent for a business that has no folder here."""
        if business not in self.desks:
            raise Permanent(f"There is no business {business!r}; known are {', '.join(sorted(self.desks))}.")
        return self.desks[business]

    async def release(self) -> None:
        """Let go of where accounts come from."""
        for desk in self.desks.values():
            await desk.accounts.close()
