"""Whether an ID token is the provider's, for us, of now, and of this sign-in (OpenID Connect Core 3.1.3.7)."""

from dataclasses import dataclass
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from callcenter.access.provider.refusals import ProviderUntrusted

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""By a key of which only the provider has the secret half: `none` and the HMACs, which all could make, are not here."""

LEEWAY = 30
"""Seconds that the provider's clock may be off."""

_REGISTRY = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)


class UnknownKey(ProviderUntrusted):
    """It names a key that is not among them: they may have changed."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What an ID token has to say."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str | None = None


def validated(id_token: str, keys: KeySet, expected: Expected, now: float) -> dict[str, Any]:
    """Its claims; raises ProviderUntrusted, UnknownKey among them."""
    try:
        token = jwt.decode(id_token, keys, registry=_REGISTRY)
        claims = _claims(token, expected)
        claims.validate(now=int(now), leeway=LEEWAY)
    except InvalidKeyIdError as error:
        raise UnknownKey(f"the ID token is not as it has to be: {error}") from None
    except (JoseError, ValueError, TypeError) as error:
        raise ProviderUntrusted(f"the ID token is not as it has to be: {error}") from None
    if not claims["sub"]:
        raise ProviderUntrusted("the ID token does not say whom it is about")
    return dict(claims)


def _claims(token: jwt.Token, expected: Expected) -> Any:
    options = {
        "iss": {"essential": True, "value": expected.issuer},
        "aud": {"essential": True, "value": expected.client_id},
    }
    params = {"nonce": expected.nonce, "client_id": expected.client_id, "access_token": expected.access_token}
    return CodeIDToken(token.claims, token.header, options, params)
