"""Words about several things of one kind: whether all that is named is meant, and which of those read back are."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from callcenter.business import Sheet
from callcenter.events import ContactReason, Entity
from services.agent.facts import corrected

_SPAN = tuple[int, int]
_NEAR = 40
"""Characters before or after a thing in which words about it stand."""

_ENDS = re.compile(r"[.!?;\n]\s")
_NOTHING = re.compile(r"(?!)")
_LETTERS = re.compile(r"\w")
_LAST_DIGITS = 10
_FEW = 5
"""Words between one that adds a thing and its name: `and please also cancel the`."""


class Words(Sheet):
    """`several.yaml` of a language."""

    joins: tuple[str, ...]
    beside: tuple[str, ...]
    each: tuple[str, ...]
    none: tuple[str, ...] = ()
    choices: tuple[str, ...]
    out: tuple[str, ...]
    more: tuple[str, ...]
    adds: tuple[str, ...]
    only: tuple[str, ...]
    takes: tuple[str, ...] = ()
    alone: tuple[str, ...]
    without: tuple[str, ...]
    drops: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    places: dict[str, int]
    of_another: tuple[str, ...]
    counts: dict[str, int]
    one: tuple[str, ...]


class Several:
    """Reads them in one language."""

    def __init__(self, words: Words) -> None:
        self._joins, self._beside = _any(words.joins), _any(words.beside)
        self._none = _any(words.none) if words.none else _NOTHING
        self._each, self._choices, self._more = _any(words.each), _any(words.choices), _any(words.more)
        self._added = re.compile(rf"(?:{_any(words.adds).pattern})(?:\s+[\w']+){{0,{_FEW}}}\W*$", re.I)
        self._out = re.compile(rf"\s{{0,3}}(?:{_any(words.out).pattern})", re.I)
        self._only_before = _right_before(words.only, words.beside)
        self._drops_before = _right_before(words.drops, words.beside) if words.drops else _NOTHING
        self._dropping = _any(words.drops) if words.drops else _NOTHING
        self._keeps_before = re.compile(rf"(?:{_any(words.keeps).pattern})\W*$", re.I) if words.keeps else _NOTHING
        self._alone = re.compile(rf"(?:\s{{1,3}}one)?\s{{1,3}}(?:{_any(words.alone).pattern})", re.I)
        self._cues = re.compile(
            rf"(?P<without>{_any(words.without).pattern})|(?P<only>{_any((*words.only, *words.takes)).pattern})", re.I
        )
        self._places, self._ordinal = words.places, _any(words.places)
        self._of_another = re.compile(rf"\s{{1,3}}(?:{_any(words.of_another).pattern})", re.I)
        self._picks = _any((*words.only, *words.alone, *words.one, *words.places, *words.counts))
        self._placed = re.compile(rf"(?:{_any(words.places).pattern})\s+(?:{_any(words.one).pattern})", re.IGNORECASE)
        self._counts, self._count = words.counts, re.compile(rf"\s{{1,3}}({_any(words.counts).pattern})", re.I)

    def joined(self, text: str, spans: Sequence[_SPAN], cues: Iterable[str]) -> bool:
        """Whether nothing but joining words stands between the things, and nothing takes any of them back.

        `cues` are what the business calls such a thing, which may stand there too.
        """
        if corrected(text) is not None:
            return False
        before = _clause_before(text, spans[0][0])
        return not self._hedged(before) and all(
            self.only_joins(text[end:start], cues) for (_, end), (start, _) in pairwise(spans)
        )

    def only_joins(self, between: str, cues: Iterable[str] = ()) -> bool:
        """Whether the words between two things do no more than join them."""
        if not self._joins.search(between):
            return False
        called = [form for cue in cues for form in (cue, f"{cue}s")]
        rest = _any(called).sub(" ", between.replace("\u2019", "'")) if called else between
        return not self._beside.sub(" ", self._joins.sub(" ", rest)).strip()

    def all_meant(self, text: str, spans: Sequence[_SPAN]) -> bool:
        """Whether the words around the things say that each is meant: `48402 hasn't come either`."""
        if corrected(text) is not None:
            return False
        start, end = spans[0][1], spans[-1][1] + _NEAR
        around = self._none.sub(" ", _blanked(text, spans).replace("\u2019", "'"))
        return bool(self._each.search(around)) and not self._choices.search(around[start:end])

    def said_in(self, text: str, entities: Sequence[Entity]) -> list[Entity]:
        """Those whose value is said there."""
        return [one for one in entities if _said(one).search(text)]

    def only_meant(self, text: str, entities: Sequence[Entity]) -> Entity | None:
        """The one of several of which it is said that it is meant alone: `of 48244 and 48402 cancel only 48402`."""
        only = [
            one
            for one in entities
            if any(self._only_before.search(text, 0, match.start()) for match in _said(one).finditer(text))
        ]
        return only[0] if len(only) == 1 < len(entities) else None

    def drops(self, text: str, start: int) -> bool:
        """Whether what is named at `start` is taken back: `forget the newsletter`, and not `don't forget it`."""
        cue = self._drops_before.search(text, 0, start)
        return cue is not None and not self._keeps_before.search(text, 0, cue.start())

    def insists(self, text: str) -> bool:
        """Whether it says that something must not be taken back: `don't forget the newsletter`."""
        return any(self._keeps_before.search(text, 0, cue.start()) for cue in self._dropping.finditer(text))

    def means_only(self, text: str, start: int, end: int) -> bool:
        """Whether what is named there is meant alone."""
        return bool(self._only_before.search(text, 0, start) or self._alone.match(text, end))

    def each_of_them(self, text: str) -> bool:
        """Whether a reply takes all that was named, and names nothing itself."""
        return bool(self._each.search(text)) and not self._choices.search(text) and "?" not in text

    def one_more(self, text: str, start: int = 0) -> bool:
        """Whether it speaks of something in addition, which may be named at `start`, and of no change."""
        text = text.replace("\u2019", "'")
        added = bool(self._more.search(text) or self._added.search(_clause_before(text, start)))
        return added and corrected(text) is None and not self._choices.search(text)

    def picks(self, text: str, *, among: int) -> bool:
        """Whether it picks one or some of so many things, or of one thing another: `yes, the last one`."""
        return bool((self._picks if among > 1 else self._placed).search(text))

    def will_not_do(self, text: str, end: int) -> bool:
        """Whether the thing that ends there is turned down right after."""
        return bool(self._out.match(text.replace("\u2019", "'"), end))

    def left_out(
        self, text: str, reasons: Sequence[ContactReason], before: Sequence[ContactReason] = ()
    ) -> list[ContactReason]:
        """Those that are to be left out, as the customer says of what was read back in this order.

        What was left out `before` may be named once more.
        """
        text, only, left, cue = text.replace("\u2019", "'"), set[int](), set[int](), None
        last = 0
        for start, end, places in self._mentions(text, reasons, before):
            between = text[last:start]
            cues = list(self._cues.finditer(between[-_NEAR:] if last == 0 else between))
            cue = cues[-1].lastgroup if cues else cue if last and self.only_joins(between) else None
            if self._alone.match(text, end):
                cue = "only"
            (only if cue == "only" else left if cue else set()).update(places)
            last = end
        left |= set(range(len(reasons))) - only if only else set()
        return [[*reasons, *before][place] for place in sorted(left - only)]

    def _mentions(
        self, text: str, reasons: Sequence[ContactReason], before: Sequence[ContactReason]
    ) -> list[tuple[int, int, set[int]]]:
        """Where one of them is named: by its own fact, or by its place."""
        found: dict[_SPAN, set[int]] = {}
        for place, reason in enumerate([*reasons, *before]):
            for entity in reason.entities:
                for match in _said(entity).finditer(text):
                    found.setdefault(match.span(), set()).add(place)
        for match in self._ordinal.finditer(text):
            count = self._count.match(text, match.end())
            places = self._at(match.group(), count[1] if count else None, len(reasons))
            if places and not self._of_another.match(text, match.end()):
                found.setdefault((match.start(), count.end() if count else match.end()), set()).update(places)
        return sorted((start, end, places) for (start, end), places in found.items())

    def _at(self, ordinal: str, count: str | None, most: int) -> set[int]:
        """Which of so many `the second`, `the first two` or `the last` are."""
        place, many = self._places[ordinal.lower()], self._counts[count.lower()] if count else 1
        start = place - 1 if place > 0 else most - many
        return set(range(start, start + many)) & set(range(most))

    def _hedged(self, before: str) -> bool:
        """Whether a question or a choice is made of what follows: `was it`, `either`, `not`."""
        return bool(self._choices.search(before[-_NEAR // 4 :])) or before.lower().rstrip().endswith("either")


def _right_before(words: Iterable[str], beside: Iterable[str]) -> re.Pattern[str]:
    """One of the words at the end of a text, with up to three small ones after it."""
    small = "|".join(map(re.escape, beside))
    return re.compile(rf"(?:{_any(words).pattern})\s+(?:(?:{small})\s*){{0,3}}$", re.I)


def _any(words: Iterable[str]) -> re.Pattern[str]:
    """Any of the words, the longest first; signs may stand anywhere."""
    ordered = sorted(words, key=len, reverse=True)
    forms = (rf"\b{re.escape(one)}\b" if _LETTERS.search(one) else re.escape(one) for one in ordered)
    return re.compile("|".join(forms), re.I)


def _said(entity: Entity) -> re.Pattern[str]:
    """The value as a customer may write it again: a number with signs in it, the end of a phone number."""
    letters = [sign for sign in entity.value if sign.isalnum()]
    if entity.type == "phone":
        letters = letters[-_LAST_DIGITS:]
    return re.compile(r"(?<!\w)" + r"[\s().-]{0,2}".join(map(re.escape, letters)) + r"(?!\w)", re.I)


def _clause_before(text: str, start: int) -> str:
    """What stands before a thing in its own clause."""
    ends = [match.end() for match in _ENDS.finditer(text, 0, start)]
    return text[ends[-1] if ends else 0 : start]


def _blanked(text: str, spans: Iterable[_SPAN]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text
