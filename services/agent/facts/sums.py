"""Which of several amounts in a text the customer means: not a rounder word for one of them, nor a sum in an aside."""

import re
from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

Sum = tuple[int, int, Decimal]
"""An amount, with the characters that state it."""

_PAYMENT = (
    r"(?:amounts?|bill(?:ed|s)?|charg(?:e[ds]?|ing)|costs?|debit(?:ed|s)?|deposit(?:ed)?|fees?|payments?|prices?|purchases?"
    r"|refund(?:ed|s)?|take|took|taken|totals?|transactions?|transfer(?:red|s)?|withdr[ae]w(?:als?|n)?)"
)
_CUED_BEFORE = re.compile(
    rf"\b{_PAYMENT}(?:\s+(?:about|at|by|came|for|from|is|just|me|my|of|over|the|to|up|us|was|went|with)){{0,4}}\s+$",
    re.I,
)
_CUED_AFTER = re.compile(rf"\s(?:[\w-]+\s)?{_PAYMENT}\b", re.I)
_SPOKEN_OF = re.compile(rf"\b{_PAYMENT}\b", re.I)
_BREAK = re.compile(r"[.!?;\n](?!\d)|,(?=\s)|\s(?:and|but)\s", re.I)
_ASIDE = re.compile(
    r"\b(?:i|i'd|i'm|i've|we|we'd|nobody|no ?one|who|any(?:one|body)|do you|would|could|can|can't|never|even|only"
    r"|more than|less than|almost|nearly)\b",
    re.I,
)
_BEFORE = 60


def meant(text: str, sums: Sequence[Sum]) -> list[bool]:
    """For each amount, in their order in the text, whether it is one that the customer speaks for."""
    told = [_is_told(text, one) for one in sums]
    first, rounded = told.index(True) if any(told) else len(sums), _rounded(sums)
    return [
        amount not in rounded and not (place > first and not told[place] and _is_aside(text, sums, place))
        for place, (_, _, amount) in enumerate(sums)
    ]


def _is_told(text: str, one: Sum) -> bool:
    """Whether the words right beside it say that it is a payment."""
    return bool(_CUED_BEFORE.search(text[: one[0]][-_BEFORE:]) or _CUED_AFTER.match(text, one[1]))


def _rounded(sums: Sequence[Sum]) -> set[Decimal]:
    """The whole amounts right below and above those with cents."""
    down = {amount.to_integral_value(ROUND_FLOOR) for _, _, amount in sums if amount % 1}
    return down | {amount + 1 for amount in down}


def _is_aside(text: str, sums: Sequence[Sum], place: int) -> bool:
    """Whether it stands in a clause of its own that tells what somebody has, would or never could spend."""
    start, end, _ = sums[place]
    breaks = [found.end() for found in _BREAK.finditer(text, sums[place - 1][1], start)]
    after = _BREAK.search(text, end)
    clause = text[breaks[-1] if breaks else start : after.start() if after else len(text)]
    return bool(breaks and _ASIDE.search(clause) and not _SPOKEN_OF.search(clause))
