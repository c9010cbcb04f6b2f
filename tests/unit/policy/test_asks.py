"""A rule may ask: what there is to choose among goes with the question, and nothing else is ever an answer."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.business import Profile, load
from callcenter.errors import BusinessError, Permanent
from callcenter.events import (
    CaseDecided,
    ConversationHeld,
    Decision,
    Dialogue,
    InformationNeeded,
    MissingFact,
    PolicyDecided,
)
from services.policy.accounts import AccountsSheet
from services.policy.accounts.yaml import YamlAccounts
from services.policy.judge import Judge
from services.policy.rulebook import Rulebook
from services.policy.worker import Desk, PolicyWorker
from tests.unit.policy.conftest import CUSTOMERS, RETAIL, TOM, held, proof_of
from tests.unit.policy.test_rules import PAIRS, buyer_of, desk_of
from tests.unit.policy.test_showing import stated

ASK = {
    "slot": "shade",
    "text": "Which shade of {order.order_id} shall it be?",
    "choices": "tables.shades.filter(one, one.stock > 0)",
    "key": "code",
    "label": "{name} for {price}",
    "known_by": ["name", "price"],
}
SHADES = [
    {"code": "R1", "name": "rusty red", "price": "129.00", "stock": 2},
    {"code": "B2", "name": "sky blue", "price": "131.50", "stock": 1},
    {"code": "G3", "name": "moss green", "price": "99.00", "stock": 0},
]
ON_SALE = {"R1", "B2"}


def business(
    folder: Path, *, done: dict[str, Any] | None = None, words: str = "exchange", **changes: Any
) -> PolicyWorker:
    """The shop, whose exchanges ask for a shade first, and are then `done`, which is said in these `words`."""
    policy = yaml.safe_load((RETAIL / "policy.yaml").read_text())
    policy["under_way"]["words"]["exchange"] = words
    asks = {
        "id": "exchange.shade",
        "title": "Which shade",
        "reasons": ["exchange_request"],
        "needs": {"identity": "verified", "slots": ["order_id"]},
        "when": 'order.status == "delivered"',
        "ask": ASK | {name: value for name, value in changes.items() if name in ASK},
    } | {name: value for name, value in changes.items() if name not in ASK}
    does = {
        "id": "exchange.done",
        "title": "Done",
        "reasons": ["exchange_request"],
        "needs": {"identity": "verified", "slots": ["order_id"]},
        "verdict": "allow",
        "action": {"name": "exchange"},
        "customer": "Done.",
        "internal": "Done.",
    } | (done or {})
    policy["rules"] = [asks, does, *policy["rules"]]
    policy["tables"]["shades"] = SHADES
    policy["asks"]["shade"] = "the shade that you want"
    (folder / "policy.yaml").write_text(yaml.safe_dump(policy, sort_keys=False))
    rulebook = load(folder, "policy.yaml", Rulebook)
    accounts = YamlAccounts(load(RETAIL, "accounts.yaml", AccountsSheet).customers)
    return PolicyWorker({"retail": Desk(accounts, Judge(rulebook, load(RETAIL, "business.yaml", Profile)))})


def exchange(who: str = "C-1001", order: str = "48213", **said: str) -> ConversationHeld:
    return held("exchange_request", **proof_of(who), order_id=order, **said)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> PolicyWorker:
    return business(tmp_path_factory.mktemp("shop"))


async def looked(shop: PolicyWorker, event: ConversationHeld) -> CaseDecided:
    return await shop.look(stated(event))


async def decision(shop: PolicyWorker, event: ConversationHeld) -> Decision:
    decided = await shop.decide(event)
    assert isinstance(decided, PolicyDecided)
    return decided.policy.decisions[0]


async def test_the_question_goes_back_with_its_choices(shop: PolicyWorker):
    asked = (await looked(shop, exchange())).standing.question
    assert asked is not None
    assert (asked.slot, asked.text, asked.request) == ("shade", "Which shade of 48213 shall it be?", None)
    assert [(one.value, one.label, one.known) for one in asked.things] == [
        ("R1", "rusty red for $129.00", ("rusty red", "129.00")),
        ("B2", "sky blue for $131.50", ("sky blue", "131.50")),
    ]


async def test_the_answer_is_a_fact_and_the_next_rule_decides(shop: PolicyWorker):
    standing = (await looked(shop, exchange(shade="b2"))).standing
    assert standing.question is None
    shade = standing.named("shade", "b2")
    assert shade is not None
    assert shade.label == "sky blue for $131.50"
    assert {one.value for one in standing.things_of("shade")} == ON_SALE
    made = await decision(shop, exchange(shade="b2"))
    assert (made.rule_id, made.action and made.action.name) == ("exchange.done", "exchange")


@settings(max_examples=100, deadline=None)
@given(said=st.one_of(st.text(min_size=1, max_size=20), st.sampled_from([one["code"] for one in SHADES])))
async def test_nothing_but_a_choice_is_an_answer(shop: PolicyWorker, said: str):
    made = await decision(shop, exchange(shade=said))
    chosen = "".join(said.casefold().split()).upper() in ON_SALE
    assert (made.rule_id, made.verdict) == (("exchange.done", "allow") if chosen else ("exchange.shade", "needs_info"))
    assert made.action is None or chosen


@settings(max_examples=100, deadline=None)
@given(
    claimed=st.fixed_dictionaries(
        {fact: st.none() | st.sampled_from(sorted(CUSTOMERS)) for fact in ("email", "postcode", "date_of_birth")}
    )
)
async def test_nobody_is_offered_what_is_in_an_account_that_is_not_proved_to_be_theirs(
    orders_of: PolicyWorker, claimed: dict[str, str | None]
):
    said = {fact: proof_of(who)[fact] for fact, who in claimed.items() if who and fact in proof_of(who)}
    standing = (await orders_of.look(stated(held("exchange_request", **said)))).standing
    offered = {one.value for one in standing.question.things} if standing.question else set()
    theirs = [
        {str(order["order_id"]) for order in CUSTOMERS[who]["orders"]}
        for who in CUSTOMERS
        if sum(proof_of(who).get(fact) == value for fact, value in said.items()) >= 2
    ]
    assert not offered or (standing.verified and offered in theirs)


@pytest.fixture(scope="module")
def orders_of(tmp_path_factory: pytest.TempPathFactory) -> PolicyWorker:
    """A shop that asks for one of the customer's own orders, and needs no proof of its own for that."""
    own = {"choices": "customer.orders", "key": "order_id", "label": "{order_id}", "text": "Which?", "needs": {}}
    return business(tmp_path_factory.mktemp("orders"), when="true", **own)


async def test_who_cannot_tell_goes_to_a_person(shop: PolicyWorker):
    untold = (MissingFact(name="shade", why="the customer does not have it"),)
    event = exchange().model_copy(update={"missing": untold, "dialogue": Dialogue()})
    assert (await shop.look(stated(event))).standing.question is None
    made = await decision(shop, event)
    assert (made.verdict, made.action) == ("needs_review", None)
    assert "without the shade that you want" in made.reason_customer


async def test_at_the_end_it_is_asked_once_and_then_it_is_lacking(shop: PolicyWorker):
    asked = await shop.decide(exchange().model_copy(update={"dialogue": Dialogue()}))
    assert isinstance(asked, InformationNeeded)
    assert {one.value for one in asked.question.things} == ON_SALE
    made = await decision(shop, exchange().model_copy(update={"dialogue": Dialogue(returned=1)}))
    assert (made.verdict, made.missing) == ("needs_info", ("shade",))


async def test_of_several_requests_it_is_told_whose_choice_it_is(shop: PolicyWorker):
    event = exchange()
    entity = event.entities[-1]
    assert event.contact_reason
    one = event.contact_reason.model_copy(update={"entities": (entity,)})
    both = event.model_copy(update={"secondary_reasons": (one,), "contact_reason": one})
    asked = (await looked(shop, both)).standing.question
    assert asked is not None
    assert asked.request == 0


async def test_where_there_is_nothing_to_choose_the_next_rule_decides_but_not_about_what_was_said(tmp_path: Path):
    shop = business(tmp_path, choices="tables.shades.filter(one, one.stock > 9)")
    assert (await decision(shop, exchange())).rule_id == "exchange.done"
    made = await decision(shop, exchange(shade="R1"))
    assert (made.verdict, made.action) == ("needs_review", None)


@pytest.mark.parametrize("choices", ["tables.nothing", "slots.order_id.matches('x') ? tables.shades : tables.nothing"])
async def test_where_it_cannot_be_told_what_there_is_a_person_decides(tmp_path: Path, choices: str):
    made = await decision(business(tmp_path, choices=choices), exchange(shade="R1"))
    assert (made.verdict, made.action) == ("needs_review", None)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"verdict": "allow"}, "a rule that asks decides nothing and says its `text`: take out verdict"),
        ({"choices": "1 + 2"}, "gives int and must give list"),
        ({"text": "Which {colour}?"}, "there is no fact {colour}"),
        ({"slot": "size"}, "say under `asks` how to ask for size"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, change: dict[str, Any], told: str):
    with pytest.raises(BusinessError) as mistake:
        business(tmp_path, **change)
    assert told in str(mistake.value)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"choices": f"[{PAIRS}].map(n, tables.shades[0])"}, "rule exchange.shade > ask > choices"),
        (
            {"when": "false", "done": {"action": {"name": "exchange", "parameters": {"pairs": PAIRS}}}},
            "rule exchange.done > action > parameters > pairs",
        ),
    ],
)
async def test_a_choice_or_parameter_that_looks_at_too_much_is_told_at_once_and_by_name(
    tmp_path: Path, change: dict[str, Any], where: str
):
    business(tmp_path, **change)
    event = held("exchange_request", order_id="00001", **TOM)
    assert isinstance(await desk_of(tmp_path, buyer_of(3)).decide(event), PolicyDecided)
    with pytest.raises(Permanent, match=rf"/policy\.yaml, {where}: `.*` looks at more than 10,000 entries"):
        await desk_of(tmp_path, buyer_of(150)).decide(event)
