"""The facts that a customer states in a turn: in their own words and signature, and not in what they refuse."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

from callcenter.events import Dialogue, Entity, Evidence, Turn
from services.agent.facts import Extractor, Trouble
from services.agent.hearing.cues import Cues
from services.agent.hearing.hedges import Hedges
from services.agent.hearing.mail import Mail
from services.agent.hearing.replies import Sentence
from services.agent.reasons import ContactReasons

_CONTACT = ("email", "phone", "postcode", "address", "name")
"""Kinds of facts that a signature may hold without saying what they are; another number in it may be anything."""

_NAMING = ("pattern", "amount", "card", "iban")
"""Kinds of facts that point to what is wanted."""


_FEW_WORDS = 5
"""Words beside a value in a message that says no more than the value."""
_WORDED = ("phrase", "thing")
"""Kinds of facts in free words, which others around them may be taken for."""

_COUNTED = ("pattern", "number", "amount", "choice", "day")
"""Kinds of facts that a value by itself may be meant for, without words that say what it is."""


class Statements:
    """Reads facts for one business, in the light of what was asked and will be asked, by the words of its languages."""

    def __init__(
        self, extractor: Extractor, reasons: ContactReasons, zone: ZoneInfo, languages: Collection[Cues]
    ) -> None:
        self._around = frozenset(word for cues in languages for word in cues.around)
        self._hedges = Hedges([word for cues in languages for word in (*cues.hedges, *cues.pauses)])
        self._extractor, self._zone = extractor, zone
        self._slots = reasons.slots
        self._by_code, self._identity = reasons.by_code(), reasons.identity.facts

    def trouble(self, turn: Turn, expected: str, facts: Sequence[Entity] = ()) -> Trouble | None:
        """What is wrong with an answer to the question for `expected`, in what is none of the `facts`."""
        return self._extractor.trouble(without(facts, turn), expected, today=self._day(turn))

    def pointed(self, turn: Turn, where: Evidence, name: str) -> Sequence[Entity]:
        """What the words at one place say, taken as an answer to the question for `name`."""
        read = self._extractor.extract(turn.turn, alone(turn, where).text, name, today=self._day(turn))
        return [fact for fact in read if fact.name == name]

    def of(self, state: Dialogue, turn: Turn, mail: Mail) -> Sequence[Entity]:
        """What they say; of their signature what it names and they do not say, and how to reach them."""
        facts = self._facts(state, saying(turn, mail.stated))
        said = {fact.name for fact in facts if mail.is_own(fact.evidence.start)}
        named = [fact for fact in facts if fact.type in _CONTACT or fact.extractor == "cue"]
        return [fact for fact in facts if mail.is_own(fact.evidence.start) or (fact.name not in said and fact in named)]

    def _facts(self, state: Dialogue, turn: Turn) -> Sequence[Entity]:
        if state.expects and self._slots[state.expects].kind in _WORDED:
            turn = saying(turn, self._hedges.blanked(turn.text))
        facts = self._of_open(
            state, turn, self._extractor.extract(turn.turn, turn.text, state.expects, today=self._day(turn))
        )
        if any(fact.name == state.expects for fact in facts):  # what else is in it is rather what comes next
            needed = self._next(state)
            facts = self._extractor.extract(turn.turn, turn.text, state.expects, today=self._day(turn), needed=needed)
        if moved := self._elsewhere(state, turn, facts):
            return moved
        if self._says_more(turn, facts):
            return facts
        return [fact for fact in facts if not _replaces_unasked(state, fact)]

    def _of_open(self, state: Dialogue, turn: Turn, facts: Sequence[Entity]) -> Sequence[Entity]:
        """A mere value as the known fact of its kind, where nothing open uses the one that its form suggests."""
        if len(facts) != 1 or not state.reasons or len(without(facts, turn).split()) > _FEW_WORDS:
            return facts
        used = {state.expects, *state.facts, *(name for one in state.reasons for name in self._by_code[one.code].needs)}
        known = [name for name in state.facts if name in self._slots and name not in self._identity]
        alike = [name for name in known if self._slots[name].kind == facts[0].type]
        strange = facts[0].extractor == "pattern" and facts[0].name not in used
        return [facts[0].model_copy(update={"name": alike[0]})] if strange and len(alike) == 1 else facts

    def _elsewhere(self, state: Dialogue, turn: Turn, facts: Sequence[Entity]) -> Sequence[Entity]:
        """Mere values that cannot be what was asked for, each as the one other fact still needed that it fits."""
        if state.expects is None or any(fact.name == state.expects for fact in facts):
            return ()
        others = [name for name in self._needed(state) if name != state.expects]
        fitting = self._extractor.fitting(turn.turn, turn.text, others, today=self._day(turn))
        sure = [one for one in fitting if not any(_meet(one, other) for other in fitting if other.name != one.name)]
        repeats = {fact.value for fact in (*facts, *sure)} & set(state.facts.values())
        return () if repeats or self._says_more(turn, sure) else sure

    def _says_more(self, turn: Turn, facts: Sequence[Entity]) -> bool:
        """Whether there are words in it that are neither a value nor around one."""
        return bool(set(re.findall(r"[\w']+", without(facts, turn).lower())) - self._around)

    def thing(self, name: str) -> str:
        """What a customer calls what has that number: `order`."""
        slot = self._slots[name]
        return slot.cues[0] if slot.cues else slot.title

    def amended(self, state: Dialogue, turn: Turn) -> Sequence[Entity]:
        """A mere value for the one fact that it fits of those that are known of the matter: `no, five is plenty`."""
        known = [name for name in state.facts if name not in self._identity]
        fitting = [fact for name in known for fact in self._answering(turn, name) if fact.value != state.facts[name]]
        return fitting if len({fact.name for fact in fitting}) == 1 else ()

    def _answering(self, turn: Turn, name: str) -> Iterator[Entity]:
        read = self._extractor.extract(turn.turn, turn.text, name, today=self._day(turn))
        return (fact for fact in read if fact.name == name and fact.type in _COUNTED)

    def _next(self, state: Dialogue) -> list[str]:
        """What will be asked for next: other proofs of who they are, while these are asked for."""
        needed = self._needed(state)
        proofs = [name for name in needed if name in self._identity and name != state.expects]
        return proofs if state.expects in self._identity and proofs else needed

    def _needed(self, state: Dialogue) -> list[str]:
        """What will still be asked for."""
        requests = [self._by_code[reason.code] for reason in state.reasons]
        identity = self._identity if any(reason.identity for reason in requests) else ()
        wanted = (*identity, *(name for reason in requests for name in reason.needs))
        return [name for name in dict.fromkeys(wanted) if name not in state.facts]

    def _day(self, turn: Turn) -> date:
        return turn.at.astimezone(self._zone).date()


def meant(sentences: Sequence[Sentence], facts: Sequence[Entity]) -> Iterator[Entity]:
    """Without what stands in a sentence that refuses something, where there is another value for it."""
    refused = [fact for fact in facts if any(one.refuses for one in sentences if _holds(one, fact.evidence))]
    wanted = {fact.name for fact in facts if fact not in refused}
    yield from (fact for fact in facts if fact not in refused or fact.name not in wanted)


def between_values(
    text: str,
    span: tuple[int, int],
    facts: Sequence[Entity],
    border: re.Pattern[str],
    only_joins: Callable[[str], bool],
) -> Iterator[tuple[int, int]]:
    """A clause, cut wherever it goes on from one value of a fact to another: `Monday won't do, Tuesday would`.

    Not where the words between them only join them: `both transfers, T209001 and T209002, have to be stopped`.
    """
    start, end = span
    there = sorted((one for one in facts if start <= one.evidence.start < end), key=lambda one: one.evidence.start)
    for one, other in pairwise(there):
        between = text[one.evidence.end : other.evidence.start]
        if one.name == other.name and one.value != other.value and not only_joins(between):
            borders = list(border.finditer(text, one.evidence.end, other.evidence.start))
            if borders:
                yield start, borders[0].start()
                start = borders[0].end()
    yield start, end


def _holds(sentence: Sentence, evidence: Evidence) -> bool:
    return sentence.start <= evidence.start < sentence.end


def alone(turn: Turn, where: Evidence) -> Turn:
    """The turn with blanks in place of all but the words at one place."""
    blank = re.sub(r"\S", " ", turn.text)
    return saying(turn, blank[: where.start] + turn.text[where.start : where.end] + blank[where.end :])


def saying(turn: Turn, text: str) -> Turn:
    """The turn with blanks in place of what does not count in it."""
    return turn.model_copy(update={"text": text})


def _replaces_unasked(state: Dialogue, fact: Entity) -> bool:
    """Whether it would take the place of a known fact, although another one was asked for and it is only a value."""
    replaces = state.facts.get(fact.name, fact.value) != fact.value
    return replaces and not state.returned and state.expects not in (None, fact.name) and fact.extractor == "pattern"


def _meet(one: Entity, other: Entity) -> bool:
    return one.evidence.start < other.evidence.end and other.evidence.start < one.evidence.end


def without(facts: Sequence[Entity], turn: Turn) -> str:
    """The text with blanks in place of the facts in it."""
    letters = list(turn.text)
    for said in (fact.evidence for fact in facts if fact.evidence.turn == turn.turn):
        letters[said.start : said.end] = " " * (said.end - said.start)
    return "".join(letters)


def named(facts: Sequence[Entity], turn: Turn) -> list[tuple[int, str]]:
    """What is named in a turn that says by itself what it is: a number, a sum, no word that may mean anything."""
    there = [fact for fact in facts if fact.evidence.turn == turn.turn and fact.type in _NAMING]
    return [(fact.evidence.start, fact.name) for fact in there]


def answers(state: Dialogue, facts: Sequence[Entity], turn: Turn, start: int, end: int) -> bool:
    """Whether an answer to the question stands there: one that is refused (`Monday won't do`) is not the matter."""
    said = [fact.evidence for fact in facts if fact.name == state.expects and fact.evidence.turn == turn.turn]
    return any(start <= evidence.start < end for evidence in said)


def within(facts: Sequence[Entity], turn: Turn, start: int, end: int) -> list[Entity]:
    """Numbers of things that stand there."""
    there = [fact for fact in facts if fact.type == "pattern" and fact.evidence.turn == turn.turn]
    return [fact for fact in there if start <= fact.evidence.start < end]


def unheard(state: Dialogue, turns: Sequence[Turn]) -> list[Turn]:
    """What customers said after what `state` has heard."""
    return [turn for turn in turns[state.heard :] if turn.speaker == "customer" and turn.text.strip()]
