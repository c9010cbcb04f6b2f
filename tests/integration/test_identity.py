"""What the doctor finds out of a real identity provider, and what of a sign-in lies on Redis, and how long."""

from collections.abc import Iterator
from typing import Any

import pytest
from redis.asyncio import Redis

from callcenter.access.provider.routes import LASTS
from callcenter.access.provider.settings import ProviderSettings
from callcenter.storage.access import RedisAccess
from services.cli.checks import Check
from services.cli.provider import checks
from tests.identity import SECRET, IdentityProvider, identity_provider
from tests.unit.access.house import ORIGIN, STAFF
from tests.unit.access.provider.fake import open_desk

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


async def test_what_is_kept_of_a_sign_in_on_redis_ends_with_it(redis_url: str, namespace: str) -> None:
    people, redis = RedisAccess(redis_url, namespace), Redis.from_url(redis_url)
    for one in STAFF:
        await people.add_staff(one)

    async def aside() -> list[bytes]:
        return [key async for key in redis.scan_iter(f"{namespace}:access:aside:*")]

    async with open_desk(people=people) as desk:
        came = desk.fake.agree(await desk.begin())
        (begun,) = await aside()
        assert 0 < await redis.ttl(begun) <= LASTS
        assert came["state"].encode() not in begun
        assert (await desk.come_back(**came)).headers["location"] == "/"
        assert (await desk.me())["name"] == "dana"
        assert "refused=ended" in (await desk.come_back(**came)).headers["location"]
        (way_out,) = await aside()
        assert way_out != begun
        assert (await desk.door.client.delete("/v1/session", headers=ORIGIN)).status_code == 200
        assert await aside() == []
    await redis.aclose()
