"""Who our customers are: an id, and whatever facts the business keeps of them. The code knows no product.

Where accounts come from is a port, `Accounts`, with three adapters:

    yaml.py       `accounts.yaml` of the business
    postgres.py   a database; its tables are made by migrations/ and filled by loading.py
    http.py       the company's own CRM
    shape.py      what a database or a CRM tells has to be what the rules were written for
    patience.py   how long such a source is waited for, and when it is left alone
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol, Self

from pydantic import ConfigDict, ValidationError, field_validator, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from callcenter.business import Place, Sheet
from services.policy.identity import normal
from services.policy.kinds import misread, parts

LONGEST_KEY = 200
"""Characters up to which a value leads to an account: nobody is found by a longer text, and an index may refuse it."""


class Account(Sheet):
    """One customer. All facts but the id are the business's own (`tier`, `orders`, ...), read by its rules only."""

    model_config = ConfigDict(extra="allow")

    customer_id: str

    @property
    def facts(self) -> dict[str, Any]:
        """Everything known, as it is written."""
        return {"customer_id": self.customer_id, **(self.__pydantic_extra__ or {})}

    @property
    def keys(self) -> set[tuple[str, str]]:
        """Every fact and value by which the account is found, at whatever depth."""
        return {(name, key) for name, value in _leaves(self.facts) if (key := key_of(name, value))}

    @model_validator(mode="after")
    def _exact(self) -> Self:
        floats = [(place, value) for place, value in parts(self.facts) if isinstance(value, float)]
        if floats:
            told = '{} is not exact; write money in quotes with two decimals, like "{:.2f}"'
            raise _mistakes("Account", ((place, told.format(value, value)) for place, value in floats))
        return self


class AccountsSheet(Sheet):
    """`accounts.yaml`: sample customers, or all customers of a small business."""

    version: str
    customers: tuple[Account, ...]

    @field_validator("customers")
    @classmethod
    def _each_once_and_alike(cls, customers: tuple[Account, ...]) -> tuple[Account, ...]:
        twice = [name for name, times in Counter(one.customer_id for one in customers).items() if times > 1]
        if twice:
            raise ValueError(f"{', '.join(twice)} is there more than once")
        if wrong := list(misread([one.facts for one in customers])):
            named = ((place, f"customer {customers[int(place[0])].customer_id}: {what}") for place, what in wrong)
            raise _mistakes("AccountsSheet", named)
        return customers


class Accounts(Protocol):
    """Where the accounts of a business come from: a file, a database, the CRM of the company."""

    async def find(self, fact: str, value: str) -> Account | None:
        """The one account that has this value (`email`, `order_id`, ...); None if there is none, or more than one.

        Raises Unavailable while the source cannot tell, and Permanent where it tells nonsense: both are never None.
        """

    async def close(self) -> None:
        """Let go of all connections."""


async def claimed_account(accounts: Accounts, claims: Mapping[str, str]) -> Account | None:
    """The account that the customer speaks of, by the first claim that leads to one. Being found proves nothing."""
    for fact, value in claims.items():
        if account := await accounts.find(fact, value):
            return account
    return None


def key_of(fact: str, value: Any) -> str:
    """A value as it is looked up, whatever the source; empty where nobody can be found by it."""
    text = normal(fact, value)
    return text if len(text) <= LONGEST_KEY and text.isprintable() else ""


def _mistakes(title: str, found: Iterable[tuple[Place, str]]) -> ValidationError:
    """Several mistakes at once, each with its place."""
    details = [
        InitErrorDetails(type=PydanticCustomError("account", "{what}", {"what": what}), loc=place, input=None)
        for place, what in found
    ]
    return ValidationError.from_exception_data(title, details)


def _leaves(facts: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in facts.items():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, Mapping):
                yield from _leaves(part)
            elif part is not None:
                yield name, part
