"""`policy.yaml` as a whole. A rulebook that was read works: every expression is compiled, every placeholder known."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, Self

from pydantic import PrivateAttr, ValidationError, ValidationInfo, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from callcenter.business import Sheet, alternatives
from services.policy.carry_out import CarryOut, Reader, Setting
from services.policy.expressions import (
    ENTRIES,
    FACTS,
    FACTS_LIST,
    MOMENT,
    NUMBER,
    TRUTH,
    Expression,
    Language,
    Mistake,
)
from services.policy.kinds import misread
from services.policy.rules import Answer, Answers, Ask, Identity, Rule, Subject, UnderWay
from services.policy.wording import placeholders

Place = tuple[str | int, ...]


class Ruling(NamedTuple):
    """A rule ready to be applied: its expressions compiled, and the names of all facts that it speaks of."""

    rule: Rule
    when: Expression
    amount: Expression | None
    reads: tuple[str, ...]
    asks: tuple[Ask, Expression] | None = None
    parameters: Mapping[str, Expression] = MappingProxyType({})


class Rulebook(Sheet):
    """All rules of a business, in the order in which they are looked at, and the words that they are written in."""

    version: str
    identity: Identity
    asks: dict[str, str]
    subjects: dict[str, Subject] = {}
    tables: dict[str, list[dict[str, Any]]] = {}
    facts: dict[str, str] = {}
    limits: dict[str, str] = {}
    answers: Answers
    under_way: UnderWay = UnderWay()
    carry_out: dict[str, CarryOut] = {}
    rules: tuple[Rule, ...]

    _language: Language = PrivateAttr()
    _setting: Language = PrivateAttr()
    _settings: dict[str, tuple[Setting, ...]] = PrivateAttr()
    _compiled: dict[Place, Expression] = PrivateAttr(default_factory=dict)
    _rulings: tuple[Ruling, ...] = PrivateAttr()
    _hash: str = PrivateAttr()
    _file: str = PrivateAttr()

    @property
    def language(self) -> Language:
        """What expressions of this business can speak of."""
        return self._language

    @property
    def setting(self) -> Language:
        """What can be spoken of where an action sets something."""
        return self._setting

    @property
    def settings(self) -> Mapping[str, tuple[Setting, ...]]:
        """What each action sets in an account, where a machine carries it out."""
        return self._settings

    @property
    def rulings(self) -> tuple[Ruling, ...]:
        """The rules, ready to be applied."""
        return self._rulings

    @property
    def hash(self) -> str:
        """Twelve digits that change with anything that could change a decision."""
        return self._hash

    @property
    def computed(self) -> Iterator[tuple[str, Expression]]:
        """The computed facts, each of which may build on those before it."""
        return ((name, self._compiled["facts", name]) for name in self.facts)

    def with_verdict(self, rule_id: str, verdict: Literal["allow", "deny", "needs_review"]) -> Self:
        """This rulebook with another verdict for one rule; all else of the rule stays, so that it applies as before."""

        def changed(ruling: Ruling) -> Ruling:
            rule = ruling.rule
            return ruling._replace(rule=rule.model_copy(update={"verdict": verdict})) if rule.id == rule_id else ruling

        rulings = tuple(changed(ruling) for ruling in self._rulings)
        book = self.model_copy(update={"rules": tuple(ruling.rule for ruling in rulings)})
        book._rulings = rulings
        book._hash = book._digest()
        return book

    @property
    def expressions(self) -> Mapping[Place, Expression]:
        """Every expression, by its place in the file; the computed facts first, in their order."""
        return self._compiled

    def place_of(self, subject: Subject) -> str:
        """Where its entries lie, from the customer or the tables on: `customer.orders.items`."""
        outer = self.subjects.get(subject.of)
        return f"{self.place_of(outer)}.{subject.among.partition('.')[2]}" if outer else subject.among

    def limit(self, action: str) -> Expression:
        """The most that an action may ever pay."""
        return self._compiled["limits", action]

    @model_validator(mode="after")
    def _works(self, info: ValidationInfo) -> Self:
        self._file = (info.context or {}).get("file", "policy.yaml")
        mistakes = [*self._compile(), *self._contradictions(), *self._gaps(), *self._misread(), *self._set()]
        if mistakes:
            raise ValidationError.from_exception_data(type(self).__name__, mistakes)
        self._rulings = tuple(self._ruling(position, rule) for position, rule in enumerate(self.rules))
        self._hash = self._digest()
        return self

    def _digest(self) -> str:
        canonical = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()[:12]

    def _ruling(self, position: int, rule: Rule) -> Ruling:
        when = self._compiled["rules", position, "when"]
        amount = self._compiled.get(("rules", position, "action", "amount"))
        choices = self._compiled.get(("rules", position, "ask", "choices"))
        names = rule.action.parameters if rule.action else ()
        parameters = {name: self._compiled["rules", position, "action", "parameters", name] for name in names}
        read = (name for one in (when, amount, choices, *parameters.values()) if one for name in one.reads)
        reads = (*read, *placeholders(rule.customer + rule.internal))
        asks = (rule.ask, choices) if rule.ask and choices else None
        return Ruling(rule, when, amount, tuple(dict.fromkeys(reads)), asks, parameters)

    def _compile(self) -> Iterator[InitErrorDetails]:
        self._language = Language(
            {"customer": FACTS, "tables": FACTS, "slots": FACTS, "now": MOMENT}
            | {"under_way": FACTS_LIST, "named_ticket": FACTS}
            | dict.fromkeys(self.subjects, FACTS)
        )
        for name, text in self.facts.items():
            yield from self._compile_at(("facts", name), text, ())
            if expression := self._compiled.get(("facts", name)):
                self._language = self._language.and_fact(name, expression)
        for name, text in self.limits.items():
            yield from self._compile_at(("limits", name), text, NUMBER)
        for position, rule in enumerate(self.rules):
            for place, text, types in _expressions(rule):
                yield from self._compile_at(("rules", position, *place), text, types)

    def _compile_at(self, place: Place, text: str, types: tuple[Any, ...]) -> Iterator[InitErrorDetails]:
        try:
            self._compiled[place] = self._language.compile(text, types, self._where(place))
        except Mistake as mistake:
            yield self._mistake(place, str(mistake))

    def _where(self, place: Place) -> str:
        """As one finds it in the file: `retail/policy.yaml, rule refund.window, when`."""
        steps = [f"rule {self.rules[int(place[1])].id}", *place[2:]] if place[0] == "rules" else place
        return ", ".join([self._file, " > ".join(map(str, steps))])

    def _contradictions(self) -> Iterator[InitErrorDetails]:
        seen: set[str] = set()
        for position, rule in enumerate(self.rules):
            if rule.id in seen:
                yield self._mistake(("rules", position, "id"), "this id is taken already")
            seen.add(rule.id)
            yield from (self._mistake(("rules", position, place), what) for place, what in self._lacking(rule))
        yield from self._placeless()
        for fact in (fact for way in self.identity.any_of for fact in way if fact not in self.identity.facts):
            yield self._mistake(("identity", "any_of"), f"{fact} has to be among `facts`, which say what is asked for")
        actions = {rule.action.name for rule in self.rules if rule.action}
        for part in ("repeatable", "words"):
            for name in (name for name in getattr(self.under_way, part) if name not in actions):
                there = alternatives(name, actions)
                yield self._mistake(("under_way", part), f"no rule has the action {name}; {there}")

    def _lacking(self, rule: Rule) -> Iterator[tuple[str, str]]:
        """What a rule speaks of, and the rulebook does not say."""
        for slot in (slot for slot in rule.needs.named if slot not in self.asks):
            yield "needs", f"say under `asks` how to ask for {slot}"
        for slot, outer in self._lies_in(rule.needs.slots):
            yield "needs", f"needs {slot}, which lies in {outer.among}: it has to need {outer.slot}, too"
        if rule.ask and rule.ask.slot not in self.asks:
            yield "ask", f"say under `asks` how to ask for {rule.ask.slot}"
        paid = rule.action.name if rule.action and rule.action.amount else None
        if paid and paid not in self.limits:
            yield "action", f"write a limit for the amount of {paid}"

    def _placeless(self) -> Iterator[InitErrorDetails]:
        """Subjects that lie in nothing."""
        known = ["customer", "tables"]
        for name, subject in self.subjects.items():
            if subject.of not in known:
                what = f"there is no {subject.of} before it to look in; {alternatives(subject.of, known)}"
                yield self._mistake(("subjects", name, "among"), what)
            known.append(name)

    def _lies_in(self, needed: Collection[str]) -> Iterator[tuple[str, Subject]]:
        """What is needed and lies in a thing that is not."""
        for subject in self.subjects.values():
            outer = self.subjects.get(subject.of)
            if outer and subject.slot in needed and outer.slot not in needed:
                yield subject.slot, outer

    def _gaps(self) -> Iterator[InitErrorDetails]:
        """Sentences that speak of something unknown."""
        for name in set(placeholders(self.identity.again)) - {"missing"}:
            yield self._mistake(("identity", "again"), f"there is no fact {{{name}}} here; there is {{missing}}")
        for kind in ("agreed", "late", "done", "waiting"):
            for name in set(placeholders(getattr(self.under_way, kind))) - {"told"}:
                yield self._mistake(("under_way", kind), f"there is no fact {{{name}}} here; there is {{told}}")
        for position, rule in enumerate(self.rules):
            amount = {"amount"} if rule.action and rule.action.amount else set[str]()
            yield from self._gaps_in(("rules", position), rule, amount | self._language.variables.keys())
        for name, answer in self.answers:
            if answer:
                yield from self._gaps_in(("answers", name), answer, {"missing", "note"})
        for name, subject in self.subjects.items():
            known = {"missing", "note", f"slots.{subject.slot}", *self._outer_key(subject)}
            yield from self._gaps_in(("subjects", name, "not_found"), subject.not_found, known)

    def _outer_key(self, subject: Subject) -> set[str]:
        """What is sure to be known of the thing that it lies in."""
        outer = self.subjects.get(subject.of)
        return {f"{subject.of}.{outer.key}"} if outer else set()

    def _gaps_in(self, place: Place, said: Rule | Answer, known: set[str]) -> Iterator[InitErrorDetails]:
        for wording, text in (("customer", said.customer), ("internal", said.internal)):
            for name in placeholders(text):
                if name not in known and name.partition(".")[0] not in known:
                    yield self._mistake((*place, wording), f"there is no fact {{{name}}}")

    def _misread(self) -> Iterator[InitErrorDetails]:
        return (self._mistake(("tables", *place), what) for place, what in misread(self.tables))

    def _set(self) -> Iterator[InitErrorDetails]:
        reader = Reader(self.carry_out, self.rules, self.identity, self.subjects, self._language)
        self._setting, (self._settings, mistakes) = reader.language, reader.settings()
        return (self._mistake(place, what) for place, what in mistakes)

    def _mistake(self, place: Place, what: str) -> InitErrorDetails:
        rule = f"rule {self.rules[int(place[1])].id}: " if place[0] == "rules" else ""
        # The text goes in as a value, since a message template would read the braces of an expression.
        problem = PydanticCustomError("policy", "{what}", {"what": rule + what})
        return InitErrorDetails(type=problem, loc=place, input=None)


def _expressions(rule: Rule) -> Iterator[tuple[Place, str, tuple[Any, ...]]]:
    """All that a rule computes, with its place in it and the types that it may give."""
    yield ("when",), rule.when, TRUTH
    if rule.action and rule.action.amount:
        yield ("action", "amount"), rule.action.amount, NUMBER
    for name, text in rule.action.parameters.items() if rule.action else ():
        yield ("action", "parameters", name), text, ()
    if rule.ask:
        yield ("ask", "choices"), rule.ask.choices, ENTRIES
