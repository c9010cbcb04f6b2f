"""What the agent may see before anything is agreed: the things of a proved customer, and what would be decided."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from callcenter.events import ContactReason, Decision, Proposal, Standing, Thing
from services.policy.asking import Named, thing
from services.policy.case import Case, about
from services.policy.facts import value_at
from services.policy.judge import Judgement
from services.policy.questions import question
from services.policy.rulebook import Rulebook
from services.policy.wording import action_in_words

MOST_THINGS = 60
"""Of an account that travel with a conversation; nobody points at more without a number."""


def standing(case: Case, judgement: Judgement, rulebook: Rulebook) -> Standing:
    """How the case stands; of an account that is not proved to be the customer's own there is nothing in it."""
    event = case.event
    decided = zip(event.reasons, judgement.policy.decisions, strict=False)
    return Standing(
        case=event.dialogue.case if event.dialogue else "",
        verified=case.proof.verified,
        things=(*islice(_things(case, rulebook), MOST_THINGS), *judgement.chosen),
        proposals=tuple(_proposal(case, reason, decision, rulebook) for reason, decision in decided),
        question=question(event, judgement),
    )


def _proposal(case: Case, reason: ContactReason, decision: Decision, rulebook: Rulebook) -> Proposal:
    action, own = decision.action, about(case, reason, rulebook)
    facts: dict[str, Any] = {**own.facts["slots"]}
    if action and action.amount is not None:
        facts["amount"] = action.amount
    words = rulebook.under_way.words
    return Proposal(
        contact_reason=decision.contact_reason,
        verdict=decision.verdict,
        about=decision.about,
        action=action,
        words=action_in_words(action.name, words, facts, case.say) if action else "",
    )


def _things(case: Case, rulebook: Rulebook) -> Iterator[Thing]:
    for subject in rulebook.subjects.values():
        entries = value_at(case.facts, subject.among) if subject.among.startswith("customer.") else None
        for entry in entries or ():
            if subject.shown and entry.get(subject.key) is not None:
                yield thing(subject.slot, entry, Named(subject.key, subject.shown, subject.known_by), case.say)
