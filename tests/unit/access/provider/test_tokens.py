"""Which ID tokens count: none that anybody but the provider could have made, or that were made for something else."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from callcenter.access.provider.refusals import ProviderUntrusted
from callcenter.access.provider.tokens import LEEWAY, Expected, UnknownKey, validated
from tests.unit.access.provider.fake import CLIENT, ISSUER, KEYS, claims, signed

EXPECTED = Expected(ISSUER, CLIENT, "the nonce", "the access token")
PUBLIC = KeySet([RSAKey.import_key(KEYS["first"].as_dict(private=False))])
NOW = 1_800_000_000
told = partial(claims, "the nonce", NOW)


def check(token: str, keys: KeySet = PUBLIC) -> dict[str, Any]:
    return validated(token, keys, EXPECTED, NOW)


def test_a_token_that_is_as_it_has_to_be_counts() -> None:
    assert check(signed(told()))["sub"] == "u-1"
    assert check(signed(told(aud=[CLIENT])))["sub"] == "u-1"
    assert check(signed(told(aud=[CLIENT, "other"], azp=CLIENT)))["sub"] == "u-1"
    assert check(signed(told(), **{"x-of-the-provider": "anything"}))["sub"] == "u-1"


@pytest.mark.parametrize("alg", ["PS256", "RS512"])
def test_other_algorithms_with_two_halves_count(alg: str) -> None:
    assert check(signed(told(), alg=alg))["sub"] == "u-1"


def test_a_key_on_a_curve_counts() -> None:
    key = ECKey.generate_key("P-256", {"kid": "curve"})
    token = jwt.encode({"alg": "ES256", "kid": "curve"}, told(), key)
    assert check(token, KeySet([key]))["sub"] == "u-1"


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "another issuer": ({"iss": "https://evil.example"}, "iss"),
    "another issuer that begins alike": ({"iss": f"{ISSUER}/"}, "iss"),
    "no issuer": ({"iss": None}, "iss"),
    "for another client": ({"aud": "other"}, "aud"),
    "for other clients": ({"aud": ["other", "third"]}, "aud"),
    "for nobody": ({"aud": None}, "aud"),
    "for an empty list": ({"aud": []}, "aud"),
    "for several, and nobody says who asked": ({"aud": [CLIENT, "other"]}, "azp"),
    "asked for by another client": ({"aud": [CLIENT, "other"], "azp": "other"}, "azp"),
    "asked for by another client alone": ({"azp": "other"}, "azp"),
    "of another sign-in": ({"nonce": "another"}, "nonce"),
    "of no sign-in": ({"nonce": None}, "nonce"),
    "of an empty sign-in": ({"nonce": ""}, "nonce"),
    "over": ({"exp": NOW - LEEWAY - 60}, "expired"),
    "never over": ({"exp": None}, "exp"),
    "over at a time that is none": ({"exp": "tomorrow"}, "exp"),
    "over at a time that no number is above": ({"exp": float("nan")}, "exp"),
    "made in the future": ({"iat": NOW + LEEWAY + 300}, "future"),
    "not to be used yet": ({"nbf": NOW + LEEWAY + 300}, "not yet"),
    "made at no time": ({"iat": None}, "iat"),
    "about nobody": ({"sub": None}, "sub"),
    "about an empty name": ({"sub": ""}, "whom it is about"),
    "about a number": ({"sub": 1}, "sub"),
    "for another access token": ({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, "at_hash"),
}


@pytest.mark.parametrize(("wrong", "word"), WRONG.values(), ids=WRONG)
def test_a_token_that_says_something_else_does_not(wrong: dict[str, Any], word: str) -> None:
    with pytest.raises(ProviderUntrusted, match=f"ID token .*{word}"):
        check(signed(told(**wrong)))


def test_a_clock_may_be_a_little_off() -> None:
    assert check(signed(told(exp=NOW - LEEWAY // 2, iat=NOW - 300)))
    assert check(signed(told(iat=NOW + LEEWAY // 2)))


def by_hand(header: dict[str, str], mark: Callable[[bytes], bytes]) -> str:
    """A token that no library would make."""
    said = b".".join(urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, told()))
    return (said + b"." + urlsafe_b64encode(mark(said)).rstrip(b"=")).decode()


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "none", "kid": "first"}, {"alg": "NONE"}, {"alg": ""}, {}])
def test_nobody_signs_with_nothing(header: dict[str, str]) -> None:
    with pytest.raises(ProviderUntrusted, match=r"not (allowed|supported)|[Mm]issing"):
        check(by_hand(header, lambda _: b""))


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
def test_nobody_signs_with_what_everybody_can_read(alg: str) -> None:
    """The public half of the provider's key, taken as the secret of an HMAC."""
    pem = KEYS["first"].as_pem(private=False)
    for secret in (pem, pem.strip(), json.dumps(KEYS["first"].as_dict(private=False)).encode(), b""):
        digest = partial(hmac.digest, secret, digest=f"sha{alg[2:]}")
        with pytest.raises(ProviderUntrusted, match="not allowed"):
            check(by_hand({"alg": alg, "kid": "first"}, digest))


def test_another_key_is_another_one_whatever_it_calls_itself() -> None:
    stranger = KEYS["stranger"]
    with pytest.raises(UnknownKey):
        check(signed(told(), stranger))
    with pytest.raises(ProviderUntrusted) as refusal:
        check(signed(told(), stranger, kid="first"))
    assert not isinstance(refusal.value, UnknownKey)


def test_a_key_that_comes_along_is_not_asked() -> None:
    own = KEYS["stranger"].as_dict(private=False)
    with pytest.raises(ProviderUntrusted):
        check(signed(told(), KEYS["stranger"], kid="first", jwk=own))


def test_a_changed_token_does_not_count() -> None:
    head, body, mark = signed(told()).split(".")
    other = signed(told(sub="u-2"), KEYS["stranger"]).split(".")[1]
    cut = (f"{head}.{body}.", f"{head}.{body}", f"{head}.{body}.ä", "", "...", "a.b.c")
    for token in (f"{head}.{other}.{mark}", *cut):
        with pytest.raises(ProviderUntrusted):
            check(token)


def test_what_must_be_understood_and_is_not_is_refused() -> None:
    with pytest.raises(ProviderUntrusted):
        check(signed(told(), crit=["b64"], b64=False))
