"""What is recognised, what is left alone, and that hiding is complete, stable and keeps its place."""

import re
import time
from itertools import pairwise

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from callcenter.privacy import CARDS, find, mask, redact
from callcenter.privacy.cards import luhn
from callcenter.settings import PROJECT

FOUND = [
    ("write to dana.lopez+x@example.co.uk.", "write to [email]."),
    ("call 512-555-0142 or (512) 555 0142", "call [phone] or [phone]"),
    ("my number is 5125550142", "my number is [phone]"),
    ("+44 20 7946 0958, +1-903-140-4508x769", "[phone], [phone]"),
    ("01.84.17.61.18 or 020 7946 0958", "[phone] or [phone]"),
    ("phone: 98765 43210", "phone: [phone]"),
    ("Box 9168\n61487\n723 813 266 office", "Box 9168\n61487\n[phone] office"),
    ("4111 1111 1111 1111 exp 12/27 cvv 123", "[card] exp 12/27 cvv [card code]"),
    ("amex 3782-822463-10005", "amex [card]"),
    ("mistyped 4111 1111 1111 1112", "mistyped [card]"),
    ("in one piece 5500005555555559", "in one piece [card]"),
    ("order 48213 4111 1111 1111 1111", "order 48213 [card]"),
    ("4111_1111_1111_1111 4111/1111/1111/1111", "[card] [card]"),
    ("4111 / 1111 / 1111 / 1111, 4111|1111|1111|1111", "[card], [card]"),
    ("4111*1111*1111*1111 and 3782—822463—10005", "[card] and [card]"),
    ("4111  1111   1111    1111", "[card]"),
    ("4111\u200b1111\u20601111\u200d1111", "[card]"),
    ("4\u00ad1\u200b1\u200b1\u200b1111 1111 1111", "[card]"),
    ("４１１１－１１１１－１１１１－１１１１", "[card]"),
    ("4️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣", "[card]\ufe0f\u20e3"),
    ("٤١١١ ١١١١ ١١١١ ١١١١", "[card]"),
    ("dana\u200b@exam\u00adple.com", "[email]"),
    ("It is four one one one, one one one one, one one one one, one one one one.", "It is [card]."),
    ("Forty two, forty-two four two 4242 42 forty two and four two?", "[card]?"),
    ("five five zero zero oh oh double five double five double five double five five nine", "[card]"),
    ("forty-one eleven eleven eleven eleven eleven eleven eleven", "[card]"),
    ("misheard: four one one one one one one one one one one one one one one two", "misheard: [card]"),
    ("security code: 123", "security code: [card code]"),
    ("verification number on the back is 123", "verification number on the back is [card code]"),
    (
        "cvv of 123, cvc123, CVV's 123, cvv - 1 2 3",
        "cvv of [card code], cvc[card code], CVV's [card code], cvv - [card code]",
    ),
    ("the 3 digit code is one two three", "the 3 digit code is [card code]"),
    ("gb29 NWBK 6016 1331 9268 19 is mine", "[iban] is mine"),
    ("DE89370400440532013001", "[iban]"),
    ("123-45-6789; ssn 123456789", "[ssn]; ssn [ssn]"),
    ("from 203.0.113.9 and 2001:db8::ff00:42:8329", "from [ip address] and [ip address]"),
    ("see https://example.com/x?y=1. Or www.example.org", "see [url]. Or [url]"),
    ("amqp://guest:guest@rabbitmq:5672/", "[url]"),
    ("00:1B:44:11:3A:B7", "[mac address]"),
    ("my IMEI is 356938035643809, and imei: 49-015420-323751-8", "my IMEI is [imei], and imei: [imei]"),
    ("my password is hunter2.", "my password is [password]."),
    ("password: swordfish", "password: [password]"),
    ("the PIN is 4821", "the PIN is [password]"),
    ("passport no. X1234567", "passport no. [document]"),
    ("driver's license number is D123-4567", "driver's license number is [document]"),
    ("account number 12345678", "account number [account number]"),
    ("born on April 12, 1988; dob 4/12/88", "born on [date of birth]; dob [date of birth]"),
]
LEFT_ALONE = [
    "orders 48213, 48214 and 48215",
    "It cost $1,299.00, or 1.299.000, or 1299 500 dollars",
    "on 2026-01-02 2026-01-03 at 12:34:56, since 2019-2020, 1/2/2026",
    "zip 78701 or 78701-1234",
    "tracking number 794644790",
    "cancel purchase 113542617735902, order 00004587345",
    "open in 2019/2020/2021/2022",
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen",
    "two or three of them, four at most; call at five or six, twenty one days ago, one one two",
    "the security code is wrong, my cvv was refused 3 times, the security code of 12 people",
    "4821, 4822, 4823, 4824",
    "my password is not working and my pin is wrong",
    "help me.it is broken. Yes.no",
    "GC-AB12-CD34, RET-1042, C-1001, SAVE10",
    "i-0193f7a2 00000000-0000-4000-8000-000000000007 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "Connect call failed ('127.0.0.1', 5672), redis://localhost:6379/0, http://model:8080/v1, 10.0.3.7:5672, ::1",
    "0.12345678901234567",
]


@pytest.mark.parametrize(("text", "redacted"), FOUND)
def test_what_is_found(text: str, redacted: str) -> None:
    assert redact(text) == redacted


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_is_left_alone(text: str) -> None:
    assert redact(text) == mask(text) == text


def test_customers_of_the_sample_shop_give_away_nothing_but_what_they_state() -> None:
    folder = PROJECT / "businesses" / "retail"
    reasons = yaml.safe_load((folder / "contact_reasons.yaml").read_text())["reasons"]
    said = [text for reason in reasons for text in reason["examples"]]
    assert len(said) > 500
    found = {(span.kind, text[span.start : span.end]) for text in said for span in find(text)}
    assert {kind for kind, _ in found} <= {"email", "phone"}, found


def test_a_card_keeps_its_last_four_digits_and_the_text_its_length() -> None:
    assert mask("card 4242 4242 4242 4242, a@b.io") == "card •••• •••• •••• 4242, ••••••"


def test_only_what_is_asked_for_is_hidden() -> None:
    text = "a@b.io 4242424242424242 cvc: 123"
    assert mask(text, only=CARDS) == "a@b.io ••••••••••••4242 cvc: •••"
    assert redact(text, keep={"card", "card code"}) == "[email] 4242424242424242 cvc: 123"


def test_known_values_go_wherever_they_stand_as_words() -> None:
    known = ("Dana Lopez", "12 Elm Street", "Dana", "Al", "")
    text = "DANA  lopez of 12 elm street, Danas Al. I am Dana"
    assert redact(text, known=known) == "[known value] of [known value], Danas Al. I am [known value]"
    assert redact(text, known=("no such", "(*")) == text


def test_a_label_is_not_found_again() -> None:
    assert redact("password: [email]") == "password: [email]"


def with_check_digit(digits: str) -> str:
    return next(digits + check for check in "0123456789" if luhn(digits + check))


@pytest.mark.parametrize(
    "slow",
    [
        "security code ",
        "cvv is ",
        "cvv-",
        "4111 ",
        "4111_",
        "one ",
        "double ",
        "4111\u200b",
        "４",
        "41 one, ",
        "3 digit ",
        "\u200b",
    ],
)
def test_a_text_twice_as_long_takes_no_more_than_a_few_times_as_long(slow: str) -> None:
    """Quadratic would be 64 times as long here."""

    def seconds(length: int) -> float:
        text = (slow * length)[:length]
        began = time.process_time()
        find(text)
        return time.process_time() - began

    short = min(seconds(4_000) for _ in range(3))
    assert seconds(32_000) < 30 * max(short, 0.01)


CARD = st.from_regex(r"[3-6][0-9]{11,17}", fullmatch=True).map(with_check_digit)
SAID = ("please", "my", "card", "order", "is", "not", "here", "since", "and", "the", "number")
WORDS = st.lists(st.sampled_from(SAID)).map(" ".join)
PIECES = st.one_of(
    st.sampled_from(
        [text for text, _ in FOUND] + LEFT_ALONE + ["[email]", "•••• 4242", "4242", "password:", "pin ", "\n"]
    ),
    st.text(alphabet="0123456789 -.:@+()x[]•aé/_|\u200b４", max_size=24),
    st.lists(st.sampled_from(["one", "four", "double", "eleven", "forty", "oh", "1", "4111"]), max_size=20).map(
        " ".join
    ),
    CARD,
)
TEXTS = st.lists(PIECES, max_size=6).map("".join) | st.lists(PIECES, max_size=6).map(" ".join)


def grouped(digits: str, gap: str) -> str:
    return gap.join(re.findall(".{1,4}", digits))


CUES = (
    "",
    "account number ",
    "phone: ",
    "password: ",
    "passport no. ",
    "order ",
    "tracking number ",
    "policy #",
    "PIN ",
    "card, not IMEI ",
)


@given(
    before=WORDS,
    cue=st.sampled_from(CUES),
    card=CARD,
    gap=st.sampled_from(["", " ", "-", "\u200b", "\u00ad"]),
    after=WORDS,
)
def test_no_digit_of_a_card_stays_but_the_last_four(before: str, cue: str, card: str, gap: str, after: str) -> None:
    text = f"{before} {cue}{grouped(card, gap)} {after}"
    hidden = mask(text, only=CARDS)
    assert len(hidden) == len(text)
    assert re.sub(r"\D", "", hidden) == card[-4:]
    assert before in hidden
    assert after in hidden


IMEI = st.from_regex(r"(?:35|86|99|01)[0-9]{12}", fullmatch=True).map(with_check_digit)


@given(
    before=WORDS.filter(lambda said: "card" not in said),
    cue=st.sampled_from(["IMEI ", "imei no. ", "IMEI: "]),
    imei=IMEI,
)
def test_an_imei_that_is_called_so_is_no_card(before: str, cue: str, imei: str) -> None:
    text = f"{before} {cue}{imei}, that's it"
    assert mask(text, only=CARDS) == text
    assert imei not in redact(text)
    assert imei not in mask(text)


@given(imei=IMEI)
@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "my phone is {}",
        "my card, IMEI {}",
        "IMEI {} is my Visa",
        "IMEI {} exp 12/27",
        "IMEI or card {}",
        "IMEI, and then {}",
        "IMEI {} 4",
        "IMEI 4{}",
        "no IMEI but {}",
    ],
)
def test_what_is_not_clearly_an_imei_is_hidden_like_a_card(text: str, imei: str) -> None:
    hidden = mask(text.format(imei), only=CARDS)
    assert imei not in hidden


AMEX = st.from_regex(r"3[47][0-9]{12}", fullmatch=True).map(with_check_digit)


@given(
    cue=st.sampled_from(["IMEI ", "imei: ", "my IMEI is "]), card=AMEX | CARD.filter(lambda digits: len(digits) != 15)
)
def test_a_card_that_is_called_an_imei_is_hidden(cue: str, card: str) -> None:
    hidden = mask(f"{cue}{card} please", only=CARDS)
    assert re.sub(r"\D", "", hidden) == card[-4:]


@given(TEXTS)
def test_masking_keeps_every_character_in_its_place(text: str) -> None:
    hidden = mask(text)
    assert len(hidden) == len(text)
    assert all(now in ("•", was) for was, now in zip(text, hidden, strict=True))


@given(TEXTS)
def test_hiding_twice_changes_nothing(text: str) -> None:
    assert redact(redact(text)) == redact(text)
    assert mask(mask(text)) == mask(text)
    assert redact(mask(text)) == mask(text)


@given(TEXTS)
def test_spans_do_not_overlap_and_a_text_without_any_is_unchanged(text: str) -> None:
    spans = find(text)
    assert all(one.end <= two.start for one, two in pairwise(spans))
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert (redact(text) == text) is (not spans)


@given(WORDS)
def test_words_are_unchanged(text: str) -> None:
    assert redact(text) == mask(text) == text
