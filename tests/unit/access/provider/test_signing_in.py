"""Signing in by a provider: who comes in as whom, what is refused and why, and what stands in the audit log."""

import re
from base64 import b64decode
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, get_args
from urllib.parse import parse_qs, unquote, urlsplit

import httpx2
import pytest

from callcenter.access.provider.refusals import Why
from callcenter.access.provider.routes import LASTS
from callcenter.access.provider.settings import Grant
from callcenter.access.registry import NotAllowed, Registry
from callcenter.errors import Unavailable
from callcenter.events import utc_now
from callcenter.storage.access import MemoryAccess, Staff
from callcenter.storage.audit import Act, Entry, MemoryAudit
from tests.unit.access.house import ORIGIN, PASSWORD, STAFF, open_door
from tests.unit.access.provider.fake import CLIENT, ISSUER, KEYS, SETTINGS, Desk, open_desk
from tests.unit.intake.house import problem

WEB = Path(__file__).resolve().parents[4] / "services" / "intake" / "web"


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with open_desk() as desk:
        yield desk


def refused(why: str, page: str = "%2F") -> str:
    return f"/signin.html?refused={why}&next={page}"


def no(who: str, why: str) -> tuple[str, str, str, dict[str, str]]:
    """What the audit log tells of a refusal."""
    return who, "sign-in refused", "Example ID", {"why": why}


async def test_who_signs_in_there_has_an_ordinary_session_here(desk: Desk) -> None:
    ended = await desk.come_back(**desk.fake.agree(await desk.begin(next="/tickets.html?status=open#RET-1")))
    assert (ended.status_code, ended.headers["location"]) == (303, "/tickets.html?status=open#RET-1")
    cookie = next(one for one in ended.headers.get_list("set-cookie") if one.startswith("cc_session="))
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    me = await desk.me()
    assert (me["name"], me["role"], me["businesses"]) == ("dana", "agent", ["retail"])
    assert (await desk.door.client.get("/v1/tickets")).status_code == 200
    assert await desk.noted() == [("dana", "signed in", "Example ID", {"role": "agent", "businesses": ["retail"]})]


async def test_what_is_asked_of_the_provider_cannot_be_guessed_and_is_new_each_time(desk: Desk) -> None:
    one, other = [parse_qs(urlsplit(await desk.begin()).query) for _ in range(2)]
    assert one["response_type"] == ["code"]
    assert one["client_id"] == [CLIENT]
    assert one["redirect_uri"] == ["http://house/v1/session/callback"]
    assert one["scope"] == ["openid profile email"]
    assert one["code_challenge_method"] == ["S256"]
    for secret in ("state", "nonce", "code_challenge"):
        assert len(one[secret][0]) >= 43
        assert one[secret] != other[secret]


async def test_the_cookie_of_a_sign_in_goes_nowhere_else_and_ends(desk: Desk) -> None:
    begun = await desk.door.client.get("/v1/session/provider")
    (cookie,) = begun.headers.get_list("set-cookie")
    assert {"HttpOnly", "SameSite=lax", "Path=/v1/session", f"Max-Age={LASTS}"} <= set(cookie.split("; "))
    assert parse_qs(urlsplit(begun.headers["location"]).query)["state"][0] not in cookie


# --- who they are, and what they may ---


async def test_a_role_is_taken_anew_at_each_sign_in(desk: Desk) -> None:
    await desk.sign_in()
    desk.fake.person["groups"] = ["visitors", "bank"]
    await desk.sign_in()
    me = await desk.me()
    assert (me["name"], me["role"], me["businesses"]) == ("dana", "supervisor", ["banking"])


async def test_of_several_the_first_that_is_set_counts(desk: Desk) -> None:
    desk.fake.person["groups"] = ["bank", "support"]
    await desk.sign_in()
    assert (await desk.me())["role"] == "agent"


async def test_who_has_no_role_is_refused(desk: Desk) -> None:
    none: list[Any] = [[], ["visitors"], "visitors", None, "Support", [["support"]], {"support": True}, 7]
    for groups in none:
        desk.fake.person["groups"] = groups
        assert await desk.sign_in(next="/people.html") == refused("no-role", "%2Fpeople.html"), groups
        assert (await desk.door.client.get("/v1/session")).status_code == 401
    assert await desk.noted() == len(none) * [no("dana", "no-role")]
    assert len(await desk.door.runtime.people.all_staff()) == len(STAFF)


async def test_who_has_no_role_any_more_is_signed_out_elsewhere_too(desk: Desk) -> None:
    await desk.sign_in()
    desk.fake.person["groups"] = []
    assert await desk.sign_in() == refused("no-role")
    assert (await desk.door.client.get("/v1/tickets")).status_code == 401


async def test_an_account_with_a_password_is_not_taken_over_by_its_name(desk: Desk) -> None:
    alike = ["agent", "Agent", "AGENT", "\N{FULLWIDTH LATIN SMALL LETTER A}gent"]
    for name in alike:
        desk.fake.person["preferred_username"] = name
        assert await desk.sign_in() == refused("taken"), name
        assert (await desk.door.client.get("/v1/session")).status_code == 401
    assert await desk.noted() == [no(name, "taken") for name in alike]


async def test_who_had_a_password_comes_by_the_provider_once_that_account_is_removed(desk: Desk) -> None:
    desk.fake.person["preferred_username"] = "agent"
    before = await desk.door.signed_in("agent")
    await Registry(desk.door.runtime.people, utc_now).remove("agent")
    assert (await desk.door.client.get("/v1/tickets", headers=before)).status_code == 401
    assert await desk.sign_in() == "/"
    desk.door.client.cookies.clear()
    assert (await desk.door.client.get("/v1/tickets", headers=before)).status_code == 401


async def test_a_name_belongs_to_who_came_by_it_first(desk: Desk) -> None:
    await desk.sign_in()
    desk.fake.person["sub"] = "u-2"
    assert await desk.sign_in() == refused("taken")
    desk.fake.person |= {"sub": "u-1", "preferred_username": "dana-married"}
    await desk.sign_in()
    assert (await desk.me())["name"] == "dana"


async def test_who_was_closed_here_stays_so(desk: Desk) -> None:
    await desk.sign_in()
    registry = Registry(desk.door.runtime.people, utc_now)
    await registry.disable("dana")
    assert (await desk.door.client.get("/v1/tickets")).status_code == 401
    assert await desk.sign_in() == refused("closed")
    await registry.disable("dana", disabled=False)
    assert await desk.sign_in() == "/"


class Meddled(MemoryAccess):
    """A store in which somebody else does something between reading and writing, once."""

    act: Callable[[], Awaitable[object]] | None = None

    async def all_staff(self) -> list[Staff]:
        read, act, self.act = await super().all_staff(), self.act, None
        if act:
            await act()
        return read


async def test_who_is_closed_while_they_sign_in_stays_so() -> None:
    people = Meddled(STAFF)
    async with open_desk(people=people) as desk:
        await desk.sign_in()
        desk.fake.person["groups"] = ["bank"]
        people.act = lambda: Registry(people, utc_now).disable("dana")
        assert await desk.sign_in() == refused("closed")
        dana = await people.staff("dana")
        assert dana is not None
        assert (dana.disabled, dana.role) == (True, "agent")


async def test_who_comes_for_the_first_time_in_two_tabs_is_one_person() -> None:
    dana = Staff("dana", "agent", ("retail",), "", "first", subject=f"{ISSUER} u-1")
    people = Meddled(STAFF)
    people.act = lambda: people.add_staff(dana)
    async with open_desk(people=people) as desk:
        assert await desk.sign_in() == "/"
        assert await people.staff("dana") == dana


async def test_who_comes_by_the_provider_has_no_password(desk: Desk) -> None:
    await desk.sign_in()
    with pytest.raises(NotAllowed, match="identity provider"):
        await Registry(desk.door.runtime.people, utc_now).set_password("dana", PASSWORD)
    for password in ("", PASSWORD):
        asked = {"name": "dana", "password": password}
        assert (await desk.door.client.post("/v1/session", json=asked, headers=ORIGIN)).status_code == 401


NAMES = [
    ({"preferred_username": " dana "}, "dana"),
    ({"email": "dana@shop.example", "email_verified": True}, "dana@shop.example"),
    ({"email": "dana@shop.example", "email_verified": "true"}, None),
    ({"email": "dana@shop.example"}, None),
    ({"preferred_username": "system"}, None),
    ({"preferred_username": "assistant"}, None),
    ({"preferred_username": "key:shop"}, None),
    ({"preferred_username": "d\u202eana"}, None),
    ({"preferred_username": "x" * 61}, None),
    ({"preferred_username": ["dana"]}, None),
]


async def test_what_somebody_is_called(desk: Desk) -> None:
    for number, (told, name) in enumerate(NAMES):
        desk.fake.person = {"groups": ["support"], "sub": f"u-{number}", **told}
        assert await desk.sign_in() == "/", told
        assert (await desk.me())["name"] == (name or f"u-{number}"), told


async def test_an_address_that_nobody_verified_gives_no_role() -> None:
    roles = {"dana@shop.example": Grant(role="agent", businesses=None)}
    settings = SETTINGS.model_copy(update={"oidc_claim": "email", "oidc_roles": roles})
    async with open_desk(settings) as desk:
        desk.fake.person = {"preferred_username": "dana", "email": "dana@shop.example", "email_verified": False}
        assert await desk.sign_in() == refused("no-role")
        desk.fake.person["email_verified"] = True
        assert await desk.sign_in() == "/"


async def test_what_the_id_token_does_not_tell_is_asked_for(desk: Desk) -> None:
    desk.fake.person, desk.fake.userinfo = {}, {"sub": "u-1", "preferred_username": "lee", "groups": ["leads"]}
    assert await desk.sign_in() == "/"
    me = await desk.me()
    assert (me["name"], me["role"], me["businesses"]) == ("lee", "admin", None)


async def test_what_is_told_about_somebody_else_does_not_count(desk: Desk) -> None:
    desk.fake.person, desk.fake.userinfo = {}, {"sub": "u-2", "preferred_username": "lee", "groups": ["leads"]}
    assert await desk.sign_in() == refused("untrusted")


# --- once, in time, and in the browser that began it ---


async def test_an_answer_counts_once(desk: Desk) -> None:
    came = desk.fake.agree(await desk.begin())
    assert (await desk.come_back(**came)).headers["location"] == "/"
    assert (await desk.come_back(**came)).headers["location"] == refused("ended")
    assert desk.fake.count("token") == 1


async def test_an_answer_counts_in_no_other_browser_and_with_no_other_state(desk: Desk) -> None:
    came = desk.fake.agree(await desk.begin())
    cookies = dict(desk.door.client.cookies)
    desk.door.client.cookies.clear()
    assert (await desk.come_back(**came)).headers["location"] == refused("ended")
    await desk.begin()  # this browser has begun another one
    assert (await desk.come_back(**came)).headers["location"] == refused("ended")
    desk.door.client.cookies.update(cookies)
    assert (await desk.come_back(**came | {"state": "x" * 43})).headers["location"] == refused("ended")
    assert desk.fake.count("token") == 0
    assert await desk.noted() == []


async def test_two_tabs_of_a_browser_do_not_disturb_each_other(desk: Desk) -> None:
    first = await desk.begin(next="/one")
    second = await desk.begin(next="/two")
    for url, page in ((first, "/one"), (second, "/two")):
        assert (await desk.come_back(**desk.fake.agree(url))).headers["location"] == page


async def test_who_takes_too_long_begins_again() -> None:
    clock = [0.0]
    async with open_desk(people=MemoryAccess(STAFF, clock=lambda: clock[0])) as desk:
        late = await desk.begin()
        clock[0] += LASTS + 1
        assert (await desk.come_back(**desk.fake.agree(late))).headers["location"] == refused("ended")
        in_time = desk.fake.agree(await desk.begin())
        clock[0] += LASTS - 1
        assert (await desk.come_back(**in_time)).headers["location"] == "/"


ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/ /evil.example",
    "/\n/evil.example",
    "evil.example",
    "",
    "javascript:alert(1)",
    "/a\r\nSet-Cookie: a=b",
    "/ä",
    "/v1/session/provider",
    "/./v1/session/provider",
    "/a/../v1/session/provider",
    "/signin.html",
    "/" + "a" * 2000,
)


async def test_the_way_back_leads_to_a_page_of_ours(desk: Desk) -> None:
    for elsewhere in ELSEWHERE:
        assert await desk.sign_in(next=elsewhere) == "/", elsewhere


# --- what the provider says instead ---


async def test_who_was_not_signed_in_there_is_told_why(desk: Desk) -> None:
    errors = {"access_denied": "denied", "login_required": "denied", "temporarily_unavailable": "away"}
    errors |= {"invalid_scope": "untrusted", "<b>": "untrusted", "": "untrusted"}
    for error, why in errors.items():
        came = desk.fake.agree(await desk.begin(next="/people.html")) | {"code": "", "error": error}
        assert (await desk.come_back(**came)).headers["location"] == refused(why, "%2Fpeople.html"), error
    whys = [why for why in errors.values() if why != "away"]
    assert await desk.noted() == [no("stranger", why) for why in whys]


async def test_an_answer_of_another_provider_is_not_followed_up(desk: Desk) -> None:
    for issuer in ({}, {"iss": ""}, {"iss": "https://evil.example"}, {"iss": f"{ISSUER}/"}):
        came = desk.fake.agree(await desk.begin())
        del came["iss"]
        assert (await desk.come_back(**came, **issuer)).headers["location"] == refused("untrusted"), issuer
    assert desk.fake.count("token") == 0


AWAY = httpx2.Response(503, text="<h1>Back soon</h1>")
ODD = httpx2.Response(200, text="<h1>Welcome</h1>")
LONG = httpx2.Response(200, content=b" " * 600_000)
WRONG = httpx2.Response(400, json={"error": "invalid_grant"})
EMPTY = httpx2.Response(200, json={})
LIST = httpx2.Response(200, json=[])
NO_KEYS = httpx2.Response(200, json={"keys": [{"kty": "oct", "k": "c2VjcmV0"}, None, 7, {}]})


ANSWERS = [
    ("token", AWAY, "away"),
    ("token", httpx2.Response(429), "away"),
    ("token", LONG, "away"),
    ("token", ODD, "untrusted"),
    ("token", WRONG, "untrusted"),
    ("token", EMPTY, "untrusted"),
    ("token", LIST, "untrusted"),
    ("jwks", AWAY, "away"),
    ("jwks", ODD, "untrusted"),
    ("jwks", EMPTY, "untrusted"),
    ("jwks", NO_KEYS, "untrusted"),
]


async def test_what_cannot_be_had_or_understood_lets_nobody_in_and_is_not_remembered(desk: Desk) -> None:
    for name, answer, why in ANSWERS:
        desk.fake.answers[name] = answer
        assert await desk.sign_in() == refused(why), (name, answer.content[:20])
        assert (await desk.door.client.get("/v1/session")).status_code == 401
        desk.fake.answers.clear()
    assert await desk.sign_in() == "/"


async def test_a_provider_that_says_odd_things_of_itself_is_not_gone_to(desk: Desk) -> None:
    odd: list[dict[str, Any]] = [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"token_endpoint": "http://id.example/token"},
        {"jwks_uri": "http://id.example/jwks"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": None},
    ]
    for desk.fake.said in odd:
        assert await desk.begin(next="/people.html") == refused("untrusted", "%2Fpeople.html"), desk.fake.said
    desk.fake.said = {}
    assert (await desk.begin()).startswith(f"{ISSUER}/auth?")


async def test_a_provider_that_is_away_is_gone_to_as_soon_as_it_is_back(desk: Desk) -> None:
    desk.fake.answers["openid-configuration"] = AWAY
    assert await desk.begin() == refused("away")
    desk.fake.answers.clear()
    assert await desk.sign_in() == "/"
    assert desk.fake.count("openid-configuration") == 2  # what was read counts for a while


async def test_other_keys_are_taken_up_but_not_asked_for_over_and_over(desk: Desk) -> None:
    assert await desk.sign_in() == "/"
    desk.fake.key = KEYS["second"]
    desk.fake.published = [KEYS["second"]]
    assert await desk.sign_in() == "/"
    assert desk.fake.count("jwks") == 2
    time = [desk.door.app.state.provider.issuer.clock()]
    desk.door.app.state.provider.issuer.clock = lambda: time[0]
    desk.fake.key = KEYS["stranger"]
    for _ in range(5):
        assert await desk.sign_in() == refused("untrusted")
    assert desk.fake.count("jwks") <= 3


@pytest.mark.parametrize(
    ("methods", "secret"),
    [
        (None, "basic"),
        (["client_secret_basic", "client_secret_post"], "basic"),
        (["client_secret_post"], "post"),
        (["private_key_jwt"], "basic"),
    ],
    ids=str,
)
async def test_how_we_say_who_we_are(desk: Desk, methods: list[str] | None, secret: str) -> None:
    desk.fake.said = {"token_endpoint_auth_methods_supported": methods} if methods else {}
    assert await desk.sign_in() == "/"
    (asked,) = [request for request in desk.fake.asked if request.url.path.endswith("/token")]
    form = parse_qs(asked.content.decode())
    if secret == "basic":
        name, _, password = b64decode(asked.headers["authorization"].removeprefix("Basic ")).decode().partition(":")
        assert (unquote(name), unquote(password)) == (CLIENT, "a+b%c")
        assert "client_secret" not in form
    else:
        assert (form["client_id"], form["client_secret"]) == ([CLIENT], ["a+b%c"])


async def test_without_a_secret_we_say_our_name_alone() -> None:
    async with open_desk(SETTINGS.model_copy(update={"oidc_client_secret": None})) as desk:
        assert await desk.sign_in() == "/"
        (asked,) = [request for request in desk.fake.asked if request.url.path.endswith("/token")]
        assert "authorization" not in asked.headers
        assert parse_qs(asked.content.decode())["client_id"] == [CLIENT]


async def test_where_people_reach_us_may_be_said() -> None:
    async with open_desk(SETTINGS.model_copy(update={"oidc_origin": "https://desk.example/"})) as desk:
        asked = parse_qs(urlsplit(await desk.begin()).query)
        assert asked["redirect_uri"] == ["https://desk.example/v1/session/callback"]


# --- signing out ---


async def sign_out(desk: Desk) -> httpx2.Response:
    return await desk.door.client.delete("/v1/session", headers=ORIGIN)


async def test_who_signs_out_here_is_led_to_sign_out_there(desk: Desk) -> None:
    await desk.sign_in()
    cookie = {"Cookie": f"cc_session={desk.door.client.cookies['cc_session']}"}
    out = await sign_out(desk)
    assert out.status_code == 200
    place, _, query = out.json()["leads_to"].partition("?")
    told = parse_qs(query)
    assert place == f"{ISSUER}/end"
    assert told.pop("id_token_hint")[0].count(".") == 2
    assert told == {
        "of": ["session"],
        "client_id": [CLIENT],
        "post_logout_redirect_uri": ["http://house/signin.html"],
    }
    assert (await desk.door.client.get("/v1/tickets", headers=cookie)).status_code == 401
    assert [what for _, what, *_ in await desk.noted()] == ["signed in", "signed out"]


async def test_a_long_id_token_is_not_put_into_an_address(desk: Desk) -> None:
    desk.fake.person["groups"] = ["support", *(f"group {number}" for number in range(1000))]
    await desk.sign_in()
    told = parse_qs(urlsplit((await sign_out(desk)).json()["leads_to"]).query)
    assert "id_token_hint" not in told
    assert told["client_id"] == [CLIENT]


@pytest.mark.parametrize("how", ["away", "not offered"])
async def test_who_cannot_be_signed_out_there_is_signed_out_here(desk: Desk, how: str) -> None:
    await desk.sign_in()
    if how == "away":
        desk.fake.answers["openid-configuration"] = AWAY
    else:
        desk.fake.said = {"end_session_endpoint": None}
    assert (await sign_out(desk)).status_code == 204
    assert (await desk.door.client.get("/v1/tickets")).status_code == 401


async def test_who_came_with_a_password_is_led_nowhere(desk: Desk) -> None:
    asked = {"name": "agent", "password": PASSWORD}
    assert (await desk.door.client.post("/v1/session", json=asked, headers=ORIGIN)).status_code == 200
    assert (await sign_out(desk)).status_code == 204
    assert await desk.noted() == [("agent", "signed in", "", {}), ("agent", "signed out", "", {})]


# --- our own side ---


class Broken(MemoryAudit):
    """A log that nothing can be written to."""

    async def append(self, act: Act) -> Entry:
        raise Unavailable("The audit log does not answer")


class Away(MemoryAccess):
    """A store that keeps nothing just now."""

    async def set_aside(self, key: str, kept: bytes, seconds: float) -> None:
        raise Unavailable("Redis does not answer")

    async def take(self, key: str) -> bytes | None:
        raise Unavailable("Redis does not answer")


async def test_what_cannot_be_noted_is_not_done() -> None:
    async with open_desk(audit=Broken()) as desk:
        assert await desk.sign_in() == refused("unavailable")
        assert (await desk.door.client.get("/v1/session")).status_code == 401
        desk.fake.person["groups"] = []
        assert await desk.sign_in() == refused("unavailable")


async def test_where_our_store_is_away_the_page_says_so() -> None:
    async with open_desk(people=Away(STAFF)) as desk:
        assert await desk.begin() == refused("unavailable")
        assert (await desk.come_back(state="any", code="any")).headers["location"] == refused("unavailable")


async def test_where_there_is_no_provider_that_is_said() -> None:
    async with open_door() as door:
        for path in ("provider", "callback"):
            assert "OIDC_ISSUER" in problem(await door.client.get(f"/v1/session/{path}"), 409)
        assert (await door.client.get("/v1/about")).json()["provider"] is None
        assert "/v1/session/provider" not in (await door.client.get("/openapi.json")).json()["paths"]


async def test_nothing_of_a_token_or_a_secret_is_told(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.fake.answers["token"] = httpx2.Response(400, json={"error": "invalid_client", "secret": "a+b%c"})
    await desk.sign_in()
    desk.fake.answers.clear()
    await desk.sign_in()
    told = "".join(capsys.readouterr())
    assert "a+b%c" not in told
    assert "eyJ" not in told
    assert "a+b%c" not in repr(SETTINGS)


def test_the_sign_in_page_has_a_sentence_for_each_reason() -> None:
    table = (WEB / "signin.js").read_text().partition("const REFUSED = {")[2].partition("};")[0]
    assert set(re.findall(r'^  "?([a-z-]+)"?: "', table, re.MULTILINE)) == set(get_args(Why))
