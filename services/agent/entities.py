"""The facts that a customer states, each with the characters that state it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from callcenter.events import Entity, Evidence
from services.agent.dates import DATE, iso_date
from services.agent.reasons import Slot, SlotKind

_STREET = (
    r"street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|way|place|pl|terrace|square|sq|parkway"
)
_PATTERNS = {
    "email": re.compile(r"[a-z0-9][\w.+-]*@[\w-]+(?:\.[\w-]+)+", re.I),
    "phone": re.compile(r"(?<![\w$.])(?:\+?1[\s.-]?)?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]?\d{4}(?!\w)"),
    "postcode": re.compile(r"(?<![\w$.-])(?:\d{5}(?:-\d{4})?|[a-z]\d[a-z] ?\d[a-z]\d)(?![\w-])", re.I),
    "date": DATE,
    "amount": re.compile(r"\$\s?\d[\d,]*(?:\.\d{1,2})?|\b\d[\d,]*(?:\.\d{1,2})?(?=\s?(?:usd|dollars?|bucks)\b)", re.I),
    "address": re.compile(
        rf"\b\d{{1,5}}\s+(?:\d+(?:st|nd|rd|th)\s+|[a-z][a-z.' -]{{1,40}}?\b)(?:{_STREET})\b"
        r"(?:[^!?\n]{0,60}?\b\d{5}\b)?",
        re.I,
    ),
}
_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d{1,2})?(?!\w)")
_CERTAINTY = {
    "email": 0.99,
    "address": 0.95,
    "amount": 0.9,
    "date": 0.85,
    "phone": 0.85,
    "pattern": 0.8,
    "postcode": 0.78,
}
_LINK = r"(?:\s+(?:is|was|number|no\.?|id|code|of|for|on|my|the|should\s+be))*\W*$"
_LACKING = re.compile(
    r"\b(?:(?:do not|don't|dont|didn't) (?:have|know|remember|recall|see)"
    r"|can(?:'t|not) (?:find|remember|recall|tell|say)|no idea|not sure|never got one|nothing here|no clue)\b",
    re.I,
)
_LEAD = re.compile(r"\b(?:it's|it is|it was|that's|that was|would be|should be|is|yes,|here we go:)\s+", re.I)
_WRAPPING = re.compile(r"\s*(?:(?:well|sure|ok|okay|yes|um|fine|right|the|my|a|an)\b[\s,:.]*)*", re.I)
_PHRASE = re.compile(r"[^.!?;\n]+?(?=[.!;\n]|, (?:it|which|and)\b|$)", re.I)
_LONGEST_PHRASE = 80


@dataclass(frozen=True)
class _Candidate:
    name: str
    slot: Slot
    start: int
    end: int
    certainty: float
    extractor: str


def lacking(text: str) -> bool:
    """Whether the customer says that they do not have or know what was asked."""
    return bool(_LACKING.search(text.replace("\u2019", "'")))


class Extractor:
    """Finds the values of a business's slots; what was just asked decides between readings of a bare answer."""

    def __init__(self, slots: dict[str, Slot]) -> None:
        self._slots = slots
        self._patterns = {name: _pattern(slot) for name, slot in slots.items()}
        self._cues = {name: _cue(slot) for name, slot in slots.items()}

    def extract(self, turn: int, text: str, expected: str | None = None) -> tuple[Entity, ...]:
        """All facts in a customer turn, in the order in which they are stated."""
        text = text[:4_000]
        candidates = [found for name, slot in self._slots.items() for found in self._found(name, slot, text, expected)]
        taken: list[_Candidate] = []
        for found in sorted(candidates, key=lambda c: -c.certainty):
            if all(found.end <= other.start or found.start >= other.end for other in taken):
                taken.append(found)
        if expected and all(found.name != expected for found in taken):
            taken.extend(self._bare(expected, text))
        return tuple(_entity(turn, text, found) for found in sorted(taken, key=lambda c: c.start))

    def _found(self, name: str, slot: Slot, text: str, expected: str | None) -> Iterator[_Candidate]:
        pattern, cue = self._patterns[name], self._cues[name]
        for match in pattern.finditer(text) if pattern else ():
            cued = cue is not None and cue.search(text[max(0, match.start() - 40) : match.start()]) is not None
            asked = name == expected
            if not (cued or asked or slot.bare) or _value(slot, match.group()) is None:
                continue
            certainty = min(0.99, _CERTAINTY[slot.kind] + 0.15 * cued + 0.1 * asked)
            extractor = "cue" if cued else "asked" if asked else "pattern"
            yield _Candidate(name, slot, match.start(), match.end(), certainty, extractor)

    def _bare(self, name: str, text: str) -> list[_Candidate]:
        """An answer that no pattern finds: a number without its currency, or the words themselves."""
        slot = self._slots[name]
        if slot.kind == "amount" and (number := _NUMBER.search(text)):
            return [_Candidate(name, slot, *number.span(), 0.7, "asked")]
        if slot.kind != "phrase" or lacking(text):
            return []
        start, end = _phrase(text)
        return [_Candidate(name, slot, start, end, 0.7, "asked")] if re.search(r"\w{2}", text[start:end]) else []


def _phrase(text: str) -> tuple[int, int]:
    """The words that name the thing, without those around them; an empty span if it is a question."""
    lead = _LEAD.search(text)
    start = lead.end() if lead else 0
    wrapping = _WRAPPING.match(text, start)
    start = wrapping.end() if wrapping else start
    named = _PHRASE.match(text, start)
    return start, min(named.end(), start + _LONGEST_PHRASE) if named else start


def _pattern(slot: Slot) -> re.Pattern[str] | None:
    return re.compile(slot.pattern, re.I) if slot.pattern else _PATTERNS.get(slot.kind)


def _cue(slot: Slot) -> re.Pattern[str] | None:
    words = "|".join(re.escape(cue) for cue in sorted(slot.cues, key=len, reverse=True))
    return re.compile(rf"\b(?:{words}){_LINK}", re.I) if words else None


def _entity(turn: int, text: str, found: _Candidate) -> Entity:
    return Entity(
        name=found.name,
        value=_value(found.slot, text[found.start : found.end]) or "",
        type=found.slot.kind,
        evidence=Evidence(turn=turn, start=found.start, end=found.end),
        confidence=round(found.certainty, 2),
        extractor=found.extractor,
    )


def _value(slot: Slot, text: str) -> str | None:
    """The normal form, None if the text only looks like a value."""
    return _NORMAL[slot.kind](text)


_NORMAL: dict[SlotKind, Callable[[str], str | None]] = {
    "pattern": str.upper,
    "email": str.lower,
    "phone": lambda text: "+1" + re.sub(r"\D", "", text)[-10:],
    "postcode": lambda text: text.split("-")[0].upper(),
    "date": iso_date,
    "amount": lambda text: str(Decimal(re.sub(r"[^\d.]", "", text)).quantize(Decimal("0.01"))),
    "phrase": lambda text: " ".join(text.split()),
    "address": lambda text: " ".join(text.split()),
}
