"""The sentences that the agent composes its turns from, as `phrasebook.yaml` of a language holds them."""

from collections.abc import Callable, Iterable
from string import Formatter
from typing import Annotated

from pydantic import AfterValidator, Field

from callcenter.business import Sheet
from callcenter.events import ActKind


def _with(*places: str, all_of_them: bool = True) -> Callable[[str], str]:
    """Checks what is filled in: where it is the point of a sentence, none may leave it out."""

    def check(sentence: str) -> str:
        there = {place for _, place, _, _ in Formatter().parse(sentence) if place is not None}
        allowed = " and ".join(f"{{{place}}}" for place in places) or "nothing"
        if there - set(places) or (all_of_them and set(places) - there):
            raise ValueError(f"{sentence!r} must name {allowed}" if all_of_them else f"only {allowed} is filled in")
        return sentence

    return check


Plain = Annotated[str, AfterValidator(_with())]
Plains = Annotated[tuple[Plain, ...], Field(min_length=1)]
Abouts = Annotated[tuple[Annotated[str, AfterValidator(_with("about"))], ...], Field(min_length=1)]
Whats = Annotated[tuple[Annotated[str, AfterValidator(_with("what"))], ...], Field(min_length=1)]
Things = Annotated[tuple[Annotated[str, AfterValidator(_with("things"))], ...], Field(min_length=1)]
Teams = Annotated[tuple[Annotated[str, AfterValidator(_with("team"))], ...], Field(min_length=1)]
Names = Annotated[tuple[Annotated[str, AfterValidator(_with("name"))], ...], Field(min_length=1)]
Offered = Annotated[tuple[Annotated[str, AfterValidator(_with("team", "minutes"))], ...], Field(min_length=1)]
Helps = Annotated[
    tuple[Annotated[str, AfterValidator(_with("crisis", "emergency", all_of_them=False))], ...], Field(min_length=1)
]
Unreadable = Annotated[
    tuple[Annotated[str, AfterValidator(_with("said", "fact", "readings", all_of_them=False))], ...],
    Field(min_length=1),
]


class _ByKind(Sheet):
    def of(self, kind: str) -> tuple[str, ...]:
        """The sentences for one kind."""
        sentences: tuple[str, ...] = dict(self)[kind]
        return sentences


class Unusable(_ByKind):
    """What is wrong with an answer, by the kind of trouble."""

    too_short: Unreadable
    too_long: Unreadable
    two_ways: Unreadable
    no_such_day: Unreadable
    unreadable: Unreadable


class Emergency(_ByKind):
    """What helps now, by the kind of danger."""

    self_harm: Helps
    emergency: Helps
    threat: Helps
    fraud: Helps


class HandingOver(Sheet):
    """What is said where a person comes into the conversation: `{team}` they come from, `{name}` of one who was there.

    `offered` says who comes, and what happens if nobody has after `{minutes}`; `in_danger`, the same to somebody in
    danger; `waiting`, to who writes meanwhile; `back`, when the agent has the conversation again. What the person has
    done is `helped`, what they go on with `goes_on`; `spoke`, that they were there.
    """

    offered: Offered
    in_danger: Teams
    waiting: Teams
    back: Names
    helped: Names
    goes_on: Names
    spoke: Names


class Phrasebook(Sheet):
    """`phrasebook.yaml`: `{about}` is the request, `{what}` what is read back, `{told}` what is said of it after a
    yes, `{value}` a fact, `{topics}` what the customers of a business come for."""

    and_last: str
    or_last: str
    understood: Annotated[str, AfterValidator(_with("about"))]
    understood_with_facts: Annotated[str, AfterValidator(_with("about", "facts"))]
    would: Annotated[str, AfterValidator(_with("what", "actions"))]
    review: Plain
    only_this_language: Plain
    other_languages: dict[str, Plain] = {}

    sorry: Abouts
    trouble: Abouts
    soothe: Abouts
    calm: Abouts
    also: Abouts
    offer: Abouts
    declined: Abouts
    besides: Abouts
    check: Abouts
    meanwhile: Abouts
    check_lacking: Abouts
    confirm: Whats
    confirm_again: Whats
    corrected: Annotated[tuple[Annotated[str, AfterValidator(_with("value"))], ...], Field(min_length=1)]
    told_before: Annotated[tuple[Annotated[str, AfterValidator(_with("told"))], ...], Field(min_length=1)]
    for_one: Abouts
    choose: Things
    choose_one: Things
    options: Things
    option: Things
    named: Annotated[tuple[Annotated[str, AfterValidator(_with("values"))], ...], Field(min_length=1)]
    without: Annotated[tuple[Annotated[str, AfterValidator(_with("about", "fact"))], ...], Field(min_length=1)]
    otherwise: Annotated[tuple[Annotated[str, AfterValidator(_with("facts"))], ...], Field(min_length=1)]
    clarify_among: Annotated[tuple[Annotated[str, AfterValidator(_with("topics"))], ...], Field(min_length=1)]
    unusable: Unusable
    emergency: Emergency
    handoff: HandingOver

    abusive: Plains
    agreed_already: Plains
    amend: Plains
    anything_else: Plains
    calmly: Plains
    check_short: Plains
    clarify: Plains
    conditional: Plains
    farewell: Plains
    follows: Plains
    greet: Plains
    hand_over: Plains
    for_another: Plains
    not_settled: Plains
    left_open: Plains
    move_on: Plains
    no_matter: Plains
    no_matter_calmly: Plains
    noted: Plains
    offer_person: Plains
    questioned: Plains
    repeat: Plains
    repeat_undirected: Plains
    retry: Plains
    settle: Plains
    thanks: Plains
    thanks_calmly: Plains
    time_out: Plains
    unclear: Plains
    undecided: Plains
    unsure: Plains
    wait: Plains
    where: Plains
    who: Plains
    why_identity: Plains
    why_needed: Plains
    why_safe: Plains
    withdraw: Plains

    def choosing(self, count: int, *, asked: bool) -> tuple[str, ...]:
        """The sentences that name so many things to choose among; `asked`: those that policy asks about."""
        one, several = (self.option, self.options) if asked else (self.choose_one, self.choose)
        return several if count > 1 else one

    def single(self, kind: ActKind) -> tuple[str, ...]:
        """The sentences of an act that one of them is enough for."""
        sentences: tuple[str, ...] = dict(self)["settle" if kind == "calm" else kind]
        return sentences

    def listed(self, names: Iterable[str]) -> str:
        """`a`, `a and b`, `a, b and c`."""
        *first, last = names
        return f"{', '.join(first)} {self.and_last} {last}" if first else last

    def either(self, names: Iterable[str]) -> str:
        """`a`, `a or b`, `a, b or c`; nothing for none."""
        *first, last = [*names] or [""]
        return f"{', '.join(first)} {self.or_last} {last}" if first else last
