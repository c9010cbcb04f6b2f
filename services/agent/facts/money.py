"""Amounts of money, payment cards and bank accounts. Of a card number only the last four digits are kept."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from stdnum import iban, luhn

from services.agent.facts.reading import Reading

CURRENCY_WORDS = r"dollars?|bucks|euros?|pounds?|quid|usd|eur|gbp|cad|aud|chf|cents?"
_SIGN = r"(?:US|C|CA|A|AU)?\$|[€£¥]"
_FIGURE = r"\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_CURRENCY = rf"(?:{_SIGN}|(?:{CURRENCY_WORDS})\b)"
_AMOUNT = re.compile(rf"(?<!\w)(?:(?:{_SIGN})\s?(?:{_FIGURE})(?![\d%])|(?<![\d.,])(?:{_FIGURE})\s?{_CURRENCY})", re.I)
_SPENT = re.compile(
    r"\b(?:amount|bill(?:ed)?|charged?|charges|cost|debit(?:ed)?|deposit(?:ed)?|fee|paid|pay|payment|price|purchase|refund(?:ed)?"
    r"|took|taken|total|transaction|transfer|withdr[ae]w(?:al|n)?)"
    r"(?:\s+(?:about|at|by|came|for|from|is|just|me|my|of|over|the|to|us|was|with)){0,3}\s+"
    r"(?P<figure>\d{1,3}(?:,\d{3})*\.\d{2}|\d+\.\d{2})(?![\w%]|[.,]\d|\s?(?:gb|mb|kg|cm|mm|percent)\b)",
    re.I,
)
_CENTS = re.compile(r"cents?$", re.I)
_BARE = re.compile(rf"(?<![\w.,/-])(?:{_FIGURE})(?![\w/%-]|[.,]\d)")
_CARD = re.compile(r"(?<![\w.+-])\d(?:[ -]?\d){12,18}(?![\w-])")
_LAST_FOUR = re.compile(r"(?<![\w$€£.,/#-])\d{4}(?![\w/%-]|[.,]\d)")
_MOST = Decimal(10**12)
"""What is more is not an amount of money, whatever stands beside it."""

_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{1,4}){3,9}(?!\w)", re.I | re.A)


def amounts(text: str, _: date | None = None) -> Iterator[Reading]:
    """Figures with a currency, or with cents after a word for a payment, as decimal numbers.

    The currency itself is the business's.
    """
    for match in _AMOUNT.finditer(text):
        if (value := _decimal(match.group())) < _MOST:
            value = value / 100 if _CENTS.search(match.group()) else value
            yield Reading(*match.span(), str(value.quantize(Decimal("0.01"))), 0.9)
    for match in _SPENT.finditer(text):
        if (value := _decimal(match["figure"])) < _MOST:
            yield Reading(*match.span("figure"), str(value), 0.85)


def bare_amounts(text: str, _: date | None = None) -> Iterator[Reading]:
    """Figures without a currency, for an answer to the question for an amount."""
    for match in _BARE.finditer(text):
        if (value := _decimal(match.group())) < _MOST:
            yield Reading(*match.span(), str(value.quantize(Decimal("0.01"))), 0.7, bare=False)


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


def _decimal(figure: str) -> Decimal:
    """`1,084.50` and `1.084,50` are the same: what stands before one or two last digits are the decimals."""
    whole, cents = re.fullmatch(r"(.*?)(?:[.,](\d{1,2}))?", re.sub(r"[^\d.,]", "", figure)).groups()  # type: ignore[union-attr]
    return Decimal(f"{re.sub(r'[.,]', '', whole)}.{cents or 0}")
