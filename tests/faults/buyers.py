"""Customers of the shop with three orders each, who want something about each of them in one contact."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import httpx2

from services.policy.accounts import Account
from services.policy.accounts.yaml import YamlAccounts
from tests.faults.caller import ENDED, Caller

FIRST = 60_000
"""Of the numbers of their orders: five digits that no sample customer has."""

POSTCODE = "94107"
MOST_LINES = 30


class Orders(NamedTuple):
    """The numbers of the three orders of a customer."""

    open: str
    """Not packed yet: a machine cancels it."""
    late: str
    """On its way for too long, and sold out: a machine refunds it."""
    here: str
    """Delivered last week: refunded once it is back, which is for people."""


class Buyer(Caller):
    """Says what they want one by one, and yes to each read-back but for what they refuse; both are noted by order."""

    def __init__(self, door: Callable[[], httpx2.AsyncClient], name: str, number: int, refuses: int | None) -> None:
        super().__init__(door, name)
        self.orders = orders_of(number)
        self.refused_order = None if refuses is None else self.orders[refuses]
        self.facts = {"email": email_of(number), "postcode": POSTCODE}
        self.agreed: list[str] = []
        self.wants = [
            f"please cancel order {self.orders.open}",
            f"order {self.orders.late} has still not come, it is late",
            f"and I want a refund for order {self.orders.here}",
            "no, that is all",
        ]

    async def buy(self, after: float = 0) -> None:
        """The whole contact, `after` so many seconds, as long as the agent listens."""
        await asyncio.sleep(after)
        await self.open()
        while self.view["status"] not in ENDED:
            assert len(self.said) < MOST_LINES, f"no end: {self.said}"
            await self.say(self._next())

    def _next(self) -> str:
        """What to say to the agent's last act."""
        act = self.view["record"]["dialogue"]["acts"][-1]
        if act["kind"] == "ask":
            return self.facts[act["slot"]]
        if act["kind"] == "confirm":
            return self._answer(self.view["record"]["transcript"][-1]["text"])
        return self.wants.pop(0) if self.wants else "bye"

    def _answer(self, read_back: str) -> str:
        (order,) = [order for order in self.orders if order in read_back]
        if order == self.refused_order:
            return "no, leave it as it is"
        self.agreed.append(order)
        return "yes, please"


def orders_of(number: int) -> Orders:
    """The orders of a customer."""
    first = FIRST + 3 * number
    return Orders(str(first), str(first + 1), str(first + 2))


def email_of(number: int) -> str:
    """By which they are found; with their zip code it proves who they are."""
    return f"buyer{number}@example.com"


def accounts(count: int) -> YamlAccounts:
    """Where so many of them are found."""
    return YamlAccounts([_account(number) for number in range(count)])


def customer_id_of(number: int) -> str:
    """As it stands in the account."""
    return f"B-{number}"


def _account(number: int) -> Account:
    orders = orders_of(number)
    open_ = _order(orders.open, "Kettle", "64.00", status="processing", placed_at="1 day ago", promised_by="in 5 days")
    late = {"placed_at": "12 days ago", "shipped_at": "10 days ago", "promised_by": "4 days ago"}
    here = {"placed_at": "10 days ago", "shipped_at": "8 days ago", "promised_by": "5 days ago"}
    return Account.model_validate(
        {
            "customer_id": customer_id_of(number),
            "name": f"Buyer {number}",
            "email": email_of(number),
            "postcode": POSTCODE,
            "tier": "standard",
            "status": "active",
            "since": "2021-05-04",
            "newsletter": True,
            "gift_cards": [],
            "orders": [
                open_,
                _order(orders.late, "Toaster", "41.50", in_stock=False, status="shipped", **late),
                _order(orders.here, "Grinder", "87.00", status="delivered", delivered_at="6 days ago", **here),
            ],
        }
    )


def _order(number: str, product: str, price: str, *, in_stock: bool = True, **facts: str) -> Mapping[str, Any]:
    item = {"product": product, "price": price, "quantity": 1, "final_sale": False, "packed": 1, "in_stock": in_stock}
    paid = {"charges": [{"amount": price, "at": facts["placed_at"]}], "payment_method": "Visa ending 4242"}
    return {"order_id": number, "items": [item], "total": price, "refunded": "0.00", **paid, **facts}
