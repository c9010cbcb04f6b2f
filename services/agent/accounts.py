"""What a simulated customer remembers of their account. The agent itself never looks here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from pydantic import BaseModel, ConfigDict

from services.agent.reasons import Typical

Facts = dict[str, str]


class Remembered(BaseModel):
    """A part of `accounts.yaml`; what a customer does not need to remember is left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Item(Remembered):
    """One thing bought."""

    product: str


class Charge(Remembered):
    """One payment taken."""

    amount: str


class GiftCard(Remembered):
    """A gift card of the customer."""

    code: str


class Order(Remembered):
    """One order."""

    order_id: str
    status: str = ""
    promised_by: date | str | None = None
    items: tuple[Item, ...] = ()
    total: str | None = None
    charges: tuple[Charge, ...] = ()


class Account(Remembered):
    """One customer."""

    customer_id: str
    email: str | None = None
    phone: str | None = None
    postcode: str | None = None
    date_of_birth: date | None = None
    status: str = "active"
    gift_cards: tuple[GiftCard, ...] = ()
    orders: tuple[Order, ...] = ()


class AccountBook(Remembered):
    """`accounts.yaml`."""

    customers: tuple[Account, ...]


@dataclass(frozen=True)
class Memory:
    """What one customer can say: the value of each fact they have."""

    facts: Facts
    customer_id: str | None = None


def remember(
    book: AccountBook, customer_id: str | None, stated: Facts, text: str, *, typical: Typical, today: date, rng: Random
) -> Memory:
    """Who writes this text: the named customer, the one whose facts it states, or one it could well be from.

    A stated customer, email, phone or order that nobody has stays unknown, and so does the person who states it.
    """
    owners = _owners(book, customer_id, stated)
    if not owners:
        return Memory(stated)
    choices = [(_fit(account, order, text, typical, today), account, order) for account, order in _pairs(owners)]
    if order_id := stated.get("order_id"):
        choices = [choice for choice in choices if choice[2] and choice[2].order_id == order_id] or choices
    best = max(fit for fit, _, _ in choices)
    _, account, order = rng.choice([choice for choice in choices if choice[0] == best])
    return Memory({**_facts(account, order, text), **stated}, account.customer_id)


def _owners(book: AccountBook, customer_id: str | None, stated: Facts) -> tuple[Account, ...]:
    if customer_id:
        return tuple(account for account in book.customers if account.customer_id == customer_id)
    for name in ("email", "phone", "order_id", "gift_card_code"):
        if name in stated:
            return tuple(account for account in book.customers if stated[name] in _values(account, name))
    return book.customers


def _values(account: Account, name: str) -> set[str | None]:
    match name:
        case "order_id":
            return {order.order_id for order in account.orders}
        case "gift_card_code":
            return {card.code for card in account.gift_cards}
        case "phone":
            return {_dialed(account.phone)}
        case _:
            return {getattr(account, name)}


def _pairs(accounts: tuple[Account, ...]) -> Iterator[tuple[Account, Order | None]]:
    for account in accounts:
        for order in account.orders or (None,):
            yield account, order


def _fit(account: Account, order: Order | None, text: str, typical: Typical, today: date) -> tuple[int, int, int]:
    """How well a request fits: what it names, then what it is typically about, then an account in good standing."""
    mentioned = order is not None and any(_mentions(text, item.product) for item in order.items)
    fits = [not typical.order or (order is not None and order.status in typical.order)]
    fits.append(not typical.late or (order is not None and _past(order.promised_by, today)))
    fits.append(not typical.double_charged or (order is not None and _charged_twice(order)))
    fits.append(not typical.gift_card or bool(account.gift_cards))
    return int(mentioned), sum(fits), int(account.status in (typical.account or ("active",)))


def _mentions(text: str, product: str) -> bool:
    said = set(re.findall(r"\w{3,}", text.lower()))
    words = re.findall(r"\w{3,}", product.lower())
    return bool(words) and all(word in said or f"{word}s" in said for word in words)


def _charged_twice(order: Order) -> bool:
    amounts = [charge.amount for charge in order.charges]
    return len(amounts) != len(set(amounts))


def _past(when: date | str | None, today: date) -> bool:
    return when < today if isinstance(when, date) else when is not None and when.endswith("ago")


def _dialed(phone: str | None) -> str | None:
    return f"+1{re.sub(r'[^0-9]', '', phone)[-10:]}" if phone else None


def _facts(account: Account, order: Order | None, text: str) -> Facts:
    known: dict[str, str | None] = {
        "email": account.email,
        "phone": account.phone,
        "postcode": account.postcode,
        "date_of_birth": account.date_of_birth.isoformat() if account.date_of_birth else None,
        "gift_card_code": account.gift_cards[0].code if account.gift_cards else None,
    }
    if order:
        known |= {"order_id": order.order_id, "amount": order.total}
        meant = [item.product for item in order.items if _mentions(text, item.product)]
        known["product"] = next(iter([*meant, *(item.product for item in order.items)]), None)
    return {name: value for name, value in known.items() if value}
