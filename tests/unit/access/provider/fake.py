"""A provider in memory, which can be made to say anything; and a desk whose staff signs in by it."""

import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx2
from joserfc import jwt
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry

from callcenter.access.provider.client import Provider
from callcenter.access.provider.settings import ProviderSettings
from callcenter.access.provider.tokens import ALGORITHMS
from callcenter.events import utc_now
from callcenter.storage.access import AccessStore
from callcenter.storage.audit import Audit
from tests.unit.access.house import Door, open_door

ISSUER = "https://id.example/realms/shop"
CLIENT = "desk"
ROLES = {
    "leads": {"role": "admin", "businesses": None},
    "support": {"role": "agent", "businesses": ["retail"]},
    "bank": {"role": "supervisor", "businesses": ["banking"]},
}
SETTINGS = ProviderSettings(
    oidc_issuer=ISSUER, oidc_client_id=CLIENT, oidc_client_secret="a+b%c", oidc_name="Example ID", oidc_roles=ROLES
)
KEYS = {name: RSAKey.generate_key(2048, {"kid": name, "use": "sig"}) for name in ("first", "second", "stranger")}


def claims(expected: str, at: int | None = None, **others: Any) -> dict[str, Any]:
    """Of an ID token that is as it has to be, but for what is said; None: without it."""
    now = int(time.time()) if at is None else at
    right = {"iss": ISSUER, "sub": "u-1", "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": expected}
    return {name: value for name, value in (right | others).items() if value is not None}


def signed(told: dict[str, Any], key: RSAKey = KEYS["first"], **header: Any) -> str:
    anything = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    return jwt.encode({"alg": "RS256", "kid": key.kid, **header}, told, key, registry=anything)


class Wire(httpx2.AsyncBaseTransport):
    """The way to a provider in memory, whose answers come in pieces as over a network."""

    def __init__(self, fake: "Fake") -> None:
        self.fake = fake

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        await request.aread()
        answer = self.fake(request)

        async def pieces() -> AsyncIterator[bytes]:
            yield answer.content

        return httpx2.Response(answer.status_code, content=pieces())


@dataclass
class Fake:
    """What it says of the person, beside what an ID token needs, and of itself; and who asked it for what."""

    person: dict[str, Any] = field(default_factory=lambda: {"preferred_username": "dana", "groups": ["support"]})
    userinfo: dict[str, Any] | None = None
    said: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: KEYS["first"])
    published: list[RSAKey] = field(default_factory=lambda: [KEYS["first"]])
    answers: dict[str, httpx2.Response] = field(default_factory=dict)
    asked: list[httpx2.Request] = field(default_factory=list)
    begun: dict[str, str] = field(default_factory=dict)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        name = request.url.path.rpartition("/")[2]
        if name in self.answers:
            return self.answers[name]
        return httpx2.Response(200, json=getattr(self, f"_{name.replace('-', '_')}")(request))

    def count(self, name: str) -> int:
        return sum(request.url.path.endswith(f"/{name}") for request in self.asked)

    def agree(self, url: str) -> dict[str, str]:
        """What the browser brings back, once somebody has signed in at the address."""
        self.begun = dict(parse_qsl(urlsplit(url).query))
        return {"state": self.begun["state"], "code": "the code", "iss": ISSUER}

    def _openid_configuration(self, _: httpx2.Request) -> dict[str, Any]:
        places = {
            "authorization_endpoint": f"{ISSUER}/auth",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/jwks",
            "end_session_endpoint": f"{ISSUER}/end?of=session",
            **({"userinfo_endpoint": f"{ISSUER}/userinfo"} if self.userinfo else {}),
        }
        return {"issuer": ISSUER, "authorization_response_iss_parameter_supported": True, **places, **self.said}

    def _jwks(self, _: httpx2.Request) -> dict[str, Any]:
        odd = [{"kty": "FUTURE", "kid": "odd"}, {"kty": "RSA", "kid": "broken"}, {"kty": "oct", "k": "c2VjcmV0"}]
        return {"keys": [*odd, *(key.as_dict(private=False) for key in self.published)]}

    def _token(self, request: httpx2.Request) -> dict[str, Any]:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        challenge = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        assert challenge == self.begun["code_challenge"]
        assert form["redirect_uri"] == self.begun["redirect_uri"]
        id_token = signed(claims(self.begun["nonce"], **self.person), self.key)
        return {"access_token": "the access token", "token_type": "Bearer", "id_token": id_token}

    def _userinfo(self, request: httpx2.Request) -> dict[str, Any]:
        assert request.headers["authorization"] == "Bearer the access token"
        return self.userinfo or {}


@dataclass
class Desk:
    door: Door
    fake: Fake

    async def begin(self, **asked: str) -> str:
        """Where the browser is sent."""
        begun = await self.door.client.get("/v1/session/provider", params=asked)
        assert begun.status_code == 303
        return begun.headers["location"]

    async def come_back(self, **came: str) -> httpx2.Response:
        return await self.door.client.get("/v1/session/callback", params=came)

    async def sign_in(self, **asked: str) -> str:
        """All the way; returns where the browser is in the end."""
        ended = await self.come_back(**self.fake.agree(await self.begin(**asked)))
        assert ended.status_code == 303
        return ended.headers["location"]

    async def me(self) -> dict[str, Any]:
        return (await self.door.client.get("/v1/session")).json()

    async def noted(self) -> list[tuple[str, str, str, dict[str, Any]]]:
        acts = [entry.act async for entry in self.door.runtime.audit.entries()]
        assert all(act.source for act in acts)
        return [(act.who, act.what, act.about, act.facts) for act in acts]


@asynccontextmanager
async def open_desk(
    settings: ProviderSettings = SETTINGS, *, people: AccessStore | None = None, audit: Audit | None = None
) -> AsyncIterator[Desk]:
    """The door of a house whose staff signs in by a provider in memory."""
    fake = Fake()
    async with (
        open_door(people=people, audit=audit) as door,
        httpx2.AsyncClient(transport=Wire(fake)) as http,
    ):
        door.app.state.provider = Provider(settings, http, utc_now)
        yield Desk(door, fake)
