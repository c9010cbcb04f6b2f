"""The retail business as its customers know it, and the parts that are played in the tests."""

from datetime import date
from functools import cache
from pathlib import Path
from random import Random

from simulation.agenda import Agenda, Due, Want
from simulation.casting import Casting, Part
from simulation.making import agendas_of
from simulation.personas import Name
from simulation.trade import Trade, read

BUSINESSES = Path(__file__).resolve().parents[3] / "businesses"
TODAY = date(2026, 11, 30)

CANCEL = Want(
    says="Please cancel order 40001 for me.",
    facts={"order_id": "40001", "product": "Paper lamp"},
    instead={"order_id": "It's the paper lamp."},
    due=Due(
        verdicts=("allow",),
        reason="order_cancel",
        action="cancel_order",
        amount="20.00",
        about={"order_id": "40001"},
        identity=True,
    ),
)
HOURS = Want(says="Until when are you open today?", due=Due(verdicts=("allow",), reason="store_hours"))


@cache
def trade(name: str = "retail") -> Trade:
    return read(BUSINESSES / name)


@cache
def agenda(scenario: str, business: str = "retail") -> Agenda:
    return next(one for one in agendas_of(trade(business), TODAY) if one.id == f"{business}/{scenario}")


def somebody(*wants: Want, **changes: object) -> Agenda:
    facts = {"email": "ada.fern@example.com", "postcode": "10001", "date_of_birth": "1990-02-03"}
    known = {"id": "ada", "business": "retail", "customer_id": "C-1001", "name": "Ada Fern", "facts": facts}
    return Agenda.model_validate(known | {"wants": wants or (CANCEL,)} | changes)


def part(persona: Name, played: Agenda | None = None, seed: int = 1) -> Part:
    found = Casting(trade(), Random(seed), TODAY).part(played or somebody(), persona)
    assert found, f"{persona} has nothing to play"
    return found
