"""May we do what the customer asks?  ConversationHeld -> PolicyDecided, or InformationNeeded once.

Before the customer agrees to anything, the agent is told what would be decided: CaseStated -> CaseDecided. Where the
contact goes on after a case, that is decided at once: CaseAgreed -> CaseSettled. What a machine carries out is frozen
before it is done: ActionsAgreed.
What is agreed is remembered first, so that it is agreed once. When the contact has ended, so is its ticket.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from callcenter.errors import Permanent, Transient
from callcenter.events import (
    ActionsAgreed,
    CaseAgreed,
    CaseDecided,
    CaseSettled,
    CaseStated,
    Contact,
    ConversationHeld,
    InformationNeeded,
    InteractionCompleted,
    Policy,
    PolicyDecided,
    utc_now,
)
from callcenter.messaging.worker import Worker, handles
from callcenter.storage.agreements import Agreements, MemoryAgreements
from callcenter.storage.audit import Audit, MemoryAudit
from services.policy.accounts import Account, Accounts, claimed_account
from services.policy.actions.machine import Machine, acts
from services.policy.agreement import Agreement
from services.policy.case import Case, claims, open_case
from services.policy.guesses import Guesses
from services.policy.judge import Judge
from services.policy.questions import question
from services.policy.showing import standing
from services.policy.under_way import Memory

_TRIES = 10
"""Judgements of one contact while others agree to the same: one more is enough where they agree to one thing."""


class Desk(NamedTuple):
    """What the policy desk of one business works with."""

    accounts: Accounts
    judge: Judge
    machine: Machine = Machine()


class Agreed(NamedTuple):
    """The contact with what is known of who it is, and what was decided and is remembered."""

    contact: Contact
    policy: Policy


class PolicyWorker(Worker, name="policy"):
    """Finds the account, checks who is asking, then lets the rules of the business decide and say why."""

    def __init__(
        self,
        desks: Mapping[str, Desk],
        agreements: Agreements | None = None,
        *,
        demo: bool = False,
        clock: Callable[[], datetime] = utc_now,
        guesses: Guesses | None = None,
        audit: Audit | None = None,
    ) -> None:
        """In a `demo` everybody plays the same customers: what others agreed to is only known to who speaks of it."""
        self.desks, self.agreements, self.demo, self.clock = desks, agreements or MemoryAgreements(), demo, clock
        self.guesses, self.audit = guesses, audit or MemoryAudit()

    @handles
    async def look(self, event: CaseStated) -> CaseDecided:
        """What would be decided, and what the agent may see of the account. Nothing is agreed by it."""
        judge = self.desk_of(event.request.business).judge
        account = await self.account_of(event)
        remembered = await self.memory_of(event.request.business).of(account) if self.recalls(event) else []
        case = await self._case(event, account, judge, remembered)
        return event.then(
            CaseDecided, contact=case.contact, standing=standing(case, judge.judgement(case), judge.rulebook)
        )

    @handles
    async def decide(self, event: ConversationHeld) -> PolicyDecided | ActionsAgreed | InformationNeeded:
        """A decision for each contact reason, or the question that is open; the same event gives the same answer."""
        step = await self._agree(event)
        if not isinstance(step, Agreed):
            return step
        return event.then(PolicyDecided, contact=step.contact, policy=step.policy)

    @handles
    async def settle(self, event: CaseAgreed) -> CaseSettled | ActionsAgreed | InformationNeeded:
        """The same about the requests that are open, while the contact goes on."""
        step = await self._agree(event)
        if not isinstance(step, Agreed):
            return step
        return event.then(CaseSettled, contact=step.contact, decisions=event.new_of(step.policy))

    @handles
    async def carry_out(self, event: ActionsAgreed) -> PolicyDecided | CaseSettled:
        """What was ordered of a machine is done, or left to a person; nothing is judged again."""
        policy = await self.desk_of(event.request.business).machine.carry_out(event, self.clock())
        for act in acts(event, policy):
            await self.audit.append(act)
        if event.pending:
            return event.then(CaseSettled, decisions=event.new_of(policy))
        return event.then(PolicyDecided, policy=policy)

    @handles
    async def remember(self, event: InteractionCompleted) -> None:
        """The ticket of what was agreed, for when the customer asks again."""
        await self.memory_of(event.request.business).settle(event)

    async def _agree(self, event: ConversationHeld) -> Agreed | ActionsAgreed | InformationNeeded:
        """What is decided, once what is agreed by it is remembered, unless a machine or the customer comes first."""
        judge, machine = self.desk_of(event.request.business).judge, self.desk_of(event.request.business).machine
        memory = self.memory_of(event.request.business)
        account = await self.account_of(event)
        recalls = self.recalls(event)
        for _ in range(_TRIES):
            remembered = await memory.of(account) if recalls else []
            case = await self._case(event, account, judge, remembered)
            judgement = judge.judgement(case)
            if asked := question(event, judgement):
                return event.then(InformationNeeded, question=asked)
            if await memory.claim(case, judgement.agreed) or not recalls:
                policy, orders = machine.ordered(case, judgement.policy, judge.rulebook)
                if orders:
                    return event.then(ActionsAgreed, contact=case.contact, agreed=policy, orders=orders)
                return Agreed(case.contact, policy)
        raise Transient("Other contacts of the same account agree to the same things all the time.")

    async def _case(
        self, event: ConversationHeld, account: Account | None, judge: Judge, remembered: Sequence[Agreement]
    ) -> Case:
        """The case, in which nothing is proved by who has guessed too often."""
        case = open_case(event, account, judge.rulebook, judge.profile, remembered=remembered)
        proof = await self.guesses.judged(case, account, judge.rulebook.identity) if self.guesses else case.proof
        if proof == case.proof:
            return case
        return open_case(event, account, judge.rulebook, judge.profile, proof, remembered=remembered)

    def desk_of(self, business: str) -> Desk:
        """The desk of a business; raises Permanent for a business that has no folder here."""
        if business not in self.desks:
            raise Permanent(f"There is no business {business!r}; known are {', '.join(sorted(self.desks))}.")
        return self.desks[business]

    async def account_of(self, event: ConversationHeld) -> Account | None:
        """The account that the customer speaks of, with what was done to it as far as that counts in this contact."""
        accounts, judge, machine = self.desk_of(event.request.business)
        account = await claimed_account(accounts, claims(event, judge.rulebook.identity.find_by))
        only = None if self.recalls(event) else event.interaction_id
        return await machine.actions.shown(account, only) if account else None

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
            await desk.machine.actions.close()


def speaks_of_earlier(event: ConversationHeld) -> bool:
    """Whether the customer comes back to an earlier contact."""
    return bool(event.contact.follows or (event.dialogue and event.dialogue.earlier))
