"""A whole conversation between the agent and a simulated customer, turn by turn, as it enters the dossier."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from callcenter.events import (
    CaseDecided,
    CaseStated,
    ConversationHeld,
    Dialogue,
    InformationNeeded,
    InteractionRequested,
    Persona,
    Speaker,
    Turn,
)
from services.agent.conversation.desk import Desk
from services.agent.conversation.talk import Said, answer, held, stated
from services.agent.customer.memory import Memory, Wanted
from services.agent.customer.person import SimulatedCustomer, in_character
from services.agent.customer.personas import PERSONAS, cast

_AGENT_SECONDS = 2
_CUSTOMER_SECONDS = 5
_LETTERS_PER_SECOND = 15
_SLOWEST = 45


@dataclass
class Transcript:
    """The turns so far, each a few simulated seconds after the one before."""

    now: datetime
    turns: list[Turn] = field(default_factory=list)

    def add(self, speaker: Speaker, text: str) -> None:
        """Append a turn."""
        if self.turns:
            pause = _AGENT_SECONDS if speaker == "agent" else _CUSTOMER_SECONDS
            self.now += timedelta(seconds=min(_SLOWEST, pause + len(text) // _LETTERS_PER_SECOND))
        self.turns.append(Turn(turn=len(self.turns), at=self.now, speaker=speaker, text=text))


async def hold(desk: Desk, event: InteractionRequested) -> ConversationHeld:
    """Talk until the request and its facts are known, or policy has to say how the case stands: CaseStated."""
    transcript = Transcript(event.occurred_at)
    transcript.add("customer", event.request.text)
    said = await answer(desk, desk.opening(), transcript.turns, seed_of(event))
    return await _go_on(desk, event, said, transcript)


async def resume(desk: Desk, event: InformationNeeded | CaseDecided, said: Said) -> ConversationHeld:
    """Go on talking after policy had its say, as above."""
    return await _go_on(desk, event, said, Transcript(event.transcript[-1].at, list(event.transcript)))


async def _go_on(desk: Desk, event: InteractionRequested, said: Said, transcript: Transcript) -> ConversationHeld:
    customer = _customer(desk, event, said.state, Random(f"{seed_of(event)}/{said.state.returned}"))
    name = customer.persona.name
    while not said.looks:
        transcript.add("agent", said.text)
        if said.final:
            return event.then(ConversationHeld, **held(desk, event, said.state, transcript.turns, name))
        transcript.add("customer", customer.responds(said.act))
        said = await answer(desk, said.state, transcript.turns, seed_of(event))
    return event.then(CaseStated, **stated(desk, event, said, transcript.turns, name))


def seed_of(event: InteractionRequested) -> str:
    """The seed that was asked for, else one of this interaction's own."""
    if event.request.seed:
        return str(event.request.seed)
    said = f"{event.interaction_id}/{event.request.text}".encode(errors="replace")
    return hashlib.sha256(said).hexdigest()


def _customer(desk: Desk, event: InteractionRequested, state: Dialogue, rng: Random) -> SimulatedCustomer:
    text, slots, identity = event.request.text, desk.reasons.slots, desk.reasons.identity.facts
    stated = state.facts
    requests = desk.manager.needs.requests(state)
    typical = requests[0].typical if requests else {}
    wanted = Wanted({**desk.reasons.memory.usual, **typical}, event.occurred_at.date(), rng)
    memory = desk.memories().remember(event.contact.customer_id, stated, text, wanted)
    persona = cast(_known_as(event), desk.feelings(state).mood(text), rng)
    forgettable = _forgettable(desk, memory, drawn=event.request.persona is None)
    memory = in_character(
        memory, persona, stated=stated, slots=slots, forgettable=forgettable, identity=identity, rng=rng
    )
    return SimulatedCustomer(persona, memory, slots, rng, state.acts)


def _forgettable(desk: Desk, memory: Memory, *, drawn: bool) -> list[str]:
    """A persona that nobody asked for forgets only what the customer can do without, so that it changes no decision."""
    identity = desk.reasons.identity
    known = [name for name in identity.facts if name in memory.facts]
    if drawn:
        return known if len(known) > identity.required else []
    return [*known, *(name for name in desk.reasons.slots if name in memory.facts)]


def _known_as(event: InteractionRequested) -> Persona | None:
    """The character that was asked for, or the one that this customer has had so far."""
    had = event.understanding.persona if isinstance(event, ConversationHeld) else None
    return event.request.persona or next((name for name in PERSONAS if name == had), None)
