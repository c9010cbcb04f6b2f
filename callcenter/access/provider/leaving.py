"""Signing out: who came by the provider is signed out there, too, where it offers that (RP-Initiated Logout).

The ID token of a sign-in is kept beside the session for that alone: it tells the provider whom to sign out unasked.
"""

from starlette.requests import Request

from callcenter.access.browser import origin_of
from callcenter.access.provider.client import Provider
from callcenter.access.provider.refusals import NotSignedIn
from callcenter.access.registry import Access
from callcenter.access.secrets import digest
from callcenter.telemetry import emit

BACK = "/signin.html"


async def remember_way_out(access: Access, session: str, id_token: str) -> None:
    """For as long as the session may last."""
    await access.store.set_aside(_key(session), id_token.encode(), access.sessions.longest)


async def way_out(request: Request, access: Access, session: str) -> str | None:
    """Where the browser goes on to, to be signed out there; None where that is not needed, or cannot be done."""
    provider: Provider | None = request.app.state.provider
    kept = await access.store.take(_key(session))
    if provider is None or kept is None:
        return None
    try:
        return await provider.way_out(kept.decode(), (provider.origin or origin_of(request)) + BACK)
    except NotSignedIn as error:
        emit("provider_away", service="http", detail=f"somebody is signed out here alone, as {error}")
        return None


def _key(session: str) -> str:
    return f"way-out:{digest(session)}"
