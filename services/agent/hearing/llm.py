"""By choice, a language model says the commands: from the same closed list, and checked by what we hear ourselves.

Where it says nothing valid in time, the classifying understander answers. Its word counts but for three things: a fact
has the value that we read in the words it points at, a danger counts whoever hears it, and a yes needs us both.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from callcenter.business import Profile
from callcenter.events import ContactReason, Dialogue, Entity, Evidence, Reader, Turn
from callcenter.language_model import ChatServer, Unusable
from callcenter.telemetry import emit
from services.agent import commands as say
from services.agent.commands import Command
from services.agent.facts import Trouble
from services.agent.hearing.choosing import with_choice
from services.agent.hearing.form import Form, Said, fault
from services.agent.hearing.shown import Shown, shown
from services.agent.hearing.statements import alone
from services.agent.hearing.understander import ClassifyingUnderstander
from services.agent.reasons import ContactReasons
from services.agent.understanding.requests import Found

_TOKENS = 600
"""Of an answer: eight commands have no more."""

_TRIES = 2
_REPAIR = "That is not valid: {}. Give the whole answer again, as JSON that the schema allows."

_RESERVING = (
    *(say.Deny, say.Undecided, say.Condition, say.Withdraw, say.Refuse, say.Instead, say.CannotTell),
    *(say.AskQuestion, say.AskBack, say.WantPerson, say.InDanger, say.LeaveOut, say.ForEach),
)
"""What takes a yes back, whoever hears it."""

_BESIDE_A_YES = (say.Affirm, say.SetFact, say.Insult, say.Greet, say.Bye, say.NotUnderstood)
"""All that we may hear ourselves beside a yes that only a language model is sure of."""


class LlmUnderstander:
    """Reads for one business; `own` understands in its place, and beside it."""

    def __init__(
        self,
        own: ClassifyingUnderstander,
        server: ChatServer,
        profile: Profile,
        reasons: ContactReasons,
    ) -> None:
        self._own, self._server, self._profile = own, server, profile
        self._form, self._hand_over = Form(reasons), reasons.hand_over
        self._reader: ContextVar[Reader | None] = ContextVar("reader", default=None)

    @property
    def reader(self) -> Reader:
        """Who has read last in this task."""
        return self._reader.get() or self._own.reader

    async def read(self, state: Dialogue, turns: Sequence[Turn]) -> Sequence[Command]:
        """What the model says, as far as it may; else what we hear ourselves. Never an error of the server."""
        heard = await self._own.read(state, turns)
        self._reader.set(self._own.reader)
        if not self._worth_asking(heard):
            return heard
        seen = shown(state, turns, self._own.counting(state, turns), _facts(heard), self._profile.currency)
        try:
            said = await self._ask(state, seen)
        except Unusable as trouble:
            emit("understanding_reduced", service="agent", engine=self._own.reader.engine, reason=str(trouble))
            return heard
        self._reader.set(Reader(engine="llm", model=self._server.model))
        return await self._together(state, turns, heard, self._commands(state, seen, heard, said))

    def _worth_asking(self, heard: Sequence[Command]) -> bool:
        """Not where nothing was said, nor where danger must not wait, nor in a language that is not served."""
        foreign = [one.language for one in heard if isinstance(one, say.OtherLanguage)]
        in_danger = any(isinstance(one, say.InDanger) for one in heard)
        return bool(heard) and not in_danger and set(foreign) <= set(self._profile.languages)

    # --- what the model says ------------------------------------------------------------------------------------------

    async def _ask(self, state: Dialogue, seen: Shown) -> list[Said]:
        """Its commands, repaired once; raises Unusable."""
        until = self._server.deadline()
        messages = [
            {"role": "system", "content": self._form.task},
            {"role": "user", "content": json.dumps(_situation(state, seen), ensure_ascii=False)},
        ]
        for _ in range(_TRIES):
            answer = await self._server.complete(messages, _TOKENS, self._form.schema, until=until)
            try:
                return self._form.read(answer, seen.place)
            except ValidationError as mistakes:
                why = fault(mistakes)
            messages += [{"role": "assistant", "content": answer}, {"role": "user", "content": _REPAIR.format(why)}]
        raise Unusable(f"the language model's answer is not valid, also after a repair: {why}")

    def _commands(self, state: Dialogue, seen: Shown, heard: Sequence[Command], said: Sequence[Said]) -> list[Command]:
        """What it says, with values that we read ourselves; our own reading stays where it does not point elsewhere."""
        placed = [(one, where) for one in said if (where := seen.place(one.quote))]
        pointed = [(one, where) for one, where in placed if one.command == "set_fact"]
        read = [fact for one in pointed for fact in self._fact(state, seen, _facts(heard), *one)]
        told = _facts(read)
        kept: list[Command] = [
            say.SetFact(fact) for fact in _facts(heard) if not any(_displaces(one, fact) for one in told)
        ]
        if not read:
            kept += [one for one in heard if isinstance(one, say.Unusable)]
        rest = [self._form.command(one, where) for one, where in placed if one.command != "set_fact"]
        stated = _facts([*kept, *read])
        rest = self._with_own(state, seen, heard, stated, [*map(self._for_a_person, rest)])
        return [*kept, *read, *with_choice(_chosen(heard, stated), rest)]

    def _with_own(
        self,
        state: Dialogue,
        seen: Shown,
        heard: Sequence[Command],
        stated: Sequence[Entity],
        said: Sequence[Command],
    ) -> list[Command]:
        """Each request once, with the facts that are its own: as we hear it, else by the words that say it."""
        ours = {one.reason.code: one.reason.entities for one in _requests(heard)}
        own: dict[str, tuple[Entity, ...]] = {}
        for message in seen.messages:
            found = [found for one in _requests(said) for found in _found(one.reason, message.turn)]
            for one, entities in self._own.owned(state, message.turn, stated, found).items():
                own[one.code] = (*own.get(one.code, ()), *entities)
        own |= {
            code: entities for code, entities in ours.items() if entities and all(one in stated for one in entities)
        }
        return list(_each_once(said, own))

    def _fact(
        self, state: Dialogue, seen: Shown, facts: Sequence[Entity], said: Said, where: Evidence
    ) -> Iterator[Command]:
        """What the words that it points at say; what cannot be read there is unusable, where it was asked for."""
        slot: str = said.slot  # type: ignore[attr-defined]  # each fact is said with it
        if own := [fact for fact in facts if fact.name == slot and _within(fact.evidence, where)]:
            yield from map(say.SetFact, own)
            return
        turn = seen.turn(where.turn)
        if read := self._own.statements.pointed(turn, where, slot):
            yield from map(say.SetFact, read)
        elif slot == state.expects:
            words = turn.text[where.start : where.end]
            yield say.Unusable(self._own.statements.trouble(alone(turn, where), slot) or Trouble("unreadable", words))

    def _for_a_person(self, command: Command) -> Command:
        """A wish for a person is one command, whichever of two ways it is said in."""
        if isinstance(command, say.StartCase | say.Instead) and command.reason.code == self._hand_over:
            return say.WantPerson(command.reason)
        return command

    async def _together(
        self, state: Dialogue, turns: Sequence[Turn], heard: Sequence[Command], said: Sequence[Command]
    ) -> list[Command]:
        """What the model says after the language; its yes only where it may, else what we hear in place of one."""
        together: list[Command] = [one for one in heard if isinstance(one, say.OtherLanguage)]
        together += dict.fromkeys(one for one in said if not isinstance(one, say.Affirm))
        yes = say.Affirm() in said
        if agreed(heard, together, likely=yes and await self._own.may_agree(state, turns)):
            together.append(say.Affirm())
        elif yes:
            together += [one for one in heard if isinstance(one, _RESERVING) and one not in together]
        understood = any(not isinstance(one, say.OtherLanguage) for one in together)
        return together if understood else [*together, say.NotUnderstood()]


def agreed(heard: Sequence[Command], said: Sequence[Command], *, likely: bool) -> bool:
    """Whether it is a yes: plain to us, or one to the model and `likely` to us, and nothing against it to either."""
    if any(isinstance(one, _RESERVING) for one in (*heard, *said)):
        return False
    return say.Affirm() in heard or (likely and all(isinstance(one, _BESIDE_A_YES) for one in heard))


_Request = say.StartCase | say.Instead


def _requests(commands: Sequence[Command]) -> list[_Request]:
    return [one for one in commands if isinstance(one, _Request)]


def _found(reason: ContactReason, turn: Turn) -> Iterator[Found]:
    """Where it was said in a turn."""
    yield from (
        Found(reason.code, reason.confidence, at.start, at.end) for at in reason.evidence if at.turn == turn.turn
    )


def _each_once(commands: Sequence[Command], own: Mapping[str, tuple[Entity, ...]]) -> Iterator[Command]:
    """The first request of each kind with all that is its own, and what else there is."""
    codes = set[str]()
    for one in commands:
        if not isinstance(one, _Request):
            yield one
        elif one.reason.code not in codes:
            codes.add(one.reason.code)
            reason = one.reason.model_copy(update={"entities": own.get(one.reason.code, ())})
            yield replace(one, reason=reason)


def _chosen(heard: Sequence[Command], stated: Sequence[Entity]) -> list[Command]:
    """What we hear of several things, as far as the model does not say that another value counts."""
    each = [one for one in heard if isinstance(one, say.ForEach) and all(fact in stated for fact in one.entities)]
    return [*(one for one in heard if isinstance(one, say.LeaveOut)), *each]


def _situation(state: Dialogue, seen: Shown) -> dict[str, Any]:
    """What the model is told besides its task."""
    did = state.last_act
    return {
        "before": seen.before,
        "requests": list(dict.fromkeys(reason.code for reason in state.reasons)),
        "agent_did": did.kind if did else None,
        "agent_asked_for": state.expects,
        "customer": [one.sent for one in seen.messages],
    }


def _facts(commands: Sequence[Command]) -> list[Entity]:
    return [one.entity for one in commands if isinstance(one, say.SetFact)]


def _within(inner: Evidence, outer: Evidence) -> bool:
    return inner.turn == outer.turn and outer.start <= inner.start and inner.end <= outer.end


def _displaces(told: Entity, fact: Entity) -> bool:
    """Whether a fact that the model points at takes the place of one that we read: in its slot, or in its words."""
    one, other = told.evidence, fact.evidence
    overlap = one.turn == other.turn and one.start < other.end and other.start < one.end
    return told.name == fact.name or overlap
