"""Whom a visitor of a demo may be: a sample customer, with the facts by which the agent will know them."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from callcenter.account_book import AccountBook, Entry, said, values_at
from callcenter.business import load


class Fact(BaseModel):
    """Something that the customer can state, as they would."""

    name: str
    title: str
    value: str


class SampleCustomer(BaseModel):
    """A customer to be in a conversation; the facts that prove who it is come first."""

    customer_id: str
    name: str
    facts: list[Fact]


class _Part(BaseModel):
    """A part of `contact_reasons.yaml`, as far as a visitor has to know it; the agent checks the whole."""

    model_config = ConfigDict(extra="ignore")


class _Slot(_Part):
    title: str


class _Identity(_Part):
    facts: tuple[str, ...]


class _Thing(_Part):
    """A list in the account; what names one of its entries comes first in `knows`."""

    among: str
    knows: dict[str, str] = Field(min_length=1)

    def meant(self, account: Entry, text: str) -> list[Entry]:
        """The entry that a text names, else the first one; none where there is none."""
        entries: list[Entry] = values_at(account, self.among)
        key = next(iter(self.knows.values()))
        named = [entry for entry in entries if any(str(value) in text for value in values_at(entry, key))]
        return [*named, *entries][:1]


class _Memory(_Part):
    account: dict[str, str] = {}
    things: dict[str, _Thing] = {}


class _Reasons(_Part):
    identity: _Identity
    slots: dict[str, _Slot]
    memory: _Memory = _Memory()


@dataclass(frozen=True)
class SampleCustomers:
    """The customers in the folder of a business, and what they know of their own accounts."""

    book: AccountBook
    reasons: _Reasons

    @classmethod
    def load(cls, folder: Path) -> "SampleCustomers":
        """From the files of the business; raises BusinessError where one is wrong."""
        return cls(load(folder, "accounts.yaml", AccountBook), load(folder, "contact_reasons.yaml", _Reasons))

    def find(self, customer_id: str | None, today: date, text: str = "") -> SampleCustomer | None:
        """The named customer, or the first one where none is named; None if there is no such customer.

        Of several things of a kind that they have, they know the one that `text` is about.
        """
        named = (one for one in self.book.customers if customer_id in (None, one["customer_id"]))
        account = next(named, None)
        return self._customer(account, today, text) if account else None

    def _customer(self, account: Entry, today: date, text: str) -> SampleCustomer:
        known, slots = self._known(account, today, text), self.reasons.slots
        order = dict.fromkeys((*self.reasons.identity.facts, *known))
        facts = [Fact(name=name, title=slots[name].title, value=known[name]) for name in order if name in known]
        customer_id = str(account["customer_id"])
        return SampleCustomer(customer_id=customer_id, name=str(account.get("name", customer_id)), facts=facts)

    def _known(self, account: Entry, today: date, text: str) -> dict[str, str]:
        """By slot what they can state: of themselves, and of one of each kind of thing that they have."""
        memory, facts = self.reasons.memory, dict[str, str]()
        things = [(entry, thing.knows) for thing in memory.things.values() for entry in thing.meant(account, text)]
        for entry, knows in [(account, memory.account), *things]:
            for slot, place in knows.items():
                if slot in self.reasons.slots and (values := values_at(entry, place)):
                    facts.setdefault(slot, said(values[0], today))
        return facts
