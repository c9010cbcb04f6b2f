from datetime import date

import pytest

from services.agent.conversation import Desk
from services.agent.facts import Extractor, lacking


@pytest.fixture(scope="module")
def extractor(desk: Desk) -> Extractor:
    return desk.extractor


def found(extractor: Extractor, text: str, expected: str | None = None) -> dict[str, str]:
    return {entity.name: entity.value for entity in extractor.extract(0, text, expected)}


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("it's about order 48213.", "order_id", "48213"),
        ("order #48213!", "order_id", "48213"),
        ("write to Dana.Lopez@Example.com.", "email", "dana.lopez@example.com"),
        ("call (555) 010-1001 please", "phone", "+15550101001"),
        ("call +1 555 010 1001", "phone", "+15550101001"),
        ("my zip is 94107", "postcode", "94107"),
        ("zip code K1A 0B6", "postcode", "K1A 0B6"),
        ("zip 94107-1234", "postcode", "94107"),
        ("move it to 410 5th Avenue, New York, NY 10018", "new_address", "410 5th Avenue, New York, NY 10018"),
        ("born on April 12, 1988", "date_of_birth", "1988-04-12"),
        ("date of birth: 04/22/1988", "date_of_birth", "1988-04-22"),
        ("I was born 12 April 1988", "date_of_birth", "1988-04-12"),
        ("it came on 2026-11-02", "date", "2026-11-02"),
        ("they took $1,084.50 from me", "amount", "1084.50"),
        ("about 45 dollars", "amount", "45.00"),
        ("gc-7q2m-81kd is empty", "gift_card_code", "GC-7Q2M-81KD"),
        ("the promo code save10 fails", "promo_code", "SAVE10"),
        (
            "send it to 218 Maple Street, Burlington, VT 05401 please",
            "new_address",
            "218 Maple Street, Burlington, VT 05401",
        ),
    ],
)
def test_a_stated_fact_is_found_in_its_normal_form(extractor: Extractor, text: str, name: str, value: str):
    assert found(extractor, text) == {name: value}


@pytest.mark.parametrize(
    ("expected", "text", "value"),
    [
        ("order_id", "48213", "48213"),
        ("postcode", "48213", "48213"),
        ("date_of_birth", "4/22/1988", "1988-04-22"),
        ("date_of_birth", "25/12/1988", "1988-12-25"),
        ("promo_code", "It's SPRING20.", "SPRING20"),
        ("amount", "129", "129.00"),
        ("product", "It's the Espresso machine.", "Espresso machine"),
    ],
)
def test_the_question_decides_what_a_bare_answer_is(extractor: Extractor, expected: str, text: str, value: str):
    assert found(extractor, text, expected) == {expected: value}


def test_evidence_is_exactly_the_words_that_state_it(extractor: Extractor):
    text = "Hello! My order 48213, zip 94107, email dana@example.com."
    entities = extractor.extract(4, text)
    assert [text[e.evidence.start : e.evidence.end] for e in entities] == ["48213", "94107", "dana@example.com"]
    assert {e.evidence.turn for e in entities} == {4}
    assert [e.name for e in entities] == ["order_id", "postcode", "email"]


@pytest.mark.parametrize("text", ["1234", "482139", "$48213", "13/32/1988", "GC-12", "no numbers here", "", "😀" * 50])
def test_what_only_looks_like_an_order_number_is_none(extractor: Extractor, text: str):
    assert "order_id" not in found(extractor, text, "order_id")


def test_not_having_a_product_name_is_no_product_name(extractor: Extractor):
    assert found(extractor, "I don't have the product with me.", "product") == {}


@pytest.mark.parametrize(
    ("text", "is_lacking"),
    [
        ("I don't have it", True),
        ("no idea", True),
        ("No, I can't give you that word.", True),
        ("It's 48213.", False),
    ],
)
def test_a_customer_who_does_not_have_it_says_so(text: str, is_lacking: bool):
    assert lacking(text) is is_lacking


def test_an_order_number_before_an_address_is_not_part_of_it(extractor: Extractor):
    text = "Please change the address for order 48371 to 77 Alder Avenue, Portland, OR 97205."
    assert found(extractor, text) == {"order_id": "48371", "new_address": "77 Alder Avenue, Portland, OR 97205"}


def test_a_figure_that_no_amount_of_money_has_is_none(extractor: Extractor):
    assert found(extractor, "they took $" + "1" * 40) == {}
    assert found(extractor, "9" * 4000, "amount") == {}
    assert found(extractor, "999999999999", "amount") == {"amount": "999999999999.00"}


PROOFS = {"email": "ada.byron@example.com", "date_of_birth": "1971-11-02", "postcode": "94107"}


@pytest.mark.parametrize(
    "text",
    [
        "ada.byron@example.com, November 2 1971, 94107",
        "ada.byron@example.com, 2nd of november 1971, 94107",
        "ada.byron@example.com 02-Nov-1971 94107",
        "ada.byron@example.com, born 1971-11-02, 94107",
        "Ada, 2 Nov 1971, ada.byron@example.com 94107",
    ],
)
def test_who_lists_what_proves_them_needs_no_words_for_it(extractor: Extractor, text: str) -> None:
    told = {one.name: one.value for one in extractor.extract(0, text, today=date(2026, 11, 30))}
    assert told == PROOFS


@pytest.mark.parametrize(
    "text",
    ["a customer since March 3, 1999", "it was bought on 3 March 1999", "it came March 3, 2025", "till 3 May 2001"],
)
def test_not_each_day_is_that_of_a_birth(extractor: Extractor, text: str) -> None:
    assert "date_of_birth" not in {one.name for one in extractor.extract(0, text, today=date(2026, 11, 30))}


@pytest.mark.parametrize("text", ["11 2 1971", "it is 2 11 1971", "1971 11 02"])
def test_a_birth_asked_for_may_be_parted_by_blanks(extractor: Extractor, text: str) -> None:
    told = extractor.extract(0, text, "date_of_birth", today=date(2026, 11, 30))
    assert [one.value for one in told] in ([], ["1971-11-02"])
    again = extractor.extract(0, "2 28 1971", "date_of_birth", today=date(2026, 11, 30))
    assert [(one.name, one.value) for one in again] == [("date_of_birth", "1971-02-28")]
