"""What is done in the account database: the account and the key of the order are written in one transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    PrimaryKeyConstraint,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from callcenter.events import ActionOrder
from services.policy.accounts import Account
from services.policy.accounts.patience import Patience
from services.policy.accounts.postgres import ACCOUNTS, KEYS, SCHEMA, Connection, address, trouble
from services.policy.actions import Done, NotDone
from services.policy.actions.places import Moved, changed

DONE = Table(
    "callcenter_actions",
    SCHEMA,
    Column("key", Text),
    Column("business", Text, nullable=False),
    Column("customer_id", Text, nullable=False),
    Column("action", postgresql.JSONB, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("key"),
)


def engine(url: str) -> AsyncEngine:
    """Connections for transactions; those for lookups have none."""
    return create_async_engine(
        address(url),
        hide_parameters=True,
        use_native_hstore=False,
        connect_args={"async_creator_fn": Connection.connect, "prepare_threshold": None},
    )


class PostgresActions:
    """See Actions. The account shows what was done to it."""

    name = "the account database"

    def __init__(self, database: AsyncEngine, patience: Patience) -> None:
        self._database, self._patience = database, patience

    def takes(self, order: ActionOrder) -> bool:
        """See Actions.takes. Where an account shows nothing of it, nothing would have been done."""
        return bool(order.changes)

    async def carry_out(self, order: ActionOrder, now: datetime) -> Done | NotDone:
        """See Actions.carry_out."""
        return await self._patience.wait_for(lambda: self._try(order, now))

    async def shown(self, account: Account, only: str | None = None) -> Account:  # noqa: ARG002 - of the port
        """See Actions.shown."""
        return account

    async def close(self) -> None:
        """See Actions.close."""
        await self._database.dispose()

    async def _try(self, order: ActionOrder, now: datetime) -> Done | NotDone:
        try:
            async with self._database.begin() as connection:
                return await _carry_out(connection, order, now)
        except Moved as why:
            return NotDone(str(why))
        except SQLAlchemyError as error:
            raise trouble(error) from None


async def _carry_out(connection: AsyncConnection, order: ActionOrder, now: datetime) -> Done:
    """Whoever comes second with a key waits for the first here, and finds what it did."""
    row = {"key": order.key, "business": order.business, "customer_id": order.customer_id, "at": now}
    first = postgresql.insert(DONE).values(**row, action=order.action.model_dump(mode="json"))
    written = await connection.scalar(first.on_conflict_do_nothing().returning(DONE.c.key))
    if written is None:
        return Done((await connection.scalars(select(DONE.c.at).where(DONE.c.key == order.key))).one())
    wanted = select(ACCOUNTS.c.facts).where(_its(ACCOUNTS, order)).with_for_update()
    facts = await connection.scalar(wanted)
    if facts is None:
        raise Moved("the account is not there any more")
    await _write(connection, order, changed(facts, order.changes))
    return Done(now)


async def _write(connection: AsyncConnection, order: ActionOrder, facts: dict[str, Any]) -> None:
    """The account, and the values by which it is found."""
    whose = {"business": order.business, "customer_id": order.customer_id}
    keys = sorted(Account.model_validate(facts).keys)
    await connection.execute(update(ACCOUNTS).where(_its(ACCOUNTS, order)).values(facts=facts))
    await connection.execute(delete(KEYS).where(_its(KEYS, order)))
    await connection.execute(insert(KEYS), [{**whose, "fact": fact, "value": value} for fact, value in keys])


def _its(table: Table, order: ActionOrder) -> ColumnElement[bool]:
    """The rows of the customer."""
    return (table.c.business == order.business) & (table.c.customer_id == order.customer_id)
