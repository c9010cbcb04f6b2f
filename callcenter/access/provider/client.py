"""Signing in by a provider: the way there, what comes back, and the way out."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe
from typing import Any
from urllib.parse import quote

import httpx2
from authlib.common.urls import add_params_to_uri
from authlib.integrations.httpx_client import OAuth2ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from callcenter.access.provider.grants import Person, person, tells_enough
from callcenter.access.provider.issuer import Discovered, Issuer, content
from callcenter.access.provider.refusals import ProviderAway, ProviderUntrusted, Refused
from callcenter.access.provider.settings import ProviderSettings
from callcenter.access.provider.tokens import Expected, UnknownKey, validated
from callcenter.errors import SettingsError

LONGEST_HINT = 4096
"""Characters of an ID token that fit into an address; a longer one is not sent along at sign-out."""

_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}

_LATER = ("server_error", "temporarily_unavailable")
_WILL_NOT = ("access_denied", "consent_required", "login_required", "interaction_required")
"""Errors by which a provider says that it cannot now, and that the person did not want to, or may not."""


@dataclass(frozen=True, slots=True)
class Came:
    """What the browser brought back from the provider."""

    code: str
    error: str
    issuer: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in that was begun: what has to come back, and where to go on then."""

    state: str
    nonce: str
    verifier: str
    redirect: str
    wanted: str

    @classmethod
    def fresh(cls, redirect: str, wanted: str) -> "Attempt":
        """One that nobody can guess."""
        return cls(token_urlsafe(32), token_urlsafe(32), token_urlsafe(48), redirect, wanted)


def named_provider(settings: ProviderSettings, now: Callable[[], datetime], *, auth: bool) -> "Provider | None":
    """The one that is set, if any; raises SettingsError where nobody signs in at all."""
    if settings.oidc_issuer is None:
        return None
    if not auth:
        raise SettingsError("OIDC_ISSUER is set, but nobody has to sign in: set AUTH=on, or leave it out.")
    tls = ssl.create_default_context()
    return Provider(settings, httpx2.AsyncClient(timeout=None, trust_env=False, verify=tls), now)


class Provider:
    """The provider that is set. `http` asks it; each answer has a limit of time and of length."""

    def __init__(self, settings: ProviderSettings, http: httpx2.AsyncClient, now: Callable[[], datetime]) -> None:
        self.settings, self.now = settings, now
        self.name, self.client_id = settings.provider_name or "", settings.oidc_client_id or ""
        self.origin = (settings.oidc_origin or "").rstrip("/")
        self.issuer = Issuer(settings.oidc_issuer or "", http)

    async def way_in(self, attempt: Attempt, **more: str) -> str:
        """Where somebody signs in; raises ProviderAway or ProviderUntrusted."""
        asked = {"scope": self.settings.oidc_scopes, "state": attempt.state, "nonce": attempt.nonce, **more}
        challenge = create_s256_code_challenge(attempt.verifier)
        url: str = prepare_grant_uri(
            (await self.issuer.says()).authorization_endpoint,
            self.client_id,
            "code",
            redirect_uri=attempt.redirect,
            code_challenge=challenge,
            code_challenge_method="S256",
            **asked,
        )
        return url

    async def person(self, attempt: Attempt, came: Came) -> Person:
        """Who signed in, by what came back to us; raises NotSignedIn."""
        said = await self.issuer.says()
        if came.issuer != said.issuer and (came.issuer or said.authorization_response_iss_parameter_supported):
            raise ProviderUntrusted(f"the answer comes from {came.issuer!r}")
        _willing(came)
        told = await self._redeemed(said, attempt, came.code)
        id_token, access_token = told.get("id_token"), told.get("access_token")
        if not isinstance(id_token, str) or not isinstance(access_token, str):
            raise ProviderUntrusted("it gave no ID token")
        expected = Expected(said.issuer, self.client_id, attempt.nonce, access_token)
        claims = await self._validated(id_token, expected)
        if said.userinfo_endpoint and not tells_enough(claims, self.settings):
            claims = {**await self._more(said.userinfo_endpoint, access_token, claims["sub"]), **claims}
        return person(claims, said.issuer, self.settings, id_token)

    async def way_out(self, id_token: str, back: str) -> str | None:
        """Where somebody signs out over there, too, and comes `back`; None where it offers that to nobody."""
        said = await self.issuer.says(now=True)
        if not said.end_session_endpoint:
            return None
        hint = {"id_token_hint": id_token} if len(id_token) <= LONGEST_HINT else {}
        told = {**hint, "client_id": self.client_id, "post_logout_redirect_uri": back}
        url: str = add_params_to_uri(said.end_session_endpoint, list(told.items()))
        return url

    async def close(self) -> None:
        """Release connections."""
        await self.issuer.http.aclose()

    async def _redeemed(self, said: Discovered, attempt: Attempt, code: str) -> dict[str, Any]:
        told = {"redirect_uri": attempt.redirect, "code": code, "code_verifier": attempt.verifier}
        form = prepare_token_request("authorization_code", **told)
        return content(
            await self.issuer.ask("POST", said.token_endpoint, content=form, headers=_FORM, auth=self._who_we_are(said))
        )

    def _who_we_are(self, said: Discovered) -> OAuth2ClientAuth:
        secret = self.settings.oidc_client_secret and self.settings.oidc_client_secret.get_secret_value()
        if not secret:
            return OAuth2ClientAuth(self.client_id, None, "none")
        methods = said.token_endpoint_auth_methods_supported
        if "client_secret_post" in methods and "client_secret_basic" not in methods:
            return OAuth2ClientAuth(self.client_id, secret, "client_secret_post")
        # RFC 6749 (2.3.1) wants both as in a form, which the library leaves to us
        return OAuth2ClientAuth(quote(self.client_id, safe=""), quote(secret, safe=""), "client_secret_basic")

    async def _validated(self, id_token: str, expected: Expected) -> dict[str, Any]:
        try:
            return validated(id_token, await self.issuer.keys(), expected, self.now().timestamp())
        except UnknownKey:
            return validated(id_token, await self.issuer.changed_keys(), expected, self.now().timestamp())

    async def _more(self, url: str, access_token: str, subject: str) -> dict[str, Any]:
        told = content(await self.issuer.ask("GET", url, headers={"Authorization": f"Bearer {access_token}"}))
        if told.get("sub") != subject:
            raise ProviderUntrusted("what it tells of the person is about another one")
        return told


def _willing(came: Came) -> None:
    """Raises NotSignedIn where the provider says that it did not sign anybody in."""
    if came.error in _LATER:
        raise ProviderAway(f"it cannot now: {came.error}")
    if came.error in _WILL_NOT:
        raise Refused("denied")
    if came.error or not came.code:
        raise ProviderUntrusted(f"it answered with the error {came.error[:60]!r}, and without a code")
