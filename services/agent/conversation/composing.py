"""One agent turn in the making: what is new, a word for the mood, and one question."""

from collections.abc import Collection, Mapping, Sequence
from random import Random

from callcenter.business import Profile
from services.agent import commands as heard
from services.agent.conversation.going_on import takes_back
from services.agent.conversation.moment import GLAD, UPSET, Moment
from services.agent.conversation.reading_back import ReadBack
from services.agent.facts import Trouble
from services.agent.languages import HelpLines
from services.agent.phrasebook import Phrasebook
from services.agent.reasons import ContactReasons, Identity, Slot
from services.agent.things import named


class Composer:
    """The words of one moment; `rng` chooses among sentences that mean the same."""

    def __init__(
        self,
        profile: Profile,
        reasons: ContactReasons,
        say: Phrasebook,
        help_lines: HelpLines,
        moment: Moment,
        *,
        rng: Random,
    ) -> None:
        self._profile, self._reasons, self._help_lines = profile, reasons, help_lines
        self.say, self._moment, self._rng = say, moment, rng
        self._read_back = ReadBack(reasons, say, moment.state, moment.requests, profile.currency)

    def text(self) -> str:
        """The whole turn."""
        if self._moment.act.kind == "unsupported":
            return self._in_their_language()
        if self._moment.act.kind == "emergency":
            return self._what_helps()
        begun = self.begun() if self._moment.begun is None else self._moment.begun
        return " ".join(filter(None, [begun, *self._say()]))

    def begun(self) -> str:
        """Its first words, to what was just heard."""
        greeting = [] if self._moment.previous else [self._profile.voice.greeting]
        told = [self._pick(self.say.who)] if self._moment.news.aside == "who" else []
        follows = [self._pick(self.say.follows)] if self._moment.follows and not self._moment.previous else []
        return " ".join([*greeting, *follows, *told, *self._react()])

    def _react(self) -> list[str]:
        """To what was just heard."""
        moment, news = self._moment, self._moment.news
        if moment.act.kind == "anything_else":
            return [self._pick(self.say.left_open)]
        if moment.act.kind not in ("ask", "repeat", "wait", "confirm", "amend", "check", "offer"):
            return []
        declined = (
            [self._pick(self.say.declined, about=self.say.listed(map(self._read_back.matter, news.declined)))]
            if news.declined
            else []
        )
        if moment.request_is_new and not declined:
            return self._acknowledge()
        calmly = [self._pick(self.say.calmly)] if news.has(heard.Insult) and moment.previous else []
        besides = [self._pick(self.say.besides, about=self._read_back.matter(reason)) for reason in news.reasons]
        return [*calmly, *declined, *self._react_to_reply(), *self._react_to_facts(), *besides]

    def _react_to_reply(self) -> list[str]:
        """To a reply that is neither yes nor no to what was read back."""
        news = self._moment.news
        if self._moment.act.kind != "confirm" or not self._moment.act.again or news.corrected or news.reasons:
            return []
        neither: Mapping[type[heard.Command], Sequence[str]] = {
            heard.Condition: self.say.conditional,
            heard.Undecided: self.say.undecided,
            heard.AskQuestion: self._answers(),
            heard.NotUnderstood: self.say.unsure,
        }
        told = self._read_back.told()
        return next(([self._pick(sentences, told=told)] for kind, sentences in neither.items() if news.has(kind)), [])

    def _answers(self) -> Sequence[str]:
        """To a question about what was read back: all that the rules say of it, which is told once."""
        first = self._moment.previous and not self._moment.previous.again
        return self.say.told_before if first and self._read_back.told() else self.say.questioned

    def _react_to_facts(self) -> list[str]:
        moment, news = self._moment, self._moment.news
        if news.corrected:
            values = self.say.listed(self._read_back.spoken(one.name, one.value) for one in news.corrected)
            return [self._pick(self.say.corrected, value=values)]
        if moment.act.kind == "wait" or news.aside or news.asked or news.reasons:
            return []
        if news.trouble:
            return [self._unusable(news.trouble)]
        if moment.previous is None or news.has(heard.Insult):
            return []
        if news.lacking and (not news.noted or news.has(heard.CannotTell)):
            return self._ask_again() if moment.act.slot == moment.previous.slot else self._move_on()
        return self._thank() if news.answered or news.noted else []

    def _thank(self) -> list[str]:
        """For a fact; and to a question that they asked beside it."""
        thanks = self._pick(self.say.thanks_calmly if self._moment.troubled else self.say.thanks)
        return [thanks, *([self._meanwhile()] if self._moment.news.has(heard.AskQuestion) else [])]

    def _ask_again(self) -> list[str]:
        """Before the same question, to somebody who had no answer, or said something else."""
        if self._moment.news.has(heard.CannotTell):
            return [self._no_matter(), self._pick(self.say.retry)]
        return [self._pick(self.say.noted if self._moment.news.has(heard.Deny, heard.Refuse) else self.say.retry)]

    def _meanwhile(self) -> str:
        """To a question of theirs that only the records can answer."""
        return self._pick(self.say.meanwhile, about=self._all_about())

    def _move_on(self) -> list[str]:
        return [] if self._moment.act.kind == "check" else [self._no_matter(), self._pick(self.say.move_on)]

    def _no_matter(self) -> str:
        return self._pick(self.say.no_matter_calmly if self._moment.troubled else self.say.no_matter)

    def _acknowledge(self) -> list[str]:
        main, *others = self._moment.requests
        upset = self.say.sorry if main.trouble else self.say.soothe
        usual = self.say.trouble if main.trouble and self._moment.mood < GLAD else self.say.calm
        also = [self._pick(self.say.also, about=other.about) for other in others]
        return [self._pick(upset if self._moment.mood <= UPSET else usual, about=main.about), *also]

    def _say(self) -> list[str]:
        kind, before = self._moment.act.kind, any(act.kind == "confirm" for act in self._moment.state.acts)
        match kind:
            case "ask":
                return self._question()
            case "repeat":
                return self._once_more()
            case "confirm":
                sentences = self.say.confirm_again if before else self.say.confirm
                said = self._pick(sentences, what=self._read_back.understood())
            case "check":
                said = self._check()
            case "offer":
                said = self._pick(self.say.offer, about=self._all_about())
            case "clarify":
                said = self._clarifying()
            case "hand_over" | "offer_person":
                said = self._person()
            case _:
                said = self._pick(self.say.single(kind))
        return [said]

    def _person(self) -> str:
        """That a person takes over, or may, and why, where there is more to it than that they want one."""
        moment, act = self._moment, self._moment.act
        if act.kind == "offer_person" and takes_back(moment.state, moment.news):
            return self._pick(self.say.agreed_already)
        if act.kind == "offer_person" and moment.state.over and moment.news.has(heard.PutRight):
            return self._pick(self.say.not_settled)
        if act.kind == "hand_over" and moment.state.for_another:
            return self._pick(self.say.for_another)
        if act.slot:
            return self._pick(self.say.without, fact=self._reasons.slots[act.slot].title, about=self._all_about())
        return self._pick(self.say.single(act.kind))

    def _clarifying(self) -> str:
        """What it is about, asked among what customers come for where the business says so."""
        topics = ", ".join(self._profile.voice.topics)
        return self._pick((*self.say.clarify, *(self.say.clarify_among if topics else ())), topics=topics)

    def _question(self) -> list[str]:
        moment = self._moment
        slot = self._reasons.slots[moment.act.slot or ""]
        choices = [self.choices()] if moment.act.things else []
        if choice := moment.choice:
            again = choice.text in moment.said
            return [*self._for_which(), self._pick(slot.questions) if again else choice.text, *choices]
        if choices:
            return [*self._for_which(), *choices]
        facts = self._reasons.identity.facts
        opened = any(act.slot in facts for act in moment.state.acts)
        why = [self._pick(self.say.why_identity)] if moment.act.slot in facts and not opened else []
        helped = moment.act.again and moment.news.lacking and not moment.news.reasons
        several = self._several(moment.act.slot or "") if moment.act.slot in moment.state.unsettled else []
        otherwise = self._otherwise(slot) if moment.news.has(heard.CannotTell) else []
        before = [*self._hint(slot), *otherwise] if helped else why
        return [*several, *self._for_which(), *before, self._pick(slot.questions)]

    def _for_which(self) -> list[str]:
        """The request that needs the fact, where others have another."""
        act = self._moment.act
        if act.request is None:
            return []
        return [self._pick(self.say.for_one, about=self._read_back.about(self._moment.state.reasons[act.request].code))]

    def choices(self) -> str:
        """What they may choose among."""
        act = self._moment.act
        facts = self._moment.facts
        labels = (self._read_back.label(act.slot or "", value, facts) for value in act.things)
        sentences = self.say.choosing(len(act.things), asked=self._moment.choice is not None)
        return self._pick(sentences, things=self.say.either(labels))

    def _otherwise(self, slot: Slot) -> list[str]:
        """What would do in place of the fact: what the business says, or other proofs of who they are."""
        identity, facts = self._reasons.identity, self._moment.state.facts
        if self._moment.act.slot not in identity.facts:
            return [slot.otherwise] if slot.otherwise else []
        untold = {self._moment.act.slot or "", *(fact.name for fact in self._moment.state.missing)}
        open_proofs = identity.required - sum(name in facts for name in identity.facts)
        titles = [self._reasons.slots[name].title for name in _proofs(identity, facts, untold, open_proofs)]
        if open_proofs > len(titles):
            return []
        named = self.say.either(titles) if open_proofs == 1 else self.say.listed(titles[:open_proofs])
        return [self._pick(self.say.otherwise, facts=named)]

    def _hint(self, slot: Slot) -> list[str]:
        """Where to find the fact, told once."""
        return [slot.hint] if slot.hint not in self._moment.said else []

    def _once_more(self) -> list[str]:
        """The question that is open, after whatever came in between."""
        moment, slot = self._moment, self._reasons.slots.get(self._moment.act.slot or "")
        if slot:
            return [*self._between(slot), self.choices() if moment.act.things else self._pick(slot.questions)]
        back = [] if moment.news.aside == "who" else [self._pick(self.say.repeat)]
        if moment.requests:
            return [*back, self._pick(self.say.confirm_again, what=self._read_back.understood())]
        return [self._pick(self.say.repeat_undirected)]

    def _between(self, slot: Slot) -> list[str]:
        """What they wanted to know before they answer the question for a fact."""
        safe, news = self._moment.act.slot in self._reasons.identity.facts, self._moment.news
        match news.aside:
            case "where":
                return [self._pick(self.say.where), slot.hint]
            case "why":
                return [self._pick(self.say.why_safe if safe else self.say.why_needed)]
            case "repeat":
                return [self._pick(self.say.repeat), *self._hint(slot)]
            case _ if news.asked:
                choices = slot.kind == "choice" or news.has(heard.CannotTell)
                return [self._meanwhile(), *(self._hint(slot) if choices else [])]
            case _:
                return []

    def _several(self, name: str) -> list[str]:
        """That they gave more than one value, once."""
        values = [one.value for one in named(self._moment.state, name)]
        told = self._pick(
            self.say.named, values=self.say.listed(self._read_back.spoken(name, value) for value in values)
        )
        return [] if told in self._moment.said else [told]

    def _unusable(self, trouble: Trouble) -> str:
        """What was wrong with an answer, in its own words."""
        slot = self._reasons.slots[self._moment.state.expects or ""]
        readings = self.say.either(
            self._read_back.spoken(self._moment.state.expects or "", value) for value in trouble.readings
        )
        return self._pick(self.say.unusable.of(trouble.kind), said=trouble.said, fact=slot.title, readings=readings)

    def _what_helps(self) -> str:
        """Nothing but what helps now."""
        sentences = self.say.emergency.of(self._moment.state.danger or "emergency")
        return self._pick(sentences, crisis=self._help_lines.crisis, emergency=self._help_lines.emergency)

    def _all_about(self) -> str:
        return self.say.listed(reason.about for reason in self._moment.requests)

    def _check(self) -> str:
        about = self._all_about()
        if self._moment.request_is_new:
            return self._pick(self.say.check_short)
        return self._pick(self.say.check_lacking if self._moment.news.lacking else self.say.check, about=about)

    def _in_their_language(self) -> str:
        own = self.say.other_languages.get(self._moment.state.language)
        return (
            f"{own} ({self.say.only_this_language})"
            if own
            else f"{self._profile.voice.greeting} {self.say.only_this_language}"
        )

    def _pick(self, sentences: Sequence[str], **values: str) -> str:
        """One that was not said before; where all were, the one that was not said last."""
        texts = [sentence.format(**values) for sentence in sentences]
        fresh = [text for text in texts if text not in self._moment.said]
        return self._rng.choice(fresh or texts[:1])


def _proofs(identity: Identity, facts: Collection[str], untold: Collection[str], open_proofs: int) -> list[str]:
    """What can prove who they are in place of what is `untold`; no more than leads to an account."""
    others = [name for name in identity.facts if name not in facts and name not in untold]
    if any(name in facts for name in identity.find_by):
        return others
    leading = [name for name in others if name in identity.find_by]
    beside = [name for name in others if name not in leading] if leading and open_proofs > 1 else []
    return [*leading, *beside]
