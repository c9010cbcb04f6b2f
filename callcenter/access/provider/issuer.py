"""What the provider says of itself, and the keys that it signs with: read when needed, and not kept for long.

What was read counts for five minutes, so that a change over there is seen here soon. A failure is never kept.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlsplit

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet
from pydantic import AfterValidator, BaseModel, ValidationError

from callcenter.access.provider.refusals import ProviderAway, ProviderUntrusted
from callcenter.http.answers import Answer, ask
from callcenter.http.hosts import only_from_here
from callcenter.settings import reachable

FRESH = 300.0
"""Seconds for which what was read counts."""

AGAIN = 1.0
"""Seconds between two readings of the keys for the sake of one that is not among them."""

PATIENCE = 8.0
"""Seconds for one answer, while somebody waits before their browser."""

LONGEST = 512 * 1024
"""Bytes of an answer."""

_WITH_TWO_HALVES = ("RSA", "EC", "OKP")
_BUSY = 429
_BROKEN = 500


def _safe(url: str) -> str:
    """An address that nobody between us and the provider can listen at."""
    parts = urlsplit(reachable(url))
    if parts.scheme != "https" and not (parts.scheme == "http" and only_from_here(parts.hostname or "")):
        raise ValueError("is not reached by https")
    return url


Place = Annotated[str, AfterValidator(_safe)]


class Discovered(BaseModel):
    """What OpenID Connect Discovery tells, as far as it is used here."""

    issuer: str
    authorization_endpoint: Place
    token_endpoint: Place
    jwks_uri: Place
    userinfo_endpoint: Place | None = None
    end_session_endpoint: Place | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class Issuer:
    """A provider, by the address that it calls itself."""

    def __init__(self, url: str, http: httpx2.AsyncClient, clock: Callable[[], float] = time.monotonic) -> None:
        self.url, self.http, self.clock = url, http, clock
        self._said: tuple[Discovered, float] | None = None
        self._keys: tuple[KeySet, float] | None = None
        self._again = float("-inf")

    async def says(self, *, now: bool = False) -> Discovered:
        """Its addresses; `now`: asked anew, however short ago it was."""
        if self._said is None or now or self.clock() - self._said[1] >= FRESH:
            answer = await self.ask("GET", f"{self.url.rstrip('/')}/.well-known/openid-configuration")
            self._said = _read(answer, self.url), self.clock()
        return self._said[0]

    async def keys(self) -> KeySet:
        """The keys that it signs with."""
        if self._keys is None or self.clock() - self._keys[1] >= FRESH:
            answer = await self.ask("GET", (await self.says()).jwks_uri)
            self._keys = _keys(content(answer)), self.clock()
        return self._keys[0]

    async def changed_keys(self) -> KeySet:
        """The keys as they are now, since one is missing; as they were, where that was asked a moment ago."""
        if self.clock() - self._again >= AGAIN:
            self._again, self._keys = self.clock(), None
        return await self.keys()

    async def ask(self, method: str, url: str, **content: Any) -> Answer:
        """Its answer; raises ProviderAway where there is none, or it says that it cannot now."""
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await ask(self.http, method, url, LONGEST, **content)
        except (httpx2.HTTPError, TimeoutError) as error:
            why = str(error) or type(error).__name__
            raise ProviderAway(f"{urlsplit(url).netloc} does not answer: {why}") from None
        if answer.status >= _BROKEN or answer.status == _BUSY:
            raise ProviderAway(f"{url} answered with status {answer.status}")
        return answer


def content(answer: Answer) -> dict[str, Any]:
    """The object in an answer; raises ProviderUntrusted where there is none, or it was refused."""
    try:
        told = answer.json()
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise ProviderUntrusted(f"an answer with status {answer.status} was no JSON object")
    if not answer.ok:
        raise ProviderUntrusted(f"refused with status {answer.status}: {str(told.get('error'))[:100]}")
    return told


def _read(answer: Answer, issuer: str) -> Discovered:
    """What it says of itself; raises ProviderUntrusted where somebody else says it, or it is not whole."""
    told = content(answer)
    if told.get("issuer") != issuer:
        raise ProviderUntrusted(f"at OIDC_ISSUER {issuer!r} answers one that calls itself {told.get('issuer')!r}")
    try:
        return Discovered.model_validate(told)
    except ValidationError as mistakes:
        wrong = ", ".join(f"{one['loc'][0]}: {one['msg']}" for one in mistakes.errors())
        raise ProviderUntrusted(f"what it says of itself cannot be used: {wrong}") from None


def _keys(told: dict[str, Any]) -> KeySet:
    """Those that can be read and that only the provider has the other half of."""
    keys = [key for one in told.get("keys") or () if (key := _key(one))]
    if not keys:
        raise ProviderUntrusted("it shows no key that an ID token could be checked by")
    return KeySet(keys)


def _key(told: Any) -> Key | None:
    """One of them; None for one of a kind that we do not know, since the others are as good."""
    try:
        return JWKRegistry.import_key(told) if told["kty"] in _WITH_TWO_HALVES else None
    except (JoseError, ValueError, TypeError, KeyError):
        return None
