"""A whole conversation between the agent and a simulated customer, turn by turn, as it enters the dossier."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from callcenter.business import Profile
from callcenter.events import InteractionRequested, Sentiment, Speaker, Turn
from callcenter.events import Understanding as Understood
from services.agent import sentiment
from services.agent.customer.memory import Memory, Recollection, Wanted
from services.agent.customer.person import SimulatedCustomer, in_character
from services.agent.customer.personas import cast
from services.agent.dialogue import Act, Dialogue
from services.agent.entities import Extractor
from services.agent.reasons import ContactReasons
from services.agent.understanding import Understanding
from services.agent.wording import Moment, Wording

_AGENT_SECONDS = 2
_CUSTOMER_SECONDS = 5
_LETTERS_PER_SECOND = 15
_SLOWEST = 45


@dataclass(frozen=True)
class Desk:
    """What the agent needs to work for one business; `recollection` is only for the simulated customer."""

    profile: Profile
    reasons: ContactReasons
    understanding: Understanding
    extractor: Extractor
    recollection: Recollection

    def dialogue(self) -> Dialogue:
        """A new conversation from the agent's side."""
        return Dialogue(self.reasons, self.understanding, self.extractor, self.profile.languages)


@dataclass
class Transcript:
    """The turns so far, each a few simulated seconds after the one before."""

    now: datetime
    turns: list[Turn] = field(default_factory=list)

    def add(self, speaker: Speaker, text: str) -> int:
        """Append a turn; returns its number."""
        if self.turns:
            pause = _AGENT_SECONDS if speaker == "agent" else _CUSTOMER_SECONDS
            self.now += timedelta(seconds=min(_SLOWEST, pause + len(text) // _LETTERS_PER_SECOND))
        self.turns.append(Turn(turn=len(self.turns), at=self.now, speaker=speaker, text=text))
        return len(self.turns) - 1

    def customer_texts(self) -> list[str]:
        """What the customer said."""
        return [turn.text for turn in self.turns if turn.speaker == "customer"]


def hold(desk: Desk, event: InteractionRequested) -> dict[str, Any]:
    """Talk until the request and its facts are known; returns the sections of ConversationHeld."""
    rng = Random(event.request.seed or _seed(event))
    dialogue, transcript = desk.dialogue(), Transcript(event.occurred_at)
    wording = Wording(desk.profile, desk.reasons, rng)
    dialogue.hear(transcript.add("customer", event.request.text), event.request.text)
    customer = _customer(desk, event, dialogue, rng)
    previous: Act | None = None
    while act := dialogue.next_act():
        answered = bool(previous and previous.slot in {entity.name for entity in dialogue.entities})
        mood = min(sentiment.mood(text) for text in transcript.customer_texts())
        moment = Moment(act, dialogue.reasons, mood, previous, answered, dialogue.language)
        transcript.add("agent", wording.compose(moment))
        if reply := _reply(customer, act):
            dialogue.hear(transcript.add("customer", reply), reply)
        previous = act
    return _sections(desk, event, dialogue, transcript, customer.persona.name)


def _customer(desk: Desk, event: InteractionRequested, dialogue: Dialogue, rng: Random) -> SimulatedCustomer:
    text = event.request.text
    stated = {entity.name: entity.value for entity in reversed(dialogue.entities)}
    typical = dialogue.reasons[0].typical if dialogue.reasons else {}
    wanted = Wanted({**desk.reasons.memory.usual, **typical}, event.occurred_at.date(), rng)
    memory = desk.recollection.remember(event.contact.customer_id, stated, text, wanted)
    persona = cast(event.request.persona, sentiment.mood(text), rng)
    forgettable = _forgettable(desk, memory, drawn=event.request.persona is None)
    slots = desk.reasons.slots
    identity = desk.reasons.identity.facts
    memory = in_character(
        memory, persona, stated=stated, slots=slots, forgettable=forgettable, identity=identity, rng=rng
    )
    return SimulatedCustomer(persona, memory, slots, rng)


def _forgettable(desk: Desk, memory: Memory, *, drawn: bool) -> list[str]:
    """A persona that nobody asked for forgets only what the customer can do without, so that it changes no decision."""
    identity = desk.reasons.identity
    known = [name for name in identity.facts if name in memory.facts]
    if drawn:
        return known if len(known) > identity.required else []
    return [*known, *(name for name in desk.reasons.slots if name in memory.facts)]


def _reply(customer: SimulatedCustomer, act: Act) -> str | None:
    match act.kind:
        case "ask":
            return customer.answers(act.slot or "")
        case "recap":
            return customer.closes()
        case "clarify":
            return customer.rephrases()
        case "calm":
            return customer.retorts()
        case _:
            return None


def _sections(
    desk: Desk, event: InteractionRequested, dialogue: Dialogue, transcript: Transcript, persona: str
) -> dict[str, Any]:
    texts, engine = transcript.customer_texts(), desk.understanding.engine
    main, *further = dialogue.contact_reasons or (None,)
    return {
        "contact": event.contact.model_copy(update={"language": dialogue.language, "ended_at": transcript.now}),
        "transcript": tuple(transcript.turns),
        "outcome": dialogue.outcome,
        "contact_reason": main,
        "secondary_reasons": tuple(further),
        "entities": tuple(dialogue.entities),
        "missing": dialogue.missing,
        "sentiment": Sentiment(start=sentiment.mood(texts[0]), end=sentiment.mood(texts[-1])),
        "urgency": sentiment.urgency(texts),
        "understanding": Understood(
            engine=engine.name, model=engine.model, business_version=desk.profile.version, persona=persona
        ),
    }


def _seed(event: InteractionRequested) -> int:
    said = f"{event.interaction_id}/{event.request.text}".encode(errors="replace")
    return int.from_bytes(hashlib.sha256(said).digest()[:8])
