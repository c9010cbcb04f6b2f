"""A rule may need one of several lists of facts."""

from pathlib import Path

import pytest

from callcenter.errors import BusinessError
from callcenter.events import MissingFact, PolicyDecided
from services.policy.worker import PolicyWorker
from tests.unit.policy.conftest import held, proof_of
from tests.unit.policy.test_asks import business

WAYS = [["order_id"], ["new_address", "product"]]


def shop(folder: Path, ways: list[list[str]]) -> PolicyWorker:
    """The shop, where an exchange takes one of these."""
    return business(folder, done={"needs": {"identity": "verified", "any_of": ways}}, when="false", needs={})


@pytest.mark.parametrize(
    ("said", "untold", "lacking"),
    [
        ({"order_id": "48213"}, (), ()),
        ({"new_address": "1 Elm", "product": "machine"}, (), ()),
        ({}, (), ("order_id",)),
        ({"new_address": "1 Elm"}, ("order_id",), ("product",)),
        ({"order_id": "99999"}, (), ("order_id",)),
    ],
)
async def test_one_of_them_is_enough(
    tmp_path: Path, said: dict[str, str], untold: tuple[str, ...], lacking: tuple[str, ...]
):
    missing = tuple(MissingFact(name=name, why="the customer does not have it") for name in untold)
    event = held("exchange_request", **proof_of("C-1001"), **said).model_copy(update={"missing": missing})
    decided = await shop(tmp_path, WAYS).decide(event)
    assert isinstance(decided, PolicyDecided)
    (decision,) = decided.policy.decisions
    assert decision.missing == lacking
    assert (decision.rule_id == "exchange.done") == (not lacking)


@pytest.mark.parametrize(
    ("ways", "told"),
    [([["order_id"]], "list two ways or more"), ([["order_id"], ["colour"]], "say under `asks` how to ask for colour")],
)
def test_a_mistake_is_told(tmp_path: Path, ways: list[list[str]], told: str):
    with pytest.raises(BusinessError) as mistake:
        shop(tmp_path, ways)
    assert told in str(mistake.value)
