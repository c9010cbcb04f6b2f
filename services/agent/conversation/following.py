"""An earlier contact goes on: who only adds a fact to what was left open there need not say it all again."""

from collections.abc import Collection, Iterator, Sequence

from rapidfuzz.distance import OSA

from callcenter.events import Evidence, Unfinished
from services.agent.commands import Command, InDanger, Instead, Refuse, SetFact, StartCase, WantPerson, Withdraw

_MATTERS = (StartCase, Instead, Refuse, WantPerson, InDanger, Withdraw)
"""What says itself what the new contact is about."""

_ALIKE = 0.7
"""How much of two values must be the same for one to correct the other."""

_NOWHERE = Evidence(turn=0, start=0, end=0)
"""What was said earlier stands nowhere in this conversation."""


def taken_up(commands: Sequence[Command], earlier: Unfinished, identity: Collection[str]) -> Sequence[Command]:
    """The commands, with the open requests before them where they hold facts and no matter of their own.

    `identity` are the facts that prove who somebody is: they are not taken along, and have to be proven again.
    """
    facts = {one.entity.name for one in commands if isinstance(one, SetFact)}
    if not facts or any(isinstance(one, _MATTERS) for one in commands):
        return commands
    commands = [_retyped(one, earlier) if isinstance(one, SetFact) else one for one in commands]
    facts = {one.entity.name for one in commands if isinstance(one, SetFact)}
    return [*_open(earlier, {*facts, *identity}), *commands]


def _retyped(fact: SetFact, earlier: Unfinished) -> SetFact:
    """A value by itself as the fact that it is most like: `it's 94107` after a zip code of 94170."""
    if fact.entity.extractor != "pattern":
        return fact
    alike = {one: OSA.normalized_similarity(one.value, fact.entity.value) for one in earlier.entities}
    nearest = max(alike, key=lambda one: alike[one], default=None)
    if nearest is None or alike[nearest] < _ALIKE:
        return fact
    return SetFact(fact.entity.model_copy(update={"name": nearest.name, "type": nearest.type}))


def _open(earlier: Unfinished, known: Collection[str]) -> Iterator[Command]:
    yield from (StartCase(one.model_copy(update={"evidence": ()})) for one in earlier.reasons)
    told = {one.name: one for one in earlier.entities if one.name not in known}
    yield from (SetFact(one.model_copy(update={"evidence": _NOWHERE, "extractor": "earlier"})) for one in told.values())
