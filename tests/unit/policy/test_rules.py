"""A policy file that was read is one that works; one that does not says where and why."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from callcenter.business import Profile, load
from callcenter.errors import BusinessError, Permanent
from callcenter.events import PolicyDecided
from services.policy import build
from services.policy.accounts import Account
from services.policy.accounts.yaml import YamlAccounts
from services.policy.case import open_case
from services.policy.judge import Judge
from services.policy.rulebook import Rulebook
from services.policy.settings import PolicySettings
from services.policy.worker import Desk, PolicyWorker
from tests.unit.policy.conftest import CUSTOMERS, DANA, RETAIL, TOM, VOCABULARY, held, proof_of, reason

POLICY = (RETAIL / "policy.yaml").read_text()


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load(RETAIL, "policy.yaml", Rulebook)


def changed(folder: Path, old: str, new: str) -> Path:
    assert old in POLICY
    (folder / "policy.yaml").write_text(POLICY.replace(old, new, 1))
    return folder


def line_of(text: str) -> int:
    return next(number for number, line in enumerate(POLICY.splitlines(), 1) if text in line)


def test_ids_are_unique(rulebook):
    ids = [rule.id for rule in rulebook.rules]
    assert len(ids) == len(set(ids)) >= 40


@pytest.mark.parametrize("code", sorted(VOCABULARY.keys() - {"human_agent"}))
def test_every_reason_has_a_rule(rulebook, code):
    """But the one that asks for a person: `answers` say what happens then, before any rule is looked at."""
    assert any(rule.is_about(reason(code)) for rule in rulebook.rules)


def test_every_rule_speaks_of_known_reasons_and_slots(rulebook):
    slots = yaml.safe_load((RETAIL / "contact_reasons.yaml").read_text())["slots"]
    for rule in rulebook.rules:
        assert set(rule.reasons) <= set(VOCABULARY), rule.id
        assert set(rule.needs.slots) <= set(slots), rule.id


def test_every_rule_is_compiled(rulebook):
    assert [ruling.when.text for ruling in rulebook.rulings] == [rule.when for rule in rulebook.rules]


def test_a_fact_that_no_sample_account_has_is_told(tmp_path):
    for name in ("business.yaml", "accounts.yaml"):
        (tmp_path / name).write_text((RETAIL / name).read_text())
    changed(
        tmp_path, 'when: order.status == "shipped" && days_late > 0 && all', 'when: order.statu == "shipped" && all'
    )
    with pytest.raises(BusinessError, match=r"rule delivery_late.reship: it reads order.statu, which no account has"):
        build(PolicySettings(businesses_dir=tmp_path.parent))


async def test_every_rule_decides_about_some_sample_customer(worker, rulebook):
    said = {"product": "lamp", "new_address": "77 Alder Avenue"}
    items = [
        (who, order["order_id"], item["product"])
        for who, known in CUSTOMERS.items()
        for order in known["orders"]
        for item in order["items"]
    ]
    variants = yaml.safe_load(POLICY)["tables"]["variants"]
    orders = [
        (who, order["order_id"]) for who, known in CUSTOMERS.items() for order in known["orders"] or [{"order_id": ""}]
    ]
    cards = [(who, card["code"]) for who, known in CUSTOMERS.items() for card in known["gift_cards"]]
    events = [held(code, order_id=order, **said, **proof_of(who)) for who, order in orders for code in VOCABULARY]
    swaps = [{}, *({"variant": one["name"]} for one in variants)]
    events += [
        held("exchange_request", order_id=order, item=item, **swap, **proof_of(who))
        for who, order, item in items
        for swap in swaps
    ]
    events += [held("gift_card", gift_card_code=code, **proof_of(who)) for who, code in cards]
    events += [held("promo_code", promo_code=row["code"], **DANA) for row in rulebook.tables["promo_codes"]]
    desk, again = PolicyWorker(worker.desks), [timedelta(minutes=30), timedelta(hours=2)]
    events += [
        event.model_copy(update={"interaction_id": f"after {later}", "occurred_at": event.occurred_at + later})
        for later in again
        for event in events
    ]
    decided = {(await desk.decide(event)).policy.decisions[0].rule_id for event in events}
    assert {rule.id for rule in rulebook.rules} - decided == set()


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        (
            "when: times_charged < 2",
            "when: times_charge < 2",
            "times_charged < 2",
            "undeclared reference to 'times_charge'",
        ),
        ("when: times_charged < 2", 'when: times_charged < "2"', "times_charged < 2", "no matching overload"),
        ("when: times_charged < 2", "when: times_charged <", "times_charged < 2", "Syntax error"),
        ("when: times_charged < 2", "when: times_charged + 2", "times_charged < 2", "gives int and must give bool"),
        ("amount: order.total}", "amount: orders.total}", "amount: order.total}", "undeclared reference"),
    ],
)
def test_a_wrong_expression_is_told_with_file_line_rule_and_column(tmp_path, old, new, where, what):
    with pytest.raises(BusinessError) as mistake:
        load(changed(tmp_path, old, new), "policy.yaml", Rulebook)
    message = str(mistake.value)
    assert f"policy.yaml, line {line_of(where)}: rules > no. " in message
    assert "rule double_charge." in message
    assert what in message


def test_the_column_counts_from_one(tmp_path):
    folder = changed(tmp_path, "when: times_charged < 2", "when: times_charged < 2 && nonsense")
    with pytest.raises(BusinessError, match="column 22: undeclared reference to 'nonsense'"):
        load(folder, "policy.yaml", Rulebook)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("id: double_charge.found", "id: double_charge.large", "this id is taken already"),
        ("times_charged} charges of", "times_charge} charges of", "there is no fact {times_charge}"),
        ("  refund_charge: charged", "  other: charged", "write a limit for the amount of refund_charge"),
        ("  gift_card_code: the", "  gift_card: the", "say under `asks` how to ask for gift_card_code"),
        (
            "verdict: needs_review\n    customer: \"You're right: we see",
            "verdict: maybe\n    customer: \"You're right: we see",
            "must be allow, deny or needs_review; it is maybe",
        ),
        ("still need {missing}", "still need {slots.email}", "there is no fact {slots.email}"),
        ("can't find order {slots.order_id}", "can't find order {slots.phone}", "there is no fact {slots.phone}"),
        ("title: Only one charge", "titel: Only one charge", "there is no such key here; did you mean title?"),
    ],
)
def test_a_contradiction_is_told(tmp_path, old, new, what):
    with pytest.raises(BusinessError, match=re.escape(what)):
        load(changed(tmp_path, old, new), "policy.yaml", Rulebook)


def test_an_answer_without_a_rule_can_never_allow(tmp_path):
    folder = changed(tmp_path, "no_rule:\n    verdict: needs_review", "no_rule:\n    verdict: allow")
    with pytest.raises(BusinessError, match="answers > no_rule > verdict"):
        load(folder, "policy.yaml", Rulebook)


def test_all_mistakes_are_told_at_once(tmp_path):
    text = POLICY.replace("times_charged < 2", "nonsense < 2", 1).replace("order.total > 500.0", "absurd", 1)
    (tmp_path / "policy.yaml").write_text(text)
    with pytest.raises(BusinessError) as mistake:
        load(tmp_path, "policy.yaml", Rulebook)
    assert "nonsense" in str(mistake.value)
    assert "absurd" in str(mistake.value)


def test_the_hash_changes_with_a_rule_and_not_with_a_comment(tmp_path, rulebook):
    assert re.fullmatch(r"[0-9a-f]{12}", rulebook.hash)
    (tmp_path / "policy.yaml").write_text("# a comment\n" + POLICY)
    assert load(tmp_path, "policy.yaml", Rulebook).hash == rulebook.hash
    longer = load(changed(tmp_path, "? 60 : 30", "? 60 : 31"), "policy.yaml", Rulebook)
    assert longer.hash != rulebook.hash


async def test_an_amount_over_its_limit_is_held_to_it_and_says_so(tmp_path, worker):
    folder = changed(
        tmp_path,
        "{name: refund, amount: refundable}\n    customer: \"You're within",
        "{name: refund, amount: refundable * 2.0}\n    customer: \"You're within",
    )
    judge = Judge(load(folder, "policy.yaml", Rulebook), load(RETAIL, "business.yaml", Profile))
    event = held("refund_request", order_id="48213", **proof_of("C-1001"))
    account = await worker.desks["retail"].accounts.find("customer_id", "C-1001")

    (decision,) = judge.judge(open_case(event, account, judge.rulebook, judge.profile)).decisions
    assert str(decision.action.amount) == "129.00"
    assert decision.reason_internal.endswith("Limited from $258.00 to $129.00.")
    assert decision.checks[-1].note == "Limited from $258.00 to $129.00."


async def test_a_refusal_that_holds_and_cannot_be_worded_is_not_passed_over(tmp_path, worker):
    folder = changed(tmp_path, "(open orders: {open_orders})", "(open orders: {customer.open})")
    judge = Judge(load(folder, "policy.yaml", Rulebook), load(RETAIL, "business.yaml", Profile))
    buyer = next(who for who, known in CUSTOMERS.items() if any(o["status"] == "processing" for o in known["orders"]))
    account = await worker.desks["retail"].accounts.find("customer_id", buyer)

    event = held("account_delete", **proof_of(buyer))
    (decision,) = judge.judge(open_case(event, account, judge.rulebook, judge.profile)).decisions
    assert (decision.verdict, decision.rule_id) == ("needs_review", None)
    assert decision.checks[-1].rule_id == "account_delete.open_orders"
    assert decision.reason_internal.endswith("cannot be passed over, nor applied: customer.open is not known.")


PAIRS = "size(customer.orders.filter(a, customer.orders.exists_one(b, b.order_id == a.order_id)))"


def buyer_of(orders: int) -> Account:
    """A customer of the shop with so many orders."""
    known = next(one for one in CUSTOMERS.values() if one["email"] == TOM["email"])
    return Account.model_validate(
        known | {"orders": [{**known["orders"][0], "order_id": f"{number:05}"} for number in range(orders)]}
    )


def desk_of(folder: Path, account: Account) -> PolicyWorker:
    judge = Judge(load(folder, "policy.yaml", Rulebook), load(RETAIL, "business.yaml", Profile))
    return PolicyWorker({"retail": Desk(YamlAccounts([account]), judge)})


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("  on_its_way:", f"  pairs: {PAIRS}\n  on_its_way:", "facts > pairs"),
        (
            "    when: times_charged >= 2 && order.total >",
            f"    when: double({PAIRS}) >",
            "rule double_charge.large > when",
        ),
        (
            "  refund_charge: charged - order.refunded",
            f"  refund_charge: '{PAIRS} > 0 ? 1.0 : charged'",
            "limits > refund_charge",
        ),
    ],
)
async def test_an_expression_that_looks_at_too_much_is_told_at_once_and_by_name(tmp_path, old, new, where):
    folder = changed(tmp_path, old, new)
    event = held("double_charge", order_id="00001", **TOM)
    assert isinstance(await desk_of(folder, buyer_of(3)).decide(event), PolicyDecided)
    with pytest.raises(Permanent, match=rf"/policy\.yaml, {re.escape(where)}: `.*` looks at more than 10,000 entries"):
        await desk_of(folder, buyer_of(150)).decide(event)
