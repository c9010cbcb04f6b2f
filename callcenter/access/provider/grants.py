"""What the claims of a provider say of somebody: a name, and a role with its businesses, or none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from callcenter.access.provider.refusals import ProviderUntrusted
from callcenter.access.provider.settings import Grant, ProviderSettings
from callcenter.access.registry import NotAllowed, named

_NAMES = ("preferred_username", "email", "sub")
"""Claims that somebody may be named by here, the best one first."""

_RESERVED = "assistant"
"""Who speaks in histories beside the clock, and people."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who signed in. `subject` is who they are to the provider for ever, whatever they are called; None: no role."""

    subject: str
    name: str
    grant: Grant | None
    id_token: str


def person(claims: Mapping[str, Any], issuer: str, settings: ProviderSettings, id_token: str) -> Person:
    """Who they are; raises ProviderUntrusted where nothing that is told could be a name."""
    grant = _granted(claims, settings)
    name = next(filter(None, (_name(_counted(claims, claim)) for claim in _NAMES)), None)
    if name is None:
        raise ProviderUntrusted(f"nothing among {', '.join(_NAMES)} can be the name of a person")
    return Person(f"{issuer} {claims['sub']}", name, grant, id_token)


def tells_enough(claims: Mapping[str, Any], settings: ProviderSettings) -> bool:
    """Whether a name and the claim that gives a role are there, so that nothing more has to be asked."""
    return _NAMES[0] in claims and settings.oidc_claim in claims


def _granted(claims: Mapping[str, Any], settings: ProviderSettings) -> Grant | None:
    told = _counted(claims, settings.oidc_claim)
    values = told if isinstance(told, list) else [told]
    return next((grant for value, grant in settings.oidc_roles.items() if value in values), None)


def _counted(claims: Mapping[str, Any], claim: str) -> Any:
    """A claim; an address that nobody has verified could be anybody's."""
    if claim == "email" and claims.get("email_verified") is not True:
        return None
    return claims.get(claim)


def _name(told: Any) -> str | None:
    try:
        name = named(told) if isinstance(told, str) else None
    except NotAllowed:
        return None
    return None if name == _RESERVED else name
