"""The same five steps on our runtime, with every guarantee on: validation, exactly-once effect, retries, reasons."""

import asyncio
import sys
from collections.abc import Callable

import uvloop

from callcenter import telemetry
from callcenter.events import (
    ContactReason,
    ConversationHeld,
    Decision,
    Disposition,
    InteractionCompleted,
    InteractionFailed,
    InteractionRequested,
    Metrics,
    Policy,
    PolicyDecided,
    Provenance,
    RuleCheck,
    Sentiment,
    ServiceLevel,
    Summary,
    Ticket,
    TicketOpened,
    Turn,
    Understanding,
)
from callcenter.messaging import Worker, handles
from callcenter.messaging.serve import Runtime
from callcenter.messaging.transport import Message
from callcenter.settings import RuntimeSettings
from callcenter.storage.protocol import Store
from tests.benchmarks.work import CHECKS, LOREM, PREFETCH, SUMMARY, TURNS
from tests.dossier import CALM, requested


class Agent(Worker, name="agent"):
    """Adds seven turns and a reason."""

    @handles
    async def converse(self, event: InteractionRequested) -> ConversationHeld:
        at = event.occurred_at
        return event.then(
            ConversationHeld,
            transcript=tuple(Turn(turn=n, at=at, speaker="agent", text=text) for n, text in enumerate(TURNS)),
            outcome="understood",
            contact_reason=ContactReason(code="billing_dispute", title="Bill", path="/bill", confidence=0.93),
            sentiment=Sentiment(start=0, end=0),
            understanding=Understanding(engine="none", business_version="1"),
        )


class PolicyDesk(Worker, name="policy"):
    """Adds a decision with seven rules."""

    @handles
    async def decide(self, event: ConversationHeld) -> PolicyDecided:
        checks = tuple(
            RuleCheck(rule_id=f"rule-{n}", title="A rule", result="applied", note=text) for n, text in enumerate(CHECKS)
        )
        decision = Decision(
            contact_reason="billing_dispute",
            verdict="allow",
            rule_id="rule-0",
            reason_customer="Yes.",
            reason_internal="Yes.",
            checks=checks,
        )
        return event.then(
            PolicyDecided, policy=Policy(verdict="allow", decisions=(decision,), policy_version="1", policy_hash="0")
        )


class Ticketing(Worker, name="ticketing"):
    """Adds a ticket."""

    @handles
    async def open(self, event: PolicyDecided) -> TicketOpened:
        at = event.occurred_at
        ticket = Ticket(
            ticket_id="T-1",
            type="request",
            title=LOREM[:90],
            priority="P3",
            impact="medium",
            urgency="medium",
            status="open",
            queue="billing",
            sla=ServiceLevel(first_response_due=at, resolution_due=at),
        )
        return event.then(TicketOpened, ticket=ticket)


class SummaryDesk(Worker, name="summary"):
    """Adds the wrap-up."""

    @handles
    async def wrap_up(self, event: TicketOpened) -> InteractionCompleted:
        texts = dict.fromkeys(("situation", "action", "resolution", "next_step", "short"), LOREM[:100])
        return event.then(
            InteractionCompleted,
            summary=Summary(**texts, reply_to_customer=SUMMARY, sentiment=CALM, satisfaction_estimate="neutral"),
            disposition=Disposition(code="done", path="/done"),
            metrics=Metrics(
                handle_ms=1, queue_ms={}, work_ms={}, turns=7, contained=True, first_contact_resolution=None
            ),
            provenance=Provenance(
                understanding="none",
                model=None,
                business="retail",
                business_version="1",
                policy_version="1",
                policy_hash="0",
            ),
        )


class Intake(Worker, name="intake"):
    """Closes."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @handles
    async def close(self, event: InteractionCompleted | InteractionFailed) -> None:
        await self.store.finish(event.interaction_id)


DESKS: dict[str, Callable[[Store], Worker]] = {
    "agent": lambda _: Agent(),
    "policy": lambda _: PolicyDesk(),
    "ticketing": lambda _: Ticketing(),
    "summary": lambda _: SummaryDesk(),
    "intake": Intake,
}


def settings(amqp_url: str, redis_url: str, namespace: str) -> RuntimeSettings:
    """Of both the workers and the loader."""
    return RuntimeSettings(amqp_url=amqp_url, redis_url=redis_url, namespace=namespace, prefetch=PREFETCH)


async def work(name: str, runtime: Runtime) -> None:
    """One step, until killed."""
    async with runtime:
        await runtime.add(DESKS[name](runtime.store))
        await asyncio.Event().wait()


async def load(count: int, runtime: Runtime) -> None:
    """Accept `count` requests, as intake does."""
    events = [requested(LOREM * 8) for _ in range(count)]
    for start in range(0, count, 100):
        await asyncio.gather(*(_accept(event, runtime) for event in events[start : start + 100]))


async def _accept(event: InteractionRequested, runtime: Runtime) -> None:
    await runtime.store.create(event)
    await runtime.transport.publish(Message.of(event))
    await runtime.store.published(event.interaction_id, event.rev)


if __name__ == "__main__":
    telemetry.configure("INFO", "json")
    uvloop.run(work(sys.argv[1], Runtime.distributed(settings(*sys.argv[2:5]))))
