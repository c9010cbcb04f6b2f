"""Accounts from PostgreSQL: one row for each customer, and one for each value by which the customer is found."""

import asyncio
from typing import Any

import psycopg
from psycopg.waiting import wait_async
from sqlalchemy import (
    URL,
    Column,
    ForeignKeyConstraint,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    make_url,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from callcenter.errors import Unavailable
from services.policy.accounts import Account, key_of
from services.policy.accounts.patience import Patience
from services.policy.accounts.shape import Shape

SCHEMA = MetaData(naming_convention={"ix": "ix_%(table_name)s_customer"})
ACCOUNTS = Table(
    "callcenter_accounts",
    SCHEMA,
    Column("business", Text),
    Column("customer_id", Text),
    Column("facts", JSONB, nullable=False),
    PrimaryKeyConstraint("business", "customer_id"),
)
KEYS = Table(
    "callcenter_account_keys",
    SCHEMA,
    Column("business", Text),
    Column("fact", Text),
    Column("value", Text),
    Column("customer_id", Text),
    PrimaryKeyConstraint("business", "fact", "value", "customer_id"),  # in this order it is the index of every lookup
    Index(None, "business", "customer_id"),  # for the deletion of a customer
    ForeignKeyConstraint(
        ["business", "customer_id"],
        ["callcenter_accounts.business", "callcenter_accounts.customer_id"],
        ondelete="CASCADE",
    ),
)


class Connection(psycopg.AsyncConnection[Any]):
    """A connection that ends when nobody waits for its answer any more.

    The original first asks the server to cancel, and waits up to ten seconds for a server that may be frozen.
    """

    async def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:  # noqa: ASYNC109 - the signature
        """See psycopg.AsyncConnection.wait."""
        try:
            return await wait_async(gen, self.pgconn.socket, interval=interval, timeout=timeout)
        except asyncio.CancelledError:
            self.pgconn.finish()
            raise


def address(url: str) -> URL:
    """The URL for SQLAlchemy, which has to be told the driver."""
    return make_url(url).set(drivername="postgresql+psycopg")


def engine(url: str) -> AsyncEngine:
    """Connections for lookups: each is a statement of its own, so that there is nothing to roll back."""
    return create_async_engine(
        address(url),
        isolation_level="AUTOCOMMIT",
        pool_reset_on_return=None,
        hide_parameters=True,
        use_native_hstore=False,
        # Poolers between us and the server may not know the statements that were prepared for another.
        connect_args={"async_creator_fn": Connection.connect, "prepare_threshold": None},
    )


class PostgresAccounts:
    """See Accounts."""

    def __init__(self, database: AsyncEngine, business: str, shape: Shape, patience: Patience) -> None:
        self._database, self._business, self._shape, self._patience = database, business, shape, patience

    async def find(self, fact: str, value: str) -> Account | None:
        """See Accounts.find."""
        key = key_of(fact, value)
        return await self._patience.wait_for(lambda: self._ask(fact, key)) if key else None

    async def close(self) -> None:
        """See Accounts.close."""
        await self._database.dispose()

    async def _ask(self, fact: str, key: str) -> Account | None:
        wanted = (KEYS.c.business == self._business) & (KEYS.c.fact == fact) & (KEYS.c.value == key)
        question = select(ACCOUNTS.c.facts).select_from(KEYS.join(ACCOUNTS)).where(wanted).limit(2)
        try:
            async with self._database.connect() as connection:
                found = (await connection.scalars(question)).all()
        except SQLAlchemyError as error:
            raise trouble(error) from None
        return self._shape.account(found[0], fact, key) if len(found) == 1 else None


def trouble(error: SQLAlchemyError) -> Unavailable:
    """What is wrong with the database, in a sentence: a person or time will mend it."""
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, psycopg.errors.UndefinedTable):
        return Unavailable("The account database has no tables yet. Make them: `callcenter accounts migrate`.")
    first = next(iter(str(cause).splitlines()), type(cause).__name__)
    return Unavailable(f"The account database cannot be asked: {first}")
