"""A customer is erased from wherever anything of theirs lies, in whatever state their contacts are."""

from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callcenter.events import InteractionRequested, utc_now
from callcenter.messaging.memory import MemoryTransport
from callcenter.messaging.serve import Runtime
from callcenter.messaging.transport import Message
from callcenter.rights import Erasure, InWork, erase, tell
from callcenter.settings import RuntimeSettings
from callcenter.storage.audit import Act
from callcenter.storage.book import TicketFilters
from callcenter.storage.memory import MemoryStore
from services import ticketing
from tests.erased import (
    CUSTOMER,
    ENDED,
    FOREIGN,
    HOME,
    HOOK,
    IN_WORK,
    MAIL,
    NUMBER,
    OTHER,
    THEIRS,
    Planted,
    customer,
    end_of,
    kept_in_memory,
    marks_in,
)
from tests.waiting import listed, until


def house() -> Runtime:
    return Runtime(RuntimeSettings(), MemoryStore(), MemoryTransport())


def asked(number: int = 1) -> Act:
    return Act(f"act-{number}", utc_now(), "root", "privacy.erase", "customer 1f")


def kept(done: Erasure, place: str) -> list[str]:
    return next((one.ids for one in done.kept if one.place == place), [])


def erased(done: Erasure, place: str) -> list[str]:
    return next((one.ids for one in done.erased if one.place == place), [])


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from((*ENDED, *FOREIGN)), min_size=1, max_size=5))
async def test_nothing_of_a_customer_is_left_whatever_they_had(states: list[str]) -> None:
    runtime = house()
    planted = Planted(runtime)
    put = [await planted.put(state) for state in ("completed", *states)]
    await planted.agree()
    assert marks_in(kept_in_memory(runtime))
    done = await erase(runtime, await customer(), asked())
    assert marks_in(kept_in_memory(runtime)) == []
    foreign = [one.interaction_id for one in put if one.request.text == THEIRS]
    assert sorted([*erased(done, "contacts"), *foreign]) == sorted(one.interaction_id for one in put)
    for interaction_id in foreign:
        stored = await runtime.store.newest(interaction_id)
        assert stored
        assert THEIRS in stored.body.decode()


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(IN_WORK), st.lists(st.sampled_from(ENDED), max_size=3))
async def test_while_something_is_worked_on_nothing_is_erased_and_it_is_named(state: str, others: list[str]) -> None:
    runtime = house()
    planted = Planted(runtime)
    for ended in others:
        await planted.put(ended)
    await planted.put(state)
    before = sorted(kept_in_memory(runtime))
    with pytest.raises(InWork, match=r"Nothing was erased.*(is waiting|RET-\d+ is open)"):
        await erase(runtime, await customer(), asked())
    assert sorted(kept_in_memory(runtime)) == before


@pytest.mark.parametrize("by", [CUSTOMER, "c-1001", MAIL.upper(), NUMBER, "(555) 010-1001"])
async def test_a_customer_is_meant_by_id_mail_or_phone(by: str) -> None:
    whose = await customer(by)
    assert (whose.customer_id, whose.business) == (CUSTOMER, "retail")
    assert {"email", "phone", "order_id"} <= {fact for fact, _ in whose.keys}


async def test_what_stays_is_masked_and_listed_with_its_reason() -> None:
    runtime = house()
    planted = Planted(runtime)
    first = await planted.put("completed")
    await planted.agree()
    ticket_id = f"RET-{first.contact.number}"
    before = await planted.office.ticket(ticket_id)
    done = await erase(runtime, await customer(), asked())
    assert kept(done, "tickets") == [ticket_id]
    assert all(len(one.reason) > 40 for one in done.kept)
    after = await planted.office.ticket(ticket_id)
    assert (after.status, after.rev, after.queue, after.opened_at) == (
        before.status,
        before.rev,
        before.queue,
        before.opened_at,
    )
    assert (after.title, after.customer_id, [one.text for one in after.comments]) == ("[erased]", None, ["[erased]"])
    assert [one.by for one in await planted.office.events(ticket_id)] == ["system", "system", "Riley", "Riley"]
    card = (await runtime.book.page(TicketFilters(), None, 10)).cards[0]
    assert (card.title, card.customer_id, card.status) == ("[erased]", "", "resolved")
    assert await runtime.book.deliveries(None, 100) == []
    assert any(HOOK in told for told in done.elsewhere)


async def test_what_may_be_agreed_once_is_remembered_and_no_address_with_it() -> None:
    runtime = house()
    await Planted(runtime).agree()
    await erase(runtime, await customer(), asked())
    held = await runtime.agreements.of(f"retail:{CUSTOMER}")
    assert [orjson.loads(one.body)["action"] for one in held] == ["refund"]
    changed = await runtime.agreements.of(f"changes retail:{CUSTOMER}")
    assert [one["place"] for one in orjson.loads(changed[0].body)["changes"]] == ["refunded"]


async def test_it_is_in_the_audit_log_before_it_is_done_and_says_not_who() -> None:
    runtime = house()
    await Planted(runtime).put("completed")
    whose = await customer()
    about = whose.under(await runtime.store.secret())
    await erase(runtime, whose, replace(asked(), about=about))
    entries = await listed(runtime.audit.entries())
    assert [(one.act.what, one.act.about) for one in entries] == [("privacy.erase", about)]
    assert CUSTOMER not in about


async def test_erased_again_it_is_as_it_was() -> None:
    runtime = house()
    planted = Planted(runtime)
    for state in ENDED:
        await planted.put(state)
    await erase(runtime, await customer(), asked())
    before = sorted(kept_in_memory(runtime))
    again = await erase(runtime, await customer(), asked())
    assert again.erased == []
    assert sorted(kept_in_memory(runtime)) == before


class Killed(Exception):
    """The process is gone."""


class Mortal:
    """A store that dies after so many writes of all stores together."""

    def __init__(self, store: Any, left: list[int]) -> None:
        self._store, self._left = store, left

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if name not in ("erase", "settle", "forget", "append", "remove"):
            return found

        async def counted(*arguments: Any, **named: Any) -> Any:
            if self._left[0] == 0:
                raise Killed
            self._left[0] -= 1
            return await found(*arguments, **named)

        return counted


def mortal(runtime: Runtime, writes: int) -> Runtime:
    left = [writes]
    ports = {name: Mortal(getattr(runtime, name), left) for name in ("store", "book", "agreements", "switchboard")}
    return replace(runtime, **ports, audit=Mortal(runtime.audit, left))  # type: ignore[arg-type]


async def test_killed_after_any_write_and_run_again_it_is_done() -> None:
    for writes in range(1000):
        runtime = house()
        planted = Planted(runtime)
        for state in ("completed", "follower", "follower", "dead", "named", "spoken"):
            await planted.put(state)
        await planted.agree()
        whose = await customer()
        try:
            await erase(mortal(runtime, writes), whose, asked())
        except Killed:
            await erase(runtime, whose, asked(2))
            assert marks_in(kept_in_memory(runtime)) == [], f"after {writes} writes"
        else:
            assert writes > 10
            return


async def test_what_is_told_late_of_an_erased_contact_is_dropped() -> None:
    runtime = house()
    planted = Planted(runtime)
    first = await planted.put("not wrapped up")
    async with runtime:
        await erase(runtime, await customer(), asked())
        await runtime.add(ticketing.build(book=runtime.book))
        await runtime.transport.publish(Message.of(end_of(first)))

        async def taken() -> bool:
            return (await runtime.transport.depths(["ticketing"]))["ticketing"] == (0, 0)

        await until(taken)
    assert marks_in(kept_in_memory(runtime)) == []
    assert not await runtime.store.restore(end_of(first))


async def test_everything_is_told_with_where_it_was_found() -> None:
    runtime = house()
    planted = Planted(runtime)
    put: list[InteractionRequested] = [await planted.put(state) for state in ("completed", "dead", *FOREIGN)]
    await planted.agree()
    told = await tell(runtime, await customer(), asked())
    found = {one.place: one.count for one in told.places}
    assert found == {
        "the account source": 1,
        "contacts": 2,
        "tickets": 1,
        "agreements": 2,
        "changes of the sample account": 1,
        "dead letters": 1,
    }
    assert [one["record"]["interaction_id"] for one in told.contacts] == sorted(one.interaction_id for one in put[:2])
    contact, ticket = told.contacts[0], told.tickets[0]
    assert contact["record"]["dialogue"]["heard"] == 1
    assert contact["steps"][-1]["type"] == "InteractionCompleted"
    assert contact["idempotency_key"] == f"key-{put[0].interaction_id}"
    assert (ticket["ticket"]["comments"][0]["by"], len(ticket["deliveries"]) > 0) == ("Riley", True)
    assert HOME in str(told.agreements)
    assert THEIRS not in told.model_dump_json()


async def test_somebody_whom_no_account_knows_is_erased_by_their_mail() -> None:
    runtime = house()
    planted = Planted(runtime)
    stranger = "lee.park@example.org"
    first = await planted.put("spoken")
    unknown = await customer(stranger)
    assert (unknown.customer_id, unknown.account) == (None, {})
    assert (await erase(runtime, unknown, asked())).erased == []
    assert await runtime.store.newest(first.interaction_id)


async def test_what_another_customer_said_stays_with_dots_for_what_leads_to_them() -> None:
    runtime = house()
    planted = Planted(runtime)
    friend = await planted.put("friend")
    told = await tell(runtime, await customer(), asked())
    assert (told.mentioned_in, told.contacts) == ([friend.interaction_id], [])
    done = await erase(runtime, await customer(), asked(2))
    assert kept(done, "contacts of other customers") == [friend.interaction_id]
    stored = await runtime.store.newest(friend.interaction_id)
    assert stored
    said = stored.event().request.text  # type: ignore[attr-defined]
    assert len(said) == len(friend.request.text)
    assert said.startswith("Dear all, please write to my friend, •••")
    assert said.endswith("•, about their parcel.")
    assert not any(mark in stored.body.decode() for mark in (MAIL, "010 1001"))
    assert stored.event().contact.customer_id == OTHER  # type: ignore[attr-defined]
