"""What of their account a reply names besides what was read back, and what it says is to stay as it is."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from callcenter.business import Profile
from callcenter.events import Dialogue, Entity, Evidence, Thing
from services.agent.facts import Extractor
from services.agent.facts.dates import Dates
from services.agent.hearing.belonging import READ_BACK
from services.agent.hearing.naming import usual_words
from services.agent.hearing.parts import Part
from services.agent.hearing.pointing import Pointing
from services.agent.reasons import ContactReasons

ACCOUNT = "account"
"""The extractor of what is known from the account."""

_SURE = 0.9
"""How sure it is that a thing is meant which alone is named; it is read back like everything else."""

_SHOWN = ("pattern", "card")
"""Kinds of facts that name nothing but a thing: what is to stay is not the one that something is asked for."""


class Recognizing:
    """Reads it for one business and language."""

    def __init__(self, profile: Profile, reasons: ContactReasons, extractor: Extractor, among: Pointing) -> None:
        self._by_code, self._slots, self._extractor, self._among = reasons.by_code(), reasons.slots, extractor, among
        self._dates, self._zone = Dates(profile.holidays.country or "US"), ZoneInfo(profile.time_zone)
        self._ending = {one.code for one in reasons.reasons if among.staying.ends(usual_words(one))}
        self._named = {name for one in reasons.reasons for name in one.needs} - set(reasons.identity.facts)

    def meant(self, state: Dialogue, part: Part, facts: Sequence[Entity]) -> list[Entity]:
        """The facts without those of what is to stay, where they can only be its own: `48402 is the one I keep`."""
        staying = [one for one in facts if one.name in self._named and self._stays(state, part, one)]
        elsewhere = [one for one in facts if one not in staying]
        said, others = {(one.name, one.value) for one in elsewhere}, {one.name for one in elsewhere} | {state.expects}
        out = [
            one for one in staying if (one.name, one.value) not in said and (one.name in others or one.type in _SHOWN)
        ]
        return [one for one in facts if one not in out]

    def _stays(self, state: Dialogue, part: Part, fact: Entity) -> bool:
        """Whether it stands where something is said to stay, or to be needed while something else would end."""
        text, open_codes = part.turn.text, {one.code for one in state.reasons}
        ends = not open_codes.isdisjoint(self._ending) if open_codes else self._among.staying.ends(text.lower().split())
        return any(start <= fact.evidence.start < end for start, end in self._among.staying.spans(text, ends=ends))

    def leaves_out(self, state: Dialogue, part: Part, span: tuple[int, int]) -> bool:
        """Whether what is refused there is only one of the things that they were asked to choose from."""
        things = _things(state, state.expects or "")
        return 0 < len(self._told(part, part.turn.text[slice(*span)], things)) < len(things)

    def besides(self, state: Dialogue, part: Part, facts: Sequence[Entity]) -> list[Entity]:
        """The things that are named in a reply to a read-back, and were not in it: one in each sentence.

        Without those that stand among the `facts`, by their numbers.
        """
        read_back = state.last_act is not None and state.last_act.kind in READ_BACK
        stated = {(one.name, one.value) for one in facts}
        return [one for one in self._besides(state, part) if (one.name, one.value) not in stated] if read_back else []

    def _besides(self, state: Dialogue, part: Part) -> Iterator[Entity]:
        needed = dict.fromkeys(name for one in state.reasons for name in self._by_code[one.code].needs)
        for slot in needed:
            things = _things(state, slot)
            rest = [thing for thing in things if thing not in _read_back(state, slot)]
            for one in part.sentences if 0 < len(rest) < len(things) else ():
                named = self._other(part, one.text, things, rest)
                if len(named) == 1 and not one.refuses and not self._among.staying.spans(one.text, ends=False):
                    yield self._entity(part, slot, named[0], one.start, one.text)

    def _other(self, part: Part, text: str, things: Sequence[Thing], rest: Sequence[Thing]) -> Sequence[Thing]:
        """Which of the `rest` it names; what fits all, like `the drill`, can only mean one that was not read back."""
        told = self._told(part, text, things)
        if told and len(told) < len(things):
            return [thing for thing in told if thing in rest]
        return self._told(part, text, rest) or (rest if self._among.tells_another(text) else ())

    def _told(self, part: Part, text: str, things: Sequence[Thing]) -> list[Thing]:
        day = part.turn.at.astimezone(self._zone).date()
        return self._among.told(text, things, self._dates, day)

    def _entity(self, part: Part, slot: str, thing: Thing, start: int, text: str) -> Entity:
        first, last = self._among.place(text, thing)
        read = self._extractor.extract(part.turn.turn, thing.value, slot)
        value = next((fact.value for fact in read if fact.name == slot), thing.value)
        where = Evidence(turn=part.turn.turn, start=start + first, end=start + last)
        kind = self._slots[slot].kind
        return Entity(name=slot, value=value, type=kind, evidence=where, confidence=_SURE, extractor=ACCOUNT)


def _things(state: Dialogue, slot: str) -> Sequence[Thing]:
    return state.standing.things_of(slot) if state.standing else ()


def _read_back(state: Dialogue, slot: str) -> list[Thing]:
    """The things that the open requests are about."""
    values = {state.facts.get(slot), *(one.own.get(slot) for one in state.reasons)} - {None}
    named = (state.standing.named(slot, value) for value in values if value and state.standing)
    return [thing for thing in named if thing]
