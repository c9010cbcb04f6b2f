"""What each persona says to what the agent asks, over the whole talk."""

from random import Random

import pytest

from simulation.agenda import Due
from simulation.casting import Casting, Part
from simulation.customer import Customer, Line
from simulation.personas import NAMES, Name, manners
from simulation.reading import Asked, asked
from tests.unit.simulation.trades import CANCEL, HOURS, TODAY, agenda, part, somebody, trade

ASK_EMAIL = Asked("ask", "email", "Which email address is it?")
READ_BACK = Asked("confirm", None, "I would cancel order 40001. Shall I go ahead?", deeds=("cancel_order",))
AMEND = Asked("amend", None, "What should I change?")
ELSE = Asked("anything_else", None, "Is there anything else?")


def customer(played: Part | Name, seed: int = 1) -> Customer:
    return Customer(part(played) if isinstance(played, str) else played, Random(seed))


def said(line: Line | None) -> str:
    assert line
    return " / ".join(line.texts)


@pytest.mark.parametrize("persona", NAMES)
def test_every_persona_is_written_down_and_has_several_wordings_of_its_own(persona: Name) -> None:
    manner = manners()[persona]
    assert all(getattr(manner, name) for name in type(manner).model_fields)
    own = {phrase for name in type(manner).model_fields for phrase in getattr(manner, name)}
    plain = {phrase for name in type(manner).model_fields for phrase in getattr(manners()["plain"], name)}
    assert persona == "plain" or len(own - plain) >= 3


@pytest.mark.parametrize("persona", NAMES)
def test_the_same_chance_says_the_same(persona: Name) -> None:
    def talk(seed: int) -> list[Line | None]:
        one = customer(persona, seed)
        return [one.opens(), one.replies(ASK_EMAIL), one.replies(READ_BACK), one.replies(READ_BACK)]

    assert talk(3) == talk(3)
    assert any(talk(3) != talk(seed) for seed in range(4, 12))


def test_a_plain_customer_answers_and_agrees() -> None:
    one = customer("plain")
    assert CANCEL.says in said(one.opens())
    assert "ada.fern@example.com" in said(one.replies(ASK_EMAIL))
    assert one.replies(READ_BACK).meaning == "agrees"
    assert one.goes_on() is None


def test_a_fact_that_nobody_has_is_not_made_up() -> None:
    assert customer("plain").replies(Asked("ask", "gift_card_code")).meaning == "lacks"


def test_who_refuses_never_agrees_however_often_and_says_it_in_many_ways() -> None:
    one = customer("refusing")
    one.opens()
    lines = [one.replies(asked) for asked in (READ_BACK, AMEND, READ_BACK, READ_BACK)]
    assert {line.meaning for line in lines} == {"refuses"}
    assert len({said(customer("refusing", seed).replies(READ_BACK)) for seed in range(60)}) >= 12


def test_who_is_undecided_doubts_first_and_agrees_then() -> None:
    one = customer("undecided")
    assert [one.replies(READ_BACK).meaning for _ in range(2)] == ["doubts", "agrees"]


def test_who_forbids_something_names_it_and_refuses_it() -> None:
    one = customer("negating")
    assert "cancel order 40001" in said(one.opens())
    assert CANCEL.says not in said(customer("negating").opens())
    assert one.replies(READ_BACK).meaning == "refuses"


def test_who_asks_back_answers_after_that() -> None:
    one = customer("counter_asking")
    one.opens()
    assert [one.replies(ASK_EMAIL).meaning for _ in range(2)] == ["asks", "answers"]


def test_who_forgets_lacks_the_same_fact_to_the_end_and_knows_another_way_to_say_it() -> None:
    lost = {
        next(iter(part("forgetful", somebody(CANCEL.model_copy(update={"says": "Stop it."})), s).lost))
        for s in range(20)
    }
    assert "order_id" in lost
    assert len(lost) > 1
    played = next(
        one
        for s in range(20)
        if (one := part("forgetful", somebody(CANCEL.model_copy(update={"says": "Stop it."})), s)).lost == {"order_id"}
    )
    one = customer(played)
    one.opens()
    for _ in range(2):
        line = one.replies(Asked("ask", "order_id"))
        assert line.meaning == "lacks"
        assert "It's the paper lamp." in said(line)


def test_who_reads_their_thing_on_a_list_names_it() -> None:
    forgetful = Part(somebody(), "plain", lost=frozenset({"order_id"}))
    line = customer(forgetful).replies(Asked("ask", "order_id", things=("40007", "40001")))
    assert "40001" in said(line)


def test_who_corrects_says_another_thing_first_and_the_right_one_at_the_read_back() -> None:
    one = customer("correcting")
    wrong = one.part.wrong["order_id"]
    assert wrong != "40001"
    assert wrong in said(one.opens())
    assert "40001" not in said(customer("correcting").opens())
    line = one.replies(READ_BACK)
    assert line.meaning == "corrects"
    assert "40001" in said(line)
    assert one.replies(READ_BACK).meaning == "agrees"


def test_who_does_not_know_a_number_has_none_to_correct() -> None:
    unknown = somebody(CANCEL.model_copy(update={"facts": {}}))
    assert Casting(trade(), Random(1), TODAY).part(unknown, "correcting") is None


def test_who_corrects_agrees_to_nothing_that_is_still_wrong() -> None:
    one = customer("correcting")
    one.opens()
    wrong = Asked("confirm", None, f"I would cancel order {one.part.wrong['order_id']}. Shall I go ahead?")
    assert [one.replies(asked).meaning for asked in (wrong, AMEND, wrong, READ_BACK)] == [*["corrects"] * 3, "agrees"]


def test_who_was_asked_for_it_again_has_set_it_right_with_the_answer() -> None:
    one = customer("correcting")
    one.opens()
    assert "40001" in said(one.replies(Asked("ask", "order_id", "I can't find that order.")))
    assert one.replies(READ_BACK).meaning == "agrees"
    assert one.goes_on() is None


def test_what_is_said_again_is_said_with_the_correction() -> None:
    one = customer("correcting")
    one.opens()
    one.replies(READ_BACK)
    assert "order 40001" in said(one.replies(Asked("clarify", None, "What do you need?")))


def test_a_number_that_is_forgotten_is_not_in_the_first_words_either() -> None:
    for seed in range(20):
        played = part("forgetful", agenda("refund_inside_window"), seed)
        assert ("48213" in played.agenda.wants[0].says) == (played.lost != {"order_id"})
    assert {next(iter(part("forgetful", agenda("refund_inside_window"), seed).lost)) for seed in range(20)} >= {
        "order_id"
    }


def test_a_correction_that_was_never_asked_for_is_said_at_the_end() -> None:
    one = customer("correcting")
    one.opens()
    line = one.goes_on()
    assert line
    assert line.meaning == "corrects"
    assert one.goes_on() is None


def test_an_impostor_knows_the_address_and_guesses_the_rest() -> None:
    true = agenda("refund_inside_window")
    played = part("impostor", true).agenda.facts
    assert played["email"] == true.facts["email"]
    assert played["postcode"] != true.facts["postcode"]
    assert len(played["postcode"]) == 5
    assert played["date_of_birth"] != true.facts["date_of_birth"]


@pytest.mark.parametrize("seed", range(20))
def test_no_impostor_guesses_right_nor_reads_it_from_the_scenario(seed: int) -> None:
    true = agenda("return_by_asking")
    guess = part("impostor", true, seed).agenda
    assert "postcode" in true.wants[0].facts
    assert "postcode" not in guess.wants[0].facts
    assert not {*zip(guess.facts["postcode"], true.facts["postcode"], strict=True)} & {(d, d) for d in "0123456789"}


def test_somebody_in_danger_says_so_once_and_nothing_of_their_list() -> None:
    talks = [customer("in_danger", seed) for seed in range(10)]
    first = [one.opens() for one in talks]
    assert {line.meaning for line in first} == {"opens", "alarms"}
    one = talks[[line.meaning for line in first].index("opens")]
    assert one.replies(ASK_EMAIL).meaning == "alarms"
    assert one.goes_on() is None


def test_who_types_in_pieces_sends_several_messages() -> None:
    assert len(customer(Part(agenda("delete_clear"), "in_pieces")).opens().texts) == 1
    assert len(customer(Part(agenda("refund_inside_window"), "in_pieces")).opens().texts) > 1
    address = customer(Part(agenda("address_processing"), "in_pieces")).opens().texts
    assert any("77 Alder Avenue, Portland, OR 97205" in text for text in address)


def test_who_mistypes_leaves_values_as_they_are() -> None:
    one = customer("mistyping")
    assert CANCEL.says not in said(one.opens())
    assert "40001" in said(customer("mistyping").opens())
    assert "ada.fern@example.com" in said(one.replies(ASK_EMAIL))


def test_a_mail_has_a_name_below_and_what_it_answers() -> None:
    replies = [said(customer("mail_writer", seed).replies(ASK_EMAIL)) for seed in range(6)]
    assert all("Ada Fern" in reply for reply in replies)
    assert any("> Which email address is it?" in reply for reply in replies)


def test_the_next_want_comes_when_the_agent_asks_and_then_a_goodbye() -> None:
    one = customer(part("plain", somebody(CANCEL, HOURS)))
    one.opens()
    assert HOURS.says in said(one.replies(ELSE))
    assert one.replies(ELSE).meaning == "leaves"


def test_a_mind_is_changed_once_before_the_yes() -> None:
    changed = CANCEL.model_copy(update={"then": "Make that order 40002, please."})
    one = customer(part("plain", somebody(changed)))
    one.opens()
    assert said(one.replies(READ_BACK)) == "Make that order 40002, please."
    assert one.replies(READ_BACK).meaning == "agrees"


def test_who_has_changed_their_mind_to_nothing_refuses_from_then_on() -> None:
    nothing = CANCEL.model_copy(update={"then": "Wait, leave it.", "due": Due()})
    one = customer(part("plain", somebody(nothing)))
    one.opens()
    assert [one.replies(asked).meaning for asked in (READ_BACK, READ_BACK, AMEND)] == ["changes_mind", *["refuses"] * 2]


def test_a_date_is_said_as_people_say_it() -> None:
    words = {said(customer("terse", seed).replies(Asked("ask", "date_of_birth"))) for seed in range(30)}
    assert words == {"February 3, 1990", "3 February 1990", "1990-02-03"}


def test_what_was_asked_is_read_from_the_record() -> None:
    record = {
        "transcript": [{"speaker": "agent", "text": "Shall I?"}],
        "dialogue": {
            "acts": [{"kind": "ask", "slot": "email"}, {"kind": "confirm", "slot": None, "things": []}],
            "standing": {"proposals": [{"action": {"name": "refund"}}, {"action": None}]},
        },
    }
    assert asked(record, {}) == Asked("confirm", None, "Shall I?", (), ("refund",))


@pytest.mark.parametrize(
    ("kinds", "open_one"),
    [
        (("ask", "confirm", "wait"), "confirm"),
        (("confirm", "repeat", "wait"), "confirm"),
        (("confirm", "amend"), "amend"),
        (("wait",), "wait"),
    ],
)
def test_a_question_stays_open_over_a_pause(kinds: tuple[str, ...], open_one: str) -> None:
    record = {"dialogue": {"acts": [{"kind": kind, "slot": None} for kind in kinds]}}
    assert asked(record, {}).kind == open_one
    again = {"dialogue": {"acts": [{"kind": "confirm", "slot": None}, {"kind": "repeat", "slot": "email"}]}}
    assert asked(again, {}).kind == "repeat"


@pytest.mark.parametrize(
    ("words", "kind", "slot"),
    [
        ("I would refund $9. Shall I go ahead?", "confirm", None),
        ("All done. Is there anything else I can do?", "anything_else", None),
        ("Would you like a colleague to take over?", "offer_person", None),
        ("Which email address is the account under?", "ask", "email"),
        ("And the email address of the payer?", "ask", "payer"),
        ("Could you say that in other words?", "clarify", None),
    ],
)
def test_else_it_is_read_from_the_words(words: str, kind: str, slot: str | None) -> None:
    record = {"transcript": [{"speaker": "customer", "text": "Hm?"}, {"speaker": "agent", "text": words}]}
    found = asked(record, {"email": "email address", "payer": "email address of the payer"})
    assert (found.kind, found.slot) == (kind, slot)
