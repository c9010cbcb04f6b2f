"""What every transport promises (see callcenter/messaging/transport.py)."""

import asyncio
from dataclasses import dataclass, field

import pytest

from callcenter.errors import Permanent, Unroutable
from callcenter.messaging.transport import MAX_BODY, Delivery, Fault, Message, Transport
from tests.waiting import listed, until

FAULT = Fault("permanent", "It cannot be done.", "Permanent")


def message(number: int = 1, kind: str = "TicketOpened") -> Message:
    return Message(kind, b'{"n": %d}' % number, f"interaction-{number}", f"event-{number}", "00-trace")


@dataclass
class Inbox:
    """Keeps what is delivered; acknowledges at once, or when told to."""

    acks: bool = True
    deliveries: list[Delivery] = field(default_factory=list)

    async def __call__(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)
        if self.acks:
            delivery.ack()
        else:
            await asyncio.Event().wait()

    @property
    def bodies(self) -> list[bytes]:
        return sorted(delivery.message.body for delivery in self.deliveries)


async def subscribed(transport: Transport, service: str, inbox: Inbox, prefetch: int = 16) -> None:
    await transport.subscribe(service, ["TicketOpened"], prefetch, inbox)
    await until(lambda: transport.trouble() is None)


async def test_what_is_published_arrives_as_it_was(transport: Transport) -> None:
    inbox = Inbox()
    await subscribed(transport, "summary", inbox)
    await transport.publish(message())
    await until(lambda: inbox.deliveries)
    (delivery,) = inbox.deliveries
    assert delivery.message == message()
    assert (delivery.attempt, delivery.redelivered) == (1, False)


async def test_every_service_gets_its_own_copy(transport: Transport) -> None:
    one, two = Inbox(), Inbox()
    await subscribed(transport, "summary", one)
    await subscribed(transport, "audit", two)
    await transport.publish(message())
    await until(lambda: one.deliveries and two.deliveries)


async def test_workers_of_one_service_share_the_work(transport: Transport) -> None:
    one, two = Inbox(), Inbox()
    await subscribed(transport, "summary", one)
    await subscribed(transport, "summary", two)
    await asyncio.gather(*(transport.publish(message(n)) for n in range(200)))
    await until(lambda: len(one.deliveries) + len(two.deliveries) == 200)
    await asyncio.sleep(0.1)
    assert sorted(one.bodies + two.bodies) == sorted(message(n).body for n in range(200))


async def test_nobody_listening_is_an_error(transport: Transport) -> None:
    with pytest.raises(Unroutable):
        await transport.publish(message(kind="PolicyDecided"))


async def test_many_unroutable_at_once_are_all_errors(transport: Transport) -> None:
    tries = (transport.publish(message(n, "PolicyDecided")) for n in range(50))
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert {type(answer) for answer in answers} == {Unroutable}


async def test_at_most_prefetch_are_in_hand(transport: Transport) -> None:
    inbox = Inbox(acks=False)
    await subscribed(transport, "summary", inbox, prefetch=3)
    await asyncio.gather(*(transport.publish(message(n)) for n in range(10)))
    await until(lambda: len(inbox.deliveries) == 3)
    await asyncio.sleep(0.3)
    assert len(inbox.deliveries) == 3


async def test_acknowledged_out_of_order_all_flow(transport: Transport) -> None:
    """One slow delivery holds up none of the others, and is itself acknowledged in the end."""
    slow = asyncio.Event()
    seen: list[bytes] = []

    async def handle(delivery: Delivery) -> None:
        if delivery.message.body == message(0).body:
            await slow.wait()
        seen.append(delivery.message.body)
        delivery.ack()

    consumer = await transport.subscribe("summary", ["TicketOpened"], 4, handle)
    await until(lambda: transport.trouble() is None)
    for number in range(40):
        await transport.publish(message(number))
    await until(lambda: len(seen) == 39)
    slow.set()
    await until(lambda: len(seen) == 40)
    await consumer.drain(5)
    inbox = Inbox()
    await subscribed(transport, "summary", inbox)
    await asyncio.sleep(0.3)
    assert inbox.deliveries == []


async def test_what_was_not_settled_comes_again(transport: Transport) -> None:
    inbox = Inbox(acks=False)
    consumer = await transport.subscribe("summary", ["TicketOpened"], 16, inbox)
    await until(lambda: transport.trouble() is None)
    await transport.publish(message())
    await until(lambda: inbox.deliveries)
    await consumer.drain(0.1)
    await transport_closes(transport, consumer)
    second = Inbox()
    await subscribed(transport, "summary", second)
    await until(lambda: second.deliveries)
    assert second.deliveries[0].redelivered is True


async def transport_closes(transport: Transport, consumer: object) -> None:
    """RabbitMQ gives unsettled messages to others once the consumer's channel is closed."""
    link = getattr(consumer, "link", None)
    if link:
        await link.close()
        transport._consuming.remove(link)  # type: ignore[attr-defined]


async def test_draining_waits_for_what_is_in_hand(transport: Transport) -> None:
    finished = asyncio.Event()

    async def handle(delivery: Delivery) -> None:
        await asyncio.sleep(0.3)
        finished.set()
        delivery.ack()

    consumer = await transport.subscribe("summary", ["TicketOpened"], 16, handle)
    await until(lambda: transport.trouble() is None)
    await transport.publish(message())
    await asyncio.sleep(0.1)
    await consumer.drain(5)
    assert finished.is_set()


async def test_a_retry_comes_back_later_to_its_own_service_only(transport: Transport) -> None:
    attempts: list[int] = []

    async def handle(delivery: Delivery) -> None:
        attempts.append(delivery.attempt)
        if delivery.attempt < 3:
            await delivery.retry(0.3, FAULT)
        else:
            delivery.ack()

    await transport.subscribe("summary", ["TicketOpened"], 16, handle)
    other = Inbox()
    await subscribed(transport, "audit", other)
    began = asyncio.get_running_loop().time()
    await transport.publish(message())
    await until(lambda: len(attempts) == 3)
    assert attempts == [1, 2, 3]
    assert asyncio.get_running_loop().time() - began >= 0.6
    assert len(other.deliveries) == 1


async def test_a_dead_letter_tells_why_and_stays_until_removed(transport: Transport) -> None:
    async def handle(delivery: Delivery) -> None:
        await delivery.dead_letter(FAULT)

    await transport.subscribe("summary", ["TicketOpened"], 16, handle)
    await until(lambda: transport.trouble() is None)
    await transport.publish(message(1))
    await transport.publish(message(2))
    await until(lambda: _dead(transport, 2))
    for _ in range(3):  # looking does not take away
        async with transport.dead_letters("summary") as opened:
            letters = sorted(await listed(opened.letters()), key=lambda letter: letter.message.body)
            assert [letter.message for letter in letters] == [message(1), message(2)]
            assert {(letter.reason, letter.error, letter.attempts) for letter in letters} == {
                ("permanent", "It cannot be done.", 1)
            }
            assert all(letter.failed_at for letter in letters)
    async with transport.dead_letters("summary") as opened:
        (one,) = [letter async for letter in opened.letters() if letter.message == message(1)]
        await opened.remove(one)
    async with transport.dead_letters("summary") as opened:
        assert [letter.message async for letter in opened.letters()] == [message(2)]


async def _dead(transport: Transport, count: int) -> bool:
    return (await transport.depths(["summary"]))["summary"][1] == count


async def test_all_dead_letters_are_seen_and_removed_however_many_there_are(transport: Transport) -> None:
    async def handle(delivery: Delivery) -> None:
        await delivery.dead_letter(FAULT)

    await transport.subscribe("summary", ["TicketOpened"], 100, handle)
    await until(lambda: transport.trouble() is None)
    await asyncio.gather(*(transport.publish(message(number)) for number in range(520)))
    await until(lambda: _dead(transport, 520))
    async with transport.dead_letters("summary") as opened:
        letters = await listed(opened.letters())
    assert sorted(letter.message.body for letter in letters) == sorted(message(n).body for n in range(520))
    assert len({letter.id for letter in letters}) == 520
    looked_at = 0
    async with transport.dead_letters("summary") as opened:
        async for letter in opened.letters():
            looked_at += 1
            await opened.remove(letter)
            await transport.publish(letter.message)  # and fails again: it is left for the next look
    assert looked_at == 520
    await until(lambda: _dead(transport, 520))


async def test_what_was_unheard_is_told_until_somebody_takes_it(transport: Transport) -> None:
    assert list(transport.unheard()) == []
    with pytest.raises(Unroutable):
        await transport.publish(message())
    assert list(transport.unheard()) == ["TicketOpened"]
    await subscribed(transport, "summary", Inbox())
    await transport.publish(message())
    assert list(transport.unheard()) == []


async def test_sending_reaches_one_service_only(transport: Transport) -> None:
    one, two = Inbox(), Inbox()
    await subscribed(transport, "summary", one)
    await subscribed(transport, "audit", two)
    await transport.send("summary", message())
    await until(lambda: one.deliveries)
    await asyncio.sleep(0.2)
    assert two.deliveries == []


async def test_no_dead_letters_where_nothing_ever_ran(transport: Transport) -> None:
    async with transport.dead_letters("nobody") as opened:
        assert await listed(opened.letters()) == []
    assert await transport.depths(["nobody"]) == {"nobody": (0, 0)}


async def test_an_oversized_event_is_refused_before_it_is_sent(transport: Transport) -> None:
    inbox = Inbox()
    await subscribed(transport, "summary", inbox)
    with pytest.raises(Permanent):
        await transport.publish(Message("TicketOpened", b"x" * (MAX_BODY + 1), "i"))
    await transport.publish(message())
    await until(lambda: inbox.deliveries)
