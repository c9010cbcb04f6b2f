"""Brings `accounts.yaml` of a business into PostgreSQL; safe to repeat."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date

from sqlalchemy import ARRAY, Connection, Text, any_, create_engine, delete, insert, literal
from sqlalchemy.exc import SQLAlchemyError

from services.policy.accounts import Account
from services.policy.accounts.postgres import ACCOUNTS, KEYS, address, trouble
from services.policy.accounts.shape import as_it_stands
from services.policy.facts import for_record

CONNECT_TIMEOUT = 5
"""Seconds until a server that does not answer is told as away."""


@contextmanager
def transaction(url: str) -> Iterator[Connection]:
    """All or nothing; raises Unavailable where the database cannot be asked."""
    database = create_engine(address(url), hide_parameters=True, connect_args={"connect_timeout": CONNECT_TIMEOUT})
    try:
        with database.begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise trouble(error) from None
    finally:
        database.dispose()


def load_customers(url: str, business: str, customers: Iterable[Account], today: date) -> None:
    """Write these customers as they stand `today`, in place of what was known of them; others stay as they are."""
    accounts = [as_it_stands(customer, today) for customer in customers]
    ids = literal([account.customer_id for account in accounts], ARRAY(Text))
    rows = [
        {"business": business, "customer_id": account.customer_id, "facts": for_record(account.facts)}
        for account in accounts
    ]
    keys = [
        {"business": business, "customer_id": account.customer_id, "fact": fact, "value": value}
        for account in accounts
        for fact, value in sorted(account.keys)
    ]
    with transaction(url) as connection:
        connection.execute(delete(ACCOUNTS).where(ACCOUNTS.c.business == business, ACCOUNTS.c.customer_id == any_(ids)))
        connection.execute(insert(ACCOUNTS), rows)
        connection.execute(insert(KEYS), keys)
