"""`callcenter accounts` on a real PostgreSQL: the tables, and the customers in them."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from callcenter.errors import Unavailable
from services.policy.accounts import Account
from services.policy.accounts.loading import load_customers, transaction
from services.policy.accounts.migrations import VERSIONS, migrate
from services.policy.accounts.patience import Patience
from services.policy.accounts.postgres import PostgresAccounts, engine
from services.policy.accounts.shape import Shape
from services.policy.actions.postgres import SCHEMA
from tests.brokers import PostgreSQL, free_ports
from tests.unit.policy.conftest import MONDAY_NOON
from tests.unit.test_cli import callcenter

TODAY = MONDAY_NOON.date()


@pytest.fixture
def url(database: PostgreSQL) -> Iterator[str]:
    """A database of the test's own."""
    name = f"t{uuid4().hex}"
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute(f"create database {name}")  # type: ignore[arg-type]
        yield database.url.removesuffix("/postgres") + f"/{name}"
        connection.execute(f"drop database {name} with (force)")  # type: ignore[arg-type]


def rows(url: str, question: str) -> list[tuple[object, ...]]:
    with transaction(url) as connection:
        return [tuple(row) for row in connection.execute(text(question))]


def customer(number: int, **facts: object) -> Account:
    facts = {"email": f"c{number}@example.com", "orders": [{"order_id": f"{number:06}", "total": "1.00"}], **facts}
    return Account.model_validate({"customer_id": f"C-{number}", **facts})


async def test_from_nothing_to_customers_and_again(url: str) -> None:
    env = {"ACCOUNTS_URL": url}
    early = await callcenter("accounts", "load", "retail", **env)
    assert early.code == 3
    assert "callcenter accounts migrate" in early.err
    for _ in range(2):
        made = await callcenter("accounts", "migrate", **env)
        assert (made.code, made.out) == (0, "The tables are there, in the newest version.\n")
        loaded = await callcenter("accounts", "load", "retail", "--as-of", "2026-03-02", **env)
        assert loaded.code == 0, loaded.err
        assert loaded.out.endswith("customers of retail, as they stand on 2026-03-02.\n")
    (dana,) = rows(url, "select facts from callcenter_accounts where customer_id = 'C-1001'")
    order = dana[0]["orders"][0]
    assert (order["total"], order["delivered_at"], dana[0]["since"]) == ("129.00", "2026-02-15", "2021-05-04")
    (count,) = rows(url, "select count(*) from callcenter_accounts")
    assert f"{count[0]} customers" in loaded.out


async def test_what_a_person_has_to_mend_is_said() -> None:
    none = await callcenter("accounts", "migrate")
    assert none.code == 2
    assert "Set ACCOUNTS_URL" in none.err
    away = await callcenter("accounts", "migrate", ACCOUNTS_URL=f"postgresql://127.0.0.1:{free_ports(1)[0]}/x")
    assert away.code == 3
    assert "cannot be asked" in away.err
    unknown = await callcenter("accounts", "load", "bakery", ACCOUNTS_URL="postgresql://127.0.0.1/x")
    assert unknown.code == 2
    assert "no business 'bakery'" in unknown.err


def test_the_migrations_make_the_tables_that_the_code_reads(url: str) -> None:
    migrate(url)
    with transaction(url) as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSIONS})
        assert compare_metadata(context, SCHEMA) == []


def test_a_customer_is_replaced_and_the_others_stay(url: str) -> None:
    migrate(url)
    load_customers(url, "shop", [customer(1), customer(2)], TODAY)
    load_customers(url, "bank", [customer(1)], TODAY)
    load_customers(url, "shop", [customer(1, email="new@example.com")], TODAY)
    assert rows(url, "select business, value from callcenter_account_keys where fact = 'email' order by 1, 2") == [
        ("bank", "c1@example.com"),
        ("shop", "c2@example.com"),
        ("shop", "new@example.com"),
    ]


def test_a_load_that_fails_changes_nothing(url: str) -> None:
    migrate(url)
    load_customers(url, "shop", [customer(1)], TODAY)
    with pytest.raises(Unavailable, match="cannot be asked"):
        load_customers(url, "shop", [customer(1, email="new@example.com"), customer(2, note="a\0b")], TODAY)
    assert rows(url, "select value from callcenter_account_keys where fact = 'email'") == [("c1@example.com",)]


def test_a_lookup_reads_an_index_however_deep_the_fact_lies(url: str) -> None:
    migrate(url)
    load_customers(url, "shop", [customer(number) for number in range(2000)], TODAY)
    with transaction(url) as connection:
        connection.execute(text("analyze"))
    plan = rows(
        url,
        "explain select facts from callcenter_account_keys join callcenter_accounts using (business, customer_id) "
        "where business = 'shop' and fact = 'order_id' and value = '001000' limit 2",
    )
    lines = "\n".join(str(line) for (line,) in plan)
    assert "callcenter_account_keys_pkey" in lines
    assert "Seq Scan" not in lines


async def test_a_row_that_was_written_wrongly_by_hand_is_told(url: str) -> None:
    migrate(url)
    load_customers(url, "shop", [customer(1)], TODAY)
    rows(url, "update callcenter_account_keys set value = 'x@example.com' where fact = 'email' returning 1")
    accounts = PostgresAccounts(engine(url), "shop", Shape([customer(1)]), Patience("The account database", 5))
    try:
        with pytest.raises(Exception, match="without this email"):
            await accounts.find("email", "x@example.com")
    finally:
        await accounts.close()
