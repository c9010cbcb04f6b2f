"""A recorded conversation judged again: by the steps of the policy desk, but never with a question to the customer."""

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from typing import Any

from callcenter.events import ConversationHeld, Decision, Policy, Settled
from services.policy.accounts import claimed_account
from services.policy.agreement import Agreement
from services.policy.case import claims, open_case
from services.policy.identity import Proof
from services.policy.worker import Desk

Case = tuple[Settled, ...]

MASK = "•"
"""What stands in a record for each character of personal data, where REDACT_TRANSCRIPT was set."""


async def judged(desk: Desk, held: ConversationHeld, remembered: Sequence[Agreement] = ()) -> Policy:
    """The decisions, held to no read-back: that was of the rules as they were.

    What was settled while the contact went on is judged in its turn, as it stood then. Of a masked record, the customer
    is who the record says that they proved to be. A record does not hold what was `remembered` of earlier contacts.
    """
    masked = _proof_is_masked(held)
    before: Case = ()
    for case in _cases(held.settled):
        stood = _as_it_stood(held, before, case, desk.judge.rulebook.identity.facts)
        policy = await _judged(desk, stood, remembered, masked=masked)
        before += tuple(_again(*both) for both in zip(case, policy.decisions[len(before) :], strict=True))
    return await _judged(desk, _with(held, before), remembered, masked=masked)


async def _judged(desk: Desk, held: ConversationHeld, remembered: Iterable[Agreement], *, masked: bool) -> Policy:
    rulebook, profile = desk.judge.rulebook, desk.judge.profile
    account = await claimed_account(desk.accounts, claims(held, rulebook.identity.find_by))
    proved = Proof(account_found=True, required=0) if account and masked else None
    return desk.judge.judge(open_case(held, account, rulebook, profile, proved, remembered=remembered))


def _again(one: Settled, decision: Decision) -> Settled:
    """Where no rule decides, it stays as it was: it may hang on what the customer could not tell, which is not kept."""
    return one if decision.rule_id is None is one.decision.rule_id else one.model_copy(update={"decision": decision})


def _cases(settled: Sequence[Settled]) -> list[Case]:
    """What was settled together."""
    return [tuple(together) for _, together in groupby(settled, lambda one: one.upto)]


def _as_it_stood(held: ConversationHeld, before: Case, case: Case, identity: Collection[str]) -> ConversationHeld:
    """The conversation when a case was settled: what was said for it, and who the customer is."""
    who = (one for one in held.entities if one.name in identity)
    said = tuple(dict.fromkeys([*who, *(fact for one in case for fact in one.reason.entities)]))
    main, *further = (one.reason for one in (*before, *case))
    sections = {"contact_reason": main, "secondary_reasons": tuple(further), "entities": said, "missing": ()}
    then = held.model_copy(update={**sections, "outcome": "understood"})
    return _with(then, before, entities=said, acts=())


def _with(held: ConversationHeld, settled: Case, **state: Any) -> ConversationHeld:
    """With what is settled by now, and with nothing read back."""
    if held.dialogue is None:
        return held
    dialogue = held.dialogue.model_copy(update={**state, "settled": settled, "standing": None})
    return held.model_copy(update={"dialogue": dialogue})


def cannot_tell(held: ConversationHeld) -> bool:
    """Whether a fact is masked that nothing else in the record tells."""
    return any(MASK in entity.value for entity in held.entities) and not held.contact.verified.verified


def _proof_is_masked(held: ConversationHeld) -> bool:
    return held.contact.verified.verified and any(MASK in entity.value for entity in held.entities)
