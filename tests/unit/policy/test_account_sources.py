"""What a source of accounts may say, how long it is waited for, and what is made of any other answer."""

import asyncio
import copy
from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from callcenter.business import load
from callcenter.errors import Permanent, SettingsError, Unavailable
from services.policy.accounts import AccountsSheet
from services.policy.accounts.http import HttpAccounts, client
from services.policy.accounts.patience import FAILURES, REST, Breaker, Patience
from services.policy.accounts.shape import Shape, as_it_stands
from services.policy.facts import as_of, for_record
from services.policy.settings import PolicySettings
from tests.unit.policy.conftest import DANA, RETAIL
from tests.unit.test_cli import served

TODAY = date(2026, 3, 2)
CUSTOMERS = load(RETAIL, "accounts.yaml", AccountsSheet).customers
SHAPE = Shape(CUSTOMERS)
TOLD: Any = for_record(as_it_stands(CUSTOMERS[0], TODAY).facts)
KEY = ("email", DANA["email"])


def told(**changes: Any) -> Any:
    """What a source tells of Dana, with changes in her first order."""
    account = copy.deepcopy(TOLD)
    account["orders"][0] |= changes
    return account


# --- the shape of an answer -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("customer", CUSTOMERS, ids=lambda customer: customer.customer_id)
@pytest.mark.parametrize("later", [date(2026, 3, 2), date(2027, 1, 1)])
def test_json_and_back_no_fact_has_changed_nor_does_it_move_with_time(customer: Any, later: date) -> None:
    written = for_record(as_it_stands(customer, TODAY).facts)
    read = SHAPE.account(written, "customer_id", customer.customer_id.casefold())
    assert as_of(later, read.facts) == as_of(TODAY, customer.facts)
    assert "ago" not in str(written)


@pytest.mark.parametrize(
    "changes",
    [
        {"total": 129.0},
        {"total": 129},
        {"total": "129"},
        {"total": "129.5"},
        {"total": "$129.00"},
        {"delivered_at": "02/15/2026"},
        {"delivered_at": "15 days ago"},
        {"delivered_at": "2026-02-30"},
        {"delivered_at": 1771113600},
        {"order_id": 48213},
        {"order_id": ["48213"]},
        {"items": "Espresso machine"},
        {"items": [["Espresso machine"]]},
        {"items": [{"final_sale": "no"}]},
        {"items": [{"quantity": "1"}]},
        {"new_fact": 0.5},
    ],
    ids=str,
)
def test_what_the_rules_were_not_written_for_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Permanent, match="account source tells"):
        SHAPE.account(told(**changes), *KEY)


def test_a_refusal_says_where_and_what_but_not_the_value() -> None:
    with pytest.raises(Permanent) as refused:
        SHAPE.account(told(delivered_at="02/15/2026"), *KEY)
    assert str(refused.value) == (
        "The account source tells text as orders[].delivered_at; "
        "in accounts.yaml of the business it is a day like 2026-03-02."
    )


@pytest.mark.parametrize("answer", [None, [], "Dana", 1, {}, {"customer_id": None}, {"email": DANA["email"]}], ids=str)
def test_what_is_no_account_is_refused(answer: Any) -> None:
    with pytest.raises(Permanent, match=r"^The account source tells .+\.$"):
        SHAPE.account(answer, *KEY)


def test_the_account_of_somebody_else_is_refused() -> None:
    with pytest.raises(Permanent, match="without this email"):
        SHAPE.account(told(), "email", "tom.okafor@example.com")


@pytest.mark.parametrize(
    "changes",
    [
        {"delivered_at": "2026-02-15T13:00:00+00:00"},
        {"delivered_at": None},
        {"payment_method": "129.00"},
        {"order_id": "2026-01-01"},
        {"new_fact": {"a": [1, "b"]}},
    ],
    ids=str,
)
def test_more_or_less_than_in_the_file_is_no_mistake(changes: dict[str, Any]) -> None:
    account = SHAPE.account(told(**changes), *KEY)
    assert account.customer_id == "C-1001"


def test_a_time_is_its_day_and_text_that_looks_like_a_day_stays_text() -> None:
    account = SHAPE.account(told(delivered_at="2026-02-15T13:00:00Z", order_id="2026-01-01"), *KEY)
    order = as_of(TODAY, account.facts)["orders"][0]
    assert (order["delivered_at"], order["order_id"]) == (date(2026, 2, 15), "2026-01-01")


# --- patience ---------------------------------------------------------------------------------------------------------


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_source_that_fails_again_and_again_rests_and_then_one_tries_for_all() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        assert breaker.ask()
        breaker.failed()
    assert not breaker.ask()
    clock.now += REST
    assert [breaker.ask() for _ in range(3)] == [True, False, False]
    breaker.failed()
    assert not breaker.ask()
    clock.now += REST
    assert breaker.ask()
    breaker.answered()
    assert all(breaker.ask() for _ in range(3))


def test_a_trial_that_never_ends_does_not_end_all_trials() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        breaker.failed()
    clock.now += REST
    assert breaker.ask()
    clock.now += REST
    assert breaker.ask()


def test_failures_that_are_not_in_a_row_are_no_reason_to_rest() -> None:
    breaker = Breaker(Clock())
    for _ in range(10):
        for _ in range(FAILURES - 1):
            breaker.failed()
        breaker.answered()
    assert breaker.ask()


async def test_an_answer_that_comes_too_late_is_no_answer() -> None:
    with pytest.raises(Unavailable, match=r"within 0\.05 s"):
        await Patience("The CRM", 0.05).wait_for(lambda: asyncio.sleep(30))


async def test_nonsense_is_a_sign_of_life() -> None:
    patience = Patience("The CRM", 1)

    async def nonsense() -> None:
        raise Permanent("It makes no sense.")

    for _ in range(2 * FAILURES):
        with pytest.raises(Permanent):
            await patience.wait_for(nonsense)
    assert patience.breaker.ask()


# --- a CRM over HTTP --------------------------------------------------------------------------------------------------


class Crm:
    """A CRM that answers what the test tells it, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answer: Callable[[], Response] = lambda: JSONResponse(TOLD)
        self.asked: list[Request] = []

    async def __call__(self, request: Request) -> Response:
        self.asked.append(request)
        return self.answer()


@pytest.fixture
def crm() -> Crm:
    return Crm()


@pytest.fixture
async def accounts(crm: Crm) -> AsyncIterator[HttpAccounts]:
    async with served(Starlette(routes=[Route("/crm/{business}/accounts", crm.__call__)])) as url:
        made = HttpAccounts(client(f"{url}/crm", "s3cret"), "retail", SHAPE, Patience("The CRM", 5))
        yield made
        await made.close()


async def test_a_question_to_the_crm(crm: Crm, accounts: HttpAccounts) -> None:
    found = await accounts.find("email", " Dana.Lopez@example.com")
    assert found
    assert found.customer_id == "C-1001"
    (asked,) = crm.asked
    assert asked.method == "GET"
    assert asked.url.path == "/crm/retail/accounts"
    assert dict(asked.query_params) == {"fact": "email", "value": "dana.lopez@example.com"}
    assert asked.headers["authorization"] == "Bearer s3cret"


@pytest.mark.parametrize(("status", "matches"), [(404, 0), (409, 2), (409, 17)])
async def test_none_and_several_are_nobody(crm: Crm, accounts: HttpAccounts, status: int, matches: int) -> None:
    crm.answer = lambda: JSONResponse({"matches": matches}, status)
    assert await accounts.find(*KEY) is None


@pytest.mark.parametrize(
    "answer",
    [
        lambda: HTMLResponse("default backend - 404", 404),
        lambda: JSONResponse({"detail": "Not Found"}, 404),
        lambda: JSONResponse([], 404),
        lambda: JSONResponse({"detail": "Conflict"}, 409),
        lambda: RedirectResponse("/login"),
        *[lambda status=status: Response(status_code=status) for status in (204, 401, 403, 408, 429, 500, 502, 503)],
    ],
)
async def test_an_answer_of_something_else_is_not_that_of_a_crm_that_knows_nobody(
    crm: Crm, accounts: HttpAccounts, answer: Callable[[], Response]
) -> None:
    crm.answer = answer
    with pytest.raises(Unavailable, match="The CRM answers"):
        await accounts.find(*KEY)
    assert {asked.url.path for asked in crm.asked} == {"/crm/retail/accounts"}


@pytest.mark.parametrize(
    "answer",
    [
        lambda: HTMLResponse("<h1>Please log in</h1>"),
        lambda: JSONResponse([TOLD]),
        lambda: JSONResponse(told(total=129.5)),
        lambda: JSONResponse({**TOLD, "email": "somebody@example.com"}),
        lambda: Response('{"customer_id": "C-1001", "balance": NaN}', media_type="application/json"),
        lambda: Response(b"\xff\xfe", media_type="application/json"),
        lambda: JSONResponse({"detail": "There is no such fact."}, 400),
        lambda: JSONResponse({"detail": "There is no such fact."}, 422),
    ],
)
async def test_nonsense_is_told_and_asked_for_only_once(
    crm: Crm, accounts: HttpAccounts, answer: Callable[[], Response]
) -> None:
    crm.answer = answer
    with pytest.raises(Permanent, match=r"^The (account source|CRM) "):
        await accounts.find(*KEY)
    assert len(crm.asked) == 1


async def test_a_hiccup_is_not_noticed(crm: Crm, accounts: HttpAccounts) -> None:
    crm.answer = lambda: JSONResponse(TOLD) if len(crm.asked) > 1 else Response(status_code=503)
    assert await accounts.find(*KEY)
    assert len(crm.asked) == 2


async def test_a_crm_that_is_broken_is_left_alone(crm: Crm, accounts: HttpAccounts) -> None:
    crm.answer = lambda: Response(status_code=500)
    for _ in range(FAILURES):
        with pytest.raises(Unavailable):
            await accounts.find(*KEY)
    asked = len(crm.asked)
    with pytest.raises(Unavailable, match="5 times in a row"):
        await accounts.find(*KEY)
    assert len(crm.asked) == asked


# --- settings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["mysql://host/name", "crm.example.com", "http://", "https://host:port", "http://[::1"])
def test_an_address_that_leads_nowhere_is_told_at_boot(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("ACCOUNTS_URL", url)
    with pytest.raises(SettingsError, match="ACCOUNTS_URL"):
        PolicySettings.read()


def test_a_mistake_in_an_address_is_told_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCOUNTS_URL", "mysql://me:s3cret@host/name")
    with pytest.raises(SettingsError, match=r"mysql://\*\*\*@host/name") as told:
        PolicySettings.read()
    assert "s3cret" not in str(told.value)


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCOUNTS_URL", "")
    assert PolicySettings.read().accounts_url is None
