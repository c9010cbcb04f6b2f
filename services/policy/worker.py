"""May we do what the customer asks?  ConversationHeld -> PolicyDecided, or InformationNeeded once.

Before the customer agrees to anything, the agent is told what would be decided: CaseStated -> CaseDecided. Where the
contact goes on after a case, that is decided at once: CaseAgreed -> CaseSettled.
What is agreed is remembered first, so that it is agreed once. When the contact has ended, so is its ticket.
"""

from collections.abc import Mapping
from typing import NamedTuple

from callcenter.errors import Permanent, Transient
from callcenter.events import (
    CaseAgreed,
    CaseDecided,
    CaseSettled,
    CaseStated,
    Contact,
    ConversationHeld,
    InformationNeeded,
    InteractionCompleted,
    PolicyDecided,
    Question,
)
from callcenter.messaging.worker import Worker, handles
from callcenter.storage.agreements import Agreements, MemoryAgreements
from services.policy.accounts import Accounts, claimed_account
from services.policy.case import claims, open_case
from services.policy.judge import Judge
from services.policy.judgement import Judgement
from services.policy.questions import question
from services.policy.showing import standing
from services.policy.under_way import Memory

_TRIES = 10
"""Judgements of one contact while others agree to the same: one more is enough where they agree to one thing."""


class Desk(NamedTuple):
    """What the policy desk of one business works with."""

    accounts: Accounts
    judge: Judge


class Agreed(NamedTuple):
    """The contact with what is known of who it is, and what was decided and is remembered."""

    contact: Contact
    judgement: Judgement


class PolicyWorker(Worker, name="policy"):
    """Finds the account, checks who is asking, then lets the rules of the business decide and say why."""

    def __init__(self, desks: Mapping[str, Desk], agreements: Agreements | None = None, *, demo: bool = False) -> None:
        """In a `demo` everybody plays the same customers: what others agreed to is only known to who speaks of it."""
        self.desks, self.agreements, self.demo = desks, agreements or MemoryAgreements(), demo

    @handles
    async def look(self, event: CaseStated) -> CaseDecided:
        """What would be decided, and what the agent may see of the account. Nothing is agreed by it."""
        accounts, judge = self.desk_of(event.request.business)
        account = await claimed_account(accounts, claims(event, judge.rulebook.identity.find_by))
        remembered = await self.memory_of(event.request.business).of(account) if self.recalls(event) else []
        case = open_case(event, account, judge.rulebook, judge.profile, remembered=remembered)
        return event.then(
            CaseDecided, contact=case.contact, standing=standing(case, judge.judgement(case), judge.rulebook)
        )

    @handles
    async def decide(self, event: ConversationHeld) -> PolicyDecided | InformationNeeded:
        """A decision for each contact reason, or the question that is open; the same event gives the same answer."""
        decided = await self._agree(event)
        if isinstance(decided, Question):
            return event.then(InformationNeeded, question=decided)
        return event.then(PolicyDecided, contact=decided.contact, policy=decided.judgement.policy)

    @handles
    async def settle(self, event: CaseAgreed) -> CaseSettled | InformationNeeded:
        """The same about the requests that are open, while the contact goes on."""
        decided = await self._agree(event)
        if isinstance(decided, Question):
            return event.then(InformationNeeded, question=decided)
        return event.then(CaseSettled, contact=decided.contact, decisions=decided.judgement.decided)

    @handles
    async def remember(self, event: InteractionCompleted) -> None:
        """The ticket of what was agreed, for when the customer asks again."""
        await self.memory_of(event.request.business).settle(event)

    async def _agree(self, event: ConversationHeld) -> Agreed | Question:
        """What is decided, once what is agreed by it is remembered; or what the customer is asked first."""
        accounts, judge = self.desk_of(event.request.business)
        memory = self.memory_of(event.request.business)
        account = await claimed_account(accounts, claims(event, judge.rulebook.identity.find_by))
        recalls = self.recalls(event)
        for _ in range(_TRIES):
            remembered = await memory.of(account) if recalls else []
            case = open_case(event, account, judge.rulebook, judge.profile, remembered=remembered)
            judgement = judge.judgement(case)
            if asked := question(event, judgement):
                return asked
            if await memory.claim(case, judgement.agreed) or not recalls:
                return Agreed(case.contact, judgement)
        raise Transient("Other contacts of the same account agree to the same things all the time.")

    def desk_of(self, business: str) -> Desk:
        """The desk of a business; raises Permanent for a business that has no folder here."""
        if business not in self.desks:
            raise Permanent(f"There is no business {business!r}; known are {', '.join(sorted(self.desks))}.")
        return self.desks[business]

    def memory_of(self, business: str) -> Memory:
        """What was agreed with the customers of a business; raises Permanent as above."""
        return Memory(self.agreements, business, self.desk_of(business).judge.rulebook.under_way.days)

    def recalls(self, event: ConversationHeld) -> bool:
        """Whether what was agreed before counts in this contact."""
        return not self.demo or speaks_of_earlier(event)

    async def release(self) -> None:
        """Let go of where accounts come from."""
        for desk in self.desks.values():
            await desk.accounts.close()


def speaks_of_earlier(event: ConversationHeld) -> bool:
    """Whether the customer comes back to an earlier contact."""
    return bool(event.contact.follows or (event.dialogue and event.dialogue.earlier))
