"""Which things of their account a customer points at: by number, name, amount, day, `the last one`, `the second`."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from rapidfuzz import fuzz

from callcenter.business import Sheet
from callcenter.events import Thing
from services.agent.facts.dates import Dates
from services.agent.facts.money import amounts, bare_amounts

_WORD = re.compile(r"[^\W\d_]{3,}")
_SIZE = re.compile(r"(?<![\w'\u2019.,$€£#/:-])(?:\d{1,3}|X{0,3}[SL]|M)(?![\w%:/-]|[.,]\d)")
"""What tells one size from another: `6 by 9`, `XL`."""

_MONEY = re.compile(r"-?\d+\.\d{2}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_END = re.compile(r"(?<![\d.,$€£-])\d{3,6}(?![\d%]|[.,]\d)")
_FIGURE = re.compile(r"(?<![\w.,-])\d{2,5}(?:\.\d\d)?(?![\w-]|[.,]\d)")

_BEHIND = re.compile(r"\s*(?:[.,;:!?)\n]|$)|\s+([^\W\d_]+)")

_TYPED_ALIKE = 85
"""Share of letters, of 100, from which on a word is the mistyped name of a thing (`fuzz.ratio` of rapidfuzz)."""

_LONG_ENOUGH = 5
"""Letters of a word that may be mistyped."""

_MOST_PARTS = 40
"""Of a text, between words that join; one with more is no list of things."""

_TWO = 2
"""Things that `both` stands for."""

_TOLD = 2
"""What an amount or a day weighs beside one word of a name."""


class Words(Sheet):
    """`pointing.yaml` of a language: how one thing of several is pointed at by its place in time or its price."""

    latest: tuple[str, ...]
    earliest: tuple[str, ...]
    dearest: tuple[str, ...]
    cheapest: tuple[str, ...]
    never: tuple[str, ...]
    every: tuple[str, ...] = ()
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
        self._out = re.compile(rf"{_any(without).pattern}[^.,:;!?\n]*", re.IGNORECASE)

    def among(
        self, text: str, things: Sequence[Thing], dates: Dates, today: date, offered: Sequence[str] = ()
    ) -> list[Thing]:
        """Those that the text may mean; all of them where it points at none.

        `offered` are the values of those that the customer was asked to choose among, in their order.
        """
        text, things = self._meant(text, things, dates, today)
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
        meant = [one[0] for part, one in zip(parts, named, strict=False) if len(one) == 1 and _is_called(part, *one)]
        found = [thing for thing in left if thing in meant]
        return found if len(found) > 1 else []

    def _meant(self, text: str, things: Sequence[Thing], dates: Dates, today: date) -> tuple[str, Sequence[Thing]]:
        """What may point, and at what: not what is left out, and none of the phrases that only sound like it."""
        text = self._never.sub(" ", text.replace("\u2019", "'"))
        phrases = [phrase for phrase in self._out.findall(text) if not _is_of_a_name(phrase, things)]
        left = self._others(" ".join(phrases), things, dates, today) if phrases else []
        kept = self._out.sub(lambda found: " " if found.group() in phrases else found.group(), text)
        if not left or self._means_another(kept, left, things, dates, today):
            return text, things
        return kept, left

    def _means_another(
        self, text: str, left: Sequence[Thing], things: Sequence[Thing], dates: Dates, today: date
    ) -> bool:
        """Whether the rest names another than what is left: `my chair, the one without arms` leaves out no chair."""
        named = self._fitting(text, things, dates, today)
        return len(named) < len(things) and not any(thing in left for thing in named)

    def _others(self, out: str, things: Sequence[Thing], dates: Dates, today: date) -> list[Thing]:
        """Those that are not left out by `not the kettle`, `all but the last`."""
        meant = self._extreme(out, self._fitting(out, things, dates, today))
        return [thing for thing in things if thing not in meant]

    def _fitting(self, text: str, things: Sequence[Thing], dates: Dates, today: date) -> list[Thing]:
        for names in (_names, _ends):
            if named := [thing for thing in things if names(text, thing.value)]:
                return named
        marks = self._marks(text, things, dates, today)
        best = max(marks, default=0)
        fitting = [thing for thing, mark in zip(things, marks, strict=True) if mark == best]
        return _by_last_word(text, fitting) or fitting

    def _marks(self, text: str, things: Sequence[Thing], dates: Dates, today: date) -> list[int]:
        """How much speaks for each: words that not all of them have, amounts and days."""
        said = {*_words(text), *_SIZE.findall(text)}
        sums, days = set(_sums(text)), {one.value for one in dates.read(text, today) if one.value}
        names = [{word for known in thing.known for word in (*_words(known), *_sizes(known))} for thing in things]
        shared = Counter(word for own in names for word in own)
        telling = [{word for word in own if len(things) == 1 or shared[word] < len(things)} for own in names]
        return [
            sum(any(_same(word, one) for one in said) for word in own)
            + _TOLD * any(_is_sum(known, sums) or known in days for known in thing.known)
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
        """One of the words where it stands for a thing, or before what one is called: not `the last three months`."""
        nouns = {word.lower() for thing in things for word in _WORD.findall(f"{thing.label} {' '.join(thing.known)}")}
        for found in words.finditer(text):
            behind = _BEHIND.match(text, found.end())
            if behind and (behind[1] is None or behind[1].lower().removesuffix("s") in nouns | {"one", "of"}):
                return found
        return None

    def _extreme(self, text: str, things: Sequence[Thing]) -> list[Thing]:
        choices: tuple[tuple[tuple[str, ...], Callable[[Thing], object | None], bool], ...] = (
            (self._words.latest, _day, True),
            (self._words.earliest, _day, False),
            (self._words.dearest, _price, True),
            (self._words.cheapest, _price, False),
        )
        for words, of, most in choices:
            marked = [(mark, thing) for thing in things if (mark := of(thing)) is not None]
            if marked and self._pointed_by(_any(words), text, things):
                best = (max if most else min)(mark for mark, _ in marked)  # type: ignore[type-var]
                return [thing for mark, thing in marked if mark == best]
        return list(things)


def _names(text: str, value: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text, re.IGNORECASE) is not None


def _is_of_a_name(phrase: str, things: Sequence[Thing]) -> bool:
    """Whether its first word is one of a name: `without sugar`, where there is a jam without sugar."""
    first, *_ = [*_words(phrase), ""]
    return any(first in _words(known) for thing in things for known in thing.known)


def _ends(text: str, value: str) -> bool:
    """Whether the text says the last digits of a longer number: `hers ends in 2196`."""
    digits = re.sub(r"\D", "", value)
    return any(len(end) < len(digits) and digits.endswith(end) for end in _END.findall(text))


def _by_last_word(text: str, things: Sequence[Thing]) -> list[Thing]:
    """Those of several that the last word of a name is said of: `the rug` is a wool rug, and no rug pad."""
    said = set(_words(text))
    return [thing for thing in things if any(words[-1] in said for known in thing.known if (words := [*_words(known)]))]


def _is_called(text: str, thing: Thing) -> bool:
    """Whether it holds more than a first half of its name: the rain is no rain jacket, where it is one part of many."""
    said, names = set(_words(text)), [[*_words(known)] for known in thing.known]
    half = any(_same(word, one) for name in names for word in name[:-1] for one in said)
    whole = any(_same(name[-1], one) for name in names if name for one in said)
    return whole or not half or any(map(str.isdigit, text))


def _words(text: str) -> Iterator[str]:
    return (word.lower() for word in _WORD.findall(text))


def _sizes(known: str) -> list[str]:
    """What in it tells one size from another; a price or a day is none."""
    return [] if _MONEY.fullmatch(known) or _DAY.fullmatch(known) else _SIZE.findall(known)


def _day(thing: Thing) -> str | None:
    return next((known for known in thing.known if _DAY.fullmatch(known)), None)


def _price(thing: Thing) -> Decimal | None:
    return next((Decimal(known) for known in thing.known if _MONEY.fullmatch(known)), None)


def _sums(text: str) -> Iterator[Decimal]:
    written = [one.value for one in (*amounts(text), *bare_amounts(text))] + _FIGURE.findall(text)
    for value in written:
        try:
            yield abs(Decimal(value or ""))
        except InvalidOperation:
            continue


def _is_sum(known: str, sums: Iterable[Decimal]) -> bool:
    """Whether it is one of these, or one without its cents."""
    if not _MONEY.fullmatch(known):
        return False
    amount = abs(Decimal(known))
    return any(one in (amount, amount.to_integral_value(), int(amount)) for one in sums)


def _same(word: str, said: str) -> bool:
    if said.removesuffix("s") == word.removesuffix("s"):
        return True
    alike = word[0] == said[0] and min(len(word), len(said)) >= _LONG_ENOUGH
    return alike and fuzz.ratio(word, said) >= _TYPED_ALIKE


def _any(words: Iterable[str], *, whole: bool = True) -> re.Pattern[str]:
    """Any of them, the longest first; nothing at all where there are none. `whole`: each is a word, and no sign."""
    longest_first = sorted(words, key=len, reverse=True)
    if not longest_first:
        return re.compile(r"(?!)")
    if whole:
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.I)
    bounded = (re.escape(one) if not one[0].isalnum() else rf"(?<!\w){re.escape(one)}(?!\w)" for one in longest_first)
    return re.compile("|".join(bounded), re.I)
