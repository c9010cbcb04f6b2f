"""The checks of the doctor that ask the identity provider: whether it answers, and sends browsers back to us."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from callcenter.access.provider.client import Attempt, Provider, named_provider
from callcenter.access.provider.refusals import NotSignedIn, ProviderAway
from callcenter.access.provider.routes import CALLBACK
from callcenter.access.provider.settings import ProviderSettings
from services.cli.checks import Check, failed, passed, skipped

_SENT_ON = range(300, 400)
_REFUSED = range(400, 500)

_AWAY = "Start it, or correct OIDC_ISSUER; until then staff signs in with passwords."
_ODD = "Correct OIDC_ISSUER: it is written as the provider writes it, with or without a slash at its end."


async def checks(settings: ProviderSettings, url: str) -> list[Check]:
    """Both; `url` is where people reach intake, if OIDC_ORIGIN does not say it."""
    provider = named_provider(settings, lambda: datetime.now(UTC), auth=True)
    if provider is None:
        return [skipped("identity provider", "OIDC_ISSUER is not set here"), skipped("redirect address", "no provider")]
    try:
        return [await _answers(provider), await _sends_back(provider, (provider.origin or url.rstrip("/")) + CALLBACK)]
    except NotSignedIn as error:
        trouble = failed("identity provider", str(error), _AWAY if isinstance(error, ProviderAway) else _ODD)
        return [trouble, skipped("redirect address", "the provider comes first")]
    finally:
        await provider.close()


async def _answers(provider: Provider) -> Check:
    said, keys = await provider.issuer.says(), await provider.issuer.keys()
    out = "also signs people out" if said.end_session_endpoint else "does not sign people out"
    return passed("identity provider", f"{said.issuer} answers, shows {len(keys.keys)} key(s), and {out}")


async def _sends_back(provider: Provider, redirect: str) -> Check:
    """Asks without a person: a provider that knows the address sends the browser there, to say that nobody is here."""
    try:
        answer = await provider.issuer.ask("GET", await provider.way_in(Attempt.fresh(redirect, "/"), prompt="none"))
    except NotSignedIn as error:
        return skipped("redirect address", f"{redirect}: it cannot be asked without a person: {error}")
    place = answer.headers.get("location", "")
    if answer.status in _SENT_ON and place.startswith(redirect):
        return passed("redirect address", f"{redirect} is known to the provider")
    if answer.status in _REFUSED:
        fix = (
            f"Register {redirect} there for the client {provider.client_id}, or correct OIDC_ORIGIN or OIDC_CLIENT_ID."
        )
        return failed("redirect address", f"the provider refuses {redirect} (status {answer.status})", fix)
    where = f"leads on to {urlsplit(place).netloc}" if place else f"answers with status {answer.status}"
    return skipped("redirect address", f"{redirect}: the provider {where}, and does not tell without a person")
