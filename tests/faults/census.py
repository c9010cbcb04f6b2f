"""Counts what became of many interactions: lost, doubled, contradicted."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field

from callcenter.events import CHAIN, EVENTS, InteractionRequested, TicketOpened
from callcenter.messaging.serve import Runtime
from callcenter.messaging.transport import Delivery, Message
from tests.dossier import Intake, requested
from tests.waiting import until


@dataclass
class Census:
    """Sees every published event, and asks the store for the end of every interaction."""

    runtime: Runtime
    versions: defaultdict[tuple[str, int], set[bytes]] = field(default_factory=lambda: defaultdict(set))
    """Interaction and type (as its place in the chain) -> the different bodies that were published."""
    published: int = 0
    accepted: list[str] = field(default_factory=list)

    async def begin(self) -> None:
        """Listen, close what ends, and wait until that works."""
        await self.runtime.transport.subscribe("census", [event.__name__ for event in CHAIN], 200, self)
        await self.runtime.add(Intake(self.runtime.store))
        await until(lambda: self.runtime.transport.trouble() is None)

    async def __call__(self, delivery: Delivery) -> None:
        message = delivery.message
        self.published += 1
        self.versions[message.interaction_id, CHAIN.index(EVENTS[message.type])].add(message.body)
        delivery.ack()

    async def accept(self, count: int) -> None:
        """Post requests, as intake does."""
        events = [requested(f"request {number}") for number in range(count)]
        for start in range(0, count, 50):
            await asyncio.gather(*(self._accept(event) for event in events[start : start + 50]))

    async def _accept(self, event: InteractionRequested) -> None:
        await self.runtime.store.create(event)
        self.accepted.append(event.interaction_id)
        await self.runtime.transport.publish(Message.of(event))
        await self.runtime.store.published(event.interaction_id, event.rev)

    async def states(self) -> dict[str, int]:
        """How many accepted interactions are in which state; `lost` where there is no record."""
        counts: defaultdict[str, int] = defaultdict(int)
        for interaction_id in self.accepted:
            stored = await self.runtime.store.newest(interaction_id)
            counts[EVENTS[stored.type].status if stored else "lost"] += 1
        return dict(counts)

    async def all_completed(self) -> bool:
        """Whether every accepted interaction has its finished record."""
        return await self.states() == {"completed": len(self.accepted)}

    def contradictions(self) -> int:
        """Steps of which different versions were published."""
        return sum(len(bodies) > 1 for bodies in self.versions.values())

    def double_tickets(self) -> int:
        """Interactions for which more than one ticket was told of."""
        place = CHAIN.index(TicketOpened)
        return sum(len(bodies) > 1 for (_, step), bodies in self.versions.items() if step == place)

    def duplicates(self) -> int:
        """Deliveries beyond the first of the same event: harmless."""
        return self.published - sum(len(bodies) for bodies in self.versions.values())
