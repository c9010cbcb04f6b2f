"""The door says 250 to what we answer for, and to nothing else."""

import asyncio
import smtplib

import pytest
from hypothesis import HealthCheck, given, settings

from callcenter.business import Profile, load
from callcenter.errors import BusinessError, SettingsError, Unavailable
from callcenter.messaging.memory import MemoryTransport
from callcenter.messaging.serve import Runtime
from callcenter.settings import PROJECT, RuntimeSettings
from callcenter.storage.memory import MemoryStore
from services.intake.mail.addresses import Addresses
from services.intake.mail.arriving import Arrivals
from services.intake.mail.door import MOST_OPEN, Door
from services.intake.settings import IntakeSettings
from tests.mail import DANA, HELP, Reached, a_mail, from_whom, reached
from tests.unit.intake.mail.test_reading import wild
from tests.waiting import until


async def test_mail_for_nobody_is_refused(shop: Reached) -> None:
    assert (await shop.deliver(a_mail("Hi"), to="nobody@harborandpine.example")).startswith("550")
    assert (await shop.deliver(a_mail("Hi"), to="help@elsewhere.example")).startswith("550"), "this is no relay"


async def test_mail_for_another_business_is_that_business_s(shop: Reached) -> None:
    assert (await shop.deliver(a_mail("I lost my card."), to="Help+cards@Larkfield.example")).startswith("250")
    assert (await shop.interactions())[0]["business"] == "banking"


async def test_what_is_too_large_or_too_long_is_refused_and_opens_nothing() -> None:
    async with reached(mail_max_bytes=100_000) as shop:
        assert (await shop.deliver(a_mail("words " * 20_000))).startswith("552")
        assert (await shop.deliver(a_mail("words " * 6_000))).startswith("552")
        assert await shop.interactions() == []
        assert (await shop.deliver(a_mail("words " * 3_000))).startswith("250")


class _Away(MemoryStore):
    """A store that is away until it is back."""

    away = True

    async def create(self, *given: object) -> object:  # type: ignore[override]
        if self.away:
            raise Unavailable("the store is away")
        return await super().create(*given)  # type: ignore[arg-type]


async def test_while_the_store_is_away_it_is_put_off_and_nothing_is_lost_or_doubled() -> None:
    store = _Away()
    async with reached(runtime=Runtime(RuntimeSettings(), store, MemoryTransport())) as shop:
        mail = a_mail("Where is order 48213?", From=from_whom("nora"))
        assert (await shop.deliver(mail)).startswith("451")
        store.away = False
        for _ in range(2):
            assert (await shop.deliver(mail)).startswith("250")
        assert len(await shop.interactions()) == 1
        await shop.answer_to(mail)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=wild)
async def test_hostile_mails_are_taken_or_refused_with_a_reason(shop: Reached, data: bytes) -> None:
    arrivals = _arrivals(shop)
    answer = await arrivals.take(DANA, HELP, data)
    assert answer[:3] in ("250", "552"), answer


def _arrivals(shop: Reached) -> Arrivals:
    front = shop.house.app.state.front
    return Arrivals(
        front.reception, front.conversations, Addresses.load(PROJECT / "businesses"), shop.house.runtime.post
    )


async def test_by_lmtp_each_recipient_has_an_answer(shop: Reached) -> None:
    def talk() -> list[bytes]:
        with smtplib.LMTP("127.0.0.1", shop.port, timeout=30) as client:
            client.ehlo_or_helo_if_needed()
            client.mail(DANA)
            for address in (HELP, "help@fernline.example"):
                assert client.rcpt(address)[0] == 250
            client.docmd("DATA")
            client.send(
                a_mail("My internet is slow, and my lamp broke.").as_bytes().replace(b"\n", b"\r\n") + b"\r\n.\r\n"
            )
            return [client.getreply()[1], client.getreply()[1]]

    before = len(await shop.interactions())
    assert await asyncio.to_thread(talk) == [b"2.6.0 accepted", b"2.6.0 accepted"]
    assert len(await shop.interactions()) == before + 2


async def test_more_connections_than_there_is_room_for_are_refused_and_those_that_are_open_stay(shop: Reached) -> None:
    lines = [await asyncio.open_connection("127.0.0.1", shop.port) for _ in range(MOST_OPEN + 1)]
    try:
        greetings = [(await reader.readline())[:3] for reader, _ in lines]
        assert greetings == [b"220"] * MOST_OPEN + [b"421"]
    finally:
        for _, writer in lines:
            writer.close()
            await writer.wait_closed()
    await until(lambda: _greeted(shop), 20)


async def _greeted(shop: Reached) -> bool:
    reader, writer = await asyncio.open_connection("127.0.0.1", shop.port)
    greeting = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return greeting.startswith(b"220")


def test_a_port_that_is_taken_is_told_in_words(shop: Reached) -> None:
    with pytest.raises(SettingsError, match="Choose another MAIL_LISTEN"):
        Door(f"127.0.0.1:{shop.port}", _arrivals(shop), 1000)


def test_who_takes_mails_has_to_be_able_to_answer() -> None:
    with pytest.raises(SettingsError, match="MAIL_SERVER: mails are taken"):
        IntakeSettings.read(mail_listen="127.0.0.1:2525")


def test_a_password_of_the_mail_server_is_told_nowhere() -> None:
    with pytest.raises(SettingsError) as told:
        IntakeSettings.read(mail_server="smtp://us:geheim@:0/")
    assert "geheim" not in str(told.value)
    assert "geheim" not in repr(IntakeSettings(mail_server="smtp://us:geheim@mail.example"))


def test_an_address_is_that_of_one_business() -> None:
    profile = load(PROJECT / "businesses" / "retail", "business.yaml", Profile)
    with pytest.raises(BusinessError, match="for one of them"):
        Addresses({"retail": profile, "other": profile})
