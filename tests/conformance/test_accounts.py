"""One promise for every source of accounts: the file of the business, PostgreSQL, and a CRM over HTTP."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from callcenter import telemetry
from callcenter.business import load
from callcenter.errors import Unavailable
from callcenter.events import ConversationHeld, PolicyDecided
from callcenter.messaging.serve import Runtime
from callcenter.messaging.transport import Delivery, Message
from callcenter.settings import PROJECT, RuntimeSettings
from services.policy import build
from services.policy.accounts import Account, Accounts, AccountsSheet
from services.policy.accounts.loading import load_customers
from services.policy.accounts.migrations import migrate
from services.policy.facts import as_of
from services.policy.settings import PolicySettings
from services.policy.worker import PolicyWorker
from tests.brokers import PostgreSQL, Process, Server, free_ports
from tests.dossier import requested
from tests.hands import by_people
from tests.unit.policy.conftest import DANA, MONDAY_NOON, RETAIL, TOM, held, proof_of
from tests.waiting import until

TODAY = date(2026, 3, 2)
CUSTOMERS = load(RETAIL, "accounts.yaml", AccountsSheet).customers
STRANGER = {"email": "nobody@example.com", "postcode": "10001", "date_of_birth": "1990-01-01"}
SOURCES = ["yaml", "postgresql", "http"]


class Crm(Server):
    """The CRM of tests/crm.py in a process of its own."""

    name = "CRM"

    def __init__(self, folder: Path, port: int) -> None:
        command = [sys.executable, "-m", "tests.crm", str(port), str(RETAIL.parent), TODAY.isoformat()]
        super().__init__(Process(command, folder, {"PYTHONPATH": str(PROJECT)}), port)
        self.url = f"http://127.0.0.1:{port}/"

    def ready(self) -> bool:
        """It answers whether it knows nobody."""
        try:
            urlopen(f"{self.url}retail/accounts?fact=email&value=nobody", timeout=1).close()
        except HTTPError as answer:
            with answer:
                return answer.code == 404
        except OSError:
            return False
        return False


@pytest.fixture(scope="session")
def _crm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crm]:
    server = Crm(tmp_path_factory.mktemp("crm"), free_ports(1)[0])
    try:
        server.start()
        yield server
    finally:
        server.kill()


@pytest.fixture(scope="session")
def _filled(_database: PostgreSQL) -> PostgreSQL:
    migrate(_database.url)
    for name in ("retail", "other"):
        load_customers(_database.url, name, CUSTOMERS if name == "retail" else CUSTOMERS[:1], TODAY)
    return _database


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """PostgreSQL or the CRM, with the customers of the shop; up again after the test."""
    found: Server = request.getfixturevalue({"postgresql": "_filled", "http": "_crm"}[request.param])
    yield found
    found.start()


async def _desk(url: str | None, seconds: float = 3) -> AsyncIterator[PolicyWorker]:
    made = build(PolicySettings(businesses_dir=RETAIL.parent, accounts_url=url, accounts_timeout=seconds))
    # The same is asked for again and again here, and decided each time.
    yield PolicyWorker(by_people(made.desks), demo=True)
    await made.release()


@pytest.fixture(scope="module", params=SOURCES)
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[PolicyWorker]:
    """The policy desk on each source."""
    fixture = {"postgresql": "_filled", "http": "_crm"}.get(request.param)
    async for made in _desk(request.getfixturevalue(fixture).url if fixture else None):
        yield made


@pytest.fixture
async def hasty(server: Server) -> AsyncIterator[PolicyWorker]:
    """The policy desk on a server that will have trouble."""
    async for made in _desk(server.url, 0.5):  # type: ignore[attr-defined]
        yield made


@pytest.fixture(scope="module")
async def reference() -> AsyncIterator[PolicyWorker]:
    """The policy desk on the file."""
    async for made in _desk(None):
        yield made


@pytest.fixture
def accounts(desk: PolicyWorker) -> Accounts:
    return desk.desks["retail"].accounts


def known(account: Account | None) -> object:
    return as_of(TODAY, account.facts) if account else None


# --- finding ----------------------------------------------------------------------------------------------------------


async def test_every_customer_is_found_by_every_value_of_their_own_with_every_fact_exact(accounts: Accounts) -> None:
    looked_up = 0
    for customer in CUSTOMERS:
        others = set().union(*(other.keys for other in CUSTOMERS if other is not customer))
        for fact in ("customer_id", "email", "phone", "order_id", "code", "name"):
            for key in {key for key in customer.keys - others if key[0] == fact}:
                assert known(await accounts.find(*key)) == as_of(TODAY, customer.facts), key
                looked_up += 1
    assert looked_up > 3 * len(CUSTOMERS)


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("customer_id", " c-1001 "),
        ("email", "Dana.Lopez@Example.COM"),
        ("phone", "(555) 010-1001"),
        ("phone", "1 555 010 1001"),
        ("order_id", "48213"),
        ("code", "gc-7q2m-81kd"),
        ("name", "dana  lopez"),
    ],
)
async def test_the_accidents_of_writing_do_not_matter(accounts: Accounts, fact: str, value: str) -> None:
    found = await accounts.find(fact, value)
    assert found
    assert found.customer_id == "C-1001"


@pytest.mark.parametrize("value", ["1988-04-12", "April 12, 1988", "04/12/1988", "12 April 1988"])
async def test_a_date_is_the_same_however_it_is_written(accounts: Accounts, value: str) -> None:
    found = await accounts.find("date_of_birth", value)
    assert found
    assert found.customer_id == "C-1001"


async def test_a_value_that_several_share_leads_to_none_of_them(accounts: Accounts) -> None:
    assert sum(customer.facts.get("tier") == "standard" for customer in CUSTOMERS) > 1
    assert await accounts.find("tier", "standard") is None


@pytest.mark.parametrize(
    "value",
    [
        *("", " ", "\0", "a\0b", "\ud800", "x" * 100_000, "дана", "C-1001\n", "none", "null", "%", "_"),
        *("nobody@example.com", "dana.lopez@example.com#", "a&fact=email", "../retail", "'; drop table accounts; --"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("fact", ["email", "middle_name"])
async def test_what_nobody_has_leads_to_nobody(accounts: Accounts, fact: str, value: str) -> None:
    assert await accounts.find(fact, value) is None


@pytest.mark.usefixtures("_filled")
async def test_the_accounts_of_another_business_are_not_ours(accounts: Accounts) -> None:
    """In the database a business "other" has the same customer; two would be none."""
    assert await accounts.find("email", DANA["email"])


async def test_many_at_once_do_not_mix(accounts: Accounts) -> None:
    ids = [customer.customer_id for customer in CUSTOMERS] * 10
    found = await asyncio.gather(*(accounts.find("customer_id", one) for one in ids))
    assert [account and account.customer_id for account in found] == ids


async def test_the_same_decisions_come_from_every_source(desk: PolicyWorker, reference: PolicyWorker) -> None:
    verdicts = set()
    for customer in CUSTOMERS:
        orders = customer.facts.get("orders") or [{"order_id": "00000"}]
        for order in orders:
            for reason in ("refund_request", "order_status", "order_cancel"):
                event = held(reason, order_id=str(order["order_id"]), **proof_of(customer.customer_id))
                decided = await desk.decide(event)
                assert decided.encoded() == (await reference.decide(event)).encoded()
                verdicts.add(decided.policy.verdict)
    assert verdicts >= {"allow", "deny", "needs_review"}


# --- a source in trouble ----------------------------------------------------------------------------------------------

troubled = pytest.mark.parametrize("server", ["postgresql", "http"], indirect=True)
faults = pytest.mark.parametrize("fault", ["kill", "freeze"])


@troubled
@faults
async def test_a_source_that_is_away_is_no_source_that_knows_nobody(
    server: Server, hasty: PolicyWorker, fault: str
) -> None:
    accounts = hasty.desks["retail"].accounts
    for value in (DANA["email"], STRANGER["email"]):
        await accounts.find("email", value)
    await asyncio.to_thread(getattr(server, fault))
    for value in (DANA["email"], STRANGER["email"], TOM["email"]) * 3:
        with pytest.raises(Unavailable):
            await accounts.find("email", value)
    await asyncio.to_thread(server.start)

    async def found() -> Account | None:
        try:
            return await accounts.find("email", DANA["email"])
        except Unavailable:
            return None

    assert (await until(found)).customer_id == "C-1001"
    assert await accounts.find("email", STRANGER["email"]) is None


@troubled
async def test_a_source_that_was_away_for_a_moment_between_two_lookups_is_not_noticed(
    server: Server, hasty: PolicyWorker
) -> None:
    accounts = hasty.desks["retail"].accounts
    await asyncio.gather(*(accounts.find("email", DANA["email"]) for _ in range(4)))
    await asyncio.to_thread(server.kill)
    await asyncio.to_thread(server.start)
    assert await accounts.find("email", DANA["email"])


def moments(name: str) -> float:
    labels = {"moment": name, "service": "policy"}
    return telemetry.REGISTRY.get_sample_value("callcenter_moments_total", labels) or 0


class Decided:
    """Sees every decision that is published."""

    def __init__(self) -> None:
        self.events: dict[str, PolicyDecided] = {}

    async def __call__(self, delivery: Delivery) -> None:
        event = PolicyDecided.model_validate_json(delivery.message.body)
        assert self.events.setdefault(event.interaction_id, event) == event
        delivery.ack()


async def asked(runtime: Runtime, talk: ConversationHeld) -> ConversationHeld:
    """A contact that has come as far as the policy desk."""
    first = requested(at=MONDAY_NOON)
    parts = ("transcript", "outcome", "contact_reason", "entities", "sentiment", "understanding")
    event = first.then(ConversationHeld, **{part: getattr(talk, part) for part in parts}).sealed(MONDAY_NOON)
    await runtime.store.create(first)
    await runtime.store.advance(event)
    await runtime.transport.publish(Message.of(event))
    return event


@troubled
@faults
async def test_contacts_wait_for_their_source_and_none_is_lost_or_decided_wrongly(
    server: Server, hasty: PolicyWorker, reference: PolicyWorker, fault: str
) -> None:
    talks = [
        held("refund_request", order_id="48213", **DANA),
        held("refund_request", order_id="47105", **proof_of("C-1002")),
        held("refund_request", order_id="48213", **STRANGER),
        held("store_hours"),
    ]
    decided, retried, dead = Decided(), moments("event_retried"), moments("event_dead_lettered")
    async with Runtime.embedded(RuntimeSettings(handler_timeout=20, drain_timeout=1)) as runtime:
        await runtime.transport.subscribe("audit", ["PolicyDecided"], 16, decided)
        await runtime.add(hasty)
        events = [await asked(runtime, talk) for talk in talks]
        await until(lambda: len(decided.events) == len(events))

        events += [await asked(runtime, talk) for talk in talks * 10]
        waited = moments("event_waiting")
        await asyncio.to_thread(getattr(server, fault))
        events += [await asked(runtime, talk) for talk in talks * 10]
        await until(lambda: moments("event_waiting") >= waited + 40)
        unknowing = len(decided.events)
        assert unknowing < len(events)

        await asyncio.to_thread(server.start)
        await until(lambda: len(decided.events) == len(events))
        assert (await runtime.transport.depths(["policy"]))["policy"] == (0, 0)
    for event in events:
        expected = await reference.decide(event)
        assert decided.events[event.interaction_id].policy == expected.policy
        assert decided.events[event.interaction_id].contact == expected.contact
    assert (moments("event_retried"), moments("event_dead_lettered")) == (retried, dead)
