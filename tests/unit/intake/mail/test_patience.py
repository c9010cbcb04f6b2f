"""Who was asked something by mail has days to answer; who has got what they wanted need not answer at all."""

import pytest

from callcenter.events import AgentSpoke, ContactReason, Decision, Dialogue, MailThread, Settled, Turn, utc_now
from callcenter.messaging.memory import MemoryTransport
from callcenter.storage.memory import MemoryStore
from callcenter.storage.protocol import Stored
from services.intake.settings import IntakeSettings
from services.intake.sweeper import Sweeper
from tests.unit.intake.test_sweeper import Clock, requested

HOUR = 3600.0
REASON = ContactReason(code="status", title="Order status", path="/orders/status", confidence=1.0)
TOLD = Decision(contact_reason="status", verdict="allow", rule_id="told", reason_customer="", reason_internal="")
DONE = Settled(reason=REASON, decision=TOLD, upto=1)


async def _left_after(seconds: float, dialogue: Dialogue, *, by_mail: bool = True) -> bool:
    """Whether a contact is ended in which the customer has been silent for so long after the agent spoke."""
    clock, asked = Clock(), requested()
    store = MemoryStore(clock=clock)
    contact = asked.contact.model_copy(update={"mail": MailThread(address="a@b") if by_mail else None})
    asked = asked.model_copy(update={"contact": contact})
    await store.create(asked)
    turn = Turn(turn=0, at=utc_now(), speaker="agent", text="Which one?")
    await store.advance(asked.then(AgentSpoke, transcript=(turn,), dialogue=dialogue).sealed(utc_now()))
    watch = Sweeper(store, MemoryTransport(), IntakeSettings(silence_after=300, mail_silence=72 * HOUR))
    clock.seconds += seconds
    await watch.sweep()
    newest = await store.newest(asked.interaction_id)
    assert newest
    return newest.type == "CustomerLeft"


@pytest.mark.parametrize(
    ("seconds", "dialogue", "left"),
    [
        (71 * HOUR, Dialogue(reasons=(REASON,)), False),
        (73 * HOUR, Dialogue(reasons=(REASON,)), True),
        (HOUR, Dialogue(), False),
        (HOUR, Dialogue(settled=(DONE,)), True),
        (HOUR, Dialogue(settled=(DONE,), reasons=(REASON,)), False),
    ],
    ids=["asked", "asked long ago", "not understood", "settled", "settled, and asked more"],
)
async def test_how_long_a_contact_by_mail_waits(seconds: float, dialogue: Dialogue, *, left: bool) -> None:
    assert await _left_after(seconds, dialogue) == left


async def test_a_contact_that_came_by_no_mail_waits_as_ever() -> None:
    assert await _left_after(HOUR, Dialogue(reasons=(REASON,)), by_mail=False)


async def test_one_that_waits_for_days_is_not_read_in_every_round_and_is_ended_in_time() -> None:
    class Read(MemoryStore):
        times = 0

        async def newest(self, interaction_id: str) -> Stored | None:
            self.times += 1
            return await super().newest(interaction_id)

    clock, asked = Clock(), requested()
    store = Read(clock=clock)
    contact = asked.contact.model_copy(update={"mail": MailThread(address="a@b")})
    await store.create(asked := asked.model_copy(update={"contact": contact}))
    turn = Turn(turn=0, at=utc_now(), speaker="agent", text="Which one?")
    await store.advance(asked.then(AgentSpoke, transcript=(turn,), dialogue=Dialogue(reasons=(REASON,))))
    await store.published(asked.interaction_id, 1)
    watch = Sweeper(store, MemoryTransport(), IntakeSettings())
    clock.seconds += HOUR
    for _ in range(5):
        await watch.sweep()
    assert store.times == 1
