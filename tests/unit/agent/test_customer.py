from collections.abc import Callable
from datetime import date
from random import Random
from typing import get_args

import pytest

from callcenter.account_book import AccountBook
from callcenter.events import Persona
from services.agent.conversation import Desk
from services.agent.customer.memory import Memory, Recollection, Wanted
from services.agent.customer.person import SimulatedCustomer, in_character
from services.agent.customer.personas import FORGETFUL, IMPOSTOR, PERSONAS, PLAIN, cast
from services.agent.facts import lacking
from services.agent.reasons import ContactReasons, Typical

Who = Callable[..., Memory]
TODAY = date(2026, 11, 20)
ASKED = {"order_id", "email", "postcode", "date_of_birth", "gift_card_code", "promo_code", "new_address", "product"}


@pytest.fixture(scope="session")
def reasons(desk: Desk) -> ContactReasons:
    return desk.reasons


@pytest.fixture
def who(book: AccountBook, reasons: ContactReasons) -> Who:
    def who(
        text: str = "",
        customer_id: str | None = None,
        typical: dict[str, Typical] | None = None,
        seed: int = 1,
        book: AccountBook = book,
        **stated: str,
    ) -> Memory:
        wanted = Wanted(typical or {}, TODAY, Random(seed))
        return Recollection(book, reasons).remember(customer_id, stated, text, wanted)

    return who


def test_a_known_customer_remembers_their_own_account(who: Who):
    memory = who(customer_id="C-2")
    assert memory.facts["email"] == "bob@example.com"
    assert memory.facts["order_id"] == "33333"


def test_what_the_text_states_names_the_person(who: Who):
    assert who(email="ann@example.com").customer_id == "C-1"
    assert who(order_id="33333").customer_id == "C-2"
    assert who(phone="+15550100001").customer_id == "C-1"


def test_the_order_of_the_text_is_the_one_remembered(who: Who):
    assert who(customer_id="C-1", order_id="22222").facts["product"] == "Wool rug"


@pytest.mark.parametrize(
    "stated", [{"email": "who@example.com"}, {"order_id": "99999"}, {"email": "who@example.com", "order_id": "11111"}]
)
def test_an_unknown_fact_never_becomes_a_real_account(who: Who, stated: dict[str, str]):
    assert who(**stated) == Memory(stated, None)


def test_the_item_of_the_text_is_the_one_remembered(who: Who):
    order = {"order_id": "11111", "items": [{"product": "Desk lamp"}, {"product": "Lamp shade"}]}
    shop = AccountBook(customers=({"customer_id": "C-1", "orders": [order]},))
    assert who("the lamp shade is missing", "C-1", book=shop).facts["product"] == "Lamp shade"
    assert who("an item is missing", "C-1", book=shop).facts["product"] == "Desk lamp"


def test_an_unknown_customer_stays_unknown(who: Who):
    assert who(customer_id="C-999", order_id="11111") == Memory({"order_id": "11111"}, None)


def test_a_stranger_gets_an_account_that_fits_the_request(who: Who):
    for seed in range(20):
        assert who(typical={"order": {"status": ("processing",)}}, seed=seed).facts["order_id"] == "22222"
        assert who(typical={"order": {"charges": "twice"}}, seed=seed).customer_id == "C-2"
        assert who(typical={"gift_card": "some"}, seed=seed).facts["gift_card_code"] == "GC-AAAA-1111"
        assert who(text="my desk lamps are broken", seed=seed).facts["order_id"] == "11111"


def test_without_any_hint_the_seed_draws(who: Who):
    assert {who(seed=seed).customer_id for seed in range(20)} == {"C-1", "C-2"}
    assert who(seed=3) == who(seed=3)


def test_a_stated_fact_outweighs_the_account(who: Who):
    assert who(customer_id="C-1", postcode="99999").facts["postcode"] == "99999"


def played(desk: Desk, memory: Memory, persona: str, seed: int = 1) -> SimulatedCustomer:
    cast_as, rng = PERSONAS[persona], Random(seed)
    slots, identity = desk.reasons.slots, desk.reasons.identity.facts
    known = in_character(memory, cast_as, stated={}, slots=slots, forgettable=identity, identity=identity, rng=rng)
    return SimulatedCustomer(cast_as, known, desk.reasons.slots, rng)


def test_personas_answer_differently_with_the_same_fact(desk: Desk, who: Who):
    memory = who(customer_id="C-2")
    replies = {name: played(desk, memory, name).answers("order_id") for name in PERSONAS}
    assert len(set(replies.values())) == len(PERSONAS)
    assert all("33333" in reply for reply in replies.values())


def test_every_answer_is_one_that_the_agent_can_read(desk: Desk, who: Who):
    memory = who(customer_id="C-2")
    for name in PERSONAS:
        for seed in range(8):
            customer = played(desk, memory, name, seed)
            for slot in set(customer.memory.facts) & ASKED:
                text = customer.answers(slot)
                read = {e.name: e.value for e in desk.extractor.extract(2, text, slot)}
                assert read.get(slot) == customer.memory.facts[slot], text


def test_the_forgetful_lack_one_fact_and_say_so(desk: Desk, who: Who):
    memory = who(customer_id="C-2")
    customer = played(desk, memory, FORGETFUL.name)
    (lost,) = set(memory.facts) - set(customer.memory.facts)
    assert desk.reasons.slots[lost].title in customer.answers(lost)


def test_the_impostor_has_wrong_identity_facts(desk: Desk, who: Who):
    memory = who(customer_id="C-1")
    false = played(desk, memory, IMPOSTOR.name).memory.facts
    assert all(false[name] != memory.facts[name] for name in desk.reasons.identity.facts)
    assert false["order_id"] == memory.facts["order_id"]


def test_every_persona_that_can_be_asked_for_is_there():
    assert set(PERSONAS) == set(get_args(Persona))


def test_nobody_pretends_unasked():
    drawn = {cast(None, 0.0, Random(seed)).name for seed in range(200)}
    assert drawn == set(PERSONAS) - {"impostor", "changes_mind"}
    assert cast("impostor", 0.0, Random(1)) is IMPOSTOR
    assert cast("plain", -1.0, Random(1)) is PLAIN


def test_who_does_not_know_a_fact_says_so_in_words_that_the_agent_reads(desk: Desk):
    for name in PERSONAS.keys() - {IMPOSTOR.name}:
        customer = played(desk, Memory({}), name)
        replies = [customer.answers(slot) for slot in ("order_id", "order_id", "email", "email")]
        assert all(lacking(reply) for reply in replies), replies
        assert len(set(replies)) == 4


@pytest.mark.parametrize(("condition", "fits"), [("past", "past"), ("future", "ahead"), (("new", "old"), "aged")])
def test_conditions_look_at_any_field(reasons: ContactReasons, condition: str | tuple[str, ...], fits: str):
    things = {"past": {"due": "3 days ago"}, "ahead": {"due": "in 2 days"}, "aged": {"due": "old"}, "bare": {}}
    book = AccountBook(customers=[{"customer_id": name, "orders": [thing]} for name, thing in things.items()])
    for seed in range(5):
        wanted = Wanted({"order": {"due": condition}}, TODAY, Random(seed))
        assert Recollection(book, reasons).remember(None, {}, "", wanted).customer_id == fits
