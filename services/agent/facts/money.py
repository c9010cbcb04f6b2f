"""Amounts of money, payment cards and bank accounts. Of a card number only the last four digits are kept."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from stdnum import iban, luhn

from services.agent.facts.numerals import CENTS, WHOLE, number
from services.agent.facts.reading import Reading

CURRENCY_WORDS = r"dollars?|bucks|euros?|pounds?|quid|usd|eur|gbp|cad|aud|chf|cents?"
_SIGN = r"(?:US|C|CA|A|AU)?\$|[€£¥]|\b(?:USD|EUR|GBP|CAD|AUD|CHF)(?=\s?\d)"
_FIGURE = (
    r"\d{1,3}(?:[ '\u2019]\d{3}){1,4}[.,]\d{2}|\d{1,3}(?:['\u2019]\d{3}){1,4}|\d{1,3}(?:[.,]\d{3}){1,4}(?:[.,]\d{1,2})?"
    r"|\d+(?:[.,]\d{1,2})?"
)
_TO_THE_CENT = r"\d{1,3}(?:[, '\u2019]\d{3}){1,4}\.\d{2}|\d{1,3}(?:[. '\u2019]\d{3}){1,4},\d{2}|\d+[.,]\d{2}"
_NO_MONEY = (
    r"(?![\w%/-]|[.,:]\d|\s?(?:gb|mb|gigs?|kg|lbs?|cm|mm|ft|inch(?:es)?|percent|[ap]\.?m|o'clock|hours?|days?)\b)"
)
_CURRENCY = rf"(?:{_SIGN}|(?:{CURRENCY_WORDS})\b)"
_AMOUNT = re.compile(
    rf"(?<!\w)(?:(?:{_SIGN})\s?(?:{_FIGURE})(?:k\b)?(?![\d%])(?:\s(?:{CURRENCY_WORDS})\b)?"
    rf"|(?<![\d.,])(?:{_FIGURE})k?\s?{_CURRENCY})",
    re.I,
)
_AND_CENTS = re.compile(
    r"(?:,?\sand|,)?\s(?P<cents>\d{1,2})(?:\s?(?:cents?\b|¢)|(?P<bare>)(?=\s*(?:[.;!?)\n]|,(?!\d)|$)))", re.I
)
_CENTS_AFTER_FIGURE = re.compile(r"(?<![\w.,$-])(?P<whole>\d{1,6})\sand\s(?P<cents>\d{1,2})\s?cents?\b", re.I)
_SPENT = re.compile(
    r"(?:^\W{0,3}(?:(?:hi|hello|hey|it'?s|that'?s|the|this|an?)\b\W{1,3}){0,3}-?"
    r"|\b(?:there'?s|there is)\s(?:an?\s)?-?"
    r"|\b(?:amount|bill(?:ed)?|charged?|charges|cost|debit(?:ed)?|deposit(?:ed)?|fee|paid|pay|payment|price|purchase|refund(?:ed)?"
    r"|took|taken|total|transaction|transfer|withdr[ae]w(?:al|n)?)"
    r"(?:\s+(?:about|at|by|came|for|from|is|just|me|my|of|over|the|to|us|was|with)){0,3}\s+"
    rf"-?)(?P<figure>{_TO_THE_CENT}){_NO_MONEY}",
    re.I,
)
_NAMED_AFTER = re.compile(
    rf"(?<![\w.,/$-])(?P<figure>{_TO_THE_CENT})(?=\s(?:charge|fee|payment|purchase|debit|transaction|withdrawal"
    r"|exactly|to be (?:exact|precise))\b)",
    re.I,
)
_CENTS = re.compile(r"cents?$", re.I)
_NO_COUNT = (
    r"(?!\s?(?:minutes?|hours?|days?|weeks?|months?|years?|times|people|percent|gb|mb|gigs?"
    r"|of (?:them|these|those|us))\b)"
)
_BARE = re.compile(rf"(?<![\w.,/])(?<![\w.,/]-)(?:{_FIGURE})(?:k\b)?(?![\w/%-]|[.,]\d){_NO_COUNT}", re.I)
_BARE_SAID = re.compile(
    rf"(?<![\w'-])(?P<whole>{WHOLE})(?:,?\s(?:and\s)?(?P<cents>{CENTS}))?(?![-\s,]{{1,2}}{CENTS}|[\w'-]){_NO_COUNT}",
    re.I,
)
_FEWEST_SAID = 10
"""What is less, in words, may be no figure (`the one`), and with what follows two: `two fifty`."""

_CUED = 0.6
"""How sure a mere figure is after a cue: what fits another fact better is rather that."""

_BEFORE, _TELLING = 40, 5
"""Characters before a figure in which a cue for it may stand, and letters of a cue that tells what it is."""

_CARD = re.compile(r"(?<![\w.+-])[1-9](?:[ -]?\d){12,18}(?![\w-])")
_LAST_FOUR = re.compile(r"(?<![\w$€£.,/#-])\d{4}(?![\w/%-]|[.,]\d)")
_MOST = Decimal(10**12)
"""What is more is not an amount of money, whatever stands beside it."""

_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{1,4}){3,9}(?!\w)", re.I | re.A)


def amounts(text: str, _: date | None = None) -> Iterator[Reading]:
    """Figures with a currency, or with cents after a word for a payment, as decimal numbers.

    The currency itself is the business's.
    """
    for match in _AMOUNT.finditer(text):
        cents = None if _CENTS.search(match.group()) else _AND_CENTS.match(text, match.end())
        if cents and (cents["bare"] is None or match.group()[-1].isalpha()):
            yield from _amount(
                match.start(), cents.end(), _decimal(match.group()) + Decimal(cents["cents"]) / 100, 0.95
            )
        else:
            value = _decimal(match.group())
            yield from _amount(*match.span(), value / 100 if _CENTS.search(match.group()) else value, 0.9)
    for match in _CENTS_AFTER_FIGURE.finditer(text):
        yield from _amount(*match.span(), Decimal(f"{match['whole']}.{match['cents']:0>2}"), 0.95)
    for pattern in (_SPENT, _NAMED_AFTER):
        for match in pattern.finditer(text):
            yield from _amount(*match.span("figure"), _decimal(match["figure"]), 0.85)


def bare_amounts(text: str, _: date | None = None) -> Iterator[Reading]:
    """Figures without a currency, also in words, for an answer to the question for an amount."""
    for match in _BARE.finditer(text):
        yield from _amount(*match.span(), _decimal(match.group()), 0.7, bare=False)
    for match in _BARE_SAID.finditer(text):
        whole, cents = number(match["whole"]) or 0, number(match["cents"] or "zero") or 0
        if whole >= _FEWEST_SAID or not re.search(
            r"\w", text[: match.start()] + text[match.end() :] + (match["cents"] or "")
        ):
            yield from _amount(*match.span(), whole + Decimal(cents) / 100, 0.7, bare=False)


class CuedAmounts:
    """Amounts, and figures that are one by the words of a business before them: `my limit should be 4k`.

    A small word is not enough where none that tells what it is (`limit`) stands anywhere before it.
    """

    def __init__(self, cues: Sequence[str], before: re.Pattern[str]) -> None:
        telling = "|".join(re.escape(cue) for cue in cues if len(cue) >= _TELLING)
        self._before, self._telling = before, re.compile(rf"\b(?:{telling})\b", re.I) if telling else None

    def read(self, text: str, _: date | None = None) -> Iterator[Reading]:
        """All of them."""
        known = list(amounts(text))
        yield from known
        told = self._telling.search(text) if self._telling else None
        for match in _BARE.finditer(text, told.end()) if told else ():
            cued = self._before.search(text[max(0, match.start() - _BEFORE) : match.start()])
            if cued and all(match.end() <= one.start or one.end <= match.start() for one in known):
                yield from _amount(*match.span(), _decimal(match.group()), _CUED, bare=False)


def cards(text: str, _: date | None = None) -> Iterator[Reading]:
    """Numbers that pass the check of card numbers (Luhn, ISO/IEC 7812), and four digits where a card is spoken of."""
    for match in _CARD.finditer(text):
        number = re.sub(r"\D", "", match.group())
        yield Reading(*match.span(), number[-4:] if luhn.is_valid(number) else None, 0.96)
    for match in _LAST_FOUR.finditer(text):
        yield Reading(*match.span(), match.group(), 0.8, bare=False)


def ibans(text: str, _: date | None = None) -> Iterator[Reading]:
    """International bank account numbers (ISO 13616) with the right check digits and length."""
    for match in _IBAN.finditer(text):
        end = match.end()
        while end > match.start() and not iban.is_valid(text[match.start() : end]):
            end = text.rfind(" ", match.start(), end)
        if end > match.start():
            yield Reading(match.start(), end, re.sub(r"\s", "", text[match.start() : end]).upper(), 0.99)


def _amount(start: int, end: int, value: Decimal, certainty: float, *, bare: bool = True) -> Iterator[Reading]:
    if value < _MOST:
        yield Reading(start, end, str(value.quantize(Decimal("0.01"))), certainty, bare)


def _decimal(figure: str) -> Decimal:
    """`1,084.50` and `1.084,50` are the same: what stands before one or two last digits are the decimals."""
    thousands = re.search(r"\dk\b", figure, re.I)
    whole, cents = re.fullmatch(r"(.*?)(?:[.,](\d{1,2}))?", re.sub(r"[^\d.,]", "", figure)).groups()  # type: ignore[union-attr]
    return Decimal(f"{re.sub(r'[.,]', '', whole)}.{cents or 0}") * (1_000 if thousands else 1)
