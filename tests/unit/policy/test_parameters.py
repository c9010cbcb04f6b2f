"""What else there is to know about an action: computed by the rules, read back, and kept as it was agreed to."""

from pathlib import Path
from typing import Any

import pytest

from callcenter.errors import BusinessError
from callcenter.events import PolicyDecided
from services.policy.worker import PolicyWorker
from tests.unit.policy.conftest import held, proof_of
from tests.unit.policy.test_asks import business
from tests.unit.policy.test_showing import agreed, stated

PARAMETERS = {
    "order": "order.order_id",
    "worth": "order.total",
    "pieces": "size(order.items)",
    "whole": "true",
    "names": "order.items.map(item, item.product)",
}
COMPUTED = {"order": "48213", "worth": "129.00", "pieces": 1, "whole": True, "names": ["Espresso machine"]}


def shop(folder: Path, **parameters: str) -> PolicyWorker:
    """The shop, where an exchange is done with these."""
    return business(folder, done={"action": {"name": "exchange", "parameters": parameters}}, when="false")


def exchange(**said: str) -> Any:
    return held("exchange_request", **proof_of("C-1001"), order_id="48213", **said)


async def test_a_parameter_has_the_type_that_it_is_computed_with(tmp_path: Path):
    decided = await shop(tmp_path, **PARAMETERS).decide(exchange())
    (decision,) = decided.policy.decisions
    assert decision.action is not None
    assert decision.action.parameters == COMPUTED


async def test_it_is_read_back_in_the_words_of_the_action(tmp_path: Path):
    worker = business(
        tmp_path,
        done={"action": {"name": "exchange", "parameters": PARAMETERS}},
        when="false",
        words="swap {pieces} of order {order}, worth {worth}",
    )
    (proposal,) = (await worker.look(stated(exchange()))).standing.proposals
    assert proposal.words == "swap 1 of order 48213, worth $129.00"


async def test_what_was_agreed_with_other_parameters_is_not_done(tmp_path: Path):
    looked = await shop(tmp_path, **PARAMETERS).look(stated(exchange()))
    (proposal,) = looked.standing.proposals
    assert proposal.action is not None
    other = proposal.model_copy(update={"action": proposal.action.model_copy(update={"parameters": {"worth": "9.00"}})})
    standing = looked.standing.model_copy(update={"proposals": (other,)})
    decided = await shop(tmp_path, **PARAMETERS).decide(agreed(looked.model_copy(update={"standing": standing})))
    assert isinstance(decided, PolicyDecided)
    assert decided.policy.decisions[0].action is None


async def test_a_rule_whose_parameter_is_not_known_is_passed_over(tmp_path: Path):
    decided = await shop(tmp_path, color="order.color").decide(exchange())
    assert isinstance(decided, PolicyDecided)
    assert decided.policy.decisions[0].rule_id != "exchange.done"


def test_a_mistake_in_one_is_told_with_its_place(tmp_path: Path):
    with pytest.raises(BusinessError, match=r"action > parameters > color: .*undeclared reference to 'ordr\.color'"):
        shop(tmp_path, color="ordr.color")
