"""From what a customer said to commands: facts, requests and speech acts, each sentence in its role.

The default adapter of the port `Understander`: trained classifiers, with rules for what must never be missed.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from callcenter.business import Profile
from callcenter.events import ContactReason, Danger, Dialogue, Entity, Evidence, Turn
from services.agent import commands as say
from services.agent.commands import Command
from services.agent.facts import Extractor, lacking
from services.agent.hearing.assent import Assent
from services.agent.hearing.choosing import Choosing, with_choice
from services.agent.hearing.language import detected
from services.agent.hearing.mail import opened
from services.agent.hearing.parts import Part
from services.agent.hearing.replies import Reply, Sentence
from services.agent.hearing.several import Several
from services.agent.hearing.statements import Statements, saying, without
from services.agent.reasons import ContactReasons, Reason
from services.agent.understanding.phrases import inquires, split
from services.agent.understanding.requests import LONG, Found, Understanding
from services.agent.understanding.speech_acts import DANGERS, Listening

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

_INQUIRY = 0.3
"""Share of its phrasings that must be questions for a reason to be one that is asked about."""

_USUAL = 0.1
"""Share of the phrasings of a request in which a word must be to be one of its own."""

_TURNS = "but cannot can't didn't don't dont if instead keep never no not nothing only unless until when without won't"
_TURNING = frozenset(_TURNS.split())

_SHORTEST_SWITCH = 4
"""Words of a reply from which on it may be in another language than the conversation so far."""

_LONGEST_VALUE = 5
"""Words of an answer that may be a name, of whatever language; more are a sentence."""


@dataclass(frozen=True)
class LanguagePack:
    """What the agent knows of a language whatever the trade: what sentences do, a plain yes, several things."""

    listening: Listening
    assent: Assent
    several: Several


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
        self._inquiries = {reason.code for reason in reasons.reasons if _is_inquiry(reason)}
        self._by_code, self._hand_over = reasons.by_code(), reasons.hand_over
        self._understanding = understanding
        self._statements = Statements(extractor, reasons, ZoneInfo(profile.time_zone))
        self._choosing = Choosing(reasons, language.several, understanding)
        self._languages = profile.languages

    async def read(self, state: Dialogue, turns: Sequence[Turn]) -> Sequence[Command]:
        """The commands in what the customer said after what `state` has heard; several quick messages are one turn."""
        said = [turn for turn in turns[state.heard :] if turn.speaker == "customer" and turn.text.strip()]
        mails = [opened(turn.text) for turn in said]
        new = [saying(turn, mail.own) for turn, mail in zip(said, mails, strict=True)]
        stated = [self._statements.of(state, turn, mail) for turn, mail in zip(said, mails, strict=True)]
        facts = [fact for facts in stated for fact in facts]
        language = _language(state, facts, new)
        switched = [say.OtherLanguage(language)] if language != state.language else []
        if language not in self._languages:
            return switched
        parts = [await self._part(turn, has_case=bool(state.reasons)) for turn in new]
        facts = [fact for part, facts in zip(parts, stated, strict=True) for fact in self._choosing.meant(part, facts)]
        found = [one for part in parts for one in await self._requests(state, part, facts)]
        chosen = self._choosing.chosen(state, parts, facts, found)
        whole = "\n".join(turn.text for turn in new)
        replies = self._replies(state, parts, whole, facts, found)
        return [*switched, *_dangers(parts), *map(say.SetFact, facts), *with_choice(chosen, [*found, *replies])]

    async def _part(self, turn: Turn, *, has_case: bool = False) -> Part:
        lead = len(turn.text) - len(turn.text.lstrip())
        spans = [(lead + start, lead + end) for start, end in split(turn.text[lead:])]
        acts = await self._language.listening.read([turn.text[start:end] for start, end in spans])
        heard = zip(spans, acts, strict=True)
        return Part(turn, tuple(Sentence(turn.text[a:b], a, b, one, has_case) for (a, b), one in heard))

    # --- requests -----------------------------------------------------------------------------------------------------

    async def _requests(self, state: Dialogue, part: Part, facts: Sequence[Entity]) -> list[Command]:
        """What is asked for and what is refused; the last word about a matter counts."""
        refused = [one for span in part.refusals for one in await self._refused(state, part, span)]
        asked = await self._found(state, part, facts)
        late = {
            one.code for one in refused if all(one.start > other.start for other in asked if other.code == one.code)
        }
        found = await self._found(state, part, facts, refused=late) if late & {one.code for one in asked} else asked
        sure = [*self._sure(part, found)]
        own = await self._choosing.own(state, part, facts, sure)
        return [
            *map(say.Refuse, dict.fromkeys(late)),
            *(self._command(part, one, entities) for one, entities in own.items()),
        ]

    def _sure(self, part: Part, found: Sequence[Found]) -> Sequence[Found]:
        """No mere guess."""
        return [one for one in found if one.confidence >= self._least(part, one)]

    def _least(self, part: Part, found: Found) -> float:
        """How sure a request must be: what acts on an account has to be asked for, or be told as trouble."""
        if not self._by_code[found.code].identity:
            return 0.0
        if not part.has_role(found):
            return SURE_WITHOUT_ROLE
        return 0.0

    def _command(self, part: Part, found: Found, own: tuple[Entity, ...]) -> Command:
        reason = self._reason(part.turn, found).model_copy(update={"entities": own})
        if found.code == self._hand_over:
            return say.WantPerson(reason)
        if any(one.start < found.end and found.start < one.end and one.acts.says("instead") for one in part.sentences):
            return say.Instead(reason)
        sure = found.code in self._inquiries or found.confidence >= SURE_QUESTION
        return say.StartCase(reason, general=part.asks_in_general(found, sure=sure))

    def _reason(self, turn: Turn, found: Found) -> ContactReason:
        where = Evidence(turn=turn.turn, start=found.start, end=found.end)
        return self._by_code[found.code].found(found.confidence, (where,))

    async def _refused(self, state: Dialogue, part: Part, span: tuple[int, int]) -> list[Found]:
        start, end = span
        ranked = await self._understanding.predict(part.turn.text[start:end])
        spoken_of = {reason.code for reason in state.reasons}
        least = {code: SURE_REFUSAL if code in spoken_of else SURE_STRANGE_REFUSAL for code, _ in ranked}
        return [Found(code, share, start, end) for code, share in ranked if share >= least[code]]

    async def _found(
        self, state: Dialogue, part: Part, facts: Sequence[Entity], refused: Collection[str] = ()
    ) -> list[Found]:
        """Later on, only what is surely a further request, and not the words around an answer or about the question."""
        turn, spans = part.turn, part.spans(negated=False)
        if state.reasons:
            short = len(without(facts, turn).split()) < _SHORTEST_DIGRESSION
            if short or lacking(turn.text) or any(one.asks_back for one in part.sentences):
                return []
            answers = [one for one in part.sentences if not one.asks and _answers(state, facts, turn, one)]
            spans = [span for span in spans if span not in [(one.start, one.end) for one in answers]]
        answered = any(fact.name == state.expects for fact in facts) or any(one.yes_or_no for one in part.sentences)
        return [
            found
            for found in await self._understanding.find(turn.text, spans, asking=part.asking, without=refused)
            if not state.reasons or self._is_further(part, found, answered=answered)
        ]

    def _is_further(self, part: Part, found: Found, *, answered: bool) -> bool:
        """Whether it is surely one more request; who only names a thing in a reply has no question about it."""
        if found.code == self._hand_over:
            return found.confidence >= SURE_HAND_OVER
        within = [one for one in part.sentences if one.start < found.end and found.start < one.end]
        acts = self._by_code[found.code].acts
        if not (acts or any(one.asks for one in within)):
            return False
        if (
            acts
            and found.code not in self._inquiries
            and any(one.acts.says("question", "general") for one in within)
            and not any(one.orders for one in within)
        ):
            return False  # what comes to their mind meanwhile is answered, and opens nothing that could be done
        return found.confidence >= (SURE_BESIDES if answered else SURE_DIGRESSION)

    # --- replies ------------------------------------------------------------------------------------------------------

    def _replies(
        self, state: Dialogue, parts: Sequence[Part], whole: str, facts: Sequence[Entity], found: Sequence[Command]
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
            tried = (self._statements.trouble(one.turn, state.expects) for one in parts)
            yield from map(say.Unusable, filter(None, tried))


def _is_inquiry(reason: Reason) -> bool:
    """Whether customers rather ask than order there: the status of an order, a balance, what roaming costs."""
    return sum(map(inquires, reason.examples)) >= _INQUIRY * len(reason.examples)


def _usual_words(reason: Reason) -> frozenset[str]:
    """The words that customers ask for it with, which a yes may repeat; none that turns a yes into a no."""
    used = Counter(word for text in reason.examples for word in set(re.findall(r"[a-z']+", text.lower())))
    usual = {word for word, times in used.items() if times >= _USUAL * len(reason.examples)}
    return frozenset((usual | set(re.findall(r"[a-z']+", reason.about.lower()))) - _TURNING)


def _language(state: Dialogue, facts: Sequence[Entity], new: Sequence[Turn]) -> str:
    """Of the words around the facts; a short reply later on tells none, it may be anybody's name."""
    values = [fact for fact in facts if len(fact.value.split()) <= _LONGEST_VALUE]
    words = "\n".join(without(values, turn) for turn in new)
    later = bool(state.acts) and len(words.split()) < _SHORTEST_SWITCH
    return state.language if later else detected(words, state.language)


def _dangers(parts: Sequence[Part]) -> Iterator[Command]:
    """The worst that any sentence tells of; one of many in a story must be surer than one by itself."""
    sentences = [one.acts for part in parts for one in part.sentences]
    for kind in DANGERS:
        least = _SURE_DANGER[kind] if len(sentences) >= LONG else 0.0
        if any(one.says(kind) and one.likely[kind] >= least for one in sentences):
            yield say.InDanger(kind)
            return


def _answers(state: Dialogue, facts: Sequence[Entity], turn: Turn, sentence: Sentence) -> bool:
    """Whether the answer to the question stands in this sentence."""
    said = [fact.evidence for fact in facts if fact.name == state.expects and fact.evidence.turn == turn.turn]
    return any(sentence.start <= evidence.start < sentence.end for evidence in said)
