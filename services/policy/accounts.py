"""Who our customers are: an id, and whatever facts the business keeps of them. The code knows no product."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol, Self

from pydantic import ConfigDict, field_validator, model_validator

from callcenter.business import Sheet
from services.policy.identity import normal


class Account(Sheet):
    """One customer. All facts but the id are the business's own (`tier`, `orders`, ...), read by its rules only."""

    model_config = ConfigDict(extra="allow")

    customer_id: str

    @property
    def facts(self) -> dict[str, Any]:
        """Everything known, as it is written."""
        return {"customer_id": self.customer_id, **(self.__pydantic_extra__ or {})}

    @model_validator(mode="after")
    def _exact(self) -> Self:
        if any(isinstance(value, float) for _, value in _leaves(self.facts)):
            raise ValueError(
                'a number with decimals is not exact; write money in quotes with two decimals, like "129.00"'
            )
        return self


class AccountsSheet(Sheet):
    """`accounts.yaml`: sample customers, or all customers of a small business."""

    version: str
    customers: tuple[Account, ...]

    @field_validator("customers")
    @classmethod
    def _each_once(cls, customers: tuple[Account, ...]) -> tuple[Account, ...]:
        twice = [name for name, times in Counter(one.customer_id for one in customers).items() if times > 1]
        if twice:
            raise ValueError(f"{', '.join(twice)} is there more than once")
        return customers


class Accounts(Protocol):
    """Where accounts come from: a file, a database, the CRM of the company."""

    async def find(self, fact: str, value: str) -> Account | None:
        """The one account that has this value (`email`, `order_id`, ...); None if there is none, or more than one."""


class YamlAccounts:
    """Accounts from `accounts.yaml`, found by any text that they hold, at whatever depth."""

    def __init__(self, customers: Iterable[Account]) -> None:
        self._found: dict[tuple[str, str], dict[str, Account]] = {}
        for customer in customers:
            for name, value in _leaves(customer.facts):
                self._found.setdefault((name, normal(name, value)), {})[customer.customer_id] = customer

    async def find(self, fact: str, value: str) -> Account | None:
        """The one account that has this value; None if there is none, or more than one."""
        found = self._found.get((fact, normal(fact, value)), {})
        return next(iter(found.values())) if len(found) == 1 else None


async def claimed_account(accounts: Accounts, claims: Mapping[str, str]) -> Account | None:
    """The account that the customer speaks of, by the first claim that leads to one. Being found proves nothing."""
    for fact, value in claims.items():
        if account := await accounts.find(fact, value):
            return account
    return None


def _leaves(facts: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in facts.items():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, Mapping):
                yield from _leaves(part)
            else:
                yield name, part
