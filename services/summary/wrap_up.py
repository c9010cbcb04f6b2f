"""`wrap_up.yaml`: how a business words its wrap-ups, which codes end a contact, and what has to happen afterwards."""

from datetime import time
from typing import Annotated, TypeVar, get_args

from pydantic import Field, field_validator

from callcenter.business import Sheet
from callcenter.conditions import Condition
from callcenter.events import Outcome, Verdict
from services.summary.case import Case, Mood, TicketStatus
from services.summary.template import check

ALWAYS = (
    "reason", "decision", "internal", "words", "ticket", "priority", "queue",
    "respond_by", "resolve_by", "agent", "business",
)  # fmt: skip
"""Facts that every contact has."""

SOMETIMES = (
    "subject", "identity", "action", "amount", "rule", "missing", "escalation",
    "also", "also_internal", "also_short",
)  # fmt: skip
"""Facts that may be empty, and so stand in brackets."""


L = TypeVar("L", bound="Line")
K = TypeVar("K", bound=str)
V = TypeVar("V")


class Line(Condition[Case]):
    """One line of a list; `proved` is whether the customer proved who they are, or did not need to."""

    moods: tuple[Mood, ...] = ()
    statuses: tuple[TicketStatus, ...] = ()
    proved: bool | None = None

    def fits(self, case: Case) -> bool:
        """Whether every condition holds for the case."""
        return (
            super().fits(case)
            and (not self.moods or case.mood in self.moods)
            and (not self.statuses or case.status in self.statuses)
            and self.proved in (None, case.proved)
        )

    @property
    def unconditional(self) -> bool:
        """Whether it fits everything."""
        return super().unconditional and not (self.moods or self.statuses) and self.proved is None


class Text(Line):
    """One wording of a text."""

    text: str

    @field_validator("text")
    @classmethod
    def _knows_its_facts(cls, text: str) -> str:
        return check(text, ALWAYS, SOMETIMES)


class Reply(Line):
    """One wording of the message to the customer: no decision, and no ticket number, may be left out."""

    text: str

    @field_validator("text")
    @classmethod
    def _leaves_nothing_out(cls, text: str) -> str:
        check(text, (*ALWAYS, "opening", "promise"), SOMETIMES)
        lacking = [name for name in ("{decision}", "{also}", "{ticket}", "{promise}") if name not in text]
        if lacking:
            raise ValueError(f"a reply must contain {', '.join(lacking)}")
        return text


class Ending(Line):
    """One leaf of the disposition tree."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    path: str = Field(pattern=r"^(/[a-z][a-z0-9-]*)+$")


class Task(Line):
    """Something that has to happen after the contact: by the ticket's clock, or after some opening days (`2d`)."""

    title: str
    description: str
    due: Annotated[str, Field(pattern=r"^(first_response|resolution|[1-9]\d?d)$")]
    owner: str

    @field_validator("title", "description", "owner")
    @classmethod
    def _knows_its_facts(cls, text: str) -> str:
        return check(text, ALWAYS, SOMETIMES)


class Moods(Sheet):
    """From where on a customer counts as upset, or as pleased; the scale is -1 to 1."""

    negative: float = Field(-0.3, ge=-1, le=0)
    positive: float = Field(0.4, ge=0, le=1)


class Words(Sheet):
    """The vocabulary of the wrap-up. What is not named here is written as its code, with spaces.

    `verdicts` are words that say a verdict: none may appear where the decision was another one;
    the first one names it. `tickets` puts several numbers where a customer reads {ticket}.
    """

    verified: str
    unverified: str
    reasons: dict[Outcome, str]
    subjects: dict[str, str] = {}
    facts: dict[str, str] = {}
    actions: dict[str, str] = {}
    tickets: str = "{main}, and {further} for the rest"
    verdicts: dict[Verdict, Annotated[tuple[str, ...], Field(min_length=1)]]

    @field_validator("reasons")
    @classmethod
    def _every_outcome(cls, words: dict[Outcome, str]) -> dict[Outcome, str]:
        return _complete(words, get_args(Outcome))

    @field_validator("tickets")
    @classmethod
    def _every_number(cls, words: str) -> str:
        if "{main}" not in words or "{further}" not in words:
            raise ValueError(f"{words!r} needs {{main}} and {{further}}, so that no number is left out")
        return words

    @field_validator("verdicts")
    @classmethod
    def _every_verdict(cls, words: dict[Verdict, tuple[str, ...]]) -> dict[Verdict, tuple[str, ...]]:
        return _complete(words, get_args(Verdict))

    def numbers(self, main: str, further: str) -> str:
        """The ticket numbers of a contact as a customer reads them."""
        return self.tickets.replace("{main}", main).replace("{further}", further) if further else main

    def fact(self, name: str) -> str:
        """What a fact is called: `zip code` for `postcode`."""
        return self.facts.get(name, name.replace("_", " "))

    def action(self, name: str) -> str:
        """What an action is called."""
        return self.actions.get(name, name.replace("_", " "))


class Wording(Sheet):
    """The texts, each a list that is read from the top: the first line that fits is taken, the last fits always.

    `further_ticket` follows `action` for each ticket that was opened with another team.
    """

    situation: tuple[Text, ...]
    action: tuple[Text, ...]
    resolution: tuple[Text, ...]
    next_step: tuple[Text, ...]
    short: tuple[Text, ...]
    opening: tuple[Text, ...]
    promise: tuple[Text, ...]
    reply: tuple[Reply, ...]
    last_turn: tuple[Reply, ...]
    further_ticket: tuple[Text, ...] = (
        Text(text="{ticket} ({priority}) opened with {queue} for: {reason}[, {subject}]."),
    )

    @field_validator("*")
    @classmethod
    def _never_without_line(cls, lines: tuple[L, ...]) -> tuple[L, ...]:
        return _ends_open(lines)


class WrapUp(Sheet):
    """The whole file. Tasks that are due after some opening days are due at `task_hour`, local time."""

    version: str
    moods: Moods = Moods()
    task_hour: time = time(10)
    words: Words
    wording: Wording
    dispositions: tuple[Ending, ...]
    follow_ups: tuple[Task, ...] = ()

    @field_validator("dispositions")
    @classmethod
    def _never_without_line(cls, lines: tuple[Ending, ...]) -> tuple[Ending, ...]:
        return _ends_open(lines)


def choose(lines: tuple[L, ...], case: Case) -> L:
    """The first line that fits; there is one, since the last line of a list fits everything."""
    return next(line for line in lines if line.fits(case))


def _ends_open(lines: tuple[L, ...]) -> tuple[L, ...]:
    if not lines or not lines[-1].unconditional:
        raise ValueError("the last line must have no condition, so that there is always an answer")
    return lines


def _complete(words: dict[K, V], names: tuple[str, ...]) -> dict[K, V]:
    lacking = sorted(set(names) - set(words))
    if lacking:
        raise ValueError(f"no word for {', '.join(lacking)}")
    return words
