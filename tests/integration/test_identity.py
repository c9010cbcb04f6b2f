"""What the doctor finds out of a real identity provider."""

from collections.abc import Iterator
from typing import Any

import pytest

from callcenter.access.provider.settings import ProviderSettings
from services.cli.checks import Check
from services.cli.provider import checks
from tests.identity import SECRET, IdentityProvider, identity_provider

DESK = "http://127.0.0.1:8110"
ROLES = {"support": {"role": "agent", "businesses": ["retail"]}}


@pytest.fixture(scope="module")
def identity() -> Iterator[IdentityProvider]:
    with identity_provider(DESK) as provider:
        yield provider


async def found(url: str, **others: Any) -> tuple[Check, Check]:
    known = {"oidc_issuer": url, "oidc_client_id": "desk", "oidc_client_secret": SECRET, "oidc_roles": ROLES}
    answers, address = await checks(ProviderSettings(**known | others), DESK)
    return answers, address


async def test_a_provider_that_answers_and_knows_where_to_send_people(identity: IdentityProvider) -> None:
    answers, address = await found(identity.url)
    assert (answers.state, address.state) == ("ok", "ok")
    assert "1 key(s), and also signs people out" in answers.detail
    assert f"{DESK}/v1/session/callback" in address.detail


@pytest.mark.parametrize("wrong", [{"oidc_origin": "https://desk.example"}, {"oidc_client_id": "unknown"}], ids=str)
async def test_a_provider_that_does_not(identity: IdentityProvider, wrong: dict[str, str]) -> None:
    answers, address = await found(identity.url, **wrong)
    assert (answers.state, address.state) == ("ok", "failed")
    assert "Register " in address.fix


async def test_a_provider_that_calls_itself_otherwise(identity: IdentityProvider) -> None:
    answers, address = await found(f"{identity.url}/")
    assert (answers.state, address.state) == ("failed", "skipped")
    assert f"calls itself '{identity.url}'" in answers.detail
    assert "OIDC_ISSUER" in answers.fix


async def test_a_provider_that_is_away(identity: IdentityProvider) -> None:
    identity.stop()
    try:
        answers, _ = await found(identity.url)
    finally:
        identity.start()
    assert answers.state == "failed"
    assert "does not answer" in answers.detail


async def test_no_provider() -> None:
    assert [check.state for check in await checks(ProviderSettings(), DESK)] == ["skipped", "skipped"]
