"""A subject may lie in another, like an item in its order: it is found there alone, and shown with what it lies in."""

from pathlib import Path

import pytest

from callcenter.business import load
from callcenter.errors import BusinessError
from services.policy.rulebook import Rulebook
from services.policy.worker import PolicyWorker
from tests.unit.policy.conftest import RETAIL, held, proof_of
from tests.unit.policy.test_showing import stated

GRACE = proof_of("C-1022")
POLICY = (RETAIL / "policy.yaml").read_text()


async def test_items_are_shown_with_the_order_that_they_lie_in(worker: PolicyWorker):
    standing = (await worker.look(stated(held("exchange_request", **GRACE)))).standing
    items = [(one.value, one.label, one.within) for one in standing.things_of("item")]
    assert ("Rug pad", "the Rug pad ($40.00)", {"order_id": "48090"}) in items
    assert ("Side table", "the Side table ($95.00)", {"order_id": "47890"}) in items
    assert {one.value for one in standing.things_of("item", {"order_id": "47890"})} == {"Side table"}
    assert standing.named("item", "Rug pad", {"order_id": "47890"}) is None


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"order_id": "47890", "item": "Rug pad"}, "item_not_found"),
        ({"order_id": "99999", "item": "Rug pad"}, "order_not_found"),
        ({"order_id": "99999"}, "order_not_found"),
        ({"item": "Rug pad"}, "slots_missing"),
        ({"order_id": "48090"}, "slots_missing"),
    ],
)
async def test_an_item_is_looked_for_in_its_order_alone(worker: PolicyWorker, said: dict[str, str], code: str):
    decision = (await worker.decide(held("exchange_request", **GRACE, **said))).policy.decisions[0]
    assert (decision.verdict, decision.action) == ("needs_info", None)
    assert decision.reason_internal.startswith(f"{code}:")


async def test_each_item_of_an_order_is_decided_by_its_own_facts(worker: PolicyWorker):
    pad = {"order_id": "48090", "item": "Rug pad", "variant": "thin rug pad"}
    rug = {"order_id": "48090", "item": "Wool rug", "variant": "wool rug of 6 by 9 feet"}
    found = [
        (await worker.decide(held("exchange_request", **GRACE, **said))).policy.decisions[0] for said in (pad, rug)
    ]
    assert [one.rule_id for one in found] == ["exchange.cheaper", "exchange.dearer"]


async def test_a_variant_of_another_item_is_no_answer(worker: PolicyWorker):
    said = {"order_id": "48090", "item": "Wool rug", "variant": "thin rug pad"}
    decision = (await worker.decide(held("exchange_request", **GRACE, **said))).policy.decisions[0]
    assert (decision.rule_id, decision.verdict, decision.action) == ("exchange.which", "needs_info", None)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("among: order.items", "among: ordr.items", "there is no ordr before it to look in; did you mean order?"),
        ("among: order.items", "among: item.parts", "there is no item before it to look in"),
        (
            "slots: [order_id, item]}",
            "slots: [item]}",
            "needs item, which lies in customer.orders: it has to need order_id",
        ),
        ("{slots.item} in order {order.order_id}", "{slots.item} of {order.status}", "there is no fact {order.status}"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, old: str, new: str, told: str):
    assert old in POLICY
    (tmp_path / "policy.yaml").write_text(POLICY.replace(old, new, 1))
    with pytest.raises(BusinessError) as mistake:
        load(tmp_path, "policy.yaml", Rulebook)
    assert told in str(mistake.value)
