"""From what a customer said to commands: facts, requests and speech acts, each sentence in its role.

The default adapter of the port `Understander`: trained classifiers, with rules for what must never be missed.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from callcenter.business import Profile
from callcenter.events import ContactReason, Danger, Dialogue, Entity, Evidence, Turn
from services.agent import commands as say
from services.agent.commands import Command
from services.agent.facts import Extractor, lacking
from services.agent.hearing.assent import Assent
from services.agent.hearing.language import detected
from services.agent.hearing.replies import Reply, Sentence
from services.agent.reasons import ContactReasons, Reason
from services.agent.understanding.phrases import split, states_fact
from services.agent.understanding.requests import LONG, Found, Understanding
from services.agent.understanding.speech_acts import DANGERS, Listening
from services.agent.understanding.typos import Typos

SURE_HAND_OVER = 0.6
"""How sure the agent must be that somebody who has already told what they need asks for a person."""

SURE_DIGRESSION = 0.6
"""How sure it must be that a reply holds a further request, and is not just an odd answer."""

SURE_BESIDES = 0.85
"""How sure it must be that a reply which answers the question holds a further request, and not just small talk."""

SURE_WITHOUT_ROLE = 0.8
"""How sure a request that would act on an account must be, where its words neither ask nor tell anything."""

SURE_QUESTION = 0.8
"""How sure it must be that a question is about what could be done, and not about something near to it."""

SURE_REFUSAL = 0.15
"""How likely a request must be meant by words that refuse something, where it is one that the conversation is about."""

SURE_STRANGE_REFUSAL = 0.4
"""The same where nobody has spoken of that request before."""

_SURE_DANGER: dict[Danger, float] = {"self_harm": 0.6, "emergency": 0.8, "threat": 0.9, "fraud": 0.9}
"""How sure one sentence of a story must be; the threshold of the act itself is for sentences that stand alone."""

_SHORTEST_DIGRESSION = 4
"""Words: what is shorter answers the question that was asked."""

_USUAL = 0.1
"""Share of the phrasings of a request in which a word must be to be one of its own."""

_TURNS = "but cannot can't didn't don't dont if instead keep never no not nothing only unless until when without won't"
_TURNING = frozenset(_TURNS.split())

_TYPOS = Typos()
_AROUND = "ah and here i i'd is it it's its my oh ok okay say so sure that's the think uh um well yeah yes"
_FILLERS = frozenset(_AROUND.split())
"""Words around a value that say no more than that it is one."""


@dataclass(frozen=True)
class LanguagePack:
    """What the agent knows of a language whatever the trade: what sentences do, and what a plain yes is."""

    listening: Listening
    assent: Assent


@dataclass(frozen=True)
class _Part:
    """One message of the customer, cut into sentences."""

    turn: Turn
    sentences: tuple[Sentence, ...]

    def spans(self, *, negated: bool) -> list[tuple[int, int]]:
        """Where it refuses something, or where it does not and asks for anything."""
        chosen = [one for one in self.sentences if one.refuses == negated and not one.acts.says("ask_who")]
        return [(one.start, one.end) for one in chosen if negated or not states_fact(_TYPOS.mended(one.text))]

    def asks_in_general(self, found: Found, *, sure: bool) -> bool:
        """Whether it is only asked how such things are, or asked for what may well be another matter."""
        there = self._at(found)
        if any(one.orders for one in there):
            return False
        return any(one.acts.says("general") or (not sure and one.acts.says("question")) for one in there)

    def has_role(self, found: Found) -> bool:
        """Whether something is asked or told there."""
        return any(
            one.acts.says("request", "question", "instead", "statement", "correction") for one in self._at(found)
        )

    @property
    def asking(self) -> list[tuple[int, int]]:
        """Where something is asked for, or an end is put to something."""
        return [(one.start, one.end) for one in self.sentences if one.asks and not one.refuses]

    def _at(self, found: Found) -> list[Sentence]:
        there = [one for one in self.sentences if one.start < found.end and found.start < one.end]
        return [one for one in there if not one.refuses]


class ClassifyingUnderstander:
    """Reads for one business; only what customers say is ever read."""

    def __init__(
        self,
        profile: Profile,
        reasons: ContactReasons,
        understanding: Understanding,
        extractor: Extractor,
        language: LanguagePack,
    ) -> None:
        self._language, self._echo = language, {reason.code: _usual_words(reason) for reason in reasons.reasons}
        self._by_code, self._hand_over = reasons.by_code(), reasons.hand_over
        self._understanding, self._extractor = understanding, extractor
        self._identity = reasons.identity.facts
        self._languages, self._zone = profile.languages, ZoneInfo(profile.time_zone)

    async def read(self, state: Dialogue, turns: Sequence[Turn]) -> Sequence[Command]:
        """The commands in what the customer said after what `state` has heard; several quick messages are one turn."""
        new = [turn for turn in turns[state.heard :] if turn.speaker == "customer" and turn.text.strip()]
        whole = "\n".join(turn.text for turn in new)
        if not state.reasons and (language := detected(whole)) not in self._languages:
            return [say.OtherLanguage(language)]
        parts = [await self._part(turn, opened=bool(state.reasons)) for turn in new]
        facts = [fact for part in parts for fact in _meant(part, self._facts(state, part.turn))]
        found = [one for part in parts for one in await self._requests(state, part, facts)]
        return [*_dangers(parts), *map(say.SetFact, facts), *found, *self._replies(state, parts, whole, facts, found)]

    async def _part(self, turn: Turn, *, opened: bool = False) -> _Part:
        spans = split(turn.text)
        acts = await self._language.listening.read([turn.text[start:end] for start, end in spans])
        heard = zip(spans, acts, strict=True)
        return _Part(
            turn, tuple(Sentence(turn.text[start:end], start, end, one, opened) for (start, end), one in heard)
        )

    # --- facts --------------------------------------------------------------------------------------------------------

    def _facts(self, state: Dialogue, turn: Turn) -> Sequence[Entity]:
        facts = self._extractor.extract(
            turn.turn, turn.text, state.expects, today=self._day(turn), needed=self._needed(state)
        )
        left = set(re.findall(r"[\w']+", _without(facts, turn).lower()))
        return facts if left - _FILLERS else [fact for fact in facts if not _replaces_unasked(state, fact)]

    def _needed(self, state: Dialogue) -> list[str]:
        """What will still be asked for."""
        requests = [self._by_code[reason.code] for reason in state.reasons]
        identity = self._identity if any(reason.identity for reason in requests) else ()
        wanted = (*(name for reason in requests for name in reason.needs), *identity)
        return [name for name in dict.fromkeys(wanted) if name not in state.facts]

    def _day(self, turn: Turn) -> date:
        return turn.at.astimezone(self._zone).date()

    # --- requests -----------------------------------------------------------------------------------------------------

    async def _requests(self, state: Dialogue, part: _Part, facts: Sequence[Entity]) -> list[Command]:
        """What is asked for and what is refused; the last word about a matter counts."""
        refused = [one for span in part.spans(negated=True) for one in await self._refused(state, part, span)]
        asked = await self._found(state, part, facts)
        late = {
            one.code for one in refused if all(one.start > other.start for other in asked if other.code == one.code)
        }
        found = await self._found(state, part, facts, without=late) if late & {one.code for one in asked} else asked
        return [*map(say.Refuse, dict.fromkeys(late)), *(self._command(part, one) for one in self._sure(part, found))]

    def _sure(self, part: _Part, found: Sequence[Found]) -> Sequence[Found]:
        """No mere guess."""
        return [one for one in found if one.confidence >= self._least(part, one)]

    def _least(self, part: _Part, found: Found) -> float:
        """How sure a request must be: what acts on an account has to be asked for, or be told as trouble."""
        if not self._by_code[found.code].identity:
            return 0.0
        if not part.has_role(found):
            return SURE_WITHOUT_ROLE
        return 0.0

    def _command(self, part: _Part, found: Found) -> Command:
        reason = self._reason(part.turn, found)
        if found.code == self._hand_over:
            return say.WantPerson(reason)
        if any(one.start < found.end and found.start < one.end and one.acts.says("instead") for one in part.sentences):
            return say.Instead(reason)
        return say.StartCase(reason, general=part.asks_in_general(found, sure=found.confidence >= SURE_QUESTION))

    def _reason(self, turn: Turn, found: Found) -> ContactReason:
        where = Evidence(turn=turn.turn, start=found.start, end=found.end)
        return self._by_code[found.code].found(found.confidence, (where,))

    async def _refused(self, state: Dialogue, part: _Part, span: tuple[int, int]) -> list[Found]:
        start, end = span
        ranked = await self._understanding.predict(part.turn.text[start:end])
        spoken_of = {reason.code for reason in state.reasons}
        least = {code: SURE_REFUSAL if code in spoken_of else SURE_STRANGE_REFUSAL for code, _ in ranked}
        return [Found(code, share, start, end) for code, share in ranked if share >= least[code]]

    async def _found(
        self, state: Dialogue, part: _Part, facts: Sequence[Entity], without: Collection[str] = ()
    ) -> list[Found]:
        """Later on, only what is surely a further request, and not the words around an answer or about the question."""
        turn, spans = part.turn, part.spans(negated=False)
        if state.reasons:
            short = len(_without(facts, turn).split()) < _SHORTEST_DIGRESSION
            if short or lacking(turn.text) or any(one.asks_back for one in part.sentences):
                return []
            answers = [one for one in part.sentences if not one.asks and _answers(state, facts, turn, one)]
            spans = [span for span in spans if span not in [(one.start, one.end) for one in answers]]
        answered = any(fact.name == state.expects for fact in facts) or any(one.yes_or_no for one in part.sentences)
        return [
            found
            for found in await self._understanding.find(turn.text, spans, asking=part.asking, without=without)
            if not state.reasons or self._is_further(part, found, answered=answered)
        ]

    def _is_further(self, part: _Part, found: Found, *, answered: bool) -> bool:
        """Whether it is surely one more request; who only names a thing in a reply has no question about it."""
        if found.code == self._hand_over:
            return found.confidence >= SURE_HAND_OVER
        within = [one for one in part.sentences if one.start < found.end and found.start < one.end]
        if not (self._by_code[found.code].identity or any(one.asks for one in within)):
            return False
        return found.confidence >= (SURE_BESIDES if answered else SURE_DIGRESSION)

    # --- replies ------------------------------------------------------------------------------------------------------

    def _replies(
        self, state: Dialogue, parts: Sequence[_Part], whole: str, facts: Sequence[Entity], found: Sequence[Command]
    ) -> Iterator[Command]:
        sentences = [one for part in parts for one in part.sentences]
        answered = any(fact.name == state.expects for fact in facts)
        told = any(isinstance(one, say.StartCase | say.Instead) for one in found)
        echo = {word for reason in state.reasons for word in self._echo[reason.code]}
        reply = Reply(sentences, whole, bool(state.acts), state.expects, answered, told, self._language.assent, echo)
        heard = reply.commands()
        yield from heard
        explained = answered or any(isinstance(one, say.CannotTell | say.AskBack) for one in heard)
        if state.expects and not explained:
            tried = (self._extractor.trouble(one.turn.text, state.expects, today=self._day(one.turn)) for one in parts)
            yield from map(say.Unusable, filter(None, tried))


def _meant(part: _Part, facts: Sequence[Entity]) -> Iterator[Entity]:
    """Without what stands in a sentence that refuses something, where there is another value for it."""
    refused = [fact for fact in facts if any(one.refuses for one in part.sentences if _holds(one, fact.evidence))]
    wanted = {fact.name for fact in facts if fact not in refused}
    yield from (fact for fact in facts if fact not in refused or fact.name not in wanted)


def _holds(sentence: Sentence, evidence: Evidence) -> bool:
    return sentence.start <= evidence.start < sentence.end


def _usual_words(reason: Reason) -> frozenset[str]:
    """The words that customers ask for it with, which a yes may repeat; none that turns a yes into a no."""
    used = Counter(word for text in reason.examples for word in set(re.findall(r"[a-z']+", text.lower())))
    usual = {word for word, times in used.items() if times >= _USUAL * len(reason.examples)}
    return frozenset((usual | set(re.findall(r"[a-z']+", reason.about.lower()))) - _TURNING)


def _dangers(parts: Sequence[_Part]) -> Iterator[Command]:
    """The worst that any sentence tells of; one of many in a story must be surer than one by itself."""
    sentences = [one.acts for part in parts for one in part.sentences]
    for kind in DANGERS:
        least = _SURE_DANGER[kind] if len(sentences) >= LONG else 0.0
        if any(one.says(kind) and one.likely[kind] >= least for one in sentences):
            yield say.InDanger(kind)
            return


def _replaces_unasked(state: Dialogue, fact: Entity) -> bool:
    """Whether it would take the place of a known fact, although another one was asked for and it is only a value."""
    replaces = state.facts.get(fact.name, fact.value) != fact.value
    return replaces and not state.returned and state.expects not in (None, fact.name) and fact.extractor == "pattern"


def _answers(state: Dialogue, facts: Sequence[Entity], turn: Turn, sentence: Sentence) -> bool:
    """Whether the answer to the question stands in this sentence."""
    said = [fact.evidence for fact in facts if fact.name == state.expects and fact.evidence.turn == turn.turn]
    return any(sentence.start <= evidence.start < sentence.end for evidence in said)


def _without(facts: Sequence[Entity], turn: Turn) -> str:
    """The text with blanks in place of the facts in it."""
    letters = list(turn.text)
    for said in (fact.evidence for fact in facts if fact.evidence.turn == turn.turn):
        letters[said.start : said.end] = " " * (said.end - said.start)
    return "".join(letters)
