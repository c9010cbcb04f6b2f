"""One message of a customer, cut into sentences, each in its role."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from callcenter.events import Turn
from services.agent.hearing.replies import Sentence
from services.agent.understanding.phrases import states_fact
from services.agent.understanding.requests import LONG, Found
from services.agent.understanding.speech_acts import Acts
from services.agent.understanding.typos import Typos

_TYPOS = Typos()
_NUMBER = re.compile(r"\d{2}")
"""Of a thing; who puts one right (`wrong order, it should be 48310`) asks for nothing by that."""

_SHORTEST_ORDER = 3
"""Words of an order for something to be done; `quick one` is none."""

_OTHERWISE = ("deny", "correction", "instead", "negated", "withdraw", "request")


@dataclass(frozen=True)
class Part:
    """One message of the customer, cut into sentences."""

    turn: Turn
    sentences: tuple[Sentence, ...]
    pointing: re.Pattern[str]
    """The end of a sentence that points back to something."""
    pointer: re.Pattern[str]
    """A word that does so, wherever it stands."""
    adding: re.Pattern[str]
    """A word that adds one matter to another."""
    inquiring: re.Pattern[str]
    """The beginning of a question that wants to know something, and nothing done."""
    own: re.Pattern[str]
    """A word that makes a question one about something of their own."""
    pieces: tuple[Acts, ...] = ()
    """What the pieces of those sentences do that dashes or ends of lines part."""
    became: re.Pattern[str] | None = None
    """What a question holds that asks what became of something."""
    standing: re.Pattern[str] | None = None
    """What stands for a thing that was named before."""

    nobody: re.Pattern[str] | None = None
    """What says that they want no person."""

    def wants_nobody(self, found: Found) -> bool:
        """Whether a person is named there only to say that none is wanted."""
        return (
            any(self.nobody.search(one.text.replace("\u2019", "'")) for one in self._at(found))
            if self.nobody
            else False
        )

    def spans(self, *, negated: bool, over: bool = False) -> list[tuple[int, int]]:
        """Where it refuses something, or where it does not and asks for anything.

        Where all is `over`, not where it only says that there is nothing more, or thanks and goodbye.
        """
        asking = [one for one in self.sentences if not (one.takes_back or one.acts.says("ask_who"))]
        asking = [one for one in asking if not (one.only_corrects and _NUMBER.search(self.turn.text))]
        asking = [one for one in asking if not (over and one.closes)]
        chosen = [one for one in (self.sentences if negated else asking) if one.refuses == negated]
        return [(one.start, one.end) for one in chosen if negated or not states_fact(_TYPOS.mended(one.text))]

    def to_the_point(self, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Those of the spans in which more is said than a greeting or thanks; all where there is nothing else."""
        polite = {(one.start, one.end) for one in self.sentences if one.is_courtesy}
        return [span for span in spans if span not in polite] or [*spans]

    @property
    def refusals(self) -> list[tuple[int, int]]:
        """Where something is refused, and not only why something else is asked for: `cancel it, I don't want it`."""
        spans = self.spans(negated=True)
        if not any(one.orders for one in self.sentences):
            return spans
        return [(start, end) for start, end in spans if not self.pointing.search(self.turn.text[start:end])]

    def asks_in_general(self, found: Found, *, sure: bool, told: bool) -> bool:
        """Whether it is only asked how such things are, or asked for what may well be another matter.

        Beside a question in general, trouble is still told and what is their own asked about (`told`), and nothing else
        is asked for.
        """
        there = self._at(found)
        if any(one.orders for one in there):
            return False
        if self._wonders_in_general and not told:
            return True
        asking = [one for one in there if not one.acts.says("statement")]
        return any(one.acts.says("general") or (not sure and one.acts.says("question")) for one in asking)

    @property
    def _wonders_in_general(self) -> bool:
        """Whether a short message asks how such things are, and for nothing to be done."""
        short = len(self.sentences) < LONG and not any(one.orders for one in self.sentences)
        return short and any(one.acts.says("general") for one in self.sentences if not one.refuses)

    def inquires(self, found: Found) -> bool:
        """Whether it wants to know when, how long or which, and nothing else there is to be done."""
        long = [one for one in self.sentences if len(one.text.split()) >= _SHORTEST_ORDER]
        there = [one for one in self._at(found) if one.wonders or (one.asks and one in long)]
        if any(one.orders for one in long if one not in there):
            return False
        return bool(there) and all(one.wonders and self.inquiring.match(one.text) for one in there)

    def tells(self, found: Found) -> bool:
        """Whether it is told there, and not only asked about."""
        return not all(one.wonders for one in self._at(found))

    def without_tales(self, found: Sequence[Found], trouble: Sequence[Found]) -> Sequence[Found]:
        """Without what is only told beside `trouble`: an order that was fine a year ago is asked nothing about."""
        return [one for one in found if one in trouble or not (trouble and self._only_told(one))]

    def _only_told(self, found: Found) -> bool:
        there = self._at(found)
        return bool(there) and not any(one.asks or one.wonders for one in there)

    def is_own(self, found: Found) -> bool:
        """Whether it is about something of their own."""
        return any(self.own.search(one.text) for one in self._at(found))

    def with_thing(self, thing: str) -> Iterator[tuple[Sentence, str]]:
        """What is asked for of a thing that only stands there as `it`, with the `thing` in its place."""
        for one in self.sentences:
            if self.standing and one.asks and not one.refuses and self.standing.search(one.text):
                yield one, self.standing.sub(lambda _: thing, one.text, count=1)

    def follows_up(self, found: Found) -> bool:
        """Whether they only ask what became of it, there or in another sentence of a short message."""
        there = self._at(found) if len(self.sentences) >= LONG else self.sentences
        asked = (self.became.search(one.text) for one in there if self.became and one.acts.may("question"))
        return any(asked) and not any(one.orders for one in there)

    def has_role(self, found: Found) -> bool:
        """Whether something is asked or told there."""
        return any(
            one.acts.says("request", "question", "instead", "statement", "correction") for one in self._at(found)
        )

    def corrects(self, found: Found) -> bool:
        """Whether it may be no request at all, but what is meant in place of what was denied."""
        denies = any(one.acts.says("deny", "correction") for one in self.sentences)
        return denies and not any(one.is_outright for one in self._at(found))

    @property
    def asks_anything(self) -> bool:
        """Whether it wants to know something, or a moment."""
        return "?" in self.turn.text or any(one.acts.says("question", "hold", "general") for one in self.sentences)

    @property
    def amends(self) -> bool:
        """Whether it says that something shall be otherwise."""
        return any(one.acts.says(*_OTHERWISE) for one in self.sentences)

    @property
    def asking(self) -> list[tuple[int, int]]:
        """Where something is asked for, or an end is put to something."""
        return [(one.start, one.end) for one in self.sentences if one.asks and not one.refuses]

    def said(self, found: Found) -> str:
        """The words in which it was found."""
        return self.turn.text[found.start : found.end]

    def within(self, found: Found) -> list[Sentence]:
        """The sentences in which it was found."""
        return [one for one in self.sentences if one.start < found.end and found.start < one.end]

    def adds(self, found: Found) -> bool:
        """Whether it is said to be one more matter."""
        return bool(self.adding.search(self.said(found)))

    def points(self, found: Found) -> bool:
        """Whether that may be about what was spoken of before."""
        return bool(self.pointer.search(self.said(found)))

    def _at(self, found: Found) -> list[Sentence]:
        return [one for one in self.within(found) if not one.refuses]


def contrasted(text: str, sentence: Sentence, contrast: re.Pattern[str]) -> list[tuple[int, int]]:
    """A sentence that refuses something, cut where it goes on to what is wanted: `no soup, just the bread`."""
    cut = contrast.search(text, sentence.start, sentence.end) if sentence.refuses else None
    whole = (sentence.start, sentence.end)
    return [(sentence.start, cut.start()), (cut.end(), sentence.end)] if cut else [whole]
