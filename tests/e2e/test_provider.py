"""Signing in by a real identity provider in a real browser: there and back, refused, over, and out again."""

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.brokers import free_ports
from tests.e2e.browsing import PATIENCE, assert_accessible
from tests.e2e.conftest import ROOT, environment, wait_until_ready
from tests.identity import PUBLIC, SETTINGS, IdentityProvider, identity_provider

PASSWORD = "four words are plenty"
BUTTON = "Sign in with Example ID"


@dataclass(frozen=True)
class House:
    url: str
    provider: IdentityProvider


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A console whose staff signs in by the provider."""
    with opened(tmp_path_factory.mktemp("confidential") / "log", SETTINGS) as house:
        yield house


@contextmanager
def opened(log: Path, known: dict[str, str]) -> Iterator[House]:
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    with identity_provider(url) as provider, log.open("wb") as output:
        settings = {"HTTP_PORT": str(port), "DEMO": "on", "AUTH": "on", "ADMIN_PASSWORD": PASSWORD}
        process = subprocess.Popen(
            [sys.executable, "-m", "services"],
            cwd=ROOT,
            env=environment(**settings, **known, OIDC_ISSUER=provider.url),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until_ready(url, process, log)
            yield House(url, provider)
        finally:
            process.kill()
            process.wait()


@pytest.fixture
async def context(browser: Browser, house: House) -> AsyncIterator[BrowserContext]:
    """A browser of somebody who was never here."""
    context = await browser.new_context(base_url=house.url, locale="en-US")
    yield context
    await context.close()


@pytest.fixture
async def page(context: BrowserContext) -> Page:
    return await context.new_page()


async def go_there(page: Page, wanted: str = "/tickets.html?status=open") -> None:
    await page.goto(wanted)
    await page.get_by_role("link", name=BUTTON).click(timeout=PATIENCE)


async def say_who(page: Page, name: str) -> None:
    """At the provider: sign in, and agree."""
    await page.get_by_placeholder("Enter any login").fill(name, timeout=PATIENCE)
    await page.get_by_placeholder("and password").fill("any")
    await page.get_by_role("button", name="Sign-in").click()
    await page.get_by_role("button", name="Continue").click(timeout=PATIENCE)


async def refused(page: Page, sentence: str) -> None:
    """Back on the sign-in page, which says why; nobody is signed in."""
    await expect(page.get_by_role("alert")).to_contain_text(sentence, timeout=PATIENCE)
    await expect(page).to_have_url(re.compile(r"/signin\.html\?refused="))
    assert (await page.request.get("/v1/session")).status == 401
    await assert_accessible(page)


async def signed_in(page: Page, name: str) -> None:
    await expect(page.get_by_role("button", name=f"Sign out {name}")).to_be_visible(timeout=PATIENCE)


async def test_who_signs_in_there_is_here_where_they_wanted_to_be_and_signed_out_in_both_places(
    page: Page, house: House
) -> None:
    await go_there(page)
    assert page.url.startswith(house.provider.url)
    await say_who(page, "dana")
    await expect(page).to_have_url("/tickets.html?status=open", timeout=PATIENCE)
    await signed_in(page, "dana")
    me = await (await page.request.get("/v1/session")).json()
    assert (me["role"], me["businesses"]) == ("agent", ["retail"])
    await page.get_by_role("button", name="Sign out dana").click()
    await page.get_by_role("button", name="Yes, sign me out").click(timeout=PATIENCE)
    await expect(page).to_have_url(re.compile(r"/signin\.html"), timeout=PATIENCE)
    assert (await page.request.get("/v1/session")).status == 401
    await go_there(page)
    await expect(page.get_by_placeholder("Enter any login")).to_be_visible(timeout=PATIENCE)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everybody_can_use_the_page_also_on_a_phone(
    browser: Browser, house: House, scheme: Literal["light", "dark"]
) -> None:
    size: ViewportSize = {"width": 390, "height": 760}
    page = await browser.new_page(base_url=house.url, viewport=size, color_scheme=scheme)
    await page.goto("/signin.html?refused=taken")
    await expect(page.get_by_role("link", name=BUTTON)).to_be_visible(timeout=PATIENCE)
    await expect(page.get_by_role("alert")).to_contain_text("Your name at Example ID")
    await assert_accessible(page)
    await page.close()


async def test_who_does_not_agree_is_told_so_and_can_sign_in_with_a_password(page: Page) -> None:
    await go_there(page)
    await page.get_by_role("link", name="Cancel").click(timeout=PATIENCE)
    await refused(page, "Example ID did not sign you in")
    await page.get_by_label("Name").fill("admin")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page).to_have_url("/tickets.html?status=open", timeout=PATIENCE)


async def test_who_has_no_role_is_told_whom_to_ask(page: Page) -> None:
    await go_there(page)
    await say_who(page, "stranger")
    await refused(page, "Example ID knows you, but you have no role here.")


async def test_nobody_comes_in_as_somebody_else_by_the_name_that_they_have_there(page: Page) -> None:
    await go_there(page)
    await say_who(page, "impostor")  # whom the provider calls admin
    await refused(page, "Your name at Example ID belongs to somebody else here.")


async def answer_held_back(page: Page, name: str) -> str:
    """Where the provider sends the browser of somebody who signed in there; the browser has not gone there yet."""
    devtools = await page.context.new_cdp_session(page)
    held: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def hold(paused: dict[str, Any]) -> None:
        await devtools.send("Fetch.failRequest", {"requestId": paused["requestId"], "errorReason": "Aborted"})
        held.set_result(paused["request"]["url"])

    devtools.on("Fetch.requestPaused", hold)
    await devtools.send("Fetch.enable", {"patterns": [{"urlPattern": "*/v1/session/callback?*"}]})
    await go_there(page)
    await say_who(page, name)
    answer = await asyncio.wait_for(held, PATIENCE / 1000)
    await devtools.send("Fetch.disable")
    return answer


async def test_an_answer_with_another_state_is_refused(page: Page) -> None:
    answer = await answer_held_back(page, "dana")
    await page.goto(re.sub(r"(?<=state=)..", "--", answer))
    await refused(page, "This sign-in was used already")


async def test_an_answer_counts_once_and_in_the_browser_that_asked(page: Page, browser: Browser, house: House) -> None:
    answer = await answer_held_back(page, "dana")
    elsewhere = await browser.new_page(base_url=house.url)
    await elsewhere.goto(answer)
    await refused(elsewhere, "was begun in another browser")
    await elsewhere.close()
    await page.goto(answer)
    await expect(page).to_have_url("/tickets.html?status=open", timeout=PATIENCE)
    await signed_in(page, "dana")
    await page.context.clear_cookies(name="cc_session")
    await page.goto(answer)
    await refused(page, "This sign-in was used already")


async def test_an_answer_that_says_to_come_from_another_provider_is_refused(page: Page) -> None:
    answer = await answer_held_back(page, "dana")
    await page.goto(re.sub(r"iss=[^&]*", "iss=https%3A%2F%2Fevil.example", answer))
    await refused(page, "not so that we can be sure that it was you")


async def test_other_keys_of_the_provider_are_taken_up(browser: Browser, house: House) -> None:
    for _ in range(2):
        context = await browser.new_context(base_url=house.url)
        page = await context.new_page()
        await go_there(page, "/")
        await say_who(page, "lee")
        await signed_in(page, "lee")
        await context.close()
        house.provider.rotate()


async def test_where_the_provider_is_away_the_page_says_so_until_it_is_back(page: Page, house: House) -> None:
    answer = await answer_held_back(page, "dana")
    house.provider.stop()
    try:
        await page.goto(answer)
        await refused(page, "Example ID does not answer.")
        await page.get_by_label("Name").fill("admin")
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in", exact=True).click()
        await signed_in(page, "admin")
        await page.get_by_role("button", name="Sign out admin").click()
        await expect(page).to_have_url("/signin.html", timeout=PATIENCE)
    finally:
        house.provider.start()
    await go_there(page)
    await say_who(page, "dana")
    await signed_in(page, "dana")


async def test_the_way_back_leads_nowhere_else(page: Page, house: House) -> None:
    await page.goto("/v1/session/provider?next=//evil.example/")
    await say_who(page, "dana")
    await expect(page).to_have_url(f"{house.url}/", timeout=PATIENCE)


async def test_a_client_without_a_secret_is_known_by_pkce_alone(browser: Browser, tmp_path: Path) -> None:
    with opened(tmp_path / "log", PUBLIC) as house:
        page = await browser.new_page(base_url=house.url)
        await go_there(page)
        await say_who(page, "lee")
        await signed_in(page, "lee")
        await page.close()
