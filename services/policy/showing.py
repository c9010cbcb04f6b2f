"""What the agent may see before anything is agreed: the things of a proved customer, and what would be decided."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from callcenter.events import ContactReason, Decision, Proposal, Standing, Thing
from services.policy.asking import Named, thing
from services.policy.case import Case, about, entries_at
from services.policy.judgement import Judgement
from services.policy.questions import question
from services.policy.rulebook import Rulebook
from services.policy.rules import Subject
from services.policy.wording import action_in_words, spoken

MOST_THINGS = 60
"""Of one kind, of an account, that travel with a conversation; nobody points at more without a number."""


def standing(case: Case, judgement: Judgement, rulebook: Rulebook) -> Standing:
    """How the case stands; of an account that is not proved to be the customer's own there is nothing in it."""
    event = case.event
    decided = zip(event.open_reasons, judgement.decided, strict=False)
    return Standing(
        case=event.dialogue.case if event.dialogue else "",
        verified=case.proof.verified,
        things=(*_things(case, rulebook), *judgement.chosen),
        proposals=tuple(_proposal(case, reason, decision, rulebook) for reason, decision in decided),
        question=question(event, judgement),
    )


def _proposal(case: Case, reason: ContactReason, decision: Decision, rulebook: Rulebook) -> Proposal:
    action, own = decision.action, about(case, reason, rulebook)
    facts: dict[str, Any] = {**own.facts["slots"], **(spoken(action.parameters) if action else {})}
    if action and action.amount is not None:
        facts["amount"] = action.amount
    words = rulebook.under_way.words
    return Proposal(
        contact_reason=decision.contact_reason,
        verdict=decision.verdict,
        about=decision.about,
        action=action,
        words=action_in_words(action.name, words, facts, case.say) if action else "",
        told=decision.reason_customer if action else "",
    )


def _things(case: Case, rulebook: Rulebook) -> Iterator[Thing]:
    for subject in rulebook.subjects.values():
        for entry, within in islice(_entries(case, subject, rulebook.subjects), MOST_THINGS) if subject.shown else ():
            named = Named(subject.key, subject.shown or "", subject.known_by)
            yield thing(subject.slot, entry, named, case.say).model_copy(update={"within": within})


def _entries(
    case: Case, subject: Subject, subjects: Mapping[str, Subject]
) -> Iterator[tuple[dict[str, Any], dict[str, str]]]:
    """Those of the account that can be named, with what they lie in, and the facts that name that."""
    if subject.of == "customer":
        yield from ((entry, {}) for entry in _keyed(entries_at(case.facts, subject.among), subject))
    elif outer := subjects.get(subject.of):
        for place, within in _entries(case, outer, subjects):
            around = {**within, outer.slot: str(place[outer.key])}
            for entry in _keyed(entries_at({subject.of: place}, subject.among), subject):
                yield {subject.of: place, **entry}, around


def _keyed(entries: Iterable[dict[str, Any]], subject: Subject) -> Iterator[dict[str, Any]]:
    return (entry for entry in entries if entry.get(subject.key) is not None)
