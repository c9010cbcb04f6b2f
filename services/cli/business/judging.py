"""A recorded conversation judged again: by the steps of the policy desk, but never with a question to the customer."""

from callcenter.events import ConversationHeld, Policy
from services.policy.accounts import claimed_account
from services.policy.case import claims, open_case
from services.policy.identity import Proof
from services.policy.worker import Desk

MASK = "•"
"""What stands in a record for each character of personal data, where REDACT_TRANSCRIPT was set."""


async def judged(desk: Desk, held: ConversationHeld) -> Policy:
    """The decisions, held to no read-back: that was of the rules as they were.

    Of a masked record, the customer is who the record says that they proved to be.
    """
    held = _without_read_back(held)
    rulebook, profile = desk.judge.rulebook, desk.judge.profile
    account = await claimed_account(desk.accounts, claims(held, rulebook.identity.find_by))
    proved = Proof(account_found=True, required=0) if account and _proof_is_masked(held) else None
    return desk.judge.judge(open_case(held, account, rulebook, profile, proved))


def _without_read_back(held: ConversationHeld) -> ConversationHeld:
    dialogue = held.dialogue.model_copy(update={"standing": None}) if held.dialogue else None
    return held.model_copy(update={"dialogue": dialogue})


def cannot_tell(held: ConversationHeld) -> bool:
    """Whether a fact is masked that nothing else in the record tells."""
    return any(MASK in entity.value for entity in held.entities) and not held.contact.verified.verified


def _proof_is_masked(held: ConversationHeld) -> bool:
    return held.contact.verified.verified and any(MASK in entity.value for entity in held.entities)
