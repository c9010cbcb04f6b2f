"""An earlier contact goes on: who only adds a fact to what was left open there need not say it all again."""

from collections.abc import Collection, Iterable, Sequence

from rapidfuzz.distance import OSA

from callcenter.events import ContactReason, Entity, Evidence, Unfinished
from services.agent.commands import Command, InDanger, Instead, Refuse, SetFact, StartCase, WantPerson, Withdraw
from services.agent.things import owning

_MATTERS = (StartCase, Instead, Refuse, WantPerson, InDanger, Withdraw)
"""What says itself what the new contact is about."""

_ALIKE = 0.7
"""How much of two values must be the same for one to correct the other."""

_NOWHERE = Evidence(turn=0, start=0, end=0)
"""What was said earlier stands nowhere in this conversation."""


def taken_up(commands: Sequence[Command], earlier: Unfinished, identity: Collection[str]) -> Sequence[Command]:
    """The commands, with the requests left open before them where they hold facts and no matter of their own.

    Where none was left open, with those that were decided: what became of them.

    `identity` are the facts that prove who somebody is: they are not taken along, and have to be proven again. What one
    of several requests has for its own goes along with that request.
    """
    if not _facts(commands) or any(isinstance(one, _MATTERS) for one in commands):
        return commands
    commands = [_retyped(one, earlier) if isinstance(one, SetFact) else one for one in commands]
    facts = _facts(commands)
    reasons = _corrected(map(_from_earlier, earlier.reasons), facts)
    known = {*(one.name for one in facts), *identity}
    told = {one.name: _said_earlier(one) for one in earlier.entities if one.name not in known}
    owned = (one for reason in reasons for one in reason.entities if one not in facts)
    return [*map(StartCase, reasons), *map(SetFact, (*told.values(), *owned)), *commands]


def _facts(commands: Iterable[Command]) -> list[Entity]:
    return [one.entity for one in commands if isinstance(one, SetFact)]


def _retyped(fact: SetFact, earlier: Unfinished) -> SetFact:
    """A value by itself as the fact that it is most like: `it's 94107` after a zip code of 94170."""
    if fact.entity.extractor != "pattern":
        return fact
    own = (one for reason in earlier.reasons for one in reason.entities)
    nearest = max((*earlier.entities, *own), key=lambda one: _alike(one, fact.entity), default=None)
    if nearest is None or _alike(nearest, fact.entity) < _ALIKE:
        return fact
    return SetFact(fact.entity.model_copy(update={"name": nearest.name, "type": nearest.type}))


def _alike(one: Entity, other: Entity) -> float:
    return OSA.normalized_similarity(one.value, other.value)


def _corrected(reasons: Iterable[ContactReason], facts: Sequence[Entity]) -> list[ContactReason]:
    """Each fact in place of the one that it is most like, where requests have such a fact for their own."""
    corrected = list(reasons)
    for fact in facts:
        places = {n: one for n, reason in enumerate(corrected) for one in reason.entities if one.name == fact.name}
        left = {n: one for n, one in places.items() if one not in facts}
        if left:
            place = max(left, key=lambda n: _alike(left[n], fact))
            corrected[place] = owning(corrected[place], fact)
    return corrected


def _from_earlier(reason: ContactReason) -> ContactReason:
    own = tuple(map(_said_earlier, reason.entities))
    return reason.model_copy(update={"evidence": (), "entities": own})


def _said_earlier(fact: Entity) -> Entity:
    return fact.model_copy(update={"evidence": _NOWHERE, "extractor": "earlier"})
