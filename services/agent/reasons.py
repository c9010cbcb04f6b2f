"""`contact_reasons.yaml`: the closed vocabulary of a business, and what must be known before its rules can decide."""

import re
from collections.abc import Collection
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Literal, Self

from phonenumbers import SUPPORTED_REGIONS
from pydantic import Field, field_validator, model_validator

from callcenter.business import Misplaced, Place, Sheet
from callcenter.events import ContactReason, Evidence, Level
from callcenter.ways import Ways, complete, nearest
from services.agent.phrasing import Phrasing, expression

SlotKind = Literal[
    "pattern",
    "number",
    "email",
    "phone",
    "postcode",
    "date",
    "day",
    "amount",
    "card",
    "iban",
    "name",
    "choice",
    "phrase",
    "address",
    "thing",
]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

_REGIONAL: frozenset[SlotKind] = frozenset({"phone", "postcode", "date"})


class Slot(Sheet):
    """A fact that a customer can state: how it is recognized and how the agent asks for it.

    `options` are the names that a `choice` is among, each with its synonyms; `region` (ISO 3166) is where a phone
    number, postcode or date is from that does not say so, else where the business is; of a `day`, only those on one of
    its `weekdays` count (all, where there are none). A `thing` is only pointed at, among those that policy names, and
    never read in a text by itself. `otherwise` says what else helps a customer who does not have it.
    """

    title: str
    kind: SlotKind
    pattern: str | None = None
    options: dict[str, tuple[Phrasing, ...]] = {}
    region: str | None = None
    weekdays: frozenset[Weekday] = frozenset()
    cues: tuple[Phrasing, ...] = ()
    bare: bool = True
    questions: tuple[Phrasing, ...] = Field(min_length=3)
    hint: str
    otherwise: str | None = None
    examples: tuple[Phrasing, ...] = ()

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        return None if pattern is None else expression(pattern)

    @model_validator(mode="after")
    def _pattern_where_needed(self) -> Self:
        if (self.kind == "pattern") != (self.pattern is not None):
            raise ValueError("a slot of kind `pattern` needs a `pattern`, and no other kind may have one")
        return self

    @field_validator("region")
    @classmethod
    def _is_region(cls, region: str | None) -> str | None:
        if region is not None and region not in SUPPORTED_REGIONS:
            raise ValueError(f"{region!r} is not a country; write its two letters (ISO 3166), like US, GB or DE")
        return region

    @field_validator("options")
    @classmethod
    def _named_once(cls, options: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        owners: dict[str, str] = {}
        for name, synonyms in options.items():
            for form in (name, *synonyms):
                if not re.search(r"\w", form):
                    raise ValueError(f"option {name!r}: {form!r} is no name; write a word that customers use")
                owner = owners.setdefault(" ".join(form.casefold().split()), name)
                if owner != name:
                    raise ValueError(f"{form!r} is there for {owner!r} and for {name!r}; it can only mean one of them")
        return options

    @model_validator(mode="after")
    def _options_where_needed(self) -> Self:
        if (self.kind == "choice") != bool(self.options):
            raise ValueError("a slot of kind `choice` needs `options`, and no other kind may have any")
        if self.weekdays and self.kind != "day":
            raise ValueError("`weekdays` is only for slots of kind day")
        if self.region is not None and self.kind not in _REGIONAL:
            raise ValueError(f"`region` is only for slots of kind {', '.join(sorted(_REGIONAL))}")
        return self


class Identity(Sheet):
    """Which facts prove who a customer is, in the order they are asked, and how many of them it takes.

    All facts of one of the ways of `any_of` do, too. `find_by` are the facts that lead to an account, as `policy.yaml`
    has them: the others prove nothing without one of these.
    """

    facts: tuple[str, ...] = Field(min_length=1)
    required: int = Field(ge=1)
    any_of: tuple[tuple[str, ...], ...] = ()
    find_by: tuple[str, ...] = ()

    def proved_by(self, known: Collection[str]) -> bool:
        """Whether these facts are enough, if they are right."""
        return sum(name in known for name in self.facts) >= self.required or complete(self.any_of, known)

    @model_validator(mode="after")
    def _ways_of_facts(self) -> Self:
        if unknown := sorted({fact for way in self.any_of for fact in way} - set(self.facts)):
            raise ValueError(f"any_of: {', '.join(unknown)} has to be among `facts`, which are {', '.join(self.facts)}")
        return self

    @model_validator(mode="after")
    def _enough_facts(self) -> Self:
        if self.required > len(self.facts):
            raise ValueError(f"`required` is {self.required}, but only {len(self.facts)} facts are listed")
        return self


Conditions = dict[str, Literal["some", "past", "future", "twice"] | tuple[str, ...]]
"""By field: the values that fit, or that it is there at all, lies in the past or the future, or has an amount twice."""

Typical = Literal["some"] | Conditions


class Thing(Sheet):
    """A list in the account, like its orders: which field of an entry a customer knows as which slot, its key first."""

    among: str
    knows: dict[str, str] = Field(min_length=1)

    @property
    def key(self) -> str:
        """The slot that names one entry."""
        return next(iter(self.knows))


class MemoryMap(Sheet):
    """What customers know of their own account; only the simulated customer looks at it.

    `usual` is what an account has where a reason does not say otherwise.
    """

    account: dict[str, str] = {}
    things: dict[str, Thing] = {}
    usual: dict[str, Typical] = {}


class Reason(Sheet):
    """One contact reason of the closed list; what it `covers` is only a part of it where both are named at once.

    Of what it `needs`, its rules can do without what is `spared`, if the customer does not have it; of what `any_of`
    lists, all of one way is enough: the first is asked for, and another one where they cannot tell it. Where it has
    `only_with` words (or regular expressions), it is heard only in a text that holds one: it would hurt to be wrong.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    path: str = Field(pattern=r"^/[a-z0-9/-]+$")
    about: str
    trouble: bool = False
    impact: Level
    queue: str
    identity: bool
    needs: tuple[str, ...]
    spared: tuple[str, ...] = ()
    any_of: Ways = ()
    covers: tuple[str, ...] = ()
    only_with: tuple[Phrasing, ...] = ()
    typical: dict[str, Typical] = {}
    examples: tuple[Phrasing, ...] = Field(min_length=10)

    @model_validator(mode="after")
    def _spares_needs(self) -> Self:
        if unknown := sorted(set(self.spared) - set(self.needs)):
            raise ValueError(f"spared: {', '.join(unknown)} is not among its needs, which are {', '.join(self.needs)}")
        if unknown := sorted({name for way in self.any_of for name in way} - set(self.needs)):
            raise ValueError(
                f"any_of: {', '.join(unknown)} has to be among its needs, which are {', '.join(self.needs)}"
            )
        return self

    @field_validator("only_with")
    @classmethod
    def _are_expressions(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(expression, words))

    @model_validator(mode="after")
    def _can_be_heard(self) -> Self:
        deaf = next((text for text in self.examples if not self.is_spoken_of(text)), None)
        if deaf:
            raise ValueError(f"only_with: no word of it is in the example {deaf!r}, which could so never be heard")
        return self

    @cached_property
    def _spoken(self) -> re.Pattern[str] | None:
        return re.compile(rf"\b(?:{'|'.join(self.only_with)})\b", re.IGNORECASE) if self.only_with else None

    def is_spoken_of(self, text: str) -> bool:
        """Whether one of the words is in it without which it is not heard."""
        return self._spoken is None or bool(self._spoken.search(text.replace("\u2019", "'")))

    def takes(self, known: Collection[str], untold: Collection[str]) -> tuple[str, ...]:
        """What it needs, of the ways that are open the one that takes least from here."""
        instead = {name for way in self.any_of for name in way} - {*nearest(self.any_of, known, untold)}
        return tuple(name for name in self.needs if name not in instead)

    @property
    def acts(self) -> bool:
        """Whether it is more than a question that everybody gets the same answer to."""
        return bool(self.needs or self.identity)

    def found(self, confidence: float, evidence: tuple[Evidence, ...]) -> ContactReason:
        """This reason as a part of the dossier."""
        return ContactReason(
            code=self.code,
            title=self.title,
            path=self.path,
            confidence=round(confidence, 3),
            evidence=evidence,
            impact=self.impact,
            queue=self.queue,
            identity_required=self.identity,
        )


class ContactReasons(Sheet):
    """The whole file. `hand_over` is the reason that asks for a person."""

    version: str
    hand_over: str
    identity: Identity
    slots: dict[str, Slot]
    memory: MemoryMap = MemoryMap()
    reasons: tuple[Reason, ...] = Field(min_length=2)
    out_of_scope: tuple[Phrasing, ...] = Field(min_length=10)

    @field_validator("reasons")
    @classmethod
    def _one_code_once(cls, reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
        codes = [reason.code for reason in reasons]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"each code may be there once; twice: {', '.join(twice)}")
        return reasons

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        named: dict[Place, tuple[str, ...]] = {("identity", "facts"): self.identity.facts}
        named |= {("reasons", number, "needs"): reason.needs for number, reason in enumerate(self.reasons)}
        for place, slots in named.items():
            if unknown := sorted(set(slots) - set(self.slots)):
                raise Misplaced(place, f"no such slot: {', '.join(unknown)}; there are {', '.join(self.slots)}")
        if self.hand_over not in self.by_code():
            raise Misplaced(("hand_over",), f"{self.hand_over!r} is not one of the reasons")
        return self

    @model_validator(mode="after")
    def _remembers_what_exists(self) -> Self:
        remembered = {*self.memory.account, *(slot for thing in self.memory.things.values() for slot in thing.knows)}
        if unknown := sorted(remembered - set(self.slots)):
            raise Misplaced(("memory",), f"no such slot: {', '.join(unknown)}; there are {', '.join(self.slots)}")
        things = {"account", *self.memory.things}
        typical = {name for reason in self.reasons for name in reason.typical} | set(self.memory.usual)
        if unknown := sorted(typical - things):
            raise ValueError(f"typical: no such thing: {', '.join(unknown)}; there are {', '.join(sorted(things))}")
        return self

    @model_validator(mode="after")
    def _covers_reasons(self) -> Self:
        covers = {reason.code: reason.covers for reason in self.reasons}
        unknown = sorted({code for codes in covers.values() for code in codes} - set(covers))
        if unknown:
            raise ValueError(f"covers: {', '.join(unknown)} is not one of the reasons")
        try:
            TopologicalSorter(covers).prepare()
        except CycleError as circle:
            raise ValueError(f"covers: {' covers '.join(reversed(circle.args[1]))}; that is a circle") from None
        return self

    def by_code(self) -> dict[str, Reason]:
        """The reasons by their code."""
        return {reason.code: reason for reason in self.reasons}
