"""A live contact with agent and policy, each step as the chain makes it, without a broker between."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from callcenter.events import (
    AgentSpoke,
    CustomerLeft,
    CustomerSpoke,
    Event,
    InteractionRequested,
    PolicyDecided,
    Turn,
    new_interaction_id,
)
from services.agent.worker import AgentWorker
from services.policy.worker import PolicyWorker


class LiveContact:
    """What a customer says goes in; the agent's answers, and at the end the decisions, come out."""

    def __init__(self, agent: AgentWorker, policy: PolicyWorker, requested: InteractionRequested) -> None:
        live = requested.request.model_copy(update={"mode": "live", "text": "", "seed": 7})
        self.agent, self.policy = agent, policy
        own = {"interaction_id": new_interaction_id(), "request": live}
        self.event: Event = requested.model_copy(update=own)
        self.steps: list[str] = []

    async def say(self, *texts: str) -> str:
        """Each after the answer to the one before; returns the agent's last words."""
        for text in texts:
            turns = self.turns
            turn = Turn(turn=len(turns), at=self._now, speaker="customer", text=text)
            await self._go_on(self._then(CustomerSpoke, transcript=(*turns, turn)))
        return self.turns[-1].text

    async def leave(self) -> None:
        """Say nothing more."""
        await self._go_on(self._then(CustomerLeft, transcript=self.turns, silent_seconds=900.0))

    @property
    def turns(self) -> tuple[Turn, ...]:
        """All that was said."""
        return getattr(self.event, "transcript", ())

    @property
    def act(self) -> str:
        """What the agent did last."""
        assert isinstance(self.event, AgentSpoke)
        return self.event.dialogue.acts[-1].kind

    @property
    def decided(self) -> PolicyDecided:
        """The dossier once the contact has ended."""
        assert isinstance(self.event, PolicyDecided), f"the contact has not ended: {self.turns[-1].text}"
        return self.event

    @property
    def done(self) -> list[tuple[str, Mapping[str, str]]]:
        """What was agreed, with what it is about."""
        return [(one.action.name, one.about) for one in self.decided.policy.decisions if one.action]

    @property
    def _now(self) -> datetime:
        return self.event.occurred_at + timedelta(seconds=5)

    def _then(self, successor: type[Event], **sections: object) -> Event:
        return self.event.then(successor, **sections).sealed(self._now)

    async def _go_on(self, event: Event) -> None:
        while not isinstance(event, AgentSpoke | PolicyDecided):
            self.steps.append(event.type)
            event = (await self._next(event)).sealed(event.occurred_at)
        self.event = event

    async def _next(self, event: Event) -> Event:
        worker = next(one for one in (self.agent, self.policy) if type(event) in one.subscriptions)
        step = await worker.handler_of(type(event))(event)
        assert step is not None
        return step
