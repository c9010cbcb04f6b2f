"""Which of several things a customer means, first and later: each of them, one more, not this one."""

from collections.abc import Collection, Iterator, Sequence

from callcenter.events import ContactReason, Dialogue, Entity
from services.agent import commands as say
from services.agent.commands import Command
from services.agent.hearing.belonging import READ_BACK, Belonging, Naming
from services.agent.hearing.dropping import Dropping
from services.agent.hearing.parts import Part
from services.agent.hearing.recognizing import ACCOUNT, Recognizing
from services.agent.hearing.replies import Sentence
from services.agent.hearing.statements import meant
from services.agent.reasons import ContactReasons
from services.agent.things import divided, in_order
from services.agent.understanding.requests import Found, Understanding

SURE_ALONE = 0.5
"""How sure a sentence must ask for something by itself, to be one that asks for it once more for another thing."""

_SAID_BY_CHOICE = (
    say.Affirm,
    say.Deny,
    say.Undecided,
    say.Condition,
    say.Withdraw,
    say.AskQuestion,
    say.CannotTell,
    say.NotUnderstood,
)
"""What the words that choose among things may seem to say besides; what is chosen is read back."""


class Choosing:
    """Reads it for one business and language."""

    def __init__(
        self, reasons: ContactReasons, dropping: Dropping, understanding: Understanding, recognizing: Recognizing
    ) -> None:
        self._several, self._dropping = dropping.several, dropping
        self._belonging = Belonging(reasons, dropping.several)
        self._understanding, self._recognizing = understanding, recognizing

    def meant(self, state: Dialogue, part: Part, facts: Sequence[Entity]) -> list[Entity]:
        """The facts without those that are refused, will not do or are to stay, where it is another that is meant."""
        kept = list(meant(part.sentences, self._recognizing.meant(state, part, facts)))
        out = self._belonging.turned_down(part, kept)
        return [fact for fact in kept if fact not in out]

    def besides(self, state: Dialogue, part: Part, facts: Sequence[Entity]) -> list[Entity]:
        """The things of their account that they name beside what was read back, in words and not in these facts."""
        return self._recognizing.besides(state, part, facts)

    def leaves_out(self, state: Dialogue, part: Part, span: tuple[int, int]) -> bool:
        """Whether what is refused there is only one of the things that they were asked to choose from, or nothing."""
        said = part.turn.text[slice(*span)].replace("\u2019", "'")
        return self._several.insists(said) or self._recognizing.leaves_out(state, part, span)

    async def own(
        self, state: Dialogue, part: Part, facts: Sequence[Entity], found: Sequence[Found]
    ) -> dict[Found, tuple[Entity, ...]]:
        """The requests, each with the facts that are its own beside others; with those that only a fact tells apart."""
        nothing: dict[Found, tuple[Entity, ...]] = dict.fromkeys(found, ())
        if state.reasons:
            return nothing | self._belonging.further(state, part, facts, found)
        contested = self._belonging.contested(part, facts)
        if not (contested and found):
            return nothing
        meaning = await self._meaning(part, contested)
        requests = [*found, *self._belonging.told_apart(part, contested, found, meaning)]
        codes = {(one.start, one.end): one.code for one in meaning}
        return dict.fromkeys(requests, ()) | self._belonging.of(part, facts, requests, codes)

    def spoken_for(self, state: Dialogue, facts: Sequence[Entity], found: Sequence[Command]) -> list[Entity]:
        """The facts of a first message without those that only stand beside what is asked for."""
        started = [one.reason for one in found if isinstance(one, say.StartCase | say.Instead)]
        return [fact for fact in facts if state.reasons or not self._belonging.is_aside(fact, started)]

    def of_words(
        self, state: Dialogue, part: Part, facts: Sequence[Entity], found: Sequence[Found]
    ) -> dict[Found, tuple[Entity, ...]]:
        """What is the own of requests by nothing but where their words stand, whoever found them."""
        if state.reasons:
            return self._belonging.further(state, part, facts, found)
        return self._belonging.of(part, facts, found, {})

    def chosen(
        self, state: Dialogue, parts: Sequence[Part], facts: Sequence[Entity], found: Sequence[Command]
    ) -> list[Command]:
        """What they choose, once there is something to be done for them; also what they name of their account."""
        owned = [fact for one in found if isinstance(one, say.StartCase | say.Instead) for fact in one.reason.entities]
        chosen = [one for part in parts for one in self._in(state, part, facts, owned)] if state.reasons else []
        owned += [fact for one in chosen if isinstance(one, say.ForEach) for fact in one.entities]
        return [*(say.SetFact(fact) for fact in owned if fact.extractor == ACCOUNT), *chosen]

    def _in(self, state: Dialogue, part: Part, facts: Sequence[Entity], owned: Sequence[Entity]) -> Iterator[Command]:
        left_out = self._left_out(state, part)
        yield from map(say.LeaveOut, left_out)
        if not left_out:
            yield from self._belonging.for_each(state, part, facts, owned)
        if not facts:
            yield from self._belonging.takes_all(state, part.turn.text)

    def _left_out(self, state: Dialogue, part: Part) -> list[ContactReason]:
        """Of what was read back; who only asks about one of them chooses none."""
        asks = part.turn.text.rstrip().endswith("?") and not any(one.orders for one in part.sentences)
        if asks or len(state.reasons) + len(state.left_out) == 1:
            return []
        before = in_order(state.reasons)
        left_out = self._several.left_out(part.turn.text, before, state.left_out) if _may_choose(state) else []
        return left_out or self._dropping.of(state, part)

    async def _meaning(self, part: Part, contested: Sequence[Naming]) -> list[Found]:
        """What each sentence asks for by itself that holds one of the values."""
        entities, meaning = [entity for naming in contested for entity in naming.entities], list[Found]()
        for one in part.sentences:
            if not one.refuses and any(_holds(one, entity) for entity in entities):
                code, share = (await self._understanding.predict(one.text))[0]
                meaning += [Found(code, share, one.start, one.end)] if share >= SURE_ALONE else []
        return meaning


def _may_choose(state: Dialogue) -> bool:
    """Whether there are several things of a kind, or several kinds of requests were just read back."""
    kinds = {one.code for one in state.reasons}
    read_back = state.last_act is not None and state.last_act.kind in READ_BACK
    return bool(divided(state.reasons)) or (read_back and len(kinds) > 1)


def with_choice(chosen: Sequence[Command], heard: Sequence[Command]) -> Iterator[Command]:
    """What was heard, with what was chosen in place of what its words may seem to say besides."""
    besides = _SAID_BY_CHOICE if chosen else ()
    if dropped := [one.reason for one in chosen if isinstance(one, say.LeaveOut)]:
        besides = (*besides, say.Refuse)
    kinds = {reason.code for reason in dropped if not reason.entities}
    yield from (one for one in heard if not (isinstance(one, besides) or _starts(one, kinds)))
    yield from chosen


def _starts(command: Command, kinds: Collection[str]) -> bool:
    """Whether it asks for one of these, which its words only name."""
    return isinstance(command, say.StartCase | say.Instead) and command.reason.code in kinds


def _holds(sentence: Sentence, entity: Entity) -> bool:
    return sentence.start <= entity.evidence.start < sentence.end
