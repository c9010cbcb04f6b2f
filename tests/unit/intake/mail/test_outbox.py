"""Mails that go out: again while it may help, once where they are taken, and never silently lost."""

import asyncio
from datetime import timedelta

import pytest

from callcenter.business import Mail, Profile, load
from callcenter.events import utc_now
from callcenter.settings import PROJECT
from callcenter.storage.counters import MemoryCounters
from callcenter.storage.post import Letter, MemoryPost
from services.intake.mail.addresses import Addresses
from services.intake.mail.postman import Patience, Postman
from services.intake.mail.relay import NotTaken, Relay
from services.intake.mail.writing import Written, written
from tests.mail import Receiver, a_port, receiving

CONTACT = "0" * 36
LETTER = Letter(CONTACT, "turn-1", "retail", "dana@customer.example", "Re: parcel", "It is on its way.")


async def _secret() -> bytes:
    return b"s" * 32


class _Hours:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = utc_now()


def _postman(post: MemoryPost, url: str, hours: _Hours, ladder: tuple[float, ...] = (60, 600)) -> Postman:
    addresses = Addresses.load(PROJECT / "businesses")
    patience = Patience(0.01, ladder, 20)
    return Postman(
        post, MemoryCounters(), addresses, Relay.at(url, 5), patience=patience, secret=_secret, now=lambda: hours.now
    )


async def _rounds(postman: Postman, hours: _Hours, most: int) -> int:
    """How many attempts there are in so many hours."""
    made = 0
    for _ in range(most):
        made += await postman.round()
        hours.now += timedelta(hours=1)
    return made


async def test_what_is_refused_for_now_is_tried_again_and_is_the_same_mail() -> None:
    answers = iter(["451 greylisted", "450 busy", None])
    seen: list[bytes] = []

    def answer(_: str, data: bytes) -> str | None:
        seen.append(next(line for line in data.splitlines() if line.startswith(b"Message-ID")))
        return next(answers)

    post, hours = MemoryPost(), _Hours()
    await post.put(LETTER, hours.now)
    async with receiving(answer) as receiver:
        postman = _postman(post, receiver.url, hours)
        await postman.round()
        (waits,) = await post.of(CONTACT)
        assert (waits.state, waits.why) == ("waiting", "451 greylisted")
        assert await postman.round() == 0, "not before its time"
        assert await _rounds(postman, hours, 5) == 2
    assert len(set(seen)) == 1
    assert [one.state for one in await post.of(CONTACT)] == ["sent"]


async def test_what_is_refused_for_good_has_failed_with_the_reason() -> None:
    post, hours = MemoryPost(), _Hours()
    await post.put(LETTER, hours.now)
    async with receiving(lambda *_: "554 we do not like it") as receiver:
        assert await _rounds(_postman(post, receiver.url, hours), hours, 5) == 1
    (failed,) = await post.of(CONTACT)
    assert (failed.state, failed.why) == ("failed", "554 we do not like it")


async def test_a_server_that_is_away_is_waited_for_and_in_the_end_given_up() -> None:
    post, hours = MemoryPost(), _Hours()
    await post.put(LETTER, hours.now)
    assert await _rounds(_postman(post, f"smtp://127.0.0.1:{a_port()}", hours), hours, 6) == 3
    (failed,) = await post.of(CONTACT)
    assert failed.state == "failed"
    assert failed.why.startswith("given up after 3 attempts; ")


async def test_a_login_that_is_refused_fails_no_mail() -> None:
    post, hours = MemoryPost(), _Hours()
    await post.put(LETTER, hours.now)
    async with receiving() as receiver:
        with_password = receiver.url.replace("smtp://", "smtp://us:wrong@")
        await _postman(post, with_password, hours).round()
        assert [one.state for one in await post.of(CONTACT)] == ["waiting"]
        await _rounds(_postman(post, receiver.url, hours), hours, 2)
    assert [one.state for one in await post.of(CONTACT)] == ["sent"]


async def test_a_letter_to_nowhere_or_of_a_business_without_address_fails_and_says_so() -> None:
    post, hours = MemoryPost(), _Hours()
    for name, change in (("a", {"to": ""}), ("b", {"business": "gone"})):
        known = {part: getattr(LETTER, part) for part in Letter.__slots__}
        await post.put(Letter(**known | {"name": name} | change), hours.now)
    async with receiving() as receiver:
        await _postman(post, receiver.url, hours).round()
        assert receiver.asked == 0
    assert [one.state for one in await post.of(CONTACT)] == ["failed", "failed"]
    assert all(one.why for one in await post.of(CONTACT))


async def test_a_postman_that_died_after_the_server_took_it_leaves_a_double_that_can_be_told() -> None:
    post, hours = MemoryPost(), _Hours()
    await post.put(LETTER, hours.now)
    async with receiving() as receiver:
        (claimed,) = await post.claim(hours.now, 30, 10)  # by one that dies before it can note what came of it
        await _relay(receiver).hand_over(_written())
        hours.now += timedelta(seconds=31)
        assert await _postman(post, receiver.url, hours).round() == 1
        await post.settle(claimed, "failed", hours.now, "too late")
        assert {one["Message-ID"] for one in receiver.taken} == {receiver.taken[0]["Message-ID"]}
        assert receiver.asked == 2
    assert [one.state for one in await post.of(CONTACT)] == ["sent"]


@pytest.mark.parametrize(
    ("url", "tls", "starts", "port"),
    [
        ("smtp://mail.example", False, None, 25),
        ("smtp://us:a%40b@mail.example:587", False, True, 587),
        ("smtp://us:pw@localhost:587", False, None, 587),
        ("smtps://us:pw@mail.example", True, False, 465),
    ],
)
def test_a_password_goes_over_no_open_line(url: str, tls: bool, starts: bool | None, port: int) -> None:
    relay = Relay.at(url, 5)
    assert (relay.tls, relay.starts_tls, relay.port) == (tls, starts, port)


async def test_a_server_that_must_speak_tls_and_does_not_is_given_no_password() -> None:
    async with receiving() as receiver:
        relay = Relay("127.0.0.2", receiver.port, tls=False, user="us", password="pw", seconds=2)
        with pytest.raises(NotTaken) as refused:
            await relay.hand_over(_written())
        assert not refused.value.for_good


async def test_a_server_that_says_nothing_holds_nobody_up() -> None:
    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    silent = await asyncio.start_server(listen, "127.0.0.1", 0)
    async with silent:
        relay = Relay.at(f"smtp://127.0.0.1:{silent.sockets[0].getsockname()[1]}", 0.2)
        async with asyncio.timeout(20):
            with pytest.raises(NotTaken):
                await relay.hand_over(_written())


def _relay(receiver: Receiver) -> Relay:
    return Relay.at(receiver.url, 5)


def _written() -> Written:
    profile = load(PROJECT / "businesses" / "retail", "business.yaml", Profile)
    return written(LETTER, profile, profile.mail or Mail(address="a@b"), b"s" * 32, utc_now())
