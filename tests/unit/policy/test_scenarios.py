"""The shop's own scenarios, with the conversation as a perfect agent would have held it."""

import re

import pytest
import yaml

from callcenter.business import folders
from callcenter.events import MissingFact
from callcenter.storage.agreements import MemoryAgreements
from services.cli.business.scenarios import Scenario
from services.policy.worker import PolicyWorker
from tests.unit.policy.conftest import CUSTOMERS, RETAIL, held, proof_of

REASONS = yaml.safe_load((RETAIL / "contact_reasons.yaml").read_text())["reasons"]
NEEDS = {reason["code"]: reason["needs"] for reason in REASONS}
SCENARIOS = yaml.safe_load((RETAIL / "scenarios.yaml").read_text())["scenarios"]
SAID = {
    "order_id": r"(?<![\d-])\d{5}(?!\d)",
    "email": r"[\w.]+@[\w.]+\w",
    "gift_card_code": r"GC-\w{4}-\w{4}",
    "promo_code": r"\b[A-Z]{4,}\d+\b",
    "postcode": r"zip code is (\d{5})",
    "date_of_birth": r"born on (\S+\d)",
}


def said_in(scenario):
    stated = {name: found[0] for name, pattern in SAID.items() if (found := re.findall(pattern, scenario["text"]))}
    customer = CUSTOMERS.get(scenario.get("customer_id"))
    if customer:
        number = stated.get("order_id")
        orders = [one for one in customer["orders"] if one["order_id"] == number] or customer["orders"]
        remembered = {"order_id": orders[0]["order_id"], **bought(orders[0])} if orders else {}
        stated = {**remembered, "new_address": "77 Alder Avenue", **proof_of(scenario["customer_id"]), **stated}
    return stated


def bought(order):
    item = order["items"][0]["product"]
    return {"product": item, "item": item}


def is_plain(scenario):
    """Somebody with a request, who says the truth and lets it be settled."""
    return scenario["expect"]["reason"] and "persona" not in scenario and "outcome" not in scenario["expect"]


@pytest.mark.parametrize("scenario", [s for s in SCENARIOS if is_plain(s)], ids=lambda s: s["id"])
async def test_what_must_come_out_does(worker, scenario):
    expect, said = scenario["expect"], said_in(scenario)
    pointed_at = {name: value for name, value in expect.get("entities", {}).items() if name in ("item", "variant")}
    said |= pointed_at
    proofs = ("postcode", "date_of_birth") if "email" in said else ()
    untold = [name for name in (*NEEDS[expect["reason"]], *proofs) if name not in said]
    missing = tuple(MissingFact(name=name, why="the customer does not have it") for name in untold)
    event = held(expect["reason"], **said).model_copy(update={"missing": missing})
    before, memory = Scenario.model_validate(scenario).agreements(event.occurred_at), MemoryAgreements()
    account = f"retail:{scenario.get('customer_id')}"
    await memory.claim(account, [one.entry for one in before], event.occurred_at)
    decision = (await PolicyWorker(worker.desks, memory).decide(event)).policy.decisions[0]
    assert (decision.verdict, decision.rule_id) == (expect["verdict"], expect.get("rule", decision.rule_id))


@pytest.mark.parametrize("folder", folders(RETAIL.parent).values(), ids=lambda folder: folder.name)
def test_scenarios_cover_all_reasons_and_verdicts_and_some_are_samples(folder):
    scenarios = yaml.safe_load((folder / "scenarios.yaml").read_text())["scenarios"]
    vocabulary = yaml.safe_load((folder / "contact_reasons.yaml").read_text())["reasons"]
    expected = [scenario["expect"] for scenario in scenarios]
    assert {e["reason"] for e in expected} - {None} == {reason["code"] for reason in vocabulary}
    assert {e["verdict"] for e in expected} == {"allow", "deny", "needs_review", "needs_info"}
    assert len({s["id"] for s in scenarios}) == len(scenarios) >= 40
    assert 6 <= len([s for s in scenarios if "sample" in s]) <= 10
