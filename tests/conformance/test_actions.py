"""One promise for whatever carries out what was agreed: sample accounts, the account database, the company's system."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from sqlalchemy import NullPool, create_engine, func, select

from callcenter.business import load
from callcenter.errors import Unavailable
from callcenter.events import Action, ActionOrder, Change
from callcenter.http.signing import key_of
from callcenter.settings import PROJECT
from callcenter.storage.agreements import Agreements, MemoryAgreements, RedisAgreements
from services.policy.accounts import Accounts, AccountsSheet
from services.policy.accounts import postgres as database_accounts
from services.policy.accounts.loading import load_customers
from services.policy.accounts.migrations import migrate
from services.policy.accounts.patience import Patience
from services.policy.accounts.shape import Shape
from services.policy.accounts.yaml import YamlAccounts
from services.policy.actions import Actions, Done, NotDone
from services.policy.actions.http import HttpActions, client
from services.policy.actions.postgres import DONE, PostgresActions, engine
from services.policy.actions.samples import SampleActions
from services.policy.facts import as_of, value_at
from tests.brokers import PostgreSQL, Process, Server, free_ports
from tests.receiver import SECRET
from tests.unit.policy.conftest import RETAIL


def now() -> datetime:
    """When an order is carried out: its signature is of that moment, and good for some minutes."""
    return datetime.now(UTC)


TODAY = date(2026, 3, 2)
CUSTOMERS = load(RETAIL, "accounts.yaml", AccountsSheet).customers
SHAPE = Shape(CUSTOMERS)
KINDS = ["memory", "redis", "postgresql", "http"]
SHOWING = ["memory", "redis", "postgresql"]
"""Those that change an account of ours."""


def order(key: str = "k1", status: str = "cancelled", was: str = "processing", **changes: Any) -> ActionOrder:
    """To cancel an order, and to write down the day and the money."""
    at = {"among": "orders", "key": "order_id", "entry": "48399"}
    values: dict[str, Any] = {
        "key": key,
        "decision": 0,
        "business": "retail",
        "interaction_id": f"of {key}",
        "customer_id": "C-1007",
        "action": Action(name="cancel_order", amount=Decimal("118.00"), currency="USD"),
        "about": {"order_id": "48399"},
        "changes": (
            Change(**at, place="status", was=was, to=status),
            Change(**at, place="refunded_at", to="2026-03-02"),
        ),
        "done": "It is cancelled.",
        "failed": "A person does it.",
    }
    return ActionOrder(**(values | changes))


class Fulfilment(Server):
    """The system of tests/fulfilment.py in a process of its own."""

    name = "fulfilment"

    def __init__(self, folder: Path, port: int) -> None:
        self.file = folder / "orders"
        self.file.touch()
        command = [sys.executable, "-m", "tests.fulfilment", str(port), str(self.file), SECRET]
        super().__init__(Process(command, folder, {"PYTHONPATH": str(PROJECT)}), port)
        self.url = f"http://127.0.0.1:{port}/orders"

    def ready(self) -> bool:
        """It answers that it takes no questions."""
        try:
            urlopen(self.url, timeout=1).close()
        except HTTPError as answer:
            with answer:
                return answer.code == 405
        except (URLError, OSError):
            return False
        return False

    def keys(self) -> list[str]:
        """Of what it has carried out."""
        return [json.loads(line)["key"] for line in self.file.read_text().splitlines()]

    def orders(self) -> int:
        """How many it has carried out."""
        return len(self.keys())


@pytest.fixture
def fulfilment(tmp_path: Path) -> Iterator[Fulfilment]:
    server = Fulfilment(tmp_path, free_ports(1)[0])
    try:
        server.start()
        yield server
    finally:
        server.kill()


@dataclass
class Bench:
    """An adapter with two hands, as of two workers; how often it has done something; and where accounts come from."""

    actions: Actions
    other: Actions
    count: Callable[[], Awaitable[int]]
    accounts: Accounts

    async def close(self) -> None:
        for part in (self.actions, self.other, self.accounts):
            await part.close()

    async def place(self, path: str, **only: str) -> Any:
        """What stands at a place of the order 48399 in the account, with a day as a day."""
        account = await self.accounts.find("customer_id", "C-1007")
        assert account
        facts = as_of(TODAY, (await self.actions.shown(account, **only)).facts)
        return value_at(next(one for one in facts["orders"] if one["order_id"] == "48399"), path)


def samples(store: Agreements) -> Bench:
    async def count() -> int:
        return len(await store.of("changes retail:C-1007"))

    hands = [SampleActions("retail", SHAPE, store) for _ in range(2)]
    return Bench(*hands, count, YamlAccounts(CUSTOMERS))


def in_database(url: str) -> Bench:
    migrate(url)
    database = create_engine(database_accounts.address(url), poolclass=NullPool)
    with database.begin() as connection:
        connection.execute(DONE.delete())
    load_customers(url, "retail", CUSTOMERS, TODAY)

    async def count() -> int:
        with database.connect() as connection:
            return connection.scalar(select(func.count()).select_from(DONE)) or 0

    hands = [PostgresActions(engine(url), Patience("The account database", 3)) for _ in range(2)]
    lookups, patience = database_accounts.engine(url), Patience("The account database", 3)
    return Bench(*hands, count, database_accounts.PostgresAccounts(lookups, "retail", SHAPE, patience))


def at_the_company(server: Fulfilment, manner: str = "orders", secret: str = SECRET) -> Bench:
    async def count() -> int:
        return server.orders()

    url = server.url.replace("orders", manner)
    hands = [HttpActions(client(), url, key_of(secret), Patience("The system", 3)) for _ in range(2)]
    return Bench(*hands, count, YamlAccounts(CUSTOMERS))


@pytest.fixture(params=KINDS)
async def bench(request: pytest.FixtureRequest, namespace: str) -> AsyncIterator[Bench]:
    store: Agreements = MemoryAgreements()
    if request.param == "redis":
        store = RedisAgreements(request.getfixturevalue("redis_url"), namespace)
    if request.param in ("memory", "redis"):
        made = samples(store)
    elif request.param == "postgresql":
        made = in_database(request.getfixturevalue("database").url)
    else:
        made = at_the_company(request.getfixturevalue("fulfilment"))
    yield made
    await made.close()
    await store.close()


Company = Callable[..., Actions]


@pytest.fixture
async def company(fulfilment: Fulfilment) -> AsyncIterator[Company]:
    """Makes an adapter to the company's system."""
    made: list[Bench] = []

    def adapter(manner: str = "orders", **secret: str) -> Actions:
        made.append(at_the_company(fulfilment, manner, **secret))
        return made[-1].actions

    yield adapter
    for bench in made:
        await bench.close()


@pytest.fixture
async def table(database: PostgreSQL) -> AsyncIterator[Bench]:
    """The account database."""
    made = in_database(database.url)
    yield made
    await made.close()


showing = pytest.mark.parametrize("bench", SHOWING, indirect=True)


# --- once -------------------------------------------------------------------------------------------------------------


async def test_what_is_ordered_is_done(bench: Bench) -> None:
    assert bench.actions.takes(order())
    assert isinstance(await bench.actions.carry_out(order(), now()), Done)
    assert await bench.count() == 1


async def test_however_often_it_is_ordered_under_one_key_it_is_done_once_and_told_alike(bench: Bench) -> None:
    at = now()
    first = await bench.actions.carry_out(order(), at)
    again = await bench.other.carry_out(order(), at)
    assert again == first
    assert await bench.count() == 1


async def test_of_many_at_once_under_one_key_it_is_done_once(bench: Bench) -> None:
    hands = [bench.actions, bench.other] * 10
    at = now()
    answers = await asyncio.gather(*(one.carry_out(order(), at) for one in hands))
    assert all(isinstance(one, Done) for one in answers)
    assert await bench.count() == 1


async def test_another_key_is_another_order(bench: Bench) -> None:
    await bench.actions.carry_out(order("k1"), now())
    second = order("k2", changes=(Change(place="tier", was="standard", to="gold"),))
    assert isinstance(await bench.actions.carry_out(second, now()), Done)
    assert await bench.count() == 2


# --- accounts that show it --------------------------------------------------------------------------------------------


@showing
async def test_the_account_shows_what_was_done_to_every_worker_and_nothing_else_of_it_changes(bench: Bench) -> None:
    before = await bench.accounts.find("customer_id", "C-1007")
    await bench.actions.carry_out(order(), now())
    assert (await bench.place("status"), await bench.place("refunded_at")) == ("cancelled", TODAY)
    assert await bench.place("total") == Decimal("118.00")
    found = await bench.accounts.find("customer_id", "C-1007")
    assert before
    assert found
    shown = as_of(TODAY, (await bench.other.shown(found)).facts)
    known = as_of(TODAY, before.facts)
    assert {name: fact for name, fact in shown.items() if name != "orders"} == {
        name: fact for name, fact in known.items() if name != "orders"
    }
    assert [one for one in shown["orders"] if one["order_id"] != "48399"] == [
        one for one in known["orders"] if one["order_id"] != "48399"
    ]


@showing
async def test_what_was_meant_for_another_state_of_the_account_is_not_done(bench: Bench) -> None:
    await bench.actions.carry_out(order("k1"), now())
    answer = await bench.other.carry_out(order("k2", status="returned"), now())
    assert isinstance(answer, NotDone)
    assert "has changed since it was decided" in answer.reason
    assert await bench.place("status") == "cancelled"
    assert await bench.count() == 1


@showing
async def test_of_two_at_once_that_exclude_each_other_one_is_done(bench: Bench) -> None:
    orders = [order(f"k{n}", status=f"cancelled by {n}") for n in range(6)]
    answers = await asyncio.gather(*(bench.actions.carry_out(one, now()) for one in orders))
    assert sum(isinstance(one, Done) for one in answers) == 1
    done = next(n for n, one in enumerate(answers) if isinstance(one, Done))
    assert await bench.place("status") == f"cancelled by {done}"


@showing
async def test_changes_build_on_each_other_in_their_order(bench: Bench) -> None:
    for n in range(12):
        at = {"among": "orders", "key": "order_id", "entry": "48399", "place": "status"}
        step = Change(**at, was="processing" if n == 0 else f"step {n - 1}", to=f"step {n}")
        assert isinstance(await bench.actions.carry_out(order(f"k{n}", changes=(step,)), now()), Done)
    assert await bench.place("status") == "step 11"


@showing
async def test_what_shows_in_no_account_is_not_theirs_to_do(bench: Bench) -> None:
    assert not bench.actions.takes(order(changes=()))


# --- the sample accounts ----------------------------------------------------------------------------------------------


async def test_in_a_demo_each_contact_sees_its_own(agreements: Agreements) -> None:
    hands = SampleActions("retail", SHAPE, agreements, demo=True)
    bench = Bench(hands, hands, asyncio.Event().wait, YamlAccounts(CUSTOMERS))  # type: ignore[arg-type]
    await hands.carry_out(order("k1"), now())
    assert isinstance(await hands.carry_out(order("k2", status="returned"), now()), Done)
    assert await bench.place("status", only="of k1") == "cancelled"
    assert await bench.place("status", only="of k2") == "returned"
    assert await bench.place("status", only="of k3") == "processing"


async def test_in_a_demo_what_is_a_day_old_leaves(agreements: Agreements) -> None:
    hands = SampleActions("retail", SHAPE, agreements, demo=True)
    for n in range(5):
        await hands.carry_out(order(f"k{n}"), now() + timedelta(days=2 * n))
    assert len(await agreements.of("changes retail:C-1007")) == 1


async def test_of_an_entry_that_was_taken_out_of_the_file_nothing_is_shown(agreements: Agreements) -> None:
    hands = SampleActions("retail", SHAPE, agreements)
    await hands.carry_out(order(), now())
    account = next(one for one in CUSTOMERS if one.customer_id == "C-1007")
    bare = account.model_copy(update={"__pydantic_extra__": {}})
    other = type(account).model_validate({"customer_id": bare.customer_id, "orders": []})
    assert (await hands.shown(other)).facts == {"customer_id": "C-1007", "orders": []}


# --- the database -----------------------------------------------------------------------------------------------------


async def test_by_what_was_written_the_customer_is_found(table: Bench) -> None:
    move = Change(place="nickname", to="Zorro of the warehouse")
    assert isinstance(await table.actions.carry_out(order(changes=(move,)), now()), Done)
    found = await table.accounts.find("nickname", "zorro of the warehouse")
    assert found
    assert found.customer_id == "C-1007"


async def test_of_a_customer_who_is_not_there_nothing_is_written(table: Bench) -> None:
    answer = await table.actions.carry_out(order(customer_id="C-0000"), now())
    assert answer == NotDone("the account is not there any more")
    assert await table.count() == 0


async def test_a_database_that_is_away_refuses_nothing_and_does_it_once_later(
    database: PostgreSQL, table: Bench
) -> None:
    await asyncio.to_thread(database.kill)
    with pytest.raises(Unavailable):
        await table.actions.carry_out(order(), now())
    await asyncio.to_thread(database.start)
    assert isinstance(await table.other.carry_out(order(), now()), Done)
    assert await table.count() == 1


# --- the company's system ---------------------------------------------------------------------------------------------


async def test_what_the_other_system_says_is_kept(company: Company, fulfilment: Fulfilment) -> None:
    now = datetime.now(UTC)
    assert await company().carry_out(order(), now) == Done(now, "F-1")
    refused = await company("refuse").carry_out(order("k2"), datetime.now(UTC))
    assert refused == NotDone("the warehouse has it packed")


async def test_what_was_done_and_not_said_is_not_done_again(company: Company, fulfilment: Fulfilment) -> None:
    with pytest.raises(Unavailable, match="answers 500"):
        await company("broken").carry_out(order(), datetime.now(UTC))
    assert fulfilment.orders() == 1
    answer = await company().carry_out(order(), datetime.now(UTC))
    assert isinstance(answer, Done)
    assert (answer.reference, fulfilment.orders()) == ("F-1", 1)


@pytest.mark.parametrize("status", [302, 408, 409, 425, 429, 500, 503])
async def test_what_is_no_answer_is_asked_again(company: Company, fulfilment: Fulfilment, status: int) -> None:
    with pytest.raises(Unavailable, match=f"answers {status}"):
        await company(str(status)).carry_out(order(), datetime.now(UTC))


@pytest.mark.parametrize("status", [400, 403, 404, 410, 422])
async def test_a_refusal_is_asked_once(company: Company, fulfilment: Fulfilment, status: int) -> None:
    answer = await company(str(status)).carry_out(order(), datetime.now(UTC))
    assert answer == NotDone(f"The system answers {status}")
    assert len(fulfilment.file.with_suffix(".calls").read_text().splitlines()) == 1


async def test_a_system_with_another_secret_refuses(company: Company, fulfilment: Fulfilment) -> None:
    other = "whsec_" + "b3RoZXIgb3RoZXIgb3RoZXIgb3RoZXIgb3RoZXI="
    actions = company(secret=other)
    assert await actions.carry_out(order(), datetime.now(UTC)) == NotDone("The system answers 401")
    assert fulfilment.orders() == 0


async def test_a_system_that_is_away_has_refused_nothing(company: Company, fulfilment: Fulfilment) -> None:
    actions = company()
    await asyncio.to_thread(fulfilment.kill)
    with pytest.raises(Unavailable, match="cannot be reached"):
        await actions.carry_out(order(), datetime.now(UTC))
