from typing import Any

import pytest
from pydantic import ValidationError

from services.agent.facts import Extractor, Trouble
from tests.unit.agent.facts.conftest import slot


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"kind": "choice"}, "needs `options`"),
        ({"kind": "phrase", "options": {"Basic": []}}, "no other kind may have any"),
        ({"kind": "choice", "options": {" ": []}}, "is no name"),
        ({"kind": "choice", "options": {"Basic": ["", "base"]}}, "option 'Basic': '' is no name"),
        ({"kind": "choice", "options": {"Basic": ["small"], "Mini": ["Small "]}}, "for 'Basic' and for 'Mini'"),
        ({"kind": "choice", "options": {"Basic": [], "Mini": ["basic"]}}, "it can only mean one of them"),
        ({"kind": "phone", "region": "UK"}, "two letters"),
        ({"kind": "amount", "region": "GB"}, "only for slots of kind date, phone, postcode"),
        ({"kind": "amount", "pattern": "x"}, "needs a `pattern`"),
        ({"kind": "colour"}, "'choice'"),
    ],
)
def test_a_slot_that_cannot_be_read_is_told(keys: dict[str, Any], told: str):
    with pytest.raises(ValidationError, match=told):
        slot(**keys)


LIMIT = {"new_limit": slot(kind="amount", bare=False, cues=["to", "limit", "limit of", "as much as"])}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("lift my limit to 4200", "4200.00"),
        ("the limit for sending money should go up to 6k", "6000.00"),
        ("a limit of 7,500", "7500.00"),
        ("limit 2.5k please", "2500.00"),
        ("I want to send as much as 900", "900.00"),
        ("set my limit to $800", "800.00"),
        ("I moved to 20904", None),
        ("the transfer to 4821 is late", None),
        ("my limit, and call me at 5550132", None),
        ("raise my limit, zip code 94107", None),
    ],
)
def test_a_figure_is_an_amount_where_the_words_before_it_say_of_what(text: str, value: str | None) -> None:
    assert {fact.name: fact.value for fact in Extractor(LIMIT).extract(0, text)} == (
        {"new_limit": value} if value else {}
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("USD 1.250,00 was taken", "1250.00"),
        ("they booked EUR 40", "40.00"),
        ("GBP12.50 went off", "12.50"),
        ("it was usd 3k", "3000.00"),
        ("in USD, and on page 3", None),
    ],
)
def test_the_code_of_a_currency_may_stand_before_the_figure(text: str, value: str | None) -> None:
    found = Extractor({"amount": slot(kind="amount")}).extract(0, text)
    assert [fact.value for fact in found] == ([value] if value else [])


def test_a_synonym_may_be_there_twice_for_one_option():
    assert slot(kind="choice", options={"Basic": ["basic", "small"]}).options == {"Basic": ("basic", "small")}


@pytest.mark.parametrize(
    ("region", "days"), [("US", ("1988-04-12", "1988-12-04")), ("GB", ("1988-12-04", "1988-04-12"))]
)
def test_a_day_that_reads_two_ways_is_none_and_the_usual_order_of_the_region_comes_first(
    region: str, days: tuple[str, str]
):
    extractor = Extractor({"day": slot(kind="date")}, region=region)
    assert extractor.extract(0, "04/12/1988", "day") == ()
    assert extractor.trouble("04/12/1988", "day") == Trouble("two_ways", "04/12/1988", days)


@pytest.mark.parametrize(("region", "number"), [("GB", "+442079460123"), ("DE", "+492079460123")])
def test_a_slot_has_the_region_of_its_business_or_its_own(region: str, number: str):
    ours, own = slot(kind="phone"), slot(kind="phone", region="DE")
    extractor = Extractor({"phone": own if region == "DE" else ours}, region="GB")
    assert [entity.value for entity in extractor.extract(0, "it's 020 7946 0123", "phone")] == [number]


@pytest.mark.parametrize("text", ["yesterday", "last Tuesday", "the 3rd of March", "04/12/88"])
def test_without_knowing_the_day_none_is_counted_from_it(text: str):
    assert Extractor({"day": slot(kind="date")}).extract(0, text, "day") == ()


@pytest.mark.parametrize("own", ["shop.example", "Shop.Example"])
def test_an_address_of_the_business_itself_is_not_the_customers(own: str):
    extractor = Extractor({"email": slot(kind="email")}, own_domains=[own])
    quoted = "From: no-reply@shop.example, cc: hello@mail.shop.example"
    assert extractor.extract(0, quoted) == ()
    assert extractor.extract(0, "no-reply@shop.example", "email") == ()
    others = "To: dana@workshop.example, kim@example.com"
    values = [entity.value for entity in extractor.extract(0, f"{quoted}\n{others}")]
    assert values == ["dana@workshop.example", "kim@example.com"]


def test_what_the_business_never_asks_for_is_still_no_order_number():
    extractor = Extractor({"order_id": slot(kind="pattern", pattern=r"\d{5}", cues=["order"])})
    texts = [
        "my zip is 94107",
        "I live in Burlington, VT 05401",
        "it cost 12345 dollars",
        "write to a48213@example.com",
    ]
    texts += ["4242 4242 4242 4242", "move it to 12345 Harbor Road"]
    assert [extractor.extract(0, text) for text in texts] == [()] * len(texts)
    assert [entity.value for entity in extractor.extract(0, "my zip is 94107, order 48213")] == ["48213"]
