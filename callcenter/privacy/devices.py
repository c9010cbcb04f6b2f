"""Serial numbers of phones: an IMEI has 15 digits and the check digit of a payment card (3GPP TS 23.003, annex B)."""

import re
from collections.abc import Iterator

from callcenter.privacy.cards import luhn
from callcenter.privacy.digits import Place

_IMEI = re.compile(
    r"(?<!\w)imei(?:[\s:=#]|\b(?:is|was|it's|no\.?|nr\.?|number|code)(?![\w.])){1,8}"
    r"(?P<it>\d{15}|\d{2}([- ])\d{6}\2\d{6}\2\d)(?![\w-]|[\s.,/-]{0,3}\d)",
    re.IGNORECASE,
)
_CARDS_OF_15_DIGITS = re.compile(r"3[47]|2131|1800|1")
"""American Express, JCB of old, and UATP: whatever it is called, it may be one of theirs."""
_CARD_WORDS = re.compile(
    r"(?<!\w)(?:cards?|credit|debit|visa|master ?card|amex|american express|maestro|diners|jcb|cvv2?|cvc2?"
    r"|exp(?:iry|ires)?)(?!\w)",
    re.IGNORECASE,
)
_NEARBY = 60


def imeis(text: str) -> Iterator[Place]:
    """Only what is called so just before it, in one piece or as phones print it, and with no word of cards nearby."""
    for match in _IMEI.finditer(text):
        start, end = match.span("it")
        digits = re.sub(r"\D", "", match["it"])
        around = text[max(0, match.start() - _NEARBY) : end + _NEARBY]
        if luhn(digits) and not _CARDS_OF_15_DIGITS.match(digits) and not _CARD_WORDS.search(around):
            yield start, end
