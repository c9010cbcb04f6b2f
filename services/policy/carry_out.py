"""`carry_out` in `policy.yaml`: which agreed actions a machine carries out, up to what, and what they change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal, NamedTuple

from pydantic import Field

from callcenter.business import Place, Sheet, alternatives
from callcenter.events import Decision
from services.policy.expressions import ANY_VALUE, MONEY, WORD, Expression, Language, Mistake
from services.policy.rules import Identity, Rule, Subject
from services.policy.wording import placeholders


class CarryOut(Sheet):
    """Who carries an action out. Money above `up_to`, and what other than the `rules` decided, stays with the team.

    `sets` are places of the customer's account, or of a subject in it, with an expression each. `done` is said to the
    customer in place of the rule's own sentence once it is done, `failed` after that sentence where it could not be.
    """

    by: Literal["machine", "team"] = "team"
    up_to: str | None = Field(None, pattern=r"^\d+(\.\d{1,2})?$")
    rules: tuple[str, ...] = ()
    sets: dict[str, str] = {}
    done: str
    failed: str = "One of our team completes this for you."

    def takes(self, decision: Decision) -> bool:
        """Whether a machine may do what was decided."""
        amount = decision.action.amount if decision.action else None
        within = self.up_to is None or amount is None or amount <= Decimal(self.up_to)
        return self.by == "machine" and within and (not self.rules or decision.rule_id in self.rules)


class Setting(NamedTuple):
    """What sets one place: of the subject, or of the account where it is `customer`."""

    subject: str
    place: str
    to: Expression


@dataclass(frozen=True)
class Reader:
    """Reads `carry_out` beside the rest of a rulebook; whatever does not fit it is a mistake with its place."""

    carry_out: Mapping[str, CarryOut]
    rules: tuple[Rule, ...]
    identity: Identity
    subjects: Mapping[str, Subject]
    rulebook: Language

    @cached_property
    def language(self) -> Language:
        """What `sets` can speak of: all that a rule can, the amount of the action, and today (`2026-03-02`)."""
        return Language({**self.rulebook.variables, "amount": MONEY, "today": WORD})

    def settings(self) -> tuple[dict[str, tuple[Setting, ...]], list[tuple[Place, str]]]:
        """The compiled settings of every action, and all mistakes."""
        compiled: dict[str, tuple[Setting, ...]] = {}
        mistakes = [*self._unknown(), *self._of_rules()]
        for action, told in self.carry_out.items():
            found = []
            for place, text in told.sets.items():
                at: Place = ("carry_out", action, "sets", place)
                try:
                    found.append(self._setting(at, text))
                except Mistake as mistake:
                    mistakes.append((at, str(mistake)))
                else:
                    mistakes += ((at, what) for what in self._misplaced(action, place, found[-1].to))
            compiled[action] = tuple(found)
        return compiled, mistakes

    def _setting(self, at: Place, text: str) -> Setting:
        subject, _, place = str(at[-1]).partition(".")
        return Setting(subject, place, self.language.compile(text, ANY_VALUE, ", ".join(map(str, at))))

    def _unknown(self) -> Iterator[tuple[Place, str]]:
        """Actions, rules and facts that are not there."""
        actions = {rule.action.name for rule in self.rules if rule.action}
        for name, told in self.carry_out.items():
            its = {rule.id for rule in self.rules if rule.action and rule.action.name == name}
            if name not in actions:
                yield ("carry_out", name), f"no rule has the action {name}; {alternatives(name, actions)}"
            for rule in (rule for rule in told.rules if rule not in its and name in actions):
                there = alternatives(rule, its)
                yield ("carry_out", name, "rules"), f"{rule} is no rule with the action {name}; {there}"
            if told.up_to and name in actions - self._paying:
                yield ("carry_out", name, "up_to"), f"{name} has no amount that could be limited; leave it out"
            for kind in ("done", "failed"):
                yield from ((("carry_out", name, kind), what) for what in self._unsayable(getattr(told, kind), name))

    def _of_rules(self) -> Iterator[tuple[Place, str]]:
        """What is wrong with what rules say of something done."""
        for position, rule in enumerate(self.rules):
            name, place = rule.action.name if rule.action else "", ("rules", position, "done")
            if rule.done is not None and name not in self.carry_out:
                yield place, "it is said once a machine has done it: write the action of the rule under `carry_out`"
            yield from ((place, what) for what in self._unsayable(rule.done or "", name))

    def _unsayable(self, text: str, action: str) -> Iterator[str]:
        """Facts that a sentence about an action speaks of, and that are not there."""
        known = {*self.rulebook.variables, *(("amount",) if action in self._paying else ())}
        for name in placeholders(text):
            if name.partition(".")[0] not in known:
                yield f"there is no fact {{{name}}}"

    def _misplaced(self, action: str, place: str, to: Expression) -> Iterator[str]:
        """Why an action cannot set this place."""
        subject, _, inside = place.partition(".")
        if subject not in self._kept or not inside:
            there = ", ".join(f"{name}.name" for name in self._kept)
            yield f"{place} is no place of an account; write it like {there}, with the name of a fact"
        elif inside in self._kept[subject]:
            yield f"{place} tells whose account it is, or which entry of it, so that no action may change it"
        if "amount" in to.reads and action not in self._paying:
            yield f"it reads amount, and {action} has none"

    @cached_property
    def _kept(self) -> Mapping[str, set[str]]:
        """Where something can be set, and what there never is."""
        identity = {"customer_id", *self.identity.find_by, *self.identity.facts}
        subjects = {name: {one.key} for name, one in self.subjects.items() if one.among.startswith("customer.")}
        return {"customer": identity, **subjects}

    @cached_property
    def _paying(self) -> set[str]:
        return {rule.action.name for rule in self.rules if rule.action and rule.action.amount}
