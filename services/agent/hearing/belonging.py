"""Which fact belongs to which request of a message: its own, shared by all, or not to be told.

Only where a message names several values for a fact that requests need. What stands in the words of a request, or right
after them, is its own; several that are joined there (`48399 and 48402`) are each meant; else it is asked which.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from callcenter.events import ContactReason, Dialogue, Entity
from services.agent import commands as say
from services.agent.facts import corrected
from services.agent.hearing.parts import Part
from services.agent.hearing.several import Several
from services.agent.hearing.statements import saying, without
from services.agent.reasons import ContactReasons
from services.agent.things import named
from services.agent.understanding.requests import Found

_Span = tuple[int, int]

READ_BACK = ("confirm", "amend")
"""What the agent does with what it understood, so that a reply is about it."""

SURE_APART = 0.65
"""How sure a sentence must be of another request, which nothing but its own fact tells from the one that was found."""


@dataclass(frozen=True)
class Naming:
    """The values that one message states for a fact, in their order; of one that is said twice the first counts."""

    name: str
    entities: tuple[Entity, ...]

    def within(self, found: Found) -> list[Entity]:
        """Those that stand in the words of a request."""
        return [one for one in self.entities if found.start <= one.evidence.start < found.end]

    def is_corrected(self, start: int, end: int) -> bool:
        """Whether it is one value, then the words of a correction, then another one."""
        first, *others = self.entities
        return first.evidence.start < start and len(others) == 1 and others[0].evidence.start >= end


class Belonging:
    """Tells whose facts are whose, for one business and language."""

    def __init__(self, reasons: ContactReasons, several: Several) -> None:
        self._by_code, self._slots, self._several = reasons.by_code(), reasons.slots, several
        identity = set(reasons.identity.facts)
        self._things = {name for reason in reasons.reasons for name in reason.needs} - identity

    def contested(self, part: Part, facts: Sequence[Entity]) -> list[Naming]:
        """The facts that could be those of different requests, with each of the values stated for them."""
        return [naming for naming in self._namings(part, facts) if len(naming.entities) > 1]

    def of(
        self, part: Part, facts: Sequence[Entity], found: Sequence[Found], meaning: Mapping[_Span, str]
    ) -> dict[Found, tuple[Entity, ...]]:
        """What is the own of each request of a first message; several of a kind, where it is asked for with each.

        `meaning` is what each of the sentences asks for by itself.
        """
        own: dict[Found, tuple[Entity, ...]] = {}
        for naming in self.contested(part, facts):
            needing = [one for one in found if naming.name in self._by_code[one.code].needs]
            for one in needing:
                theirs = [entity for entity in naming.entities if _owner(needing, entity) is one]
                if single := self._singled_out(part, theirs, one.code, meaning):
                    own[one] = (*own.get(one, ()), single)
                    continue
                alone = len(theirs) == 1 and len(needing) > 1
                bare = _without_others(part, facts, naming.name)
                if alone or (len(theirs) > 1 and self._each_meant(bare, naming.name, theirs, one.code, meaning)):
                    own[one] = (*own.get(one, ()), *theirs)
        return {one: entities for one, entities in own.items() if _go_together(entities)}

    def told_apart(
        self, part: Part, contested: Sequence[Naming], found: Sequence[Found], meaning: Sequence[Found]
    ) -> Iterator[Found]:
        """Further requests: sentences that ask for something else by themselves, with a value of their own for it.

        What is only told beside a request (`I've another card coming`) is none.
        """
        asking = [(one.start, one.end) for one in part.sentences if one.asks and one.is_outright]
        for one in meaning:
            needed = [naming for naming in contested if naming.name in self._by_code[one.code].needs]
            apart = any(0 < len(naming.within(one)) < len(naming.entities) for naming in needed)
            known = any(one.code == other.code or _inside(other, one) for other in found)
            if apart and not known and (one.start, one.end) in asking and one.confidence >= SURE_APART:
                yield one

    def further(
        self, state: Dialogue, part: Part, facts: Sequence[Entity], found: Sequence[Found]
    ) -> dict[Found, tuple[Entity, ...]]:
        """The same of a further request, beside those that are open: what stands in its own words, and is new."""
        own: dict[Found, tuple[Entity, ...]] = {}
        for naming in self._namings(part, facts):
            known = state.facts.get(naming.name)
            for one in found:
                parted = known is not None or len(naming.entities) > 1
                theirs = [entity for entity in naming.within(one) if parted and entity.value != known]
                needs = naming.name in self._by_code[one.code].needs
                others = any(naming.name in self._by_code[reason.code].needs for reason in state.reasons)
                is_new = all(one.code != reason.code for reason in state.reasons) and not part.corrects(one)
                if needs and others and is_new and len(theirs) == 1:
                    own[one] = (*own.get(one, ()), *theirs)
        return own

    def for_each(
        self, state: Dialogue, part: Part, facts: Sequence[Entity], owned: Collection[Entity] = ()
    ) -> Iterator[say.ForEach]:
        """Several things for what is open already: the answer to a question, or one more."""
        text, needed = part.turn.text, {name for one in state.reasons for name in self._by_code[one.code].needs}
        for naming in self._namings(part, [fact for fact in facts if fact not in owned]):
            if naming.name not in needed:
                continue
            new = [one for one in naming.entities if one.value not in _values(state, naming.name)]
            more = bool(new) and bool(_values(state, naming.name)) and naming.name not in state.unsettled
            more = more and self._adds(state, text, new[0]) and state.expects != naming.name
            spans = [_span(one) for one in naming.entities]
            if more and (len(new) == 1 or self._several.joined(text, spans, self._cues(naming.name))):
                yield say.ForEach(tuple(new), besides=True)
            elif len(naming.entities) > 1 and self._joint(text, naming.name, naming.entities):
                yield say.ForEach(naming.entities)

    def _adds(self, state: Dialogue, text: str, entity: Entity) -> bool:
        """Whether it is one more; beside what was just read back a mere `and` before it says so."""
        read_back = state.last_act is not None and state.last_act.kind in READ_BACK
        return self._several.one_more(text, entity.evidence.start if read_back else 0)

    def takes_all(self, state: Dialogue, text: str) -> Iterator[say.ForEach]:
        """Where it was asked which of several things is meant: `both`."""
        slot = state.expects
        asked = slot in state.unsettled or (state.last_act and state.last_act.request is not None)
        every = tuple(named(state, slot)) if asked and slot else ()
        if len(every) > 1 and self._several.each_of_them(text):
            yield say.ForEach(every)

    def is_aside(self, fact: Entity, reasons: Sequence[ContactReason]) -> bool:
        """Whether it is of none of these requests, as each that needs such a fact has another for its own."""
        needing = [one for one in reasons if fact.name in self._by_code[one.code].needs]
        own = [{entity.value for entity in one.entities if entity.name == fact.name} for one in needing]
        return bool(own) and all(own) and not any(fact.value in values for values in own)

    def turned_down(self, part: Part, facts: Sequence[Entity]) -> list[Entity]:
        """What is taken back or will not do, where there is another value: `friday won't do, saturday would`."""
        text, contested = part.turn.text, self.contested(part, facts)
        out = [
            one for naming in contested for one in naming.entities if self._several.will_not_do(text, one.evidence.end)
        ]
        corrects = corrected(text)
        taken_back = [naming.entities[0] for naming in contested if corrects and naming.is_corrected(*corrects)]
        return [*out, *taken_back]

    def _namings(self, part: Part, facts: Sequence[Entity]) -> list[Naming]:
        stated: dict[str, dict[str, Entity]] = {}
        for fact in facts:
            if fact.evidence.turn == part.turn.turn and fact.name in self._things:
                stated.setdefault(fact.name, {}).setdefault(fact.value, fact)
        return [Naming(name, tuple(values.values())) for name, values in stated.items()]

    def _each_meant(
        self, part: Part, name: str, entities: Sequence[Entity], code: str, meaning: Mapping[_Span, str]
    ) -> bool:
        """Whether they are joined, or each stands in a sentence of its own that asks for the same.

        Who tells of two things (`this one may go, that one went to the wrong man`) may mean something else with each.
        """
        if self._joint(part.turn.text, name, entities):
            return True
        there = {span for span in meaning for one in entities if span[0] <= one.evidence.start < span[1]}
        apart = len(there) == len(entities)
        sentences = [one for one in part.sentences if (one.start, one.end) in there]
        roles = {(one.orders, one.asks) for one in sentences}
        asked = self._by_code[code].trouble or all(one.is_outright for one in sentences)
        return apart and asked and len(roles) == 1 and all(meaning[span] == code for span in there)

    def _singled_out(
        self, part: Part, entities: Sequence[Entity], code: str, meaning: Mapping[_Span, str]
    ) -> Entity | None:
        """The one that is spoken of alone after all were named together, in words that do not ask for this.

        Or of which it is said that only this one is meant.
        """
        if only := self._several.only_meant(part.turn.text, entities):
            return only
        said = [(one, self._several.said_in(one.text, entities)) for one in part.sentences]
        together = [one for one, named in said if len(named) == len(entities) > 1]
        trouble = self._by_code[code].trouble
        if not together or any(
            meaning.get((one.start, one.end)) == code and (trouble or one.asks or one.wonders) for one in together
        ):
            return None
        after = [
            (one, named)
            for one, named in said
            if one.start > together[-1].start and len(named) == 1 and not one.refuses
        ]
        asked = [named for one, named in after if one.asks or one.wonders]
        alone = {entity.value: entity for named in asked or [named for _, named in after] for entity in named}
        return next(iter(alone.values())) if len(alone) == 1 else None

    def _joint(self, text: str, name: str, entities: Sequence[Entity]) -> bool:
        spans = [_span(one) for one in entities]
        return self._several.joined(text, spans, self._cues(name)) or self._several.all_meant(text, spans)

    def _cues(self, name: str) -> tuple[str, ...]:
        slot = self._slots[name]
        return (*slot.cues, slot.title.lower(), *slot.title.lower().split())


def _without_others(part: Part, facts: Sequence[Entity], name: str) -> Part:
    """The message with blanks in place of the other facts in it."""
    return replace(part, turn=saying(part.turn, without([fact for fact in facts if fact.name != name], part.turn)))


def _inside(one: Found, other: Found) -> bool:
    return other.start <= one.start and one.end <= other.end


def _owner(needing: Sequence[Found], entity: Entity) -> Found:
    """The request in whose words it stands, the shortest of them; else the one before it; else the first."""
    at = entity.evidence.start
    around = [one for one in needing if one.start <= at < one.end]
    before = [one for one in needing if one.end <= at]
    if around:
        return min(around, key=lambda one: one.end - one.start)
    return max(before, key=lambda one: one.end) if before else min(needing, key=lambda one: one.start)


def _go_together(entities: Sequence[Entity]) -> bool:
    """Whether facts of several kinds are as many of each as things, or one for all."""
    names = [one.name for one in entities]
    return len({names.count(name) for name in names} - {1}) <= 1


def _values(state: Dialogue, name: str) -> set[str]:
    """What is known for a fact, of whichever request."""
    own = {reason.own[name] for reason in state.reasons if name in reason.own}
    return own or ({state.facts[name]} if name in state.facts else set())


def _span(entity: Entity) -> _Span:
    return entity.evidence.start, entity.evidence.end
