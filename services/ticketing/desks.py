"""`ticketing.yaml`: the queues, priorities, clocks and routes of a business."""

from typing import Annotated, Generic, Self, TypeVar, get_args

from pydantic import Field, ValidationInfo, field_validator, model_validator

from callcenter.business import Sheet
from callcenter.conditions import Case, Condition
from callcenter.events import Level, Outcome, Priority, Verdict
from services.ticketing.case import Status

LEVELS: tuple[Level, ...] = get_args(Level)
"""From low to high."""

T = TypeVar("T")
Span = Annotated[str, Field(pattern=r"^[1-9]\d*[mhd]$")]
"""A stretch of opening time: `30m`, `4h`, or `2d` in business days."""


class Target(Sheet):
    """How soon the customer hears from us, and how soon it is done."""

    first_response: Span
    resolution: Span


class Route(Condition[Case], Generic[T]):
    """One line of a list that is read from the top: where all its conditions fit, `use` is the answer."""

    use: T


def first(routes: tuple[Route[T], ...], case: Case) -> T | None:
    """The answer of the first line that fits."""
    return next((route.use for route in routes if route.fits(case)), None)


class TitleWords(Sheet):
    """The words of a ticket's title: verdicts, outcomes without a reason, and what the request is about by entity.

    `answered` and `done` stand for a verdict where nothing is left to do; the latter where a machine has done it.
    """

    verdicts: dict[Verdict, str]
    answered: str
    done: str = "done"
    outcomes: dict[Outcome, str]
    subjects: dict[str, str] = {}

    @field_validator("verdicts")
    @classmethod
    def _every_verdict(cls, words: dict[Verdict, str]) -> dict[Verdict, str]:
        lacking = set(get_args(Verdict)) - set(words)
        if lacking:
            raise ValueError(f"no word for {', '.join(sorted(lacking))}")
        return words

    @field_validator("outcomes")
    @classmethod
    def _every_outcome(cls, words: dict[Outcome, str]) -> dict[Outcome, str]:
        lacking = set(get_args(Outcome)) - set(words)
        if lacking:
            raise ValueError(f"no word for {', '.join(sorted(lacking))}")
        return words

    @field_validator("subjects")
    @classmethod
    def _with_value(cls, subjects: dict[str, str]) -> dict[str, str]:
        for name, phrase in subjects.items():
            if "{value}" not in phrase:
                raise ValueError(f"{name}: {phrase!r} has no {{value}}; write it like: (order {{value}})")
        return subjects


class Desks(Sheet):
    """The whole file. `business_day` is what `1d` counts as; `upset_below` is the mood that raises the urgency.

    After `warn_after` percent of a target's time the clock warns. A resolved ticket closes `close_after` later. Who
    comes again for the same reason within `repeat_days` (calendar days) is a repeat contact; 0: nobody is.
    """

    version: str
    ticket_prefix: str = Field(pattern=r"^[A-Z]{2,6}$")
    business_day: Annotated[str, Field(pattern=r"^[1-9]\d*[mh]$")] = "8h"
    upset_below: float = Field(-0.5, ge=-1, le=0)
    queues: dict[str, str] = Field(min_length=1)
    default_queue: str
    routing: tuple[Route[str], ...] = ()
    priority: dict[Level, dict[Level, Priority]]
    sla: dict[Priority, Target]
    warn_after: int = Field(75, ge=1, le=99)
    close_after: Span = "5d"
    repeat_days: int = Field(7, ge=0, le=365)
    types: tuple[Route[str], ...]
    statuses: tuple[Route[Status], ...]
    escalations: tuple[Route[str], ...] = ()
    titles: TitleWords

    def minutes(self, span: str) -> int:
        """A span of opening time in minutes."""
        number, unit = int(span[:-1]), span[-1]
        return number * (self.minutes(self.business_day) if unit == "d" else {"m": 1, "h": 60}[unit])

    @field_validator("default_queue")
    @classmethod
    def _known_queue(cls, queue: str, info: ValidationInfo) -> str:
        return _among_queues(queue, info)

    @field_validator("routing")
    @classmethod
    def _known_queues(cls, routes: tuple[Route[str], ...], info: ValidationInfo) -> tuple[Route[str], ...]:
        for route in routes:
            _among_queues(route.use, info)
        return routes

    @field_validator("priority")
    @classmethod
    def _every_cell(cls, matrix: dict[Level, dict[Level, Priority]]) -> dict[Level, dict[Level, Priority]]:
        lacking = [f"{i} x {u}" for i in LEVELS for u in LEVELS if u not in matrix.get(i, {})]
        if lacking:
            raise ValueError(f"the matrix lacks (impact x urgency): {', '.join(lacking)}")
        return matrix

    @field_validator("sla")
    @classmethod
    def _every_priority(cls, targets: dict[Priority, Target]) -> dict[Priority, Target]:
        lacking = [priority for priority in get_args(Priority) if priority not in targets]
        if lacking:
            raise ValueError(f"no targets for {', '.join(lacking)}")
        return targets

    @field_validator("types", "statuses")
    @classmethod
    def _never_without_answer(cls, routes: tuple[Route[T], ...]) -> tuple[Route[T], ...]:
        if not routes or not routes[-1].unconditional:
            raise ValueError("the last line must have no condition, so that there is always an answer")
        return routes

    @model_validator(mode="after")
    def _answer_before_solution(self) -> Self:
        for priority, target in self.sla.items():
            if self.minutes(target.first_response) > self.minutes(target.resolution):
                raise ValueError(f"sla > {priority}: the first response may not be later than the resolution")
        return self


def _among_queues(queue: str, info: ValidationInfo) -> str:
    queues = info.data.get("queues", {queue: ""})
    if queue not in queues:
        raise ValueError(f"{queue!r} is no queue of this business; there are {', '.join(queues)}")
    return queue
