"""A policy for tests that are about the agent alone: it would do all that is asked for, and shows no account."""

from collections.abc import Awaitable, Callable, Sequence

from callcenter.events import (
    Action,
    AgentSpoke,
    CaseDecided,
    CaseStated,
    ConversationHeld,
    InteractionRequested,
    Proposal,
    Standing,
    Turn,
)
from services.agent.conversation import Desk
from services.agent.conversation.talk import Said, go_on, stated
from services.agent.worker import AgentWorker

Look = Callable[[CaseStated], Awaitable[CaseDecided]]


async def agreeable(event: CaseStated) -> CaseDecided:
    """How the case stands."""
    proposals = (
        Proposal(contact_reason=one.code, verdict="allow", about=one.own, action=Action(name="act"))
        for one in event.reasons
    )
    case = event.dialogue.case if event.dialogue else ""
    return event.then(CaseDecided, standing=Standing(case=case, verified=True, proposals=tuple(proposals)))


async def settled(
    worker: AgentWorker, event: CaseStated | ConversationHeld | AgentSpoke
) -> ConversationHeld | AgentSpoke:
    """What the agent comes to after it has looked as often as it wants."""
    while isinstance(event, CaseStated):
        event = await worker.go_on(await agreeable(event))
    return event


async def finished(
    desk: Desk, event: InteractionRequested, said: Said, turns: Sequence[Turn], look: Look = agreeable
) -> Said:
    """The turn that the agent has begun, to its end."""
    while said.looks:
        so_far = event.then(CaseStated, **stated(desk, event, said, turns, None))
        said = await go_on(desk, await look(so_far), "7")
    return said
