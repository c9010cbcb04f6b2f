"""From what a customer said to commands: facts, requests and speech acts, each sentence in its role.

The default adapter of the port `Understander`: trained classifiers, with rules for what must never be missed.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from zoneinfo import ZoneInfo

from callcenter.business import Profile
from callcenter.events import ContactReason, Dialogue, Entity, Evidence, Reader, Turn
from services.agent import commands as say
from services.agent.commands import Command
from services.agent.facts import Extractor, lacking, plain
from services.agent.hearing import sure_of
from services.agent.hearing.choosing import Choosing, with_choice
from services.agent.hearing.dangers import dangers
from services.agent.hearing.dropping import Dropping
from services.agent.hearing.further import Further
from services.agent.hearing.language import language_of
from services.agent.hearing.listened import listened
from services.agent.hearing.mail import opened
from services.agent.hearing.naming import Naming, is_inquiry, usual_words
from services.agent.hearing.pack import LanguagePack
from services.agent.hearing.parts import Part
from services.agent.hearing.recognizing import ACCOUNT, Recognizing
from services.agent.hearing.replies import Reply, unreserved
from services.agent.hearing.statements import Statements, answers, named, saying, unheard, within, without
from services.agent.reasons import ContactReasons
from services.agent.understanding.phrases import JOINER
from services.agent.understanding.requests import LONG, Found, Understanding


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
        self._naming = Naming(reasons, {word for pack in languages.values() for word in pack.small_words})
        self._by_code, self._hand_over = reasons.by_code(), reasons.hand_over
        self._further = Further(reasons, self._inquiries, self._naming)
        self._understanding = understanding
        cues = [pack.cues for pack in languages.values()]
        self.statements = Statements(extractor, reasons, ZoneInfo(profile.time_zone), cues)
        self._languages = languages
        recognizing = partial(Recognizing, profile, reasons, extractor)
        self._choosing = {
            code: Choosing(reasons, Dropping(pack.several, self._naming), understanding, recognizing(pack.among))
            for code, pack in languages.items()
        }

    async def read(self, state: Dialogue, turns: Sequence[Turn]) -> Sequence[Command]:
        """The commands in what the customer said after what `state` has heard; several quick messages are one turn."""
        said = unheard(state, turns)
        mails = [opened(turn.text) for turn in said]
        new = [saying(turn, plain(mail.own)) for turn, mail in zip(said, mails, strict=True)]
        stated = [self.statements.of(state, turn, mail) for turn, mail in zip(said, mails, strict=True)]
        facts = [fact for facts in stated for fact in facts]
        language = language_of(state, facts, new)
        switched = [say.OtherLanguage(language)] if language != state.language else []
        if language not in self._languages:
            return switched
        pack, choosing = self._languages[language], self._choosing[language]
        new = [saying(turn, pack.dictated.signed(turn.text)) for turn in new]
        named, parts = facts, await listened(pack, zip(new, stated, strict=True), has_case=bool(state.reasons))
        facts = [fact for part, facts in zip(parts, stated, strict=True) for fact in choosing.meant(state, part, facts)]
        facts = facts or [fact for part in parts for fact in self._amended(state, part)]
        known = [*facts, *(fact for part in parts for fact in choosing.besides(state, part, facts))]
        found = [one for part in parts for one in await self._requests(state, choosing, part, named, known)]
        chosen = choosing.chosen(state, parts, known, found)
        whole = "\n".join(turn.text for turn in new).replace(JOINER, "")
        replies = self._replies(state, pack, parts, whole, facts=facts, found=found)
        facts = choosing.spoken_for(state, facts, found)
        return [*switched, *dangers(parts), *map(say.SetFact, facts), *with_choice(chosen, [*found, *replies])]

    @property
    def reader(self) -> Reader:
        """The engine that tells reasons apart."""
        return Reader(engine=self._understanding.engine.name, model=self._understanding.engine.model)

    def counting(self, state: Dialogue, turns: Sequence[Turn]) -> list[Turn]:
        """What customers said after what `state` has heard, with blanks in place of what does not count in it."""
        return [saying(turn, plain(opened(turn.text).own)) for turn in unheard(state, turns)]

    def owned(
        self, state: Dialogue, turn: Turn, facts: Sequence[Entity], found: Sequence[Found]
    ) -> dict[Found, tuple[Entity, ...]]:
        """What is the own of requests that somebody else found in the words of a turn."""
        pack = self._languages[state.language]
        part = Part(turn, (), pack.pointing, pack.pointer, pack.adding, pack.inquiring, pack.own)
        return self._choosing[state.language].of_words(state, part, facts, found)

    async def may_agree(self, state: Dialogue, turns: Sequence[Turn]) -> bool:
        """Whether a sentence is likely a yes, and nothing else takes that back, nor a word in it."""
        new = self.counting(state, turns)
        pack = self._languages[state.language]
        if any(pack.turns(turn.text) for turn in new):
            return False
        parts = await listened(pack, [(turn, ()) for turn in new], has_case=False)
        sentences = [one for part in parts for one in part.sentences]
        likely = any(one.acts.says("affirm") for one in sentences)
        return likely and unreserved(sentences, "\n".join(turn.text for turn in new))

    def _amended(self, state: Dialogue, part: Part) -> Sequence[Entity]:
        """What they want otherwise of what was read back to them."""
        last = state.acts[-1].kind if state.acts else None
        amends = last == "amend" or (last == "confirm" and part.amends)
        return self.statements.amended(state, part.turn) if amends and not part.asks_anything else ()

    # --- requests -----------------------------------------------------------------------------------------------------

    async def _requests(
        self, state: Dialogue, choosing: Choosing, part: Part, stated: Sequence[Entity], facts: Sequence[Entity]
    ) -> list[Command]:
        """What is asked for and what is refused; the last word about a matter counts."""
        refusals = [span for span in part.refusals if not choosing.leaves_out(state, part, span)]
        spans = [span for span in refusals if not answers(state, stated, part.turn, *span)]
        refused = [one for span in spans for one in await self._refused(state, part, span)]
        asked = await self._found(state, part, facts)
        of_thing = not asked and bool(refused)
        if of_thing:
            asked = await self._of_the_thing(part, facts, {one.code for one in refused})
        late = {
            one.code for one in refused if all(one.start > other.start for other in asked if other.code == one.code)
        }
        found = await self._found(state, part, facts, refused=late) if late & {one.code for one in asked} else asked
        beside = bool(part.refusals) and late.isdisjoint(reason.code for reason in state.reasons)
        sure, names = [*self._sure(part, found)], {name for _, name in named(facts, part.turn)}
        own = await choosing.own(state, part, facts, sure)
        return [
            *map(say.Refuse, sorted(late)),
            *(
                self._command(part, one, entities, beside=beside, named=self._has_named(one, names), of_thing=of_thing)
                for one, entities in own.items()
            ),
        ]

    def _has_named(self, found: Found, names: Collection[str]) -> bool:
        """Whether one of the facts that were named says which thing it is about."""
        return any(name in names for name in self._by_code[found.code].needs)

    async def _of_the_thing(self, part: Part, facts: Sequence[Entity], refused: Collection[str]) -> list[Found]:
        """What they want of a thing that they named in what they refuse: not to stop T204815, just say when it goes."""
        named = [one for start, end in part.refusals for one in within(facts, part.turn, start, end)]
        if not named:
            return []
        thing = f"{self.statements.thing(named[-1].name)} {named[-1].value}"
        found = [
            replace(found, start=one.start, end=one.end)
            for one, text in part.with_thing(thing)
            for found in await self._understanding.find(text, without=refused)
        ]
        return found[:1]

    def _sure(self, part: Part, found: Sequence[Found]) -> Sequence[Found]:
        """No mere guess; a single word beside another request, like a name in an address, is none."""
        sure = [one for one in found if one.confidence >= self._least(part, one)]
        sure = [one for one in sure if len(part.said(one).split()) > 1] or sure
        return part.without_tales(sure, [one for one in sure if self._by_code[one.code].trouble])

    def _least(self, part: Part, found: Found) -> float:
        """How sure a request must be: what acts on an account has to be asked for, or be told as trouble."""
        if not self._by_code[found.code].identity:
            return sure_of.NEVER if found.code == self._hand_over and part.wants_nobody(found) else 0.0
        acts = self._by_code[found.code].acts and found.code not in self._inquiries
        if part.has_role(found):
            return sure_of.OF_STORY if acts and len(part.sentences) >= LONG else 0.0
        return sure_of.WITHOUT_ROLE if acts else sure_of.TO_ANSWER

    def _command(
        self, part: Part, found: Found, own: tuple[Entity, ...], *, beside: bool, named: bool, of_thing: bool
    ) -> Command:
        """`beside`: something is refused that nobody asked for, so that this stands in place of nothing open.

        `named`: what it is about is named; `of_thing`: in what they refuse.
        """
        reason = self._reason(part.turn, found).model_copy(update={"entities": own})
        if found.code == self._hand_over:
            return say.WantPerson(reason)
        if any(one.acts.says("instead") for one in part.within(found)) and not beside:
            return say.Instead(reason)
        if self._by_code[found.code].acts and found.code not in self._inquiries and part.follows_up(found):
            return say.StartCase(reason.model_copy(update={"follows_up": True}), general=True)
        asked_about = found.code in self._inquiries
        sure = of_thing or asked_about or found.confidence >= sure_of.QUESTION
        trouble, its_own = self._by_code[found.code].trouble, asked_about or named or of_thing
        told = its_own or (trouble and part.tells(found))
        general = part.asks_in_general(found, sure=sure, told=told)
        if not (its_own or trouble or general) and part.inquires(found):
            return say.StartCase(reason.model_copy(update={"follows_up": part.is_own(found)}), general=True)
        return say.StartCase(reason, general=general)

    def _reason(self, turn: Turn, found: Found) -> ContactReason:
        where = Evidence(turn=turn.turn, start=found.start, end=found.end)
        return self._by_code[found.code].found(found.confidence, (where,))

    async def _refused(self, state: Dialogue, part: Part, span: tuple[int, int]) -> list[Found]:
        start, end = span
        said = part.turn.text[start:end]
        ranked = await self._understanding.predict(said)
        spoken_of = {reason.code for reason in state.reasons}
        least = {code: sure_of.refusal(code in spoken_of, self._naming.names(code, said)) for code, _ in ranked}
        meant = [(code, share) for code, share in ranked if share >= least[code]]
        named = [one for one in meant if not spoken_of or self._is_named(*one, said, state)]
        return [Found(code, share, start, end) for code, share in named]

    def _is_named(self, code: str, share: float, text: str, state: Dialogue) -> bool:
        """Whether this is what a reply refuses: it is named, or open and nothing else is named but its thing.

        While a fact is asked for, its thing is rather what the answer is about.
        """
        if self._naming.names(code, text):
            return True
        thing = not state.expects and share >= sure_of.STRANGE_REFUSAL and self._naming.has_thing(code, text)
        return code in {one.code for one in state.reasons} and (thing or self._naming.points(text))

    async def _found(
        self, state: Dialogue, part: Part, facts: Sequence[Entity], refused: Collection[str] = ()
    ) -> list[Found]:
        """Later on, only what is surely a further request, and not the words around an answer or about the question."""
        turn, spans = part.turn, part.spans(negated=False, over=state.over)
        if state.reasons:
            short = len(without(facts, turn).split()) < sure_of.SHORTEST_DIGRESSION
            if short or lacking(turn.text) or any(one.asks_back or one.lacks for one in part.sentences):
                return []
            told = [(one.start, one.end) for one in part.sentences if not one.asks]
            excused = bool(state.expects) and any(one.acts.says("cannot_tell") for one in part.sentences)
            spans = [span for span in spans if span not in told or not (excused or answers(state, facts, turn, *span))]
        answered = any(fact.name == state.expects for fact in facts) or any(one.yes_or_no for one in part.sentences)
        find = partial(self._understanding.find, turn.text, without=refused, named=named(facts, turn))
        if not state.reasons:
            pointed = part.to_the_point(spans)
            found = await find(spans if len(spans) >= LONG else pointed, asking=part.asking)
            return self._further.after_all(state, part, found or await find(pointed, asking=part.asking))
        found = await find(spans, asking=part.asking)
        of_things = await self._of_account(part, facts)
        found = (*of_things, *(one for one in found if not any(map(one.overlaps, of_things))))
        return [one for one in found if self._further.holds(state, part, one, facts, answered=answered)]

    async def _of_account(self, part: Part, facts: Sequence[Entity]) -> list[Found]:
        """What is asked for with a thing of their account, as if they had said its number and not what it is called."""
        found = list[Found]()
        for fact in facts:
            for one in part.sentences if fact.extractor == ACCOUNT and fact.evidence.turn == part.turn.turn else ():
                first, last = fact.evidence.start - one.start, fact.evidence.end - one.start
                if 0 <= first < len(one.text):
                    said = f"{one.text[:first]}{self.statements.thing(fact.name)} {fact.value}{one.text[last:]}"
                    asked = await self._understanding.find(said)
                    found += [replace(other, start=one.start, end=one.end) for other in asked[:1]]
        return found

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
        acting = [reason for reason in state.reasons if reason.asks == "request" and self._by_code[reason.code].acts]
        several = len(acting) > 1  # then the words of one of them are no yes to all
        echo = set[str]() if several else {word for reason in state.reasons for word in self._echo[reason.code]}
        reply = Reply(
            sentences,
            whole,
            bool(state.acts),
            state.expects,
            answered,
            bool(told),
            pack,
            echo,
            len(acting),
            not spoken_of.issuperset(told),
            state.over,
            bool(facts) and state.last_act is not None and state.last_act.kind == "offer",
        )
        yield from (heard := reply.commands())
        explained = answered or any(isinstance(one, say.CannotTell | say.AskBack) for one in heard)
        if state.expects and not explained:
            tried = (self.statements.trouble(one.turn, state.expects, facts) for one in parts)
            yield from map(say.Unusable, filter(None, tried))
