"""Messages cut into sentences, each heard by itself, also what is denied in a sentence apart from what is wanted."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from callcenter.events import Entity, Turn
from services.agent.hearing.pack import LanguagePack
from services.agent.hearing.parts import Part, contrasted
from services.agent.hearing.replies import Sentence
from services.agent.hearing.statements import between_values
from services.agent.understanding.phrases import JOINER, split
from services.agent.understanding.speech_acts import ACTS, Acts

_DASHES = re.compile(r"\s[-\u2010-\u2015]{1,2}\s|\s*\n\s*")
"""What may part a sentence from another, and as often only a word from the rest of its own."""

_STRESS = re.compile(r"(?<![\w*@./])[a-z]{0,3}[*#@%&$!]{2,6}[a-z]{0,3}ing(?!\w)\s?", re.IGNORECASE)
"""A masked word that only stresses another: nothing is done by it."""

_MOST = 8
"""Pieces of one sentence that are heard."""

_LIKELY = 0.1
"""How likely a sentence must deny something to be looked at in pieces, where no word in it turns."""

Span = tuple[int, int]


async def listened(
    pack: LanguagePack, said: Iterable[tuple[Turn, Sequence[Entity]]], *, has_case: bool
) -> Sequence[Part]:
    """The messages with what each of their sentences does; `has_case`: a request is open already."""
    messages = [_cut(pack, turn, facts) for turn, facts in said]
    hearing = _Hearing(pack, has_case=has_case)
    await hearing.hear(messages)
    return [await hearing.part(one) for one in messages]


@dataclass(frozen=True)
class _Message:
    """Where its sentences are, and what lies between the dashes and ends of lines in these."""

    turn: Turn
    sentences: Sequence[Span]
    asides: Sequence[Span]


def _cut(pack: LanguagePack, turn: Turn, facts: Sequence[Entity]) -> _Message:
    joins = pack.several.only_joins
    whole = _sentences(turn.text, pack.abbreviated)
    spans = [piece for span in whole for piece in between_values(turn.text, span, facts, pack.border, joins)]
    return _Message(turn, spans, [piece for span in spans for piece in _pieces(turn.text, span, _DASHES)])


class _Hearing:
    """What the parts of messages do; the same words are read once, and as many at a time as are known to be needed."""

    def __init__(self, pack: LanguagePack, *, has_case: bool) -> None:
        self._pack, self._has_case = pack, has_case
        self._border = re.compile(f"{_DASHES.pattern}|{pack.border.pattern}", re.IGNORECASE)
        self._heard: dict[str, Acts] = {}

    async def hear(self, messages: Sequence[_Message]) -> None:
        """All that they are cut into, of most messages in one go."""
        await self._read(_words(one.turn.text, span) for one in messages for span in self._at_once(one))
        denying = ((one.turn.text, span) for one in messages for span in one.sentences if self._denies(one, span))
        await self._read(_words(text, piece) for text, span in denying for piece in self._cuts(text, span)[:-1])

    async def part(self, message: _Message) -> Part:
        """The message with what each of its sentences does, once it was heard."""
        text, pack = message.turn.text, self._pack
        sentences = await self._sentences(text, message.sentences)
        told = [half for one in sentences for half in await self._halves(text, one)]
        contrasts = [piece for one in told for piece in contrasted(text, one, pack.contrast)]
        if self._has_case and len(contrasts) > len(told):
            told = await self._sentences(text, contrasts)
        pieces = [one.acts for one in await self._sentences(text, message.asides)]
        points = pack.pointing, pack.pointer, pack.adding, pack.inquiring, pack.own
        return Part(message.turn, tuple(told), *points, tuple(pieces), pack.became, pack.standing, pack.nobody)

    def _at_once(self, message: _Message) -> Iterator[Span]:
        """What is heard of a message whatever comes of it."""
        yield from message.sentences
        yield from message.asides
        for span in message.sentences:
            if self._pack.turns(_words(message.turn.text, span)):
                yield from self._cuts(message.turn.text, span)[:-1]

    def _denies(self, message: _Message, span: Span) -> bool:
        return self._heard[_words(message.turn.text, span)].likely["negated"] >= _LIKELY

    def _cuts(self, text: str, span: Span) -> Sequence[Span]:
        return list(_pieces(text, span, self._border))

    async def _read(self, texts: Iterable[str]) -> None:
        new = [text for text in dict.fromkeys(texts) if text not in self._heard]
        if new:
            bare = [_STRESS.sub("", text) for text in new]
            self._heard |= zip(new, await self._pack.listening.read(bare), strict=True)

    async def _sentences(self, text: str, spans: Sequence[Span]) -> list[Sentence]:
        """Each heard by itself."""
        await self._read(_words(text, span) for span in spans)
        return [self._sentence(text, span) for span in spans]

    def _sentence(self, text: str, span: Span) -> Sentence:
        words, asked = _words(text, span), text[span[1] :].lstrip().startswith("?")
        return Sentence(words, *span, self._heard[words], self._has_case, self._pack.feelings.profane(words), asked)

    async def _halves(self, text: str, one: Sentence) -> Sequence[Sentence]:
        """`Not this, only that` as two; any other sentence as it is."""
        if not self._pack.turns(one.text) and one.acts.likely["negated"] < _LIKELY:
            return (one,)
        cuts = self._cuts(text, (one.start, one.end))
        pieces = await self._sentences(text, cuts[:-1])
        if not any(piece.refuses for piece in pieces):
            return (one,)  # and what the last of them does is of no account
        pieces += await self._sentences(text, cuts[-1:])
        turn = next((other.start for said, other in pairwise(pieces) if said.refuses and _wants(other)), None)
        if turn is None:
            return (one,)
        denied = max(piece.end for piece in pieces if piece.end <= turn)
        return await self._sentences(text, [(one.start, denied), (turn, one.end)])


def _wants(piece: Sentence) -> bool:
    """Whether it asks for something, or does nothing else that is known: `a smaller one, that would be it`."""
    return not piece.refuses and (piece.asks or not piece.acts.says(*ACTS))


def _words(text: str, span: Span) -> str:
    return text[slice(*span)].replace(JOINER, "")


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
