"""An expression that looks at too many entries is told before a customer meets it, with the size that is too much."""

from pathlib import Path

import pytest

from services.cli.business.checking import check
from tests.unit.business.conftest import Change

EACH_FOR_EACH = "size(customer.bookings.filter(a, customer.bookings.exists_one(b, b.booking_no == a.booking_no)))"
TWENTY = f"size(customer.bookings.filter(a, {[*range(20)]}.filter(n, n > 30) == []))"
WORKERS = "size(booking.workers.filter(a, booking.workers.exists_one(b, a == b)))"
FIRST = "      - {booking_no: B-1042, what: a wheel repair,"


def grow(change: Change, bookings: int) -> None:
    """Give the first customer so many more bookings."""
    entry = '      - {{booking_no: B-2{:03}, what: x, day: in 5 days, time: "10:00", status: booked, paid: "1.00"}}\n'
    change("accounts.yaml", FIRST, "".join(entry.format(number) for number in range(bookings)) + FIRST)


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        (EACH_FOR_EACH, "it fails for an account with 300 entries in each list, and real accounts may well have that"),
        (TWENTY, "it fails for an account with 600 entries in each list, and that is near what real accounts have"),
    ],
)
def test_what_would_fail_once_accounts_have_grown_is_a_warning(
    shop: Path, change: Change, expression: str, told: str
) -> None:
    line = change("policy.yaml", "  days_left: days_until", f'  counted: "{expression}"\n  days_left: days_until')
    found = check(shop)
    assert found.mistakes == ()
    (warning,) = found.warnings
    assert warning.startswith(f"shop/policy.yaml, line {line}: `{expression}` looks at more than 10,000 entries")
    assert told in warning
    assert "name a fact that picks the few entries that matter" in warning


def test_what_fails_for_a_sample_customer_is_a_mistake(shop: Path, change: Change) -> None:
    grow(change, 120)
    line = change("policy.yaml", "    when: days_left < 0", f"    when: {EACH_FOR_EACH} < 0")
    (mistake,) = check(shop).mistakes
    assert mistake.startswith(f"shop/policy.yaml, line {line}: `size(")
    assert mistake.endswith("with the account of C-1 each contact about it fails")


def test_a_list_within_an_entry_may_grow_too(shop: Path, change: Change) -> None:
    change("accounts.yaml", FIRST, f"{FIRST} workers: [Ann, Bo],")
    change("policy.yaml", "    when: days_left < 0", f"    when: {WORKERS} < 0")
    (warning,) = check(shop).warnings
    assert "for an account with 300 entries in bookings[].workers, and" in warning


def test_what_looks_at_each_entry_once_has_room(shop: Path, change: Change) -> None:
    once = "size(customer.bookings.filter(a, a.status == 'booked'))"
    change("policy.yaml", "  days_left: days_until", f'  counted: "{once}"\n  days_left: days_until')
    assert check(shop).warnings == ()
