"""Who is asking is proved by facts that match, never by an id."""

from datetime import date

import pytest

from services.policy.accounts import Account
from services.policy.accounts.yaml import YamlAccounts
from services.policy.case import open_case
from services.policy.identity import normal, prove
from services.policy.worker import Desk, PolicyWorker
from tests.unit.policy.conftest import DANA, held, proof_of


@pytest.mark.parametrize(
    ("fact", "said", "known"),
    [
        ("email", " Dana.Lopez@Example.com", "dana.lopez@example.com"),
        ("postcode", "k1a0b6", "K1A 0B6"),
        ("phone", "(555) 010-1001", "+1 555 010 1001"),
        ("date_of_birth", "04/12/1988", date(1988, 4, 12)),
        ("date_of_birth", "April 12, 1988", date(1988, 4, 12)),
        ("date_of_birth", "12 april 1988", "1988-04-12"),
    ],
)
def test_accidents_of_writing_do_not_count(fact, said, known):
    assert normal(fact, said) == normal(fact, known)


def test_a_day_is_not_a_month():
    assert normal("date_of_birth", "12/04/1988") != normal("date_of_birth", date(1988, 4, 12))


def test_two_of_three_facts_prove_it_and_are_named():
    proof = prove(
        ("email", "postcode", "dob"), 2, {"email": "a", "dob": "3"}, {"email": "A", "postcode": "2", "dob": "3"}
    )
    assert proof.verified
    assert proof.verification.method == "email+dob"


def test_a_fact_that_the_account_lacks_speaks_neither_for_nor_against():
    proof = prove(("email", "dob"), 2, {"email": "a", "dob": "3"}, {"email": "a"})
    assert not proof.verified
    assert (proof.wrong, proof.provable) == ((), False)


@pytest.mark.parametrize("said", [{"order_id": "48213"}, {}])
async def test_an_id_alone_proves_nothing(decide, said):
    decision = await decide("refund_request", customer_id="C-1001", **{"order_id": "48213", **said})
    assert (decision.verdict, decision.rule_id) == ("needs_info", None)
    assert decision.missing == ("email", "postcode")
    assert decision.checks[0].result == "lacks_facts"


async def test_only_what_is_still_needed_is_asked_for(decide):
    decision = await decide("refund_request", order_id="48213", email=DANA["email"])
    assert decision.missing == ("postcode",)
    assert "your zip code" in decision.reason_customer


async def test_wrong_facts_are_refused_without_saying_what_we_know(decide):
    decision = await decide("refund_request", order_id="48213", email=DANA["email"], postcode="99999")
    assert (decision.verdict, decision.rule_id, decision.action) == ("deny", None, None)
    assert "postcode did not match" in decision.reason_internal
    assert "94107" not in decision.model_dump_json()


async def test_an_unknown_email_is_refused(decide):
    decision = await decide("refund_request", order_id="99999", email="nobody@example.com", postcode="94107")
    assert decision.verdict == "deny"
    assert decision.reason_internal.startswith("identity_unknown: ")


async def test_an_account_that_holds_too_little_goes_to_a_person(worker):
    thin = YamlAccounts([Account.model_validate({"customer_id": "C-1", "email": "thin@example.com", "orders": []})])
    desk = PolicyWorker({"retail": Desk(thin, worker.desks["retail"].judge)})
    (decision,) = (await desk.decide(held("account_access", email="thin@example.com"))).policy.decisions
    assert decision.verdict == "needs_review"
    assert decision.reason_internal.startswith("identity_unprovable: ")


async def test_email_and_zip_code_are_enough_for_those_who_left_no_birthday(decide):
    assert (await decide("return_request", order_id="48177", **proof_of("C-1026"))).verdict == "allow"


async def test_the_account_is_found_by_phone_and_by_order_too(published):
    facts = {"postcode": DANA["postcode"], "date_of_birth": DANA["date_of_birth"]}
    by_phone = await published("account_access", phone="555-010-1001", **facts)
    by_order = await published("order_status", order_id="48213", **facts)
    assert by_phone.contact.customer_id == by_order.contact.customer_id == "C-1001"


async def test_what_is_not_proved_to_be_theirs_is_no_part_of_the_case(worker):
    accounts, judge, _ = worker.desks["retail"]
    account = await accounts.find("customer_id", "C-1001")
    said = {"order_id": "48213", "promo_code": "SAVE10", "email": DANA["email"]}

    stranger = open_case(held(**said), account, judge.rulebook, judge.profile)
    assert set(stranger.facts) == {"slots", "tables", "promo"}
    owner = open_case(held(**said, postcode=DANA["postcode"]), account, judge.rulebook, judge.profile)
    assert {"customer", "order", "refundable"} <= set(owner.facts)


WAYS = (("email", "pin"), ("name", "postcode"))
KNOWN = {"email": "a", "pin": "1", "name": "Ann", "postcode": "2", "dob": "3"}


@pytest.mark.parametrize(
    ("said", "verified", "still"),
    [
        ({"email": "a", "pin": "1"}, True, ()),
        ({"name": "Ann", "postcode": "2"}, True, ()),
        ({"email": "a", "postcode": "2"}, False, ("pin",)),
        ({"email": "a", "postcode": "2", "dob": "3"}, True, ()),
        ({"email": "a", "pin": "9", "dob": "3"}, False, ("name",)),
        ({"name": "Bob", "postcode": "2"}, False, ("email", "pin")),
        ({}, False, ("email", "pin")),
    ],
)
def test_all_of_one_way_prove_it_too(said: dict[str, str], verified: bool, still: tuple[str, ...]):
    proof = prove(("email", "pin", "name", "postcode", "dob"), 3, said, KNOWN, WAYS)
    assert proof.verified == verified
    assert verified or proof.open == still


def test_a_way_of_which_a_part_is_wrong_proves_nothing():
    proof = prove(("email", "pin"), 2, {"email": "a", "pin": "9"}, KNOWN, (("email", "pin"),))
    assert (proof.verified, proof.open) == (False, None)
