"""Who is asking is proved by facts that match, never by an id."""

from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path

import pytest
import yaml

from callcenter.business import load
from callcenter.errors import BusinessError
from callcenter.events import ContactReason, Dialogue, MissingFact
from services.policy.accounts import Account
from services.policy.accounts.yaml import YamlAccounts
from services.policy.case import open_case
from services.policy.identity import normal, prove
from services.policy.judgement import Judgement
from services.policy.rulebook import Rulebook
from services.policy.worker import Desk, PolicyWorker
from tests.unit.policy.conftest import DANA, RETAIL, held, proof_of


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
    assert (proof.wrong, proof.tried) == ((), True)


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


@pytest.fixture
def thin(worker):
    """A desk with one account, in which there is nothing but an email address."""
    kept = YamlAccounts([Account.model_validate({"customer_id": "C-1", "email": "thin@example.com", "orders": []})])
    return PolicyWorker({"retail": Desk(kept, worker.desks["retail"].judge)})


async def test_who_cannot_tell_what_would_prove_it_goes_to_a_person(thin):
    why = "the customer does not have it"
    lacking = tuple(MissingFact(name=fact, why=why) for fact in ("postcode", "date_of_birth"))
    for email in ("thin@example.com", "nobody@example.com"):
        event = held("account_access", email=email).model_copy(update={"missing": lacking})
        (decision,) = (await thin.decide(event)).policy.decisions
        assert decision.verdict == "needs_review"
        assert decision.reason_internal.startswith("identity_unprovable: ")
    event = held("account_access", phone="555-010-1001").model_copy(update={"missing": lacking})
    (decision,) = (await thin.decide(event)).policy.decisions
    assert (decision.verdict, decision.missing) == ("needs_info", ("email", "postcode")), "of nothing they told"


def told(judgement: Judgement) -> str:
    """All that is said and done by it, without what only our own people read."""
    decisions = [one.model_dump(exclude={"reason_internal", "checks"}) for one in judgement.decided]
    return repr((decisions, judgement.asks, judgement.sentence, judgement.choices))


def needing_proof(business: str) -> Iterator[ContactReason]:
    """Every contact reason for which somebody has to prove who they are."""
    entries = yaml.safe_load((RETAIL.parent / business / "contact_reasons.yaml").read_text())["reasons"]
    for one in (one for one in entries if one.get("identity")):
        yield ContactReason(
            code=one["code"], title=one["title"], path=one["path"], confidence=1, identity_required=True
        )


SAID = {"email": "a@example.com", "postcode": "22222", "date_of_birth": "1999-09-09", "memorable_word": "elm"}
HELD = [
    None,
    {},
    {"email": "a@example.com"},
    {"email": "a@example.com", "postcode": "11111", "date_of_birth": "1980-01-01", "memorable_word": "oak"},
    {"email": "b@example.com", "postcode": "22222", "memorable_word": "oak"},
]
"""No account, one in which nothing is, little, or other facts than those that are stated."""


@pytest.mark.parametrize("business", ["banking", "retail", "telecom"])
async def test_nothing_tells_whether_there_is_an_account_or_what_is_in_it(worker: PolicyWorker, business: str):
    judge, facts = worker.desks[business].judge, worker.desks[business].judge.rulebook.identity.facts
    for reason, upto in product(needing_proof(business), range(len(facts) + 1)):
        event = held("refund_request", business=business, **{fact: SAID[fact] for fact in facts[:upto]})
        event = event.model_copy(update={"contact_reason": reason, "dialogue": Dialogue(reasons=(reason,))})
        accounts = [None if known is None else Account(customer_id="X-1", **known) for known in HELD]
        cases = [open_case(event, one, judge.rulebook, judge.profile) for one in accounts]
        assert len({told(judge.judgement(case)) for case in cases}) == 1, (reason.code, upto)


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
        ({"email": "a", "dob": "9"}, False, ("pin",)),
        ({"dob": "3"}, False, ("email", "pin")),
        ({}, False, ("email", "pin")),
    ],
)
def test_all_of_one_way_prove_it_too(said: dict[str, str], verified: bool, still: tuple[str, ...]):
    proof = prove(("email", "pin", "name", "postcode", "dob"), 3, said, KNOWN, WAYS)
    assert proof.verified == verified
    assert verified or proof.open() == still


@pytest.mark.parametrize("known", [None, {}, KNOWN, {"email": "other"}])
@pytest.mark.parametrize("said", [{}, {"email": "a"}, {"email": "x", "dob": "9"}, {"dob": "3"}, {"name": "Bob"}])
def test_what_is_still_asked_for_is_the_same_for_every_account(said: dict[str, str], known: dict[str, str] | None):
    wanted = ("email", "pin", "name", "postcode", "dob")
    assert prove(wanted, 3, said, known, WAYS).open() == prove(wanted, 3, said, None, WAYS).open()


def test_what_they_cannot_tell_is_not_waited_for():
    proof = prove(("email", "pin", "dob"), 2, {"email": "a"}, None)
    assert (proof.open(), proof.open({"pin"}), proof.open({"pin", "dob"})) == (("pin",), ("dob",), None)


def test_a_way_of_which_a_part_is_wrong_proves_nothing():
    proof = prove(("email", "pin"), 2, {"email": "a", "pin": "9"}, KNOWN, (("email", "pin"),))
    assert (proof.verified, proof.tried) == (False, True)


def test_a_business_cannot_tell_strangers_whether_there_is_an_account(tmp_path: Path):
    text = (RETAIL / "policy.yaml").read_text()
    start = text.index("customer:", text.index("  identity_unknown:"))
    (tmp_path / "policy.yaml").write_text(
        text[:start] + 'customer: "There is no such account."\n' + text[text.index("    internal:", start) :]
    )
    with pytest.raises(BusinessError, match="would tell whether there is an account; give them the same verdict"):
        load(tmp_path, "policy.yaml", Rulebook)
