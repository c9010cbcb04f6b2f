"""Accounts from `accounts.yaml`, all of them in memory."""

from collections.abc import Iterable

from services.policy.accounts import Account, key_of


class YamlAccounts:
    """See Accounts."""

    def __init__(self, customers: Iterable[Account]) -> None:
        self._found: dict[tuple[str, str], list[Account]] = {}
        for customer in customers:
            for key in customer.keys:
                self._found.setdefault(key, []).append(customer)

    async def find(self, fact: str, value: str) -> Account | None:
        """See Accounts.find."""
        found = self._found.get((fact, key_of(fact, value)), [])
        return found[0] if len(found) == 1 else None

    async def close(self) -> None:
        """There is no connection."""
