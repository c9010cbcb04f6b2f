"""The kinds of facts: who reads each, in which words it is announced, and how it is read in an answer."""

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from functools import partial

from services.agent.facts.answers import Things, phrases
from services.agent.facts.choices import Choices
from services.agent.facts.contact import addresses, emails, phones, postcodes
from services.agent.facts.dates import Dates
from services.agent.facts.days import days_ahead
from services.agent.facts.money import amounts, bare_amounts, cards, ibans
from services.agent.facts.names import answered_names, names
from services.agent.facts.numerals import WORDS, number
from services.agent.facts.reading import Reader, Reading
from services.agent.facts.sizes import Sizes
from services.agent.reasons import Slot, SlotKind

ANNOUNCED: dict[SlotKind, tuple[str, ...]] = {
    "email": (r"e-?mail(?: address)?", "mail"),
    "phone": (r"(?:tele)?phone", "mobile", "cell", r"(?:call|reach|text) me(?: back)?(?: at| on)?"),
    "postcode": (r"zip ?code", "zip", r"post ?code", "postal code"),
    "card": (
        r"(?:ending|ends)(?: in| with)?",
        r"last (?:four|4)(?: digits)?",
        r"(?<!gift )(?<!sim )(?<!loyalty )card",
        "visa|mastercard|amex",
    ),
    "iban": ("iban",),
}
"""Words before a value, as regular expressions, that give its kind away in every business."""

AS_WRITTEN: frozenset[SlotKind] = frozenset({"email", "address", "name", "choice", "phrase"})
"""Kinds that are words: numbers in them stay as the customer wrote them."""

RIVALS: dict[SlotKind, bool] = {
    "email": True,
    "phone": False,
    "postcode": False,
    "date": True,
    "amount": True,
    "card": True,
    "iban": True,
    "address": True,
}
"""Kinds that are known even where a business has no slot for them, so that they are not taken for something else;
whether they are known without a cue."""

_NUMBER = re.compile(r"(?<![\w$€£.,#/-])\d{1,3}(?:,\d{3})+(?![\w%,])|(?<![\w$€£.,#/-])\d{1,9}(?![\w%/-]|[.,]\d)")
_NUMBER_SAID = re.compile(rf"\b{WORDS}(?<=[\w])", re.I)
_NUMBERS = re.compile(r"(?<=\d)\s(?=\d)")
_BLANKS = re.compile(r"\D*(?:\d{1,2}\s\d{1,2}\s(?:\d\d){1,2}|\d{4}\s\d{1,2}\s\d{1,2})\W*")
_BIRTH = re.compile(r"\b(?:birth|born)", re.I)


def reader(kind: SlotKind, region: str, slot: Slot | None = None, own_domains: Collection[str] = frozenset()) -> Reader:
    """Who finds values of a kind in any text; `slot` where the business says more about them."""
    match kind:
        case "email":
            return lambda text, _: emails(text, own_domains)
        case "phone":
            return lambda text, _: phones(text, region)
        case "postcode":
            return lambda text, _: postcodes(text, region)
        case "date":
            return Dates(region, of_birth=slot is not None and is_birth(slot)).read
        case _:
            return (_reader_of(slot) if slot else None) or _READERS[kind]


def _reader_of(slot: Slot) -> Reader | None:
    """Who finds values in the business's own terms: its pattern, its options, or its cues."""
    match slot.kind:
        case "pattern":
            return _own(slot.pattern or "")
        case "choice":
            return Choices(slot.options).read
        case "phrase":
            return Things(slot.cues).read
        case "day":
            return partial(days_ahead, weekdays=slot.weekdays)
        case _:
            return None


def answer_reader(slot: Slot, region: str) -> Reader | None:
    """Who finds a value in the answer to the question for it where nobody found one before, None if that is all."""
    if slot.kind == "choice":
        return Choices(slot.options).answered
    if slot.kind == "date" and is_birth(slot):
        return partial(_in_blanks, Dates(region, of_birth=True))
    return partial(_sized, Sizes(slot.examples)) if slot.kind == "pattern" else _ANSWERS.get(slot.kind)


def is_birth(slot: Slot) -> bool:
    """Whether a slot of kind `date` asks for a birthday."""
    return any(_BIRTH.search(words) for words in (slot.title, *slot.cues))


def _in_blanks(dates: Dates, text: str, today: date | None) -> Iterable[Reading]:
    """A day in numbers that nothing but blanks parts: `7 23 91`."""
    return dates.read(_NUMBERS.sub("/", text), today) if _BLANKS.fullmatch(text) else ()


def _own(pattern: str) -> Reader:
    compiled = re.compile(pattern, re.I)

    def read(text: str, _: date | None) -> Iterator[Reading]:
        return (Reading(*m.span(), m.group().upper(), 0.8) for m in compiled.finditer(text) if m.group())

    return read


def _sized(sizes: Sizes, text: str, _: date | None) -> Iterator[Reading]:
    return (Reading(start, end, name.upper(), 0.7, bare=False) for start, end, name in sizes.read(text))


def _numbers(text: str, _: date | None) -> Iterator[Reading]:
    """Whole numbers in digits, or in words."""
    for match in _NUMBER.finditer(text):
        yield Reading(*match.span(), str(int(match.group().replace(",", ""))), 0.5)


def _answered_numbers(text: str, _: date | None) -> Iterator[Reading]:
    for match in _NUMBER_SAID.finditer(text):
        words = match.group().rstrip(" -")
        if (value := number(words)) is not None:
            yield Reading(match.start(), match.start() + len(words), str(value), 0.7, bare=False)


_READERS: dict[SlotKind, Reader] = {
    "number": _numbers,
    "day": days_ahead,
    "amount": amounts,
    "card": cards,
    "iban": ibans,
    "name": names,
    "address": lambda text, _: addresses(text),
    "thing": lambda _text, _: iter(()),
}
_ANSWERS: dict[SlotKind, Reader] = {
    "number": _answered_numbers,
    "amount": bare_amounts,
    "name": answered_names,
    "phrase": lambda text, _: phrases(text),
}
