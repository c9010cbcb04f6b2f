"""What does the customer want, and what must we know to decide?  InteractionRequested -> ConversationHeld.

A live conversation takes more steps: each CustomerSpoke is answered by an AgentSpoke, until it is a ConversationHeld.
Before anything is read back, policy says how the case stands: CaseStated, answered by CaseDecided.
After each case it goes on: CaseAgreed, answered by CaseSettled.
A person may take over where one is on duty: HandoffOffered. While one has the contact nothing of it comes here, and the
assistant is mute; it goes on with HandoffReturned, and ends the conversation with HandoffClosed or HandoffLapsed.
What policy still has to know comes back as InformationNeeded, and the conversation goes on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from callcenter.errors import Permanent
from callcenter.events import (
    AgentSpoke,
    CaseAgreed,
    CaseDecided,
    CaseSettled,
    CaseStated,
    ConversationHeld,
    CustomerLeft,
    CustomerSpoke,
    Dialogue,
    Handoff,
    HandoffClosed,
    HandoffLapsed,
    HandoffOffered,
    HandoffReturned,
    InformationNeeded,
    InteractionRequested,
    Turn,
)
from callcenter.messaging.worker import Worker, handles
from services.agent.conversation import handing_over
from services.agent.conversation.desk import Desk
from services.agent.conversation.simulation import hold, resume, seed_of
from services.agent.conversation.talk import Said, answer, go_on, held, question, settle, stated, time_out
from services.agent.conversation.talk import resume as say_next

Step = ConversationHeld | CaseStated | CaseAgreed | AgentSpoke | HandoffOffered
"""What the agent makes of what it heard: the end of the conversation, a question to policy, an answer, or a person."""


class AgentWorker(Worker, name="agent"):
    """Talks to the customer until the request and the facts it needs are known, or cannot be known."""

    def __init__(self, desks: Mapping[str, Desk]) -> None:
        self.desks = desks

    @handles
    async def open(self, event: InteractionRequested) -> Step:
        """A whole simulated conversation, or the first answer in a live one.

        Permanent if the business is unknown, or if a customer would have to be simulated where this is no demo.
        """
        desk = self._desk(event)
        if event.request.mode == "simulated":
            return await hold(desk, event)
        return await self._answer(event, desk.opening(), opening(event))

    @handles
    async def reply(self, event: CustomerSpoke) -> Step:
        """The answer to what the customer said since the agent last spoke."""
        if event.handoff and event.handoff.open:
            return await self._keep_waiting(event, event.handoff)
        return await self._answer(event, event.dialogue, event.transcript)

    @handles
    async def conclude(self, event: CustomerLeft) -> ConversationHeld:
        """The end of a conversation that its customer has left."""
        desk = self._desk(event)
        return _held(desk, event, event.transcript, time_out(desk, event.dialogue, event.transcript, seed_of(event)))

    @handles
    async def take_back(self, event: HandoffReturned) -> Step:
        """The conversation goes on after a person had it: with what is open, or with whatever else there is."""
        desk = self._desk(event)
        state = handing_over.handed_back(desk, event)
        said = await say_next(desk, state, event.transcript, seed_of(event))
        words = handing_over.back(desk, event, state)
        return _next(desk, event, event.transcript, replace(said, text=f"{words} {said.text}".strip()))

    @handles
    async def wrap_up(self, event: HandoffClosed | HandoffLapsed) -> ConversationHeld:
        """The end of a conversation that a person has ended, or that none came to."""
        desk = self._desk(event)
        if isinstance(event, HandoffClosed):
            state = handing_over.closed(desk, event)
        else:
            state = handing_over.given_up(event.dialogue)
        return event.then(ConversationHeld, **held(desk, event, state, event.transcript, None))

    @handles
    async def ask(self, event: InformationNeeded) -> Step:
        """Policy's question, put to the customer, and in a simulated conversation all that follows from it."""
        desk = self._desk(event)
        said = question(desk, event.dialogue or desk.opening(), event.question, seed_of(event))
        if event.request.mode == "simulated":
            return await resume(desk, event, said)
        return _next(desk, event, event.transcript, said)

    @handles
    async def go_on(self, event: CaseDecided) -> Step:
        """The conversation, now that policy has said how the case stands."""
        desk = self._desk(event)
        said = await go_on(desk, event, seed_of(event))
        if event.request.mode == "simulated":
            return await resume(desk, event, said)
        return _next(desk, event, event.transcript, said)

    @handles
    async def tell(self, event: CaseSettled) -> AgentSpoke | ConversationHeld:
        """What was decided; the customer of a live conversation may bring more."""
        desk = self._desk(event)
        said = settle(desk, event, seed_of(event))
        if said.final:
            lacking = desk.manager.missing(event.dialogue or desk.opening())
            return _held(desk, event, event.transcript, said).model_copy(update={"missing": lacking})
        return event.then(AgentSpoke, transcript=_with(event, event.transcript, said), dialogue=said.state)

    async def _answer(self, event: InteractionRequested, state: Dialogue, transcript: Sequence[Turn]) -> Step:
        desk = self._desk(event)
        earlier = event.contact
        said = await answer(
            desk,
            state,
            transcript,
            seed_of(event),
            live=event.request.mode == "live",
            follows=bool(earlier.follows),
            unfinished=earlier.unfinished,
        )
        return _next(desk, event, transcript, said)

    async def _keep_waiting(self, event: CustomerSpoke, handoff: Handoff) -> Step:
        """The answer to who writes while a person is awaited; who takes leave is called back."""
        desk = self._desk(event)
        said = await handing_over.keep_waiting(desk, handoff, event.dialogue, event.transcript, seed_of(event))
        transcript = _with(event, event.transcript, said) if said.text else event.transcript
        if handing_over.waits(said):
            return event.then(HandoffOffered, transcript=transcript, dialogue=said.state)
        over = held(desk, event, said.state, transcript, None)
        return event.then(ConversationHeld, **over, handoff=handoff.left(event.occurred_at))

    def _desk(self, event: InteractionRequested) -> Desk:
        desk = self.desks.get(event.request.business)
        if desk is None:
            known = ", ".join(sorted(self.desks))
            raise Permanent(f"There is no business {event.request.business!r}; this agent serves {known}.")
        return desk


def opening(event: InteractionRequested) -> tuple[Turn, ...]:
    """The transcript as a live conversation begins: the customer's first words, if there are any."""
    text = event.request.text
    return (Turn(turn=0, at=event.contact.initiated_at, speaker="customer", text=text),) if text else ()


def _next(desk: Desk, event: InteractionRequested, transcript: Sequence[Turn], said: Said) -> Step:
    """The step of a live conversation that the agent has made."""
    if said.looks:
        return event.then(CaseStated, **stated(desk, event, said, transcript, None))
    if said.settles:
        return event.then(CaseAgreed, **stated(desk, event, said, transcript, None))
    if offered := handing_over.offer(desk, event, said, transcript):
        said = replace(said, text=handing_over.announced(desk, offered, said, seed_of(event)))
        told = _with(event, transcript, said)
        return event.then(HandoffOffered, transcript=told, dialogue=said.state, handoff=offered)
    if said.final:
        return _held(desk, event, transcript, said)
    return event.then(AgentSpoke, transcript=_with(event, transcript, said), dialogue=said.state)


def _held(desk: Desk, event: InteractionRequested, transcript: Sequence[Turn], said: Said) -> ConversationHeld:
    return event.then(ConversationHeld, **held(desk, event, said.state, _with(event, transcript, said), None))


def _with(event: InteractionRequested, transcript: Sequence[Turn], said: Said) -> tuple[Turn, ...]:
    """The transcript with the agent's turn; the time is the event's, so that a repeat says the same."""
    at = max(event.occurred_at, *(turn.at for turn in transcript[-1:]), event.contact.initiated_at)
    return (*transcript, Turn(turn=len(transcript), at=at, speaker="agent", text=said.text))
