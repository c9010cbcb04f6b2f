"""From what a customer said to commands: facts, requests and speech acts, each sentence in its role.

The default adapter of the port `Understander`: trained classifiers, with rules for what must never be missed.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from callcenter.business import Profile
from callcenter.events import ContactReason, Danger, Dialogue, Entity, Evidence, Turn
from services.agent import commands as say
from services.agent.commands import Command
from services.agent.facts import Extractor, lacking
from services.agent.hearing.language import detected
from services.agent.hearing.mail import Mail, opened
from services.agent.hearing.replies import Reply, Sentence
from services.agent.reasons import ContactReasons
from services.agent.understanding.phrases import split, states_fact
from services.agent.understanding.requests import Found, Understanding
from services.agent.understanding.speech_acts import DANGERS, Listening
from services.agent.understanding.typos import Typos

SURE_HAND_OVER = 0.6
"""How sure the agent must be that somebody who has already told what they need asks for a person."""

SURE_DIGRESSION = 0.6
"""How sure it must be that a reply holds a further request, and is not just an odd answer."""

SURE_BESIDES = 0.85
"""How sure it must be that a reply which answers the question holds a further request, and not just small talk."""

SURE_ACTION = 0.55
"""How sure a request must be that would act on an account; what is less sure is asked about."""

SURE_QUESTION = 0.8
"""How sure it must be that a question is about what could be done, and not about something near to it."""

SURE_REFUSAL = 0.15
"""How likely a request must be meant by words that refuse something, where it is one that the conversation is about."""

SURE_STRANGE_REFUSAL = 0.4
"""The same where nobody has spoken of that request before."""

_LONG = 5
"""Sentences from which on a message is a story with a request in it."""

_SURE_DANGER: dict[Danger, float] = {"self_harm": 0.6, "emergency": 0.8, "threat": 0.9, "fraud": 0.9}
"""How sure one sentence of a story must be; the threshold of the act itself is for sentences that stand alone."""

_SHORTEST_DIGRESSION = 4
"""Words: what is shorter answers the question that was asked."""

_SHORTEST_SWITCH = 4
"""Words of a reply from which on it may be in another language than the conversation so far."""

_LONGEST_VALUE = 5
"""Words of an answer that may be a name, of whatever language; more are a sentence."""

_CONTACT = ("email", "phone", "postcode", "address", "name")
"""Kinds of facts that a signature may hold without saying what they are; another number in it may be anything."""

_TYPOS = Typos()
_AROUND = "ah and here i i'd is it it's its my oh ok okay say so sure that's the think uh um well yeah yes"
_FILLERS = frozenset(_AROUND.split())
"""Words around a value that say no more than that it is one."""


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

    def asks_for(self, found: Found) -> bool:
        """Whether something is asked for there, in words of its own."""
        return found.end - found.start < len(self.turn.text.strip()) and any(one.asks for one in self._at(found))

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
        listening: Listening,
    ) -> None:
        self._by_code, self._hand_over = reasons.by_code(), reasons.hand_over
        self._understanding, self._extractor, self._listening = understanding, extractor, listening
        self._languages, self._zone = profile.languages, ZoneInfo(profile.time_zone)

    async def read(self, state: Dialogue, turns: Sequence[Turn]) -> Sequence[Command]:
        """The commands in what the customer said after what `state` has heard; several quick messages are one turn."""
        said = [turn for turn in turns[state.heard :] if turn.speaker == "customer" and turn.text.strip()]
        mails = [opened(turn.text) for turn in said]
        new = [_saying(turn, mail.own) for turn, mail in zip(said, mails, strict=True)]
        facts = [fact for turn, mail in zip(said, mails, strict=True) for fact in self._stated(state, turn, mail)]
        language = _language(state, facts, new)
        switched = [say.OtherLanguage(language)] if language != state.language else []
        if language not in self._languages:
            return switched
        parts = [await self._part(turn) for turn in new]
        found = [one for part in parts for one in await self._requests(state, part, facts)]
        whole = "\n".join(turn.text for turn in new)
        replies = self._replies(state, parts, whole, facts, found)
        return [*switched, *_dangers(parts), *map(say.SetFact, facts), *found, *replies]

    async def _part(self, turn: Turn) -> _Part:
        lead = len(turn.text) - len(turn.text.lstrip())
        spans = [(lead + start, lead + end) for start, end in split(turn.text[lead:])]
        acts = await self._listening.read([turn.text[start:end] for start, end in spans])
        return _Part(turn, tuple(Sentence(turn.text[a:b], a, b, one) for (a, b), one in zip(spans, acts, strict=True)))

    # --- facts --------------------------------------------------------------------------------------------------------

    def _stated(self, state: Dialogue, turn: Turn, mail: Mail) -> Sequence[Entity]:
        """What they say; of their signature what it names and they do not say, and how to reach them."""
        facts = self._facts(state, _saying(turn, mail.stated))
        said = {fact.name for fact in facts if mail.is_own(fact.evidence.start)}
        named = [fact for fact in facts if fact.type in _CONTACT or fact.extractor == "cue"]
        return [fact for fact in facts if mail.is_own(fact.evidence.start) or (fact.name not in said and fact in named)]

    def _facts(self, state: Dialogue, turn: Turn) -> Sequence[Entity]:
        facts = self._extractor.extract(turn.turn, turn.text, state.expects, today=self._day(turn))
        left = set(re.findall(r"[\w']+", _without(facts, turn).lower()))
        return facts if left - _FILLERS else [fact for fact in facts if not _replaces_unasked(state, fact)]

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
        """No mere guess; and of a story only what is asked for in words of its own, where anything is."""
        sure = [one for one in found if one.confidence >= SURE_ACTION or not self._by_code[one.code].identity]
        if len(part.sentences) < _LONG:
            return sure
        asked = [one for one in sure if part.asks_for(one)]
        return asked or sure[:1]

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
            for found in await self._understanding.find(turn.text, spans, without)
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
        reply = Reply(sentences, whole, state.expects, answered=answered, told=told)
        heard = reply.commands(first=not state.acts)
        yield from heard
        explained = answered or any(isinstance(one, say.CannotTell | say.AskBack) for one in heard)
        if state.expects and not explained:
            tried = (self._extractor.trouble(one.turn.text, state.expects, today=self._day(one.turn)) for one in parts)
            yield from map(say.Unusable, filter(None, tried))


def _saying(turn: Turn, text: str) -> Turn:
    """The turn with blanks in place of what does not count in it."""
    return turn.model_copy(update={"text": text})


def _language(state: Dialogue, facts: Sequence[Entity], new: Sequence[Turn]) -> str:
    """Of the words around the facts; a short reply later on tells none, it may be anybody's name."""
    values = [fact for fact in facts if len(fact.value.split()) <= _LONGEST_VALUE]
    words = "\n".join(_without(values, turn) for turn in new)
    later = bool(state.acts) and len(words.split()) < _SHORTEST_SWITCH
    return state.language if later else detected(words, state.language)


def _dangers(parts: Sequence[_Part]) -> Iterator[Command]:
    """The worst that any sentence tells of; one of many in a story must be surer than one by itself."""
    sentences = [one.acts for part in parts for one in part.sentences]
    for kind in DANGERS:
        least = _SURE_DANGER[kind] if len(sentences) >= _LONG else 0.0
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
