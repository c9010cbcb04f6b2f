import re

import pytest
import yaml

from callcenter.settings import PROJECT
from services.summary.apologies import sorry_once
from services.summary.composer import Composer

from .conftest import make_decision, make_event, make_reason

FIRST = "We're sorry it's late, and we'll have the carrier trace it."
SORRY = re.compile(r"\bsorry\b|\bapolog", re.IGNORECASE)


@pytest.mark.parametrize(
    ("second", "left"),
    [
        ("We're sorry: order 48119 is due.", "Order 48119 is due."),
        ("We’re sorry that order 48119 is late.", "Order 48119 is late."),
        ("We're really sorry your lamp arrived damaged.", "Your lamp arrived damaged."),
        ("We're sorry, and we'll add a credit.", "We'll add a credit."),
        ("You're right, and we're sorry: we packed less.", "You're right: we packed less."),
        ("We shouldn't have, and we're sorry. It will be back.", "We shouldn't have. It will be back."),
        ("Nobody came; we're sorry. We'll credit $20.00.", "Nobody came. We'll credit $20.00."),
        ("We apologize for the wait. Your card is coming.", "Your card is coming."),
        ("We're sorry about order 48119. A colleague will call.", "A colleague will call."),
        ("We'll trace it.", "We'll trace it."),
    ],
)
def test_only_the_first_apology_stays(second: str, left: str) -> None:
    assert sorry_once(f"{FIRST} {second} Bye.") == f"{FIRST} {left} Bye."
    assert sorry_once(second) == second


@pytest.mark.parametrize("business", ["retail", "telecom", "banking"])
def test_no_two_answers_of_a_business_say_sorry_twice(business: str) -> None:
    rules = yaml.safe_load((PROJECT / "businesses" / business / "policy.yaml").read_text())["rules"]
    told = [rule["customer"] for rule in rules if SORRY.search(rule.get("customer", ""))]
    assert told
    for answer in told:
        said = sorry_once(f"{FIRST} {answer}")
        assert len(SORRY.findall(said)) == 1
        assert set(re.findall(r"\{[^}]*\}", answer)) - set(re.findall(r"\{[^}]*\}", said)) <= {"{order.order_id}"}
        assert not re.search(r"[,;:]\s*[.,;:!?]|  |^\W", said)


def test_a_reply_about_two_things_says_sorry_once(composer: Composer) -> None:
    also = make_reason("store_hours")
    event = make_event(
        make_decision(reason_customer=FIRST),
        make_decision(contact_reason="store_hours", reason_customer="We're sorry: it should be there."),
        secondary_reasons=(also,),
    )
    for text in (composer.summary(event).reply_to_customer, composer.last_turn(event).text):
        assert FIRST in text
        assert "It should be there." in text
        assert len(SORRY.findall(text)) == 1
