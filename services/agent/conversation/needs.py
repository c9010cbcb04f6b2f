"""What the requests of a conversation still need: which facts are known, asked for, lacking, or cannot be had. Pure."""

from collections.abc import Iterator

from callcenter.events import ContactReason, Dialogue, MissingFact
from services.agent.reasons import ContactReasons, Reason
from services.agent.things import divided

TRIES = 2
"""How often one fact is asked for."""


class Needs:
    """For the vocabulary of one business."""

    def __init__(self, reasons: ContactReasons) -> None:
        self._reasons, self._by_code, self._slots = reasons, reasons.by_code(), reasons.slots

    def requests(self, state: Dialogue) -> list[Reason]:
        """The kinds of requests found, the main one first."""
        return [self._by_code[code] for code in dict.fromkeys(reason.code for reason in state.reasons)]

    def of(self, reason: ContactReason) -> tuple[str, ...]:
        """The facts that a request needs."""
        return tuple(self._by_code[reason.code].needs)

    def to_do(self, state: Dialogue) -> list[Reason]:
        """What they want to be done."""
        return [self._by_code[reason.code] for reason in state.reasons if reason.asks == "request"]

    def needed(self, state: Dialogue) -> list[str]:
        """The facts that the requests need, whether they are known or not; a question in general needs none."""
        return list(dict.fromkeys(name for name, _, _ in self._needed(state)))

    def lacking(self, state: Dialogue) -> list[str]:
        """The facts that are needed and not known."""
        identity = [name for name in self._identity(state) if name not in state.facts]
        return [*(name for name, _, value in self._needed(state) if value is None), *identity]

    def next_fact(self, state: Dialogue) -> tuple[str, int | None] | None:
        """The next fact to ask for, and for which request where each needs one of its own."""
        identity = ((name, None, state.facts.get(name)) for name in self._identity(state))
        for name, request, value in (*identity, *(one for one in self._needed(state) if self._askable(state, one[0]))):
            if name in state.unsettled:
                return name, None
            if (value is None or _names_nothing(state, name, value)) and self.tries(state, name, request) < TRIES:
                return name, request
        return None

    def _askable(self, state: Dialogue, name: str) -> bool:
        """Whether an answer could be understood: not what can only be pointed at where nothing is there."""
        there = state.standing is not None and bool(state.standing.things_of(name))
        return there or self._slots[name].kind != "thing"

    def tries(self, state: Dialogue, name: str, request: int | None = None) -> int:
        """How often a fact was asked for."""
        return sum((act.kind, act.slot, act.request) == ("ask", name, request) for act in state.acts)

    def lacks_identity(self, state: Dialogue) -> bool:
        """Whether they have to prove who they are, and have not said enough for it."""
        proved = self._reasons.identity.proved_by(state.facts)
        return any(reason.identity for reason in self.to_look_at(state)) and not proved

    def stuck(self, state: Dialogue) -> str | None:
        """A fact without which nothing that they want can be done, and which they could not tell when asked."""
        acting = (
            (place, one)
            for place, one in enumerate(state.reasons)
            if one.asks == "request" and self._by_code[one.code].acts
        )
        lacking = [self._lacked_by(state, place, one) for place, one in acting]
        return lacking[0][0] if lacking and all(lacking) else None

    def nothing_to_go_by(self, state: Dialogue) -> bool:
        """Whether they have none of all that is needed, and have to prove who they are: a person finds another way."""
        needed = list(self._needed(state))
        wanted = {*(name for name, _, _ in needed), *self._reasons.identity.facts}
        known = {name for name, _, value in needed if value is not None} | {*state.facts}
        return self.lacks_identity(state) and wanted.isdisjoint(known)

    def missing(self, state: Dialogue) -> tuple[MissingFact, ...]:
        """What the requests need and the customer did not give, with why."""
        lacking = [name for name, _, value in self._needed(state) if value is None]
        names = [*lacking, *(name for name in self._identity(state) if name not in state.facts)]
        names += [
            fact.name for fact in state.missing if state.returned and fact.name not in self._reasons.identity.facts
        ]
        why = {fact.name: fact.why for fact in state.missing}
        return tuple(MissingFact(name=name, why=why.get(name, "it was not asked for")) for name in dict.fromkeys(names))

    def _needed(self, state: Dialogue) -> Iterator[tuple[str, int | None, str | None]]:
        """The facts that the requests need, with the place of one that needs it for its own, and the value if any.

        A choice that policy asks for is lacking until it is made.
        """
        parted = divided(state.reasons)
        for place, reason in enumerate(state.reasons):
            if reason.asks == "request" or reason.follows_up:
                facts = state.facts_of(reason)
                for name in self._by_code[reason.code].takes(facts, {fact.name for fact in state.missing}):
                    yield name, place if name in parted or _lies_in(state, name, parted) else None, facts.get(name)
        if choice := state.choice:
            yield choice.slot, choice.request, None

    def to_look_at(self, state: Dialogue) -> list[Reason]:
        """What is to be done, and what they ask about that was to be done."""
        asked = [self._by_code[reason.code] for reason in state.reasons if reason.follows_up]
        return [*self.to_do(state), *asked]

    def _lacked_by(self, state: Dialogue, place: int, request: ContactReason) -> list[str]:
        """What it cannot be done without, and is not known though it could be asked for."""
        reason, known = self._by_code[request.code], state.facts_of(request)
        choice = state.choice
        asked = [choice.slot] if choice and (choice.request or 0) == place else []
        needs = reason.takes(known, {fact.name for fact in state.missing})
        lacking = [name for name in needs if name not in reason.spared and name not in known]
        return [*(name for name in lacking if self._askable(state, name)), *asked]

    def _identity(self, state: Dialogue) -> tuple[str, ...]:
        """The facts that may still prove who is asking, where somebody has to."""
        return self._reasons.identity.facts if self.lacks_identity(state) else ()


def _names_nothing(state: Dialogue, name: str, value: str) -> bool:
    """Whether they have been told that there is no such thing in their account, where there are others."""
    standing = state.standing
    there = bool(standing and standing.things_of(name))
    return bool(state.returned) and there and standing is not None and standing.named(name, value) is None


def _lies_in(state: Dialogue, name: str, parted: set[str]) -> bool:
    """Whether it names a part of what each request has another of: an item, where each is about its own order."""
    things = state.standing.things_of(name) if state.standing else ()
    return any(outer in parted for thing in things for outer in thing.within)
