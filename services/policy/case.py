"""A case is everything that a judgement may look at. What is not proved to be the customer's own is not in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from callcenter.business import Profile
from callcenter.events import Contact, ContactReason, ConversationHeld, facts_of
from services.policy.accounts import Account
from services.policy.agreement import Agreement, Past
from services.policy.expressions import Expression, LacksFact, Scope, Unreadable
from services.policy.facts import as_of, for_rules, in_cents, in_words, value_at
from services.policy.identity import Proof, normal, prove
from services.policy.rulebook import Rulebook
from services.policy.rules import Subject

Facts = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One contact as the rules see it: `facts` for the record and for wording, `scope` for expressions.

    `unreadable` says by name why a computed fact has no value although what it is computed from is there.
    """

    event: ConversationHeld
    proof: Proof
    facts: Facts
    scope: Scope
    unreadable: Mapping[str, str]
    today: date
    currency: str
    past: Past

    @property
    def contact(self) -> Contact:
        """The contact, with what we now know of who it is."""
        known = {"customer_id": value_at(self.facts, "customer.customer_id")} if self.proof.verified else {}
        return self.event.contact.model_copy(update={**known, "verified": self.proof.verification})

    @property
    def stuck(self) -> bool:
        """Whether the agent gave a person for want of a fact; nothing was read back to the customer then."""
        return self.event.dialogue is not None and self.event.dialogue.stuck

    @property
    def untold(self) -> frozenset[str]:
        """What the customer was asked for and could not tell."""
        return frozenset(fact.name for fact in self.event.missing)

    def value(self, expression: Expression) -> Any:
        """The value of an expression; raises LacksFact if it has none, and Unreadable if it should have one."""
        return _value(expression, self.scope, self.unreadable)

    def say(self, fact: Any) -> str:
        """A fact in words for the customer."""
        return in_words(fact, self.today, self.currency)


def open_case(
    event: ConversationHeld,
    account: Account | None,
    rulebook: Rulebook,
    profile: Profile,
    proof: Proof | None = None,
    *,
    remembered: Iterable[Agreement] = (),
) -> Case:
    """Gather the facts as they stand at the time of the event; those of the account only if its owner is asking.

    Who is asking is proved by what the customer said, unless a `proof` is given. `remembered` is of the account, too.
    """
    now = event.occurred_at.astimezone(ZoneInfo(profile.time_zone))
    today = now.date()
    known = as_of(today, account.facts) if account else None
    said, wanted = event.stated, rulebook.identity
    proof = proof or prove(wanted.facts, wanted.required, said, known, wanted.any_of)
    facts = gathered(rulebook, said, known if proof.verified else None, today)
    say = partial(in_words, today=today, currency=profile.currency)
    past = Past.before(event, remembered if proof.verified else (), now, rulebook.under_way.words, say)
    facts |= past.facts if proof.verified else {}
    scope, unreadable = _compute(rulebook, facts, event.occurred_at, today)
    return Case(event, proof, facts, scope, unreadable, today, profile.currency, past)


def about(case: Case, reason: ContactReason, rulebook: Rulebook) -> Case:
    """The case as it is for one of the requests: the facts that are its own, and none that are another's own."""
    said = facts_of(reason, case.event.open_reasons, case.facts["slots"])
    if said == case.facts["slots"]:
        return case
    facts = gathered(rulebook, said, case.facts.get("customer"), case.today)
    facts |= case.past.facts if case.proof.verified else {}
    scope, unreadable = _compute(rulebook, facts, case.event.occurred_at, case.today)
    return replace(case, facts=facts, scope=scope, unreadable=unreadable)


def gathered(rulebook: Rulebook, said: Mapping[str, str], known: Facts | None, today: date) -> Facts:
    """What was said, the tables, the account where it is `known` to be the customer's, and what they named in these."""
    facts: Facts = {"slots": said, "tables": as_of(today, rulebook.tables)}
    if known is not None:
        facts["customer"] = known
    return facts | _subjects(rulebook.subjects, facts)


def claims(event: ConversationHeld, find_by: tuple[str, ...]) -> dict[str, str]:
    """What may lead to the account of the customer, best first; nothing where it is somebody else's, as they said."""
    if event.dialogue and event.dialogue.for_another:
        return {}
    said = {"customer_id": event.contact.customer_id, **event.stated}
    return {fact: value for fact in ("customer_id", *find_by) if (value := said.get(fact))}


def _subjects(subjects: Mapping[str, Subject], facts: Facts) -> Facts:
    found: Facts = {}
    for name, subject in subjects.items():
        entry = _named(subject, facts | found)
        found |= {name: entry} if entry is not None else {}
    return found


def _named(subject: Subject, facts: Facts) -> Facts | None:
    slot = facts["slots"].get(subject.slot)
    entries = entries_at(facts, subject.among)
    wanted = normal(subject.key, slot) if slot else None
    return next((entry for entry in entries if wanted and normal(subject.key, entry.get(subject.key)) == wanted), None)


def entries_at(facts: Facts, place: str) -> list[Facts]:
    """The entries of a list; a part of it that is none does not count."""
    found = value_at(facts, place)
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _compute(rulebook: Rulebook, facts: Facts, now: datetime, today: date) -> tuple[Scope, dict[str, str]]:
    """Add the computed facts to `facts`, each of which may build on those before it; and which cannot be read."""
    values, unreadable = {"now": now, **for_rules(facts)}, dict[str, str]()
    scope = rulebook.language.scope(values, today)
    for name, expression in rulebook.computed:
        try:
            value = _value(expression, scope, unreadable)
        except Unreadable as wrong:
            unreadable[name] = str(wrong)
            continue
        except LacksFact:
            continue
        facts[name] = in_cents(value)
        values[name] = value
        scope = rulebook.language.scope(values, today)
    return scope, unreadable


def _value(expression: Expression, scope: Scope, unreadable: Mapping[str, str]) -> Any:
    try:
        return expression.value(scope)
    except LacksFact as lacking:
        if lacking.fact in unreadable:
            raise Unreadable(f"{lacking.fact}: {unreadable[lacking.fact]}", lacking.fact) from None
        raise
