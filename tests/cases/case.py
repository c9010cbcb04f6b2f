"""A case: what a customer writes, and what has to come of it. The format is described at the head of given.yaml."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _each_listed(value: object) -> object:
    return [_listed(item) for item in value] if isinstance(value, list) else value


def _named(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


def _said(value: object) -> object:
    return {"say": value} if isinstance(value, str) else value


class Strict(BaseModel):
    """A mistyped key is an error, never silently nothing expected."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class Action(Strict):
    """Something that is carried out, with the amount and what it is about where these matter."""

    name: str
    amount: str | None = None
    about: dict[str, str] = {}


class CustomerTurn(Strict):
    """What the customer says in a live talk, and when."""

    say: str
    when: str | None = None
    times: int | None = None
    must_say: bool = False
    after_end: bool = False


class Earlier(Strict):
    """A contact that takes place first."""

    text: str
    customer: str | None = None
    seed: int = 7


Actions = tuple[Annotated[Action, BeforeValidator(_named)], ...]
Strings = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Turns = tuple[Annotated[CustomerTurn, BeforeValidator(_said)], ...]
Values = dict[str, str | tuple[str, ...]]


class Expectation(Strict):
    """What has to come out; what is left out is not judged, except actions and further reasons."""

    actions: Actions = ()
    any_action: Actions = ()
    allowed: Actions = ()
    reasons: tuple[str | None, ...] | None = None
    also: Annotated[tuple[tuple[str, ...], ...], BeforeValidator(_each_listed)] = ()
    may: Strings = ()
    not_reasons: Strings = ()
    facts: Values = {}
    facts_not: Values = {}
    handoff: bool | Literal["or_reply", "or_action"] | None = None
    reply_has: Strings = ()
    reply_not: Strings = ()
    priority_at_least: Literal["P1", "P2", "P3", "P4"] | None = None
    outcome: Strings = ()
    verdict: Strings = ()
    heard_after_end: bool = False


class Case(Strict):
    """One contact, or several of the same customer, with what has to come of the last."""

    id: str
    kind: str
    business: str
    mode: Literal["one_shot", "live"] = "one_shot"
    customer: str | None = None
    text: str = ""
    seed: int = 7
    before: tuple[Earlier, ...] = ()
    turns: Turns = ()
    expect: Expectation
    why: str = ""
    source: str = "own"

    @property
    def opening(self) -> str:
        return self.text or self.turns[0].say

    def script(self) -> Sequence[CustomerTurn]:
        """All that the customer may say in a live talk."""
        return (*([CustomerTurn(say=self.text)] if self.text else []), *self.turns)


def read(path: Path) -> list[Case]:
    """All cases of a file, in its order."""
    return TypeAdapter(list[Case]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8"))["cases"])
