"""Which value belongs to which slot of a business, each with the characters that state it."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import get_args

from callcenter.events import Entity, Evidence
from services.agent.facts import sums
from services.agent.facts.answers import lacking
from services.agent.facts.before import follows_email, follows_proofs, listed
from services.agent.facts.corrections import corrected, negation
from services.agent.facts.kinds import ANNOUNCED, AS_WRITTEN, RIVALS, answer_reader, reader
from services.agent.facts.money import CuedAmounts
from services.agent.facts.reading import Reader, Reading
from services.agent.facts.trouble import Check, Trouble, check_of
from services.agent.facts.written import Written, coded, joined, plain, read_aloud
from services.agent.reasons import Slot, SlotKind
from services.agent.understanding.typos import Typos

_LONGEST = 4_000
_BEFORE = 90
_LINK = (
    r"(?:[\s:]+(?:in (?:it|them|there)|is|was|are|number|no\.?|nr\.?|id|code|of|for|on|to|my|the|it|it's"
    r"|should\s+be|would\s+be))*\W*$"
)
_BY_CUE, _BY_KIND, _BY_QUESTION, _BY_NEED, _BY_LIST = 0.15, 0.12, 0.1, 0.05, 0.01
_SUREST, _DOUBTFUL, _RESPELLED, _REGROUPED = 0.99, 0.82, 0.02, 0.04

_FORMED: frozenset[SlotKind] = frozenset({"pattern", "email", "phone", "postcode", "date", "card", "iban"})
"""Kinds of which a value by itself shows its form; a number, a day or a word may be anything."""


@dataclass(frozen=True)
class _Field:
    """A slot made ready for reading, or without a name a kind that the business has no slot for."""

    name: str | None
    kind: SlotKind
    bare: bool
    read: Reader
    answer: Reader | None
    own_cue: re.Pattern[str] | None
    kind_cue: re.Pattern[str] | None
    check: Check | None

    def cue(self, before: str) -> float:
        """How much surer the words before a value make that it is of this slot."""
        if self.own_cue and self.own_cue.search(before):
            return _BY_CUE
        if self.kind_cue and self.kind_cue.search(before):
            return _BY_KIND
        if self.kind == "postcode" and follows_proofs(before):
            return _BY_CUE
        if self.kind == "postcode" and follows_email(before):
            return _BY_LIST
        alike = listed(before)
        return _BY_LIST if alike is not None and self.cue(before[:alike]) else 0.0


@dataclass(frozen=True)
class _Candidate:
    field: _Field
    start: int
    end: int
    value: str | None
    certainty: float
    extractor: str

    def clear_of(self, others: Iterable["_Candidate"]) -> bool:
        return all(self.end <= other.start or self.start >= other.end for other in others)


@dataclass(frozen=True)
class _Page:
    """The text in one of the ways of writing it; the further from the customer's, the less sure is what it says."""

    written: Written
    less: float = 0.0
    bare: bool = True


class Extractor:
    """Finds the values of a business's slots; what was just asked decides between readings of a bare answer.

    `region` (ISO 3166) is where customers write phone numbers, postcodes and dates without saying from which country.
    An email address of `own_domains`, which are the business's own, is never the customer's.
    """

    def __init__(self, slots: Mapping[str, Slot], *, region: str = "US", own_domains: Collection[str] = ()) -> None:
        self._fields = [_field(name, slot, slot.region or region, own_domains) for name, slot in slots.items()]
        kinds = {slot.kind for slot in slots.values()}
        self._fields += [_rival(kind, region) for kind in RIVALS if kind not in kinds]
        cues = "|".join(re.escape(cue) for slot in slots.values() for cue in sorted(slot.cues, key=len, reverse=True))
        self._glued = re.compile(rf"\b(?:{cues})[.:#-]?(?=\d)", re.I) if cues else None
        self._announcement = re.compile(
            rf"(?:,\s*)?(?:\b(?:and|at|for|from|in|of|on|with)\s+)?(?:\b(?:my|the)\s+)?(?:\b(?:{cues}))?\W*$", re.I
        )
        self._negation = negation(cues)
        self._typos = Typos(_words(slot) for slot in slots.values())

    def extract(
        self,
        turn: int,
        text: str,
        expected: str | None = None,
        *,
        today: date | None = None,
        needed: Collection[str] = (),
    ) -> tuple[Entity, ...]:
        """All facts in a customer turn, in the order in which they are stated: of two for one slot the last one counts.

        `needed` are slots that will be asked for next: a value that only its form tells is rather of one of them.
        Without `today` no day is read that is counted from it. What the customer says it is not (`not 48213`) is none.
        """
        said = plain(text[:_LONGEST])
        taken = self._taken(said, expected, today, needed)
        if expected and all(found.field.name != expected for found in taken):
            taken = self._answered(said, expected, taken, today)
        meant = sorted((found for found in taken if self._is_meant(said, found)), key=lambda found: found.start)
        return tuple(entity for found in _without_asides(said, meant) for entity in _entities(turn, found))

    def fitting(self, turn: int, text: str, names: Collection[str], *, today: date | None = None) -> list[Entity]:
        """Whatever may be a value of one of `names` by its form alone; the same words may be there for several."""
        said = plain(text[:_LONGEST])
        fields = [field for field in self._fields if field.name in names and field.kind in _FORMED]
        found = [one for field in fields for one in self._candidates(said, None, today, names, fields=[field])]
        return [entity for one in found if self._is_meant(said, one) for entity in _entities(turn, one)]

    def trouble(self, text: str, expected: str, *, today: date | None = None) -> Trouble | None:
        """What is wrong with the answer to the question for `expected`; None where it holds a value, or no attempt."""
        said = plain(text[:_LONGEST])
        check = next((field.check for field in self._fields if field.name == expected), None)
        if (
            check is None
            or lacking(said)
            or any(e.name == expected for e in self.extract(0, text, expected, today=today))
        ):
            return None
        others = [found for found in self._taken(said, expected, today) if found.field.name != expected]
        page = self._tried(self._without(others, said), expected)
        for fault in check(page.text, today):
            start, end = page.span(fault.start, fault.end)
            if not self._negation.search(said[:start][-_BEFORE:]):
                return Trouble(fault.kind, text[start:end], fault.readings)
        return None

    def _tried(self, said: str, name: str) -> Written:
        """The text in the way of writing in which an attempt at the value is looked for."""
        kind = next(field.kind for field in self._fields if field.name == name)
        if kind in AS_WRITTEN:
            return Written(said)
        aloud = read_aloud(said, self._glued, self._typos.slips(said))
        return aloud if kind in ("date", "phone") else joined(aloud)

    def _taken(
        self, said: str, expected: str | None, today: date | None, needed: Collection[str] = ()
    ) -> list[_Candidate]:
        """The surest readings that leave each other their characters.

        A second answer to the question, where none corrects the other, comes after what else may be meant by it.
        """
        candidates = sorted(
            self._candidates(said, expected, today, needed), key=lambda c: (-c.certainty, c.start - c.end)
        )
        taken, seconds, corrects = list[_Candidate](), list[_Candidate](), corrected(said) is not None
        for found in candidates:
            if found.clear_of(taken):
                second = not corrects and self._is_second(said, found, taken)
                (seconds if second else taken).append(found)
        for found in seconds:
            if found.clear_of(taken):
                taken.append(found)
        return taken

    def _is_second(self, said: str, found: _Candidate, taken: list[_Candidate]) -> bool:
        """Whether there is a value already, and only the question makes this one, or its form right after an email."""
        only_form = found.extractor == "pattern" and follows_email(said[: found.start])
        return (found.extractor == "asked" or only_form) and any(
            other.field is found.field and self._is_meant(said, other) for other in taken
        )

    def _candidates(
        self,
        said: str,
        expected: str | None,
        today: date | None,
        needed: Collection[str] = (),
        *,
        fields: Sequence[_Field] | None = None,
    ) -> Iterator[_Candidate]:
        aloud = _Page(read_aloud(said, self._glued, self._typos.slips(said)), _RESPELLED)
        pages: dict[SlotKind, tuple[_Page, ...]] = dict.fromkeys(get_args(SlotKind), (aloud,))
        pages |= dict.fromkeys(AS_WRITTEN, (_Page(Written(said)),))
        pages["day"] = (_Page(Written(said)), aloud)
        pages["pattern"] = (_Page(Written(said)), *_respelled(aloud))
        for field in self._fields if fields is None else fields:
            likely = _BY_QUESTION * (field.name == expected) or _BY_NEED * (field.name in needed)
            asked = field.name is not None and field.name == expected
            for page in pages[field.kind]:
                for reading in field.read(page.written.text, today):
                    yield from _candidate(field, page, reading, likely if field.name else 0.0, asked=asked)

    def _answered(self, said: str, name: str, taken: list[_Candidate], today: date | None) -> list[_Candidate]:
        """What is known, with an answer in words that nobody else needs, else in those that may be something else."""
        for known in (taken, [found for found in taken if found.certainty > _DOUBTFUL]):
            if answers := self._answers(self._without(known, said), name, today):
                return [*answers, *(found for found in taken if found.clear_of(answers))]
        return taken

    def _answers(self, text: str, name: str, today: date | None) -> list[_Candidate]:
        """A number without its currency, or the words themselves; more than one only where one corrects another."""
        field = next(field for field in self._fields if field.name == name)
        found = [
            candidate
            for reading in (field.answer(text, today) if field.answer else ())
            for candidate in _candidate(field, _Page(Written(text)), reading, _BY_QUESTION, asked=True)
            if self._is_meant(text, candidate)
        ]
        return found if corrected(text) else found[:1]

    def _without(self, taken: list[_Candidate], said: str) -> str:
        """The text with blank lines in place of what is known, and of the words that announce it."""
        for found in taken:
            announced = self._announcement.search(said, max(0, found.start - _BEFORE), found.start)
            start = announced.start() if announced else found.start
            said = said[:start] + "\n" * (found.end - start) + said[found.end :]
        return said

    def _is_meant(self, said: str, found: _Candidate) -> bool:
        return not self._negation.search(said[: found.start][-_BEFORE:])


def _without_asides(said: str, found: Sequence[_Candidate]) -> list[_Candidate]:
    """All but the amounts that are not spoken for; where the customer corrects something, the last one counts."""
    if corrected(said) is not None:
        return list(found)
    asides = set[tuple[int, int]]()
    for name in {one.field.name for one in found if one.field.kind == "amount"}:
        stated = [(one.start, one.end, Decimal(one.value)) for one in found if one.field.name == name and one.value]
        meant = sums.meant(said, stated)
        asides |= {(start, end) for (start, end, _), is_meant in zip(stated, meant, strict=True) if not is_meant}
    return [one for one in found if (one.start, one.end) not in asides]


def _respelled(aloud: _Page) -> Iterator[_Page]:
    """The ways of writing in which a value may fit the pattern of a business, where it does not as it stands."""
    if aloud.written.places is not None:
        yield aloud
    regrouped = joined(aloud.written)
    for written in (regrouped, coded(regrouped, "-"), coded(regrouped, "")):
        if written is not aloud.written:
            yield _Page(written, _REGROUPED, bare=False)


def _candidate(field: _Field, page: _Page, reading: Reading, likely: float, *, asked: bool) -> Iterator[_Candidate]:
    """The reading as one for this field, if it has a right to it."""
    written = page.written
    surer = field.cue(written.text[: reading.start][-_BEFORE:])
    if surer or likely or (reading.bare and page.bare and (field.bare or reading.value is None)):
        less = page.less if written.places is not None else 0.0
        certainty = min(_SUREST, reading.certainty - less + surer + likely)
        extractor = "cue" if surer else "asked" if asked else "pattern"
        yield _Candidate(field, *written.span(reading.start, reading.end), reading.value, certainty, extractor)


def _entities(turn: int, found: _Candidate) -> Iterator[Entity]:
    if found.field.name is not None and found.value is not None:
        yield Entity(
            name=found.field.name,
            value=found.value,
            type=found.field.kind,
            evidence=Evidence(turn=turn, start=found.start, end=found.end),
            confidence=round(found.certainty, 2),
            extractor=found.extractor,
        )


def _field(name: str, slot: Slot, region: str, own_domains: Collection[str]) -> _Field:
    read, answer = reader(slot.kind, region, slot, own_domains), answer_reader(slot, region)
    cues = [re.escape(cue) for cue in sorted(slot.cues, key=len, reverse=True)]
    own_cue, kind_cue = _cue(cues), _cue(ANNOUNCED.get(slot.kind, ()))
    if slot.kind == "amount" and own_cue:
        read = CuedAmounts(slot.cues, own_cue).read
    return _Field(name, slot.kind, slot.bare, read, answer, own_cue, kind_cue, check_of(slot, region))


def _words(slot: Slot) -> str:
    """What a business expects to be typed: its cues, and the words in its pattern."""
    return " ".join((*slot.cues, re.sub(r"\\\w", " ", slot.pattern or ""))).lower()


def _rival(kind: SlotKind, region: str) -> _Field:
    return _Field(None, kind, RIVALS[kind], reader(kind, region), None, None, _cue(ANNOUNCED.get(kind, ())), None)


def _cue(words: Sequence[str]) -> re.Pattern[str] | None:
    return re.compile(rf"\b(?:{'|'.join(words)})(?:'s|s)?{_LINK}", re.I) if words else None
