"""What the things of an account are called, and whether a text says so."""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation

from rapidfuzz import fuzz

from callcenter.events import Thing
from services.agent.facts.money import amounts, bare_amounts

WORD = re.compile(r"[^\W\d_]{3,}")
SIZE = re.compile(r"(?<![\w'\u2019.,$€£#/:-])(?:\d{1,3}|X{0,3}[SL]|M)(?![\w%:/-]|[.,]\d)")
"""What tells one size from another: `6 by 9`, `XL`."""

_MONEY = re.compile(r"-?\d+\.\d{2}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_END = re.compile(r"(?<![\d.,$€£-])\d{3,6}(?![\d%]|[.,]\d)")
_FIGURE = re.compile(r"(?<![\w.,-])\d{2,5}(?:\.\d\d)?(?![\w-]|[.,]\d)")
_TYPED_ALIKE = 85
"""Share of letters, of 100, from which on a word is the mistyped name of a thing (`fuzz.ratio` of rapidfuzz)."""

_LONG_ENOUGH = 5
"""Letters of a word that may be mistyped."""


def is_named(text: str, value: str) -> bool:
    """Whether the text says the value."""
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text, re.IGNORECASE) is not None


def is_of_a_name(phrase: str, things: Sequence[Thing]) -> bool:
    """Whether its first word is one of a name: `without sugar`, where there is a jam without sugar."""
    first, *_ = [*words_of(phrase), ""]
    return any(first in words_of(known) for thing in things for known in thing.known)


def ends_with(text: str, value: str) -> bool:
    """Whether the text says the last digits of a longer number: `hers ends in 2196`."""
    digits = re.sub(r"\D", "", value)
    return any(len(end) < len(digits) and digits.endswith(end) for end in _END.findall(text))


def by_last_word(text: str, things: Sequence[Thing]) -> list[Thing]:
    """Those of several that the last word of a name is said of: `the rug` is a wool rug, and no rug pad."""
    said = set(words_of(text))
    names = ((thing, [*words_of(known)]) for thing in things for known in thing.known)
    return list({thing.value: thing for thing, words in names if words and words[-1] in said}.values())


def is_called(text: str, thing: Thing) -> bool:
    """Whether it holds more than a first half of its name: the rain is no rain jacket, where it is one part of many."""
    said, names = set(words_of(text)), [[*words_of(known)] for known in thing.known]
    half = any(same_word(word, one) for name in names for word in name[:-1] for one in said)
    whole = any(same_word(name[-1], one) for name in names if name for one in said)
    return whole or not half or any(map(str.isdigit, text))


def words_of(text: str) -> Iterator[str]:
    """The words in it that may name something."""
    return (word.lower() for word in WORD.findall(text))


def sizes(known: str) -> list[str]:
    """What in it tells one size from another; a price or a day is none."""
    return [] if _MONEY.fullmatch(known) or _DAY.fullmatch(known) else SIZE.findall(known)


def day_of(thing: Thing) -> str | None:
    """The first day that it is known by (ISO 8601)."""
    return next((known for known in thing.known if _DAY.fullmatch(known)), None)


def price_of(thing: Thing) -> Decimal | None:
    """The first amount that it is known by."""
    return next((Decimal(known) for known in thing.known if _MONEY.fullmatch(known)), None)


def sums_in(text: str) -> Iterator[Decimal]:
    """All that may be an amount in it, without a sign."""
    written = [one.value for one in (*amounts(text), *bare_amounts(text))] + _FIGURE.findall(text)
    for value in written:
        try:
            yield abs(Decimal(value or ""))
        except InvalidOperation:
            continue


def is_sum(known: str, sums: Iterable[Decimal]) -> bool:
    """Whether it is one of these, or one without its cents."""
    if not _MONEY.fullmatch(known):
        return False
    amount = abs(Decimal(known))
    return any(one in (amount, amount.to_integral_value(), int(amount)) for one in sums)


def same_word(word: str, said: str) -> bool:
    """Whether the one is the other, also in the plural or mistyped."""
    if said.removesuffix("s") == word.removesuffix("s"):
        return True
    alike = word[0] == said[0] and min(len(word), len(said)) >= _LONG_ENOUGH
    return alike and fuzz.ratio(word, said) >= _TYPED_ALIKE
