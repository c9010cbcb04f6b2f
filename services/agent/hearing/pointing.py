"""Which things of their account a customer points at: by number, name, amount, day, `the last one`, `the second`."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise

from callcenter.business import Sheet
from callcenter.events import Thing
from services.agent.facts.dates import Dates
from services.agent.hearing.called import (
    SIZE,
    WORD,
    by_last_word,
    day_of,
    ends_with,
    is_called,
    is_named,
    is_of_a_name,
    is_sum,
    price_of,
    same_word,
    sizes,
    sums_in,
    words_of,
)
from services.agent.hearing.cues import Expression, any_of, joined
from services.agent.hearing.staying import NEVER, Staying

_BEHIND = re.compile(r"\s*(?:[.,;:!?)\n]|$)|\s+([^\W\d_]+)")


_BEFORE = 60
"""Characters before a word in which what makes it a thing stands."""

_MOST_PARTS = 40
"""Of a text, between words that join; one with more is no list of things."""

_TWO = 2
"""Things that `both` stands for."""

_TOLD = 2
"""What an amount or a day weighs beside one word of a name."""


class Words(Sheet):
    """`pointing.yaml` of a language: how one thing of several is pointed at by its place in time or its price.

    `stays` and `needed` say of a thing that it is to stay as it is, `unwanted` that it is not, `clauses` begin to speak
    of something else. What is `needed` stays only where something is asked for with one of the words for `ending`.
    `another` is the one of two that was not spoken of. `things` stand before such a word that stands for a thing.
    """

    latest: tuple[str, ...]
    earliest: tuple[str, ...]
    dearest: tuple[str, ...]
    cheapest: tuple[str, ...]
    never: tuple[str, ...]
    every: tuple[str, ...] = ()
    stays: tuple[Expression, ...] = ()
    needed: tuple[Expression, ...] = ()
    unwanted: tuple[Expression, ...] = ()
    clauses: tuple[Expression, ...] = ()
    another: tuple[Expression, ...] = ()
    ending: tuple[str, ...] = ()
    things: tuple[Expression, ...] = ()
    pair: tuple[str, ...] = ()


class Pointing:
    """Reads in one language and region. `places` are the ordinals, from 1; -1 is the last; `joins` stand between."""

    def __init__(
        self, words: Words, places: Mapping[str, int], without: Iterable[str], joins: Iterable[str] = ()
    ) -> None:
        self._words, self._every, self._joins = words, _any(words.every), _any(joins, whole=False)
        self._pair = _any(words.pair)
        self._places, self._ordinal = places, _any(places)
        self._never = _any(words.never)
        self._is_a_thing = re.compile(
            rf"(?:^|[.:;!?\n]|(?<!\w)(?:{joined(words.things or NEVER)}))\W{{0,9}}$", re.IGNORECASE
        )
        self._out = re.compile(rf"{_any(without).pattern}[^.,:;!?\n]*", re.IGNORECASE)
        self._another = any_of(words.another or NEVER)
        self.staying = Staying(words.stays, words.needed, words.unwanted, words.clauses, words.ending)

    def among(
        self,
        text: str,
        things: Sequence[Thing],
        dates: Dates,
        today: date,
        offered: Sequence[str] = (),
        *,
        ends: bool = False,
    ) -> list[Thing]:
        """Those that the text may mean; all of them where it points at none.

        `offered` are the values of those that the customer was asked to choose among, in their order. Where something
        `ends`, what is needed is not meant.
        """
        text, things = self._meant(text, things, dates, today, ends=ends)
        fitting = self._fitting(text, things, dates, today)
        if 1 < len(fitting) < len(things):
            fitting = [thing for thing in fitting if thing.value in offered] or fitting
        if placed := self._by_place(text, things, offered) if len(fitting) == len(things) else []:
            return placed
        return self._extreme(text, fitting) if len(fitting) > 1 else fitting

    def named(self, text: str, things: Sequence[Thing], dates: Dates, today: date) -> list[Thing]:
        """Those that it names; all of them where it names none. `The last one` names none."""
        return self._fitting(*self._meant(text, things, dates, today), dates, today)

    def several(self, text: str, things: Sequence[Thing], dates: Dates, today: date) -> list[Thing]:
        """More than one that are each meant: named side by side, or `everything but the kettle`; else none."""
        every, pair = self._every.search(text), self._pair.search(text)
        text, left = self._meant(text, things, dates, today)
        fitting = self._fitting(text, left, dates, today)
        if every:
            return fitting if len(fitting) > 1 else []
        if pair and len(fitting) == _TWO:
            return fitting
        parts = self._joins.split(text, _MOST_PARTS)
        named = [self._fitting(part, left, dates, today) for part in parts if len(parts) <= _MOST_PARTS]
        meant = [one[0] for part, one in zip(parts, named, strict=False) if len(one) == 1 and is_called(part, *one)]
        found = [thing for thing in left if thing in meant]
        return found if len(found) > 1 else []

    def told(self, text: str, things: Sequence[Thing], dates: Dates, today: date) -> list[Thing]:
        """Those that it names, also to say that they are to stay; none where it names none."""
        return self._named(self._never.sub(" ", text.replace("\u2019", "'")), things, dates, today)

    def place(self, text: str, thing: Thing) -> tuple[int, int]:
        """Where its name stands in a text, else what speaks of the other one, else the whole text."""
        own = {word.lower() for known in thing.known for word in WORD.findall(known)}
        said = [word for word in WORD.finditer(text) if any(same_word(one, word.group().lower()) for one in own)]
        if not said:
            another = self._another.search(text)
            return another.span() if another else (0, len(text))
        apart = (one for one, after in pairwise(said) if text[one.end() : after.start()].strip())
        return said[0].start(), next(apart, said[-1]).end()

    def tells_another(self, text: str) -> bool:
        """Whether it speaks of the other one of two."""
        return bool(self._another.search(text))

    def _meant(
        self, text: str, things: Sequence[Thing], dates: Dates, today: date, *, ends: bool = False
    ) -> tuple[str, Sequence[Thing]]:
        """What may point, and at what: not what is left out, and none of the phrases that only sound like it."""
        text = self._never.sub(" ", text.replace("\u2019", "'"))
        found = (one for one in self._out.finditer(text) if not is_of_a_name(one.group(), things))
        spans = [*(one.span() for one in found), *self.staying.spans(text, ends=ends)]
        left = self._others([text[start:end] for start, end in spans], things, dates, today)
        if not 0 < len(left) < len(things):
            return text, things
        kept = text
        for start, end in spans:
            kept = kept[:start] + " " * (end - start) + kept[end:]
        return (text, things) if self._means_another(kept, left, things, dates, today) else (kept, left)

    def _means_another(
        self, text: str, left: Sequence[Thing], things: Sequence[Thing], dates: Dates, today: date
    ) -> bool:
        """Whether the rest names another than what is left: `my chair, the one without arms` leaves out no chair."""
        named = self._fitting(text, things, dates, today)
        return len(named) < len(things) and not any(thing in left for thing in named)

    def _others(self, outs: Iterable[str], things: Sequence[Thing], dates: Dates, today: date) -> list[Thing]:
        """Those that are not left out by `not the kettle`, `all but the last`, `the lamp I keep`."""
        meant = (self._extreme(out, self._fitting(out, things, dates, today)) for out in outs)
        out = [thing for found in meant if len(found) < len(things) for thing in found]
        return [thing for thing in things if thing not in out]

    def _fitting(self, text: str, things: Sequence[Thing], dates: Dates, today: date) -> list[Thing]:
        return self._named(text, things, dates, today) or list(things)

    def _named(self, text: str, things: Sequence[Thing], dates: Dates, today: date) -> list[Thing]:
        for says in (is_named, ends_with):
            if named := [thing for thing in things if says(text, thing.value)]:
                return named
        marks = self._marks(text, things, dates, today)
        best = max(marks, default=0)
        fitting = [thing for thing, mark in zip(things, marks, strict=True) if mark == best]
        return by_last_word(text, fitting) or (fitting if best else [])

    def _marks(self, text: str, things: Sequence[Thing], dates: Dates, today: date) -> list[int]:
        """How much speaks for each: words that not all of them have, amounts and days."""
        said = {*words_of(text), *SIZE.findall(text)}
        sums, days = set(sums_in(text)), {one.value for one in dates.read(text, today) if one.value}
        names = [{word for known in thing.known for word in (*words_of(known), *sizes(known))} for thing in things]
        shared = Counter(word for own in names for word in own)
        telling = [{word for word in own if len(things) == 1 or shared[word] < len(things)} for own in names]
        return [
            sum(any(same_word(word, one) for one in said) for word in own)
            + _TOLD * any(is_sum(known, sums) or known in days for known in thing.known)
            for own, thing in zip(telling, things, strict=True)
        ]

    def _by_place(self, text: str, things: Sequence[Thing], offered: Sequence[str]) -> list[Thing]:
        """`The second one` of those that were read out; it may stand for no day and no time."""
        by_value = {thing.value: thing for thing in things}
        order = [by_value[value] for value in offered if value in by_value]
        found = self._pointed_by(self._ordinal, text, things)
        if not (order and found):
            return []
        place = self._places[found.group().lower()]
        return [order[place - 1 if place > 0 else place]] if abs(place) <= len(order) else []

    def _pointed_by(self, words: re.Pattern[str], text: str, things: Sequence[Thing]) -> re.Match[str] | None:
        """One of the words where it stands for a thing, or before what one is called: not `the last three months`.

        With nothing behind it, it also needs what makes it a thing: `my wife first` is no first one.
        """
        nouns = {word.lower() for thing in things for word in WORD.findall(f"{thing.label} {' '.join(thing.known)}")}
        for found in words.finditer(text):
            behind = _BEHIND.match(text, found.end())
            if behind is None:
                continue
            named = bool(behind[1]) and behind[1].lower().removesuffix("s") in nouns | {"one", "of"}
            if named or (not behind[1] and self._is_a_thing.search(text[: found.start()][-_BEFORE:])):
                return found
        return None

    def _extreme(self, text: str, things: Sequence[Thing]) -> list[Thing]:
        choices: tuple[tuple[tuple[str, ...], Callable[[Thing], object | None], bool], ...] = (
            (self._words.latest, day_of, True),
            (self._words.earliest, day_of, False),
            (self._words.dearest, price_of, True),
            (self._words.cheapest, price_of, False),
        )
        for words, of, most in choices:
            marked = [(mark, thing) for thing in things if (mark := of(thing)) is not None]
            if marked and self._pointed_by(_any(words), text, things):
                best = (max if most else min)(mark for mark, _ in marked)  # type: ignore[type-var]
                return [thing for mark, thing in marked if mark == best]
        return list(things)


def _any(words: Iterable[str], *, whole: bool = True) -> re.Pattern[str]:
    """Any of them, the longest first; nothing at all where there are none. `whole`: each is a word, and no sign."""
    longest_first = sorted(words, key=len, reverse=True)
    if not longest_first:
        return re.compile(r"(?!)")
    if whole:
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.I)
    bounded = (re.escape(one) if not one[0].isalnum() else rf"(?<!\w){re.escape(one)}(?!\w)" for one in longest_first)
    return re.compile("|".join(bounded), re.I)
