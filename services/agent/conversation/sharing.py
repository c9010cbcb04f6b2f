"""The facts of a customer turn shared out among the requests: what is for all, and what is the own of one. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from callcenter.events import ContactReason, Dialogue, Entity
from services.agent import commands as heard
from services.agent.commands import Command
from services.agent.reasons import ContactReasons
from services.agent.things import distinct, divided, instead, named, owning


@dataclass(frozen=True)
class Told:
    """What a turn says: all facts in it, those that are `new`, and whose they are.

    `answer`: the value that the request which was asked about has for its own; `replaced`: values that take the place
    of one that was left out, or of the only one that any request has for its own; `own`: values with the place of the
    request that is clear to have them.
    """

    entities: tuple[Entity, ...]
    new: tuple[Entity, ...]
    for_each: tuple[heard.ForEach, ...] = ()
    answer: Entity | None = None
    replaced: tuple[Entity, ...] = ()
    corrected: tuple[Entity, ...] = ()
    own: tuple[tuple[int, Entity], ...] = ()
    unsettled: tuple[str, ...] = ()

    @property
    def answers_all(self) -> bool:
        """Whether they took everything that they were asked to choose from."""
        return any(not one.besides for one in self.for_each)


class Things:
    """Shares facts out for one business."""

    def __init__(self, reasons: ContactReasons) -> None:
        self._by_code = reasons.by_code()

    def told(self, state: Dialogue, commands: Sequence[Command]) -> Told:
        """What the commands say of facts, in the light of what was known and asked."""
        entities = tuple(one.entity for one in commands if isinstance(one, heard.SetFact))
        for_each = tuple(one for one in commands if isinstance(one, heard.ForEach))
        started = [one.reason for one in commands if isinstance(one, heard.StartCase | heard.Instead)]
        owned = [entity for reason in started for entity in reason.entities]
        own = [
            (one.request, one.entity) for one in commands if isinstance(one, heard.SetFact) and one.request is not None
        ]
        owned += [*(entity for one in for_each for entity in one.entities), *(entity for _, entity in own)]
        out = [one.reason for one in commands if isinstance(one, heard.LeaveOut)]
        known = {fact for reason in (*state.reasons, *out) for fact in reason.own.items()}
        loose = [
            one
            for one in entities
            if one not in owned and ((one.name, one.value) not in known or _is_asked_of_another(state, one))
        ]
        answer = _answer(state, loose)
        loose = [one for one in loose if one is not answer]
        settling = self._settling(state, loose)
        parted = divided(state.reasons)
        replaced = tuple(
            one for one in loose if one.name in parted and one not in settling and _fits(state, commands, one)
        )
        unsure = [one.name for one in loose if one.name in parted and one not in replaced and one not in settling]
        new = [one for one in entities if self._is_new(state, one, owned, parted)]
        before = {*state.unsettled, *unsure, *(one.name for one in owned), *([answer.name] if answer else [])}
        return Told(
            entities=entities,
            new=tuple(new),
            for_each=(*for_each, *(heard.ForEach((one,)) for one in settling)),
            answer=answer,
            replaced=replaced,
            own=tuple(own),
            corrected=tuple(one for one in new if one.name in state.facts and one.name not in before),
            unsettled=_unsettled(state, entities, loose, unsure, for_each),
        )

    def shared_out(
        self, state: Dialogue, told: Told, kept: Sequence[ContactReason], started: Sequence[ContactReason]
    ) -> tuple[tuple[ContactReason, ...], tuple[ContactReason, ...]]:
        """All requests with what is now their own, and those among them that are new."""
        before, stay = len(kept), [*kept]
        if told.answer and (asked := state.last_act) and asked.request is not None:
            stay = _put(stay, state.reasons[asked.request], told.answer)
        for place, entity in told.own:
            stay = _put(stay, state.reasons[place], entity)
        for entity in told.replaced:
            stay = self._replaced(state, stay, entity)
        reasons = [*self._apart(state, told, stay, started), *started]
        for one in told.for_each:
            reasons = self._for_each(state, reasons, one)
        result = distinct(reasons)
        more = any(one.besides for one in told.for_each)
        return result, result[before:] if more or started else ()

    def _settling(self, state: Dialogue, loose: Sequence[Entity]) -> list[Entity]:
        """The one thing that is meant, where it was asked which of several that requests have for their own."""
        parted = divided(state.reasons)
        return [
            one
            for one in loose
            if one.name in parted
            and one.name in state.unsettled
            and len({x.value for x in loose if x.name == one.name}) == 1
        ]

    def _is_new(self, state: Dialogue, entity: Entity, owned: Sequence[Entity], parted: set[str]) -> bool:
        if entity in owned or entity.name in parted:
            return entity.value not in {one.value for one in named(state, entity.name)}
        return state.facts.get(entity.name) != entity.value

    def _replaced(self, state: Dialogue, stay: list[ContactReason], entity: Entity) -> list[ContactReason]:
        """In place of what was left out; else in the only request that has such a fact for its own."""
        gone = [one for one in state.reasons if entity.name in one.own and one not in stay]
        if len(gone) == 1:
            return [*stay, owning(gone[0], entity)]
        return [owning(one, entity) if entity.name in one.own else one for one in stay]

    def _apart(
        self, state: Dialogue, told: Told, kept: Sequence[ContactReason], started: Sequence[ContactReason]
    ) -> list[ContactReason]:
        """What they shared so far stays theirs, where a further request has another for its own."""
        owned = [entity for one in started for entity in one.entities]
        shared = (*state.entities, *(one for one in told.entities if one not in owned))
        known = {entity.name: entity for entity in shared if entity.name not in told.unsettled}
        parted = divided(started) & set(known)
        return [
            owning(one, *(known[name] for name in sorted(parted) if self._lacks(one, name))) if parted else one
            for one in kept
        ]

    def _for_each(
        self, state: Dialogue, reasons: Sequence[ContactReason], command: heard.ForEach
    ) -> list[ContactReason]:
        name = command.entities[0].name
        asked = state.last_act.request if state.last_act and state.last_act.slot == name else None
        only = state.reasons[asked] if asked is not None else None
        theirs = [one for one in reasons if name in self._by_code[one.code].needs and (only is None or one == only)]
        if not command.besides:
            return [*instead(reasons, theirs, command.entities)]
        known = {entity.name: entity for entity in state.entities}
        settled = [owning(one, known[name]) if one in theirs and self._lacks(one, name) else one for one in reasons]
        return [*settled, *instead(theirs, theirs, command.entities)]

    def _lacks(self, reason: ContactReason, name: str) -> bool:
        """Whether it needs such a fact, and has none for its own."""
        return name in self._by_code[reason.code].needs and name not in reason.own


def _answer(state: Dialogue, loose: Sequence[Entity]) -> Entity | None:
    """The one value for the request that was asked about."""
    act = state.last_act
    if act is None or act.request is None or act.request >= len(state.reasons):
        return None
    found = {one.value: one for one in loose if one.name == act.slot}
    return next(iter(found.values())) if len(found) == 1 else None


def _is_asked_of_another(state: Dialogue, entity: Entity) -> bool:
    """Whether it was just asked for a request that has none, though another one has the same: one card for both."""
    act = state.last_act
    if act is None or act.slot != entity.name or act.request is None or act.request >= len(state.reasons):
        return False
    return entity.name not in state.reasons[act.request].own


def _fits(state: Dialogue, commands: Sequence[Command], entity: Entity) -> bool:
    """Whether it is clear which request's own fact it takes the place of."""
    left_out = [one.reason for one in commands if isinstance(one, heard.LeaveOut) and entity.name in one.reason.own]
    owners = [reason for reason in state.reasons if entity.name in reason.own]
    return len(left_out) == 1 or (not left_out and len(owners) == 1)


def _put(reasons: Sequence[ContactReason], asked: ContactReason, entity: Entity) -> list[ContactReason]:
    """The answer with the request that was asked about."""
    return [owning(one, entity) if one == asked else one for one in reasons]


def _unsettled(
    state: Dialogue,
    entities: Sequence[Entity],
    loose: Sequence[Entity],
    unsure: Sequence[str],
    for_each: Sequence[heard.ForEach],
) -> tuple[str, ...]:
    """The facts that they gave several values for, and have not yet said which one counts."""
    told: dict[str, set[str]] = {}
    for one in loose:
        told.setdefault(one.name, set()).add(one.value)
    settled = {one.name for one in entities} | {one.entities[0].name for one in for_each}
    still = (name for name in state.unsettled if name not in settled)
    return tuple(dict.fromkeys((*still, *unsure, *(name for name, values in told.items() if len(values) > 1))))
