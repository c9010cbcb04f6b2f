"""From what a customer said to commands: facts, requests and speech acts, each sentence in its role.

The default adapter of the port `Understander`: trained classifiers, with rules for what must never be missed.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from callcenter.business import Profile
from callcenter.events import ContactReason, Danger, Dialogue, Entity, Evidence, Reader, Turn
from services.agent import commands as say
from services.agent.commands import Command
from services.agent.facts import Extractor, lacking
from services.agent.hearing.language import language_of
from services.agent.hearing.mail import opened
from services.agent.hearing.naming import Naming, is_inquiry, usual_words
from services.agent.hearing.pack import LanguagePack
from services.agent.hearing.parts import Part, contrasted
from services.agent.hearing.replies import Reply, Sentence, unreserved
from services.agent.hearing.statements import Statements, answers, between_values, meant, named, saying, without
from services.agent.reasons import ContactReasons
from services.agent.understanding.phrases import split
from services.agent.understanding.requests import LONG, Found, Understanding
from services.agent.understanding.speech_acts import DANGERS

SURE_HAND_OVER = 0.6
"""How sure the agent must be that somebody who has already told what they need asks for a person."""

SURE_DIGRESSION = 0.6
"""How sure it must be that a reply holds a further request, and is not just an odd answer."""

SURE_BESIDES = 0.85
"""How sure it must be that a reply which answers the question holds a further request, and not just small talk."""

SURE_WITHOUT_ROLE = 0.8
"""How sure a request that would act on an account must be, where its words neither ask nor tell anything."""

SURE_TO_ANSWER = 0.5
"""The same for a request that is only answered."""

SURE_OF_STORY = 0.6
"""How sure a request in a long text must be that would act on an account; one that is only answered need not be."""

SURE_QUESTION = 0.9
"""How sure it must be that a question is about what could be done, and not about something near to it."""

SURE_REFUSAL = 0.15
"""How likely a request must be meant by words that refuse something, where it is one that the conversation is about."""

SURE_STRANGE_REFUSAL = 0.4
"""The same where nobody has spoken of that request before."""

_SURE_DANGER: dict[Danger, float] = {"self_harm": 0.6, "emergency": 0.8, "threat": 0.9, "fraud": 0.9}
"""How sure one sentence of a story must be; the threshold of the act itself is for sentences that stand alone."""

_SHORTEST_DIGRESSION = 4
"""Words: what is shorter answers the question that was asked."""


class ClassifyingUnderstander:
    """Reads for one business; only what customers say is ever read."""

    def __init__(
        self,
        profile: Profile,
        reasons: ContactReasons,
        understanding: Understanding,
        extractor: Extractor,
        languages: Mapping[str, LanguagePack],
    ) -> None:
        turning = {word for pack in languages.values() for word in pack.cues.turning}
        self._echo = {reason.code: usual_words(reason) - turning for reason in reasons.reasons}
        self._inquiries = {reason.code for reason in reasons.reasons if is_inquiry(reason)}
        self._naming = Naming(reasons.reasons, {word for pack in languages.values() for word in pack.small_words})
        self._by_code, self._hand_over = reasons.by_code(), reasons.hand_over
        self._understanding = understanding
        around = {word for pack in languages.values() for word in pack.cues.around}
        self.statements = Statements(extractor, reasons, ZoneInfo(profile.time_zone), around)
        self._languages = languages

    async def read(self, state: Dialogue, turns: Sequence[Turn]) -> Sequence[Command]:
        """The commands in what the customer said after what `state` has heard; several quick messages are one turn."""
        said = _unheard(state, turns)
        mails = [opened(turn.text) for turn in said]
        new = [saying(turn, mail.own) for turn, mail in zip(said, mails, strict=True)]
        stated = [self.statements.of(state, turn, mail) for turn, mail in zip(said, mails, strict=True)]
        facts = [fact for facts in stated for fact in facts]
        language = language_of(state, facts, new)
        switched = [say.OtherLanguage(language)] if language != state.language else []
        if language not in self._languages:
            return switched
        pack = self._languages[language]
        cut = zip(new, stated, strict=True)
        parts = [await self._part(pack, turn, values, has_case=bool(state.reasons)) for turn, values in cut]
        named = facts
        facts = [fact for part, facts in zip(parts, stated, strict=True) for fact in meant(part.sentences, facts)]
        found = [one for part in parts for one in await self._requests(state, part, named)]
        whole = "\n".join(turn.text for turn in new)
        replies = self._replies(state, pack, parts, whole, facts=facts, found=found)
        return [*switched, *_dangers(parts), *map(say.SetFact, facts), *found, *replies]

    @property
    def reader(self) -> Reader:
        """The engine that tells reasons apart."""
        return Reader(engine=self._understanding.engine.name, model=self._understanding.engine.model)

    def counting(self, state: Dialogue, turns: Sequence[Turn]) -> list[Turn]:
        """What customers said after what `state` has heard, with blanks in place of what does not count in it."""
        return [saying(turn, opened(turn.text).own) for turn in _unheard(state, turns)]

    async def may_agree(self, state: Dialogue, turns: Sequence[Turn]) -> bool:
        """Whether a sentence is likely a yes, whatever its words, and nothing else in it takes that back."""
        new = self.counting(state, turns)
        pack = self._languages[state.language]
        sentences = [one for turn in new for one in (await self._part(pack, turn, (), has_case=False)).sentences]
        likely = any(one.acts.says("affirm") for one in sentences)
        return likely and unreserved(sentences, "\n".join(turn.text for turn in new))

    async def _part(self, pack: LanguagePack, turn: Turn, facts: Sequence[Entity], *, has_case: bool) -> Part:
        lead = len(turn.text) - len(turn.text.lstrip())
        whole = [(lead + start, lead + end) for start, end in split(turn.text[lead:])]
        spans = [piece for span in whole for piece in between_values(turn.text, span, facts, pack.border)]
        sentences = await self._sentences(pack, turn, spans, has_case=has_case)
        pieces = [piece for one in sentences for piece in contrasted(turn.text, one, pack.contrast)]
        if has_case and len(pieces) > len(sentences):
            sentences = await self._sentences(pack, turn, pieces, has_case=has_case)
        return Part(turn, sentences, pack.pointing, pack.pointer, pack.adding)

    async def _sentences(
        self, pack: LanguagePack, turn: Turn, spans: Sequence[tuple[int, int]], *, has_case: bool
    ) -> tuple[Sentence, ...]:
        texts = [turn.text[start:end] for start, end in spans]
        heard = zip(texts, spans, await pack.listening.read(texts), strict=True)
        asked = [turn.text[end:].lstrip().startswith("?") for _, end in spans]
        return tuple(
            Sentence(text, *span, acts, has_case, pack.feelings.profane(text), mark)
            for (text, span, acts), mark in zip(heard, asked, strict=True)
        )

    # --- requests -----------------------------------------------------------------------------------------------------

    async def _requests(self, state: Dialogue, part: Part, facts: Sequence[Entity]) -> list[Command]:
        """What is asked for and what is refused; the last word about a matter counts."""
        spans = [span for span in part.refusals if not answers(state, facts, part.turn, *span)]
        refused = [one for span in spans for one in await self._refused(state, part, span)]
        asked = await self._found(state, part, facts)
        late = {
            one.code for one in refused if all(one.start > other.start for other in asked if other.code == one.code)
        }
        found = await self._found(state, part, facts, refused=late) if late & {one.code for one in asked} else asked
        beside = bool(part.refusals) and late.isdisjoint(reason.code for reason in state.reasons)
        sure = (self._command(part, one, beside=beside) for one in self._sure(part, found))
        return [*map(say.Refuse, dict.fromkeys(late)), *sure]

    def _sure(self, part: Part, found: Sequence[Found]) -> Sequence[Found]:
        """No mere guess."""
        return [one for one in found if one.confidence >= self._least(part, one)]

    def _least(self, part: Part, found: Found) -> float:
        """How sure a request must be: what acts on an account has to be asked for, or be told as trouble."""
        if not self._by_code[found.code].identity:
            return 0.0
        acts = self._by_code[found.code].acts and found.code not in self._inquiries
        if part.has_role(found):
            return SURE_OF_STORY if acts and len(part.sentences) >= LONG else 0.0
        return SURE_WITHOUT_ROLE if acts else SURE_TO_ANSWER

    def _command(self, part: Part, found: Found, *, beside: bool) -> Command:
        """`beside`: something is refused that nobody asked for, so that this stands in place of nothing open."""
        reason = self._reason(part.turn, found)
        if found.code == self._hand_over:
            return say.WantPerson(reason)
        if any(one.acts.says("instead") for one in part.within(found)) and not beside:
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
        meant = [(code, share) for code, share in ranked if share >= least[code]]
        said = part.turn.text[start:end]
        named = [one for one in meant if not spoken_of or self._is_named(one[0], said, spoken_of)]
        return [Found(code, share, start, end) for code, share in named]

    def _is_named(self, code: str, text: str, spoken_of: Collection[str]) -> bool:
        """Whether this is what a reply refuses: it is named, or spoken of and nothing else is named."""
        return self._naming.names(code, text) or (code in spoken_of and self._naming.points(text))

    async def _found(
        self, state: Dialogue, part: Part, facts: Sequence[Entity], refused: Collection[str] = ()
    ) -> list[Found]:
        """Later on, only what is surely a further request, and not the words around an answer or about the question."""
        turn, spans = part.turn, part.spans(negated=False)
        if state.reasons:
            short = len(without(facts, turn).split()) < _SHORTEST_DIGRESSION
            if short or lacking(turn.text) or any(one.asks_back or one.lacks for one in part.sentences):
                return []
            told = [(one.start, one.end) for one in part.sentences if not one.asks]
            spans = [span for span in spans if span not in told or not answers(state, facts, turn, *span)]
        answered = any(fact.name == state.expects for fact in facts) or any(one.yes_or_no for one in part.sentences)
        return [
            found
            for found in await self._understanding.find(
                turn.text, spans, asking=part.asking, without=refused, named=named(facts, turn)
            )
            if not state.reasons or self._is_further(part, found, asked=bool(state.expects), answered=answered)
        ]

    def _is_further(self, part: Part, found: Found, *, asked: bool, answered: bool) -> bool:
        """Whether it is surely one more request; who only names a thing in a reply has no question about it."""
        within = part.within(found)
        wonders = any(one.wonders for one in within) and not any(one.orders for one in within)
        if found.code == self._hand_over:
            return found.confidence >= SURE_HAND_OVER and not (wonders and asked)
        acts = self._by_code[found.code].acts
        asks = any(one.asks for one in within)
        told = acts and self._by_code[found.code].trouble and (answered or not asked or part.adds(found))
        if not asks and not told:
            return False  # what is told in place of an answer is why there is none
        if wonders and acts and found.code not in self._inquiries:
            return False  # what comes to their mind meanwhile is answered, and opens nothing that could be done
        if asked and not self._is_of_its_own(part, found, wonders=wonders):
            return False
        return found.confidence >= (SURE_DIGRESSION if asks and not answered else SURE_BESIDES)

    def _is_of_its_own(self, part: Part, found: Found, *, wonders: bool) -> bool:
        """Whether its words mean another matter than the open one, which the agent has just asked something about."""
        said = part.said(found)
        if any(one.acts.says("instead") for one in part.within(found)) or (wonders and part.points(found)):
            return self._naming.names(found.code, said)
        return not wonders or self._naming.speaks_of(found.code, said)

    # --- replies ------------------------------------------------------------------------------------------------------

    def _replies(
        self,
        state: Dialogue,
        pack: LanguagePack,
        parts: Sequence[Part],
        whole: str,
        *,
        facts: Sequence[Entity],
        found: Sequence[Command],
    ) -> Iterator[Command]:
        sentences = [one for part in parts for one in part.sentences]
        answered = any(fact.name == state.expects for fact in facts)
        told = [one.reason.code for one in found if isinstance(one, say.StartCase | say.Instead)]
        spoken_of = {code for one in state.reasons for code in (one.code, *self._by_code[one.code].covers)}
        echo = {word for reason in state.reasons for word in self._echo[reason.code]}
        reply = Reply(
            sentences,
            whole,
            bool(state.acts),
            state.expects,
            answered,
            bool(told),
            pack,
            echo,
            not spoken_of.issuperset(told),
        )
        heard = reply.commands()
        yield from heard
        explained = answered or any(isinstance(one, say.CannotTell | say.AskBack) for one in heard)
        if state.expects and not explained:
            tried = (self.statements.trouble(one.turn, state.expects, facts) for one in parts)
            yield from map(say.Unusable, filter(None, tried))


def _unheard(state: Dialogue, turns: Sequence[Turn]) -> list[Turn]:
    return [turn for turn in turns[state.heard :] if turn.speaker == "customer" and turn.text.strip()]


def _dangers(parts: Sequence[Part]) -> Iterator[Command]:
    """The worst that any sentence tells of; one of many in a story must be surer than one by itself."""
    sentences = [one.acts for part in parts for one in part.sentences]
    for kind in DANGERS:
        least = _SURE_DANGER[kind] if len(sentences) >= LONG else 0.0
        if any(one.says(kind) and one.likely[kind] >= least for one in sentences):
            yield say.InDanger(kind)
            return
