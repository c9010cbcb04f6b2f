"""Once the account is open, the things in it that a customer points at: each as a command, like what they say. Pure."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from callcenter.business import Profile
from callcenter.events import ContactReason, Dialogue, Entity, Evidence, Thing, Turn
from services.agent import commands as say
from services.agent.commands import Command
from services.agent.facts import Extractor, plain
from services.agent.facts.dates import Dates
from services.agent.hearing.mail import opened
from services.agent.hearing.naming import usual_words
from services.agent.hearing.pack import LanguagePack
from services.agent.hearing.statements import saying, without
from services.agent.reasons import ContactReasons

_NO_CHANGE = (say.Affirm, say.AskQuestion, say.AskBack, say.Withdraw, say.WantPerson)

_WORD = re.compile(r"\w+")

_FEW = 3
"""Words that may stand around the name of a thing in an answer that is nothing else."""

SURE = 0.9
"""How sure it is that a thing is meant which alone fits; it is read back like everything else."""


class Account:
    """The account of a customer, as far as policy shows it to the agent of one business."""

    def __init__(self, profile: Profile, reasons: ContactReasons, extractor: Extractor) -> None:
        self._extractor = extractor
        self._reasons, self._by_code = reasons, reasons.by_code()
        self._usual = {one.code: usual_words(one) for one in reasons.reasons}
        self._dates, self._zone = Dates(profile.holidays.country or "US"), ZoneInfo(profile.time_zone)

    def heard(
        self, pack: LanguagePack, state: Dialogue, turns: Sequence[Turn], said: Sequence[Command]
    ) -> Sequence[Command]:
        """What was said in these turns, with what it points at: `the one for $125` is no amount, but that bill."""
        told = {one.entity.name for one in said if isinstance(one, say.SetFact)}
        turns = [_own(turn) for turn in turns]
        if taken := self._only_one(state, turns, said):
            return [*said, taken]
        other = list(self._instead(pack, state, turns, said, told))
        said = [one for one in said if not (other and self._only_tells(one))]
        pointed = [*self.pointed(pack, state, turns, told), *other]
        meant = {
            one.entity.value for one in pointed if isinstance(one, say.SetFact) and one.entity.name == state.expects
        }
        chosen = [one for one in _things(state, state.expects or "") if one.value in meant]
        said = [one for one in said if not (isinstance(one, say.StartCase) and self._only_names(turns, chosen))]
        known = {known for one in chosen for known in one.known}
        return [*(one for one in said if not (isinstance(one, say.SetFact) and one.entity.value in known)), *pointed]

    def _only_one(self, state: Dialogue, turns: Sequence[Turn], said: Sequence[Command]) -> Command | None:
        """The one thing that they were asked about, where they say yes to it."""
        things = [one for one in _things(state, state.expects or "") if (one.value,) == state.offered]
        if not (things and state.reasons and any(isinstance(one, say.Affirm) for one in said)):
            return None
        return say.SetFact(self._entity(things[0].slot, things[0], state.reasons[0], turns))

    def _instead(
        self,
        pack: LanguagePack,
        state: Dialogue,
        turns: Sequence[Turn],
        said: Sequence[Command],
        told: Collection[str],
    ) -> Iterator[Command]:
        """Another thing than the one that was read back, where they name it and agree to nothing: `no, the kettle`."""
        read_back = bool(state.acts) and state.acts[-1].kind in ("confirm", "amend")
        theirs = [turn for turn in turns if turn.speaker == "customer" and turn.text.strip()]
        if not (read_back and theirs) or any(isinstance(one, _NO_CHANGE) for one in said):
            return
        for reason in state.reasons:
            for slot in (*self._by_code[reason.code].needs, *self._chosen(state)):
                known = state.facts.get(slot)
                if known and slot not in (*told, *reason.own) and len(_things(state, slot)) > 1:
                    yield from self._other(pack, state, theirs, slot, reason)

    def _only_tells(self, command: Command) -> bool:
        """Whether it is heard as a question in general in place of all: `rather the white one` is none."""
        return isinstance(command, say.Instead) and not self._by_code[command.reason.code].acts

    def _other(
        self, pack: LanguagePack, state: Dialogue, turns: Sequence[Turn], slot: str, reason: ContactReason
    ) -> Iterator[Command]:
        text = "\n".join(turn.text for turn in turns)
        day = turns[-1].at.astimezone(self._zone).date()
        things, standing = _things(state, slot), state.standing
        named = pack.among.named(text, things, self._dates, day)
        if standing and len(named) == 1 and named[0] != standing.named(slot, state.facts[slot]):
            entity = self._entity(slot, named[0], reason, turns)
            yield say.ForEach((entity,), besides=True) if pack.several.one_more(text) else say.SetFact(entity)

    def pointed(
        self, pack: LanguagePack, state: Dialogue, turns: Sequence[Turn], told: Collection[str] = ()
    ) -> list[Command]:
        """What customers point at in these turns, of the facts that are still needed and were not `told`."""
        theirs = [_own(turn) for turn in turns if turn.speaker == "customer" and turn.text.strip()]
        found: dict[tuple[str, int | None], Command] = {}
        for slot, place in self._wanted(state) if theirs else ():
            request = place if self._is_own(state, slot, place) else None
            if slot not in told and isinstance(found.get((slot, request)), say.PointAt | None):
                known = {**state.facts_of(state.reasons[place]), **_said(found, request)}
                if not _other_than_said(state, slot, known):
                    meant = self._meant(pack, state, theirs, (slot, state.reasons[place]), known)
                    found |= {(_slot(one), request): _for(one, slot, request) for one in meant}
        return list(found.values())

    def _is_own(self, state: Dialogue, slot: str, place: int) -> bool:
        """Whether it is the own of one request of several: a choice of its own, or a part of its own thing."""
        if (choice := state.choice) and choice.slot == slot:
            return choice.request is not None
        own = state.reasons[place].own
        return any(name in own for thing in _things(state, slot) for name in thing.within)

    def _wanted(self, state: Dialogue) -> Iterator[tuple[str, int]]:
        """The facts that name a thing of the account and are not known yet, with the place of who needs them.

        What was asked of one request is not what another one lacks.
        """
        if choice := state.choice:
            yield choice.slot, choice.request or 0
        asked = state.last_act
        for place, reason in enumerate(state.reasons):
            known = state.facts_of(reason)
            for slot in self._by_code[reason.code].needs:
                of_another = asked and asked.slot == slot and asked.request not in (None, place)
                if (
                    not of_another
                    and _things(state, slot)
                    and (
                        slot not in known
                        or _theirs(state, slot, known[slot])
                        or _chosen_anew(state, slot)
                        or _elsewhere(state, slot, known)
                    )
                ):
                    yield slot, place

    def _meant(
        self,
        pack: LanguagePack,
        state: Dialogue,
        turns: Sequence[Turn],
        wanted: tuple[str, ContactReason],
        facts: Mapping[str, str],
    ) -> list[Command]:
        slot, reason = wanted
        things, offered = _things(state, slot, facts), state.offered if state.expects == slot else ()
        if stated := _theirs(state, slot, state.facts.get(slot, "")):
            return [say.SetFact(stated[-1])]
        text = "\n".join(without(self._personal(state), turn) for turn in turns)
        day = turns[-1].at.astimezone(self._zone).date()
        ends = pack.among.staying.ends(self._usual[reason.code])
        meant = pack.among.among(text, things, self._dates, day, offered, ends=ends)
        needed = slot in self._by_code[reason.code].needs
        if needed and _in_one(things) and (several := pack.among.several(text, things, self._dates, day)):
            return [say.ForEach(tuple(self._entity(slot, thing, reason, turns) for thing in several))]
        if len(meant) == 1:
            within = meant[0].within.items()
            outer = (thing for name, value in within for thing in _things(state, name) if thing.value == value)
            lies_in = [one for one in outer if one.slot not in facts]
            return [say.SetFact(self._entity(one.slot, one, reason, turns)) for one in (*lies_in, *meant)]
        if needed and offered and pack.several.each_of_them(text):
            return [say.ForEach(tuple(self._entity(slot, thing, reason, turns) for thing in meant))]
        if meant and len({thing.value for thing in meant}) == 1:
            return [say.SetFact(self._entity(slot, meant[0], reason, turns))]
        return [say.PointAt(slot, tuple(dict.fromkeys(thing.value for thing in meant)))]

    def _entity(self, slot: str, thing: Thing, reason: ContactReason, turns: Sequence[Turn]) -> Entity:
        last = Evidence(turn=turns[-1].turn, start=0, end=len(turns[-1].text))
        where = next(iter(reason.evidence), last)
        read = self._extractor.extract(turns[-1].turn, thing.value, slot)
        value = next((fact.value for fact in read if fact.name == slot), thing.value)
        kind = self._reasons.slots[slot].kind
        return Entity(name=slot, value=value, type=kind, evidence=where, confidence=SURE, extractor="account")

    def _only_names(self, turns: Sequence[Turn], chosen: Sequence[Thing]) -> bool:
        """Whether the answer is little but what the chosen thing is called: `the gift card, please`."""
        called = {text for one in chosen for text in (self._reasons.slots[one.slot].title, one.label, *one.known)}
        named = {word for text in called for word in _WORD.findall(text.lower())}
        theirs = " ".join(turn.text for turn in turns if turn.speaker == "customer")
        others = [word for word in _WORD.findall(theirs.lower()) if word not in named]
        return bool(chosen) and len(others) <= _FEW and "?" not in theirs

    def _chosen(self, state: Dialogue) -> list[str]:
        """The facts that no request needs by itself, and that were chosen as policy asked for them."""
        return [name for name in state.facts if self._reasons.slots[name].kind == "thing"]

    def _personal(self, state: Dialogue) -> list[Entity]:
        """What they are known by and where they live, which points at nothing else: an Oak Street is no oak shelf."""
        identity = self._reasons.identity.facts
        return [one for one in state.entities if one.name in identity or one.type in ("email", "postcode", "address")]


def _other_than_said(state: Dialogue, slot: str, facts: Mapping[str, str]) -> bool:
    """Whether the only choice there is would take the place of what they said, without being offered to them."""
    things = _things(state, slot, facts)
    if not (state.choice and state.choice.slot == slot and len(things) == 1 and slot in facts):
        return False
    return things[0].value != facts[slot] and state.offered != (things[0].value,)


def _own(turn: Turn) -> Turn:
    """What the customer wrote now: what a mail quotes points at nothing."""
    return saying(turn, plain(opened(turn.text).own)) if turn.speaker == "customer" else turn


def _theirs(state: Dialogue, slot: str, value: str) -> list[Entity]:
    """Of several that they named for one fact, those of their account, where `value` is none of it."""
    standing = state.standing
    read_back = any(act.kind == "confirm" for act in state.acts)
    if standing is None or read_back or not value or standing.named(slot, value):
        return []
    return [one for one in state.entities if one.name == slot and standing.named(slot, one.value)]


def _things(state: Dialogue, slot: str, facts: Mapping[str, str] | None = None) -> Sequence[Thing]:
    return state.standing.things_of(slot, facts or {}) if state.standing else ()


def _in_one(things: Sequence[Thing]) -> bool:
    """Whether these are the parts of one thing, like the items of one order."""
    return len(things) > 1 and bool(things[0].within) and all(one.within == things[0].within for one in things)


def _elsewhere(state: Dialogue, slot: str, facts: Mapping[str, str]) -> bool:
    """Whether it is a part of a thing that is no longer meant: an item of another order."""
    parts = [thing for thing in _things(state, slot) if thing.within]
    standing = state.standing
    return bool(parts) and standing is not None and standing.named(slot, facts[slot], facts) is None


def _said(found: Mapping[tuple[str, int | None], Command], request: int | None) -> dict[str, str]:
    """What was found for all of them, and for one."""
    facts = [(one.entity, of) for (_, of), one in found.items() if isinstance(one, say.SetFact)]
    return {entity.name: entity.value for entity, of in facts if of in (None, request)}


def _for(command: Command, slot: str, request: int | None) -> Command:
    """A fact as the own of the request, where it is one."""
    return replace(command, request=request) if isinstance(command, say.SetFact) and _slot(command) == slot else command


def _slot(command: Command) -> str:
    match command:
        case say.SetFact(entity) | say.ForEach((entity, *_)):
            return entity.name
        case say.PointAt(slot):
            return slot
        case _:
            raise ValueError(f"{command} is about no fact")


def _chosen_anew(state: Dialogue, slot: str) -> bool:
    """Whether they choose among the things of their account, in place of one that is none of these."""
    standing = state.standing
    there = standing is not None and standing.named(slot, state.facts.get(slot, "")) is not None
    return state.expects == slot and len(state.offered) > 1 and not there
