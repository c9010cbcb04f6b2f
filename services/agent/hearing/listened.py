"""A message cut into sentences, each heard by itself, also what is denied in a sentence apart from what is wanted."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from callcenter.events import Entity, Turn
from services.agent.hearing.pack import LanguagePack
from services.agent.hearing.parts import Part, contrasted
from services.agent.hearing.replies import Sentence
from services.agent.hearing.statements import between_values
from services.agent.understanding.phrases import JOINER, split
from services.agent.understanding.speech_acts import ACTS

_DASHES = re.compile(r"\s[-\u2010-\u2015]{1,2}\s|\s*\n\s*")
"""What may part a sentence from another, and as often only a word from the rest of its own."""

_MOST = 8
"""Pieces of one sentence that are heard."""

_LIKELY = 0.1
"""How likely a sentence must deny something to be looked at in pieces, where no word in it turns."""

Span = tuple[int, int]


async def listened(pack: LanguagePack, turn: Turn, facts: Sequence[Entity], *, has_case: bool) -> Part:
    """The message with what each of its sentences does; `has_case`: a request is open already."""
    hearing = _Hearing(pack, turn.text, has_case=has_case)
    joins = pack.several.only_joins
    whole = _sentences(turn.text, pack.abbreviated)
    spans = [piece for span in whole for piece in between_values(turn.text, span, facts, pack.border, joins)]
    sentences = await hearing.sentences(spans)
    asides = [piece for span in spans for piece in _pieces(turn.text, span, _DASHES)]
    told = [half for one in sentences for half in await hearing.halves(one)]
    contrasts = [piece for one in told for piece in contrasted(turn.text, one, pack.contrast)]
    if has_case and len(contrasts) > len(told):
        told = await hearing.sentences(contrasts)
    pieces = [one.acts for one in await hearing.sentences(asides)]
    points = pack.pointing, pack.pointer, pack.adding, pack.inquiring, pack.own
    return Part(turn, tuple(told), *points, tuple(pieces), pack.became, pack.standing)


class _Hearing:
    """What the parts of one text do."""

    def __init__(self, pack: LanguagePack, text: str, *, has_case: bool) -> None:
        self._pack, self._text, self._has_case = pack, text, has_case
        self._border = re.compile(f"{_DASHES.pattern}|{pack.border.pattern}", re.IGNORECASE)

    async def sentences(self, spans: Sequence[Span]) -> list[Sentence]:
        """Each heard by itself."""
        texts = [self._text[start:end].replace(JOINER, "") for start, end in spans]
        heard = await self._pack.listening.read(texts)
        swears = self._pack.feelings.profane
        return [
            Sentence(text, *span, acts, self._has_case, swears(text), self._text[span[1] :].lstrip().startswith("?"))
            for text, span, acts in zip(texts, spans, heard, strict=True)
        ]

    async def halves(self, one: Sentence) -> Sequence[Sentence]:
        """`Not this, only that` as two; any other sentence as it is."""
        if not self._pack.turns(one.text) and one.acts.likely["negated"] < _LIKELY:
            return (one,)
        pieces = await self.sentences(list(_pieces(self._text, (one.start, one.end), self._border)))
        turn = next((other.start for said, other in pairwise(pieces) if said.refuses and _wants(other)), None)
        if turn is None:
            return (one,)
        denied = max(piece.end for piece in pieces if piece.end <= turn)
        return await self.sentences([(one.start, denied), (turn, one.end)])


def _wants(piece: Sentence) -> bool:
    """Whether it asks for something, or does nothing else that is known: `a smaller one, that would be it`."""
    return not piece.refuses and (piece.asks or not piece.acts.says(*ACTS))


def _sentences(text: str, abbreviated: re.Pattern[str] | None) -> list[Span]:
    """The clauses, those put together again that were cut after an abbreviation: `ask for Dr. | Marsh`."""
    lead = len(text) - len(text.lstrip())
    goes_on = {found.end() for found in abbreviated.finditer(text)} if abbreviated else set[int]()
    spans = list[Span]()
    for start, end in split(text[lead:]):
        first = spans.pop()[0] if spans and lead + start in goes_on else lead + start
        spans.append((first, lead + end))
    return spans


def _pieces(text: str, span: Span, border: re.Pattern[str]) -> Iterator[Span]:
    """Those between the borders in it, where there are any; of very many none."""
    start, end = span
    cuts = [cut.span() for cut in border.finditer(text, start, end)]
    if not 0 < len(cuts) < _MOST:
        return
    starts, ends = [start, *(after for _, after in cuts)], [*(before for before, _ in cuts), end]
    yield from ((first, last) for first, last in zip(starts, ends, strict=True) if text[first:last].strip())
