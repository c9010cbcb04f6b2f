"""Mistakes in a business folder are told with file, line, what is wrong and what is allowed; all that can be seen."""

from pathlib import Path

import pytest

from callcenter.business import folders
from callcenter.settings import PROJECT
from services.cli.business.checking import check
from services.cli.business.starting import TEMPLATE
from tests.unit.business.conftest import Change

BUSINESSES = folders(PROJECT / "businesses")


@pytest.mark.parametrize("name", BUSINESSES)
def test_what_we_ship_has_no_mistakes(name: str) -> None:
    assert check(BUSINESSES[name]).mistakes == ()


def test_what_a_business_begins_with_has_neither_mistakes_nor_warnings(shop: Path) -> None:
    found = check(shop)
    assert (found.mistakes, found.warnings) == ((), ())


MISTAKES = [
    ("business.yaml", "name: shop", "name: shoop", "name: must be shop, like the folder; it is shoop"),
    ("business.yaml", "currency: USD", "curency: USD", "there is no such key here; did you mean currency?"),
    ("business.yaml", "currency: USD", "retention: {records: ninety days}\ncurrency: USD",
     "records: 'ninety days' is not a length of time; write one like 36 hours, 90 days or 3 years"),
    ("business.yaml", "currency: USD", "retention: {record: 90 days}\ncurrency: USD",
     "there is no such key here; did you mean records?"),
    ("business.yaml", "currency: USD", "retention: {records: 30 days, transcripts: 90 days}\ncurrency: USD",
     "retention > transcripts: goes with the record at the latest; write no more than at `records`"),
    ("business.yaml", 'version: "1"', "version: 1", 'must be text; write it in quotes, like "1"'),
    ("contact_reasons.yaml", "queue: bookings\n    identity: true\n    needs: [booking_no]\n    typical: "
     "{booking: {status: [booked]}}\n    examples:\n      - I want", "queue: bookngs\n    identity: true\n    "
     "needs: [booking_no]\n    typical: {booking: {status: [booked]}}\n    examples:\n      - I want",
     "reason booking_cancel: ticketing.yaml has no queue bookngs; did you mean bookings?"),
    ("contact_reasons.yaml", "postcode: postcode", "postcode: post_code",
     "no account has post_code; did you mean postcode?"),
    ("contact_reasons.yaml", "postcode: postcode", "postcode: bookings",
     "no account has a value bookings, but bookings.booking_no, bookings.day, bookings.paid, bookings.status, "),
    ("contact_reasons.yaml", "among: bookings,", "among: orders,", "no account has anything in orders"),
    ("contact_reasons.yaml", "{booking_no: booking_no}", "{booking_no: number}", "no entry of bookings has number"),
    ("contact_reasons.yaml", "      - cancel my appointment\n", "        - cancel my appointment\n",
     '"please cancel booking B-1042 - cancel my..." holds " - ": a line below it is indented further and so became'),
    ("contact_reasons.yaml", "  - write a poem about autumn\n", "      - write a poem about autumn\n",
     'out_of_scope > no. 2: "tell me a joke - write a poem about autu..." holds " - "'),
    ("contact_reasons.yaml", "      - What is the booking number, please?\n", "        - What is the booking number?\n"
     "      - Which number has it?\n", '"Could you give me the booking number? - ..." holds " - ": a line below it'),
    ("contact_reasons.yaml", "  - tell me a joke\n", f"  - tell me a {'long ' * 60}joke\n", "has 314 characters; "),
    ("policy.yaml", "    reasons: [complaint]", "    reasons: [complain]",
     "rule complaint.review: there is no contact reason complain; did you mean complaint?"),
    ("policy.yaml", "    reasons: [opening_hours]", "    reasons: [/service/hour]",
     "rule hours.overview: there is no contact reason /service/hour; did you mean /service/hours?"),
    ("policy.yaml", '  postcode: your zip code\n', "", "say how to ask for postcode, which proves identity"),
    ("policy.yaml", '    when: booking.status == "cancelled"', '    when: booking.state == "cancelled"',
     "rule cancel.already: it reads booking.state, which no account has; did you mean status?"),
    ("policy.yaml", "    when: days_left < 0", "    when: day_left < 0",
     "undeclared reference to 'day_left'; did you mean days_left?"),
    ("ticketing.yaml", "{reasons: [complaint], use", "{reasons: [complaints], use",
     "there is no contact reason complaints; did you mean complaint?"),
    ("ticketing.yaml", "{actions: [none], use", "{actions: [nothing], use", "no rule has the action nothing"),
    ("scenarios.yaml", "reason: opening_hours, verdict", "reason: opening_hour, verdict",
     "scenario hours: there is no reason opening_hour; did you mean opening_hours?"),
    ("scenarios.yaml", "rule: hours.overview", "rule: hours.overvew", "there is no rule hours.overvew; did you"),
    ("scenarios.yaml", "    sample: Cancel a booking\n", "    agreed: [{action: cancel_bookin}]\n",
     "scenario cancel_in_time: no rule has the action cancel_bookin; did you mean cancel_booking?"),
    ("scenarios.yaml", "    sample: Cancel a booking\n    customer_id: C-1\n",
     "    agreed: [{action: cancel_booking}]\n", "agreed: say with whom, in customer_id"),
    ("scenarios.yaml", "queue: service, priority", "queue: servce, priority", "there is no queue servce; did you"),
    ("scenarios.yaml", "reason: opening_hours, verdict", "raeson: opening_hours, verdict",
     "a record has no raeson; did you mean reason?"),
    ("scenarios.yaml", "  - id: complaint\n", "  - id: hours\n", "hours is there more than once"),
    ("contact_reasons.yaml", "kind: pattern", "kind: patern", "must be pattern, number, email, phone, postcode, "),
    ("contact_reasons.yaml", "kind: postcode", "kind: choise\n    options: {a: [b]}", "phrase, address or thing; it"),
    ("business.yaml", "currency: USD", "currency: Dollars", '"Dollars" does not fit; write it like USD or EUR'),
    ("business.yaml", "holidays:\n", "holidays: none\nmore:\n", "must be a group: below it, indented, a `name: value`"),
    ("ticketing.yaml", "first_response: 30m", "first_response: 30 min", "write it like 30m, 4h or 2d"),
    ("policy.yaml", "    reasons: [complaint]", "    reasons: complaint", "must be a list: [one, two], or each on "),
    ("policy.yaml", "  required: 2", "  required: two", "must be a whole number, like 3"),
    ("policy.yaml", "  required: 2", "  required: 0", "must be at least 1"),
    ("policy.yaml", "when: days_left < 0", "when: days_left < 0 and days_left > 1", "write && in place of `and`"),
    ("policy.yaml", "when: days_left < 0", "when: days_left < 0 OR days_left > 1", "write || in place of `or`"),
    ("policy.yaml", "when: days_left < 0", "when: not days_left < 0", "write ! in place of `not`, as in !(a < b)"),
    ("policy.yaml", "when: days_left < 0", "when: days_left = 0", "write == in place of ="),
    ("policy.yaml", "when: days_left < 0", "when: days_left => 0", "write <= and >= with the = last"),
    ("policy.yaml", "when: days_left < 0", "when: days_left <", "is not complete; something is missing at its end"),
    ("policy.yaml", "when: days_left < 0", "when: days_left < soon", "a word to compare with stands in double quotes"),
    ("policy.yaml", "when: days_left < 0", "when: days_left < 2 weeks", "Syntax error: `weeks` cannot stand here"),
    ("policy.yaml", "when: days_left < 0", "when: days_untill(booking.day) < 0", "did you mean days_until?"),
    ("policy.yaml", "    reasons: [complaint]\n    verdict: needs_review", "    reasons: [complaint]\n    verdict:",
     "must be allow, deny or needs_review; it is empty"),
    ("scenarios.yaml", "customer_id: C-2", "customer_id: C2", "scenario cancel_too_late: there is no customer C2 in "
     "accounts.yaml (if a stranger is meant, expect `verified: false`, or write an id of nines, like C-9999); did you "
     "mean C-2?"),
    ("accounts.yaml", 'paid: "95.00"', "paid: 95.5",
     'no. 2 > bookings > no. 1 > paid: 95.5 is not exact; write money in quotes with two decimals, like "95.50"'),
    ("accounts.yaml", "day: in 9 days", "day: in 2 weeks", 'no. 3 > bookings > no. 1 > day: customer C-3: "in 2 weeks" '
     "is not a day that can be counted; write a date without quotes, like 2026-03-02, or count in days: 20 days ago, "
     "in 20 days, today"),
    ("accounts.yaml", "day: in 9 days", "day: next spring", 'customer C-3: "next spring" is not a day'),
    ("accounts.yaml", 'postcode: "94107"', "postcode: 94107", "customer C-1: is a whole number here, and text for oth"),
]  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake[3])
def test_a_mistake_is_told_with_its_line(shop: Path, change: Change, mistake: tuple[str, str, str, str]) -> None:
    file, old, new, told = mistake
    line = change(file, old, new)
    found = [text for text in check(shop).mistakes if told in text]
    assert len(found) == 1, check(shop).mistakes
    assert found[0].startswith(f"shop/{file}, line ")
    # A mistake of a whole list is told where the list, or the entry of it, begins.
    assert int(found[0].split("line ")[1].split(":")[0]) <= line + old.count("\n")


def test_the_line_is_the_line(shop: Path, change: Change) -> None:
    line = change("policy.yaml", "    reasons: [complaint]", "    reasons: [complain]")
    (mistake,) = [text for text in check(shop).mistakes if "complain;" in text]
    assert mistake.startswith(f"shop/policy.yaml, line {line}: ")


@pytest.mark.parametrize("day", ["3 months ago", "Tomorrow", "in two days", "next Friday", "In 2 days", "a week ago"])
def test_what_reads_like_a_day_and_is_none_is_told_even_where_nobody_else_has_the_fact(
    shop: Path, change: Change, day: str
) -> None:
    line = change("accounts.yaml", "    name: Priya Natarajan\n", f"    name: Priya Natarajan\n    ends: {day}\n") + 1
    (told,) = check(shop).mistakes
    assert told.startswith(f'shop/accounts.yaml, line {line}: customers > no. 3 > ends: customer C-3: "{day}" is not')


def test_what_does_not_speak_of_a_day_stays_text(shop: Path, change: Change) -> None:
    change("accounts.yaml", "    name: Priya Natarajan\n", "    name: Priya Natarajan\n    term: 2 weeks\n")
    assert check(shop).mistakes == ()


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("membership.member_no", ()),
        ("membership", ("no account has a value membership, but membership.level, membership.member_no in it",)),
        ("membership.member", ("no account has membership.member; did you mean membership.member_no?",)),
    ],
)
def test_what_customers_remember_is_a_value_at_any_depth(
    shop: Path, change: Change, field: str, told: tuple[str, ...]
) -> None:
    accounts = shop / "accounts.yaml"
    membership = "    membership: {member_no: M-1, level: gold}\n    email:"
    accounts.write_text(accounts.read_text().replace("    email:", membership))
    line = change("contact_reasons.yaml", "postcode: postcode", f"postcode: {field}")
    assert check(shop).mistakes == tuple(f"shop/contact_reasons.yaml, line {line}: {text}" for text in told)


def test_what_may_be_this_or_that_is_told_where_it_stands(shop: Path, change: Change) -> None:
    usual = "    typical: {booking: {status: [booked]}}\n    examples:\n      - I want"
    change("contact_reasons.yaml", usual, usual.replace("[booked]", "booked"))
    told = [mistake.split(": ", 1)[1] for mistake in check(shop).mistakes]
    assert "reasons > no. 1 > typical > booking > status: must be some, past, future or twice; it is booked" in told
    assert not [mistake for mistake in told if "[str" in mistake or "literal" in mistake]


def test_a_table_of_the_rules_has_days_that_can_be_read(shop: Path, change: Change) -> None:
    change("policy.yaml", "limits:\n", "tables:\n  courses: [{course: A, until: in 3 months}]\n\nlimits:\n")
    (told,) = check(shop).mistakes
    assert 'tables > courses > no. 1 > until: "in 3 months" is not a day' in told


@pytest.mark.parametrize("meant", ["C-9999", "nobody, verified: false"])
def test_a_stranger_may_be_meant(shop: Path, change: Change, meant: str) -> None:
    who, _, expected = meant.partition(", ")
    change("scenarios.yaml", "customer_id: C-2\n", f"customer_id: {who}\n")
    change("scenarios.yaml", "rule: cancel.too_late", ", ".join(filter(None, ["rule: cancel.too_late", expected])))
    assert check(shop).mistakes == ()


def test_what_no_question_asks_for_is_told_at_each_rule_that_needs_it(shop: Path, change: Change) -> None:
    change("policy.yaml", "  booking_no: the booking number (it begins with B)\n", "")
    told = [text for text in check(shop).mistakes if "say under `asks` how to ask for booking_no" in text]
    assert len(told) == 7


def test_a_reason_without_a_rule_is_told(shop: Path) -> None:
    policy = shop / "policy.yaml"
    text = policy.read_text()
    policy.write_text(
        text[: text.index("  - id: complaint.review")] + text[text.index("# What is said where no rule") :]
    )
    assert any("reason complaint: no rule in policy.yaml is about it" in mistake for mistake in check(shop).mistakes)


def test_a_rule_after_one_without_condition_is_told(shop: Path, change: Change) -> None:
    rule = (
        "  - {id: hours.sunday, title: Never, reasons: [opening_hours], verdict: deny, customer: No., internal: No.}\n"
    )
    line = change("policy.yaml", "  - id: complaint.review", f"{rule}  - id: complaint.review")
    told = "rule hours.sunday: is never reached, as hours.overview before it has no condition"
    assert f"shop/policy.yaml, line {line}: {told}" in check(shop).mistakes


def test_one_that_is_passed_over_where_a_fact_lacks_is_only_a_warning(shop: Path, change: Change) -> None:
    change("policy.yaml", "    when: days_left < 0\n", "")
    found = check(shop)
    assert found.mistakes == ()
    assert any("rule cancel.unpaid: is never reached, as cancel.over before it has no condition, unless booking." in w
               for w in found.warnings)  # fmt: skip


def test_what_a_rule_needs_and_nobody_asks_for_is_a_warning(shop: Path, change: Change) -> None:
    change("policy.yaml", "    reasons: [complaint]\n", "    reasons: [complaint]\n    needs: {slots: [booking_no]}\n")
    assert any("needs booking_no, which complaint does not ask for" in warning for warning in check(shop).warnings)


def test_what_leads_to_an_account_has_to_be_the_same_for_the_agent(shop: Path, change: Change) -> None:
    change("contact_reasons.yaml", "find_by: [email, booking_no]", "find_by: [email]")
    assert any("the same facts under identity > find_by: email, booking_no" in one for one in check(shop).warnings)


def test_all_files_are_looked_at_however_many_are_wrong(shop: Path, change: Change) -> None:
    change("business.yaml", "currency: USD", "currency: Dollars")
    change("policy.yaml", "    reasons: [complaint]", "    reasons: [complain]")
    change("ticketing.yaml", "default_queue: service", "default_queue: desk")
    (shop / "wrap_up.yaml").unlink()
    (shop / "accounts.yaml").write_text("customers: [}")
    mistakes = "\n".join(check(shop).mistakes)
    for told in ("business.yaml, line ", "no contact reason complain;", "'desk' is no queue", "wrap_up.yaml is missing",
                 "accounts.yaml is not valid YAML"):  # fmt: skip
        assert told in mistakes


def test_a_mistake_that_hides_others_says_so_and_still_has_its_line(shop: Path, change: Change) -> None:
    line = change("contact_reasons.yaml", "    needs: [booking_no]\n    typical: {booking: {status: [booked]}}\n    "
                  "examples:\n      - when", "    needs: [boking]\n    examples:\n      - when")  # fmt: skip
    found = check(shop)
    (told,) = [mistake for mistake in found.mistakes if "no such slot: boking" in mistake]
    assert told.startswith(f"shop/contact_reasons.yaml, line {line}: reasons > no. 2 > needs: ")
    assert found.unread == ("contact_reasons.yaml",)


def test_a_key_given_twice_is_told(shop: Path, change: Change) -> None:
    line = change("business.yaml", "currency: USD\n", "currency: USD\ncurrency: EUR\n")
    twice = f"shop/business.yaml, line {line}: currency is there twice, and only the last one would count"
    assert twice in check(shop).mistakes


def test_the_template_names_no_company_of_its_own() -> None:
    assert "Corner Workshop" in (TEMPLATE / "business.yaml").read_text()
    others = [file.name for file in TEMPLATE.glob("*.yaml") if "Corner Workshop" in file.read_text()]
    assert others == ["business.yaml"]


CARRIED_OUT = "\ncarry_out:\n  cancel_booking: {by: machine, done: It is cancelled.}\n\nanswers:\n"


def test_what_a_machine_does_and_cannot_do_needs_a_line_each(shop: Path, change: Change) -> None:
    change("policy.yaml", "\nanswers:\n", CARRIED_OUT)
    told = "a machine carries out cancel_booking; add a line for what is"
    assert [mistake.partition(": ")[2].partition(", else")[0] for mistake in check(shop).mistakes] == [
        f"{told} done",
        f"{told} not_done",
    ]
    change("ticketing.yaml", "statuses:\n", "statuses:\n  - {carried_out: [done], use: resolved}\n")
    change("ticketing.yaml", "escalations:\n", "escalations:\n  - {carried_out: [not_done], use: action_failed}\n")
    assert check(shop).mistakes == ()


def test_a_limit_that_is_no_amount_is_told_with_one_that_is(shop: Path, change: Change) -> None:
    change("policy.yaml", "\nanswers:\n", CARRIED_OUT.replace("machine,", 'machine, up_to: "ten",'))
    assert '"ten" does not fit; write it like 200.00 or 80: an amount, in quotes' in check(shop).mistakes[0]
