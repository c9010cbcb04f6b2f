"""Whether a server may be opened as it is set: not to everybody by accident, and not where nobody could sign in."""

from callcenter.access.registry import made
from callcenter.errors import SettingsError
from callcenter.http.hosts import only_from_here
from callcenter.settings import RuntimeSettings
from callcenter.storage.access import Staff
from callcenter.telemetry import emit

ADMIN = "admin"
"""Who can sign in from the start, where all services run in one process."""

_TO_ALL = (
    "HTTP_HOST is {host!r}, so others than this machine may reach every record, and nobody would have to say who they "
    "are. Set AUTH=on, and add people by `callcenter staff add`; or DEMO=on, where there is nothing but sample "
    "customers; or HTTP_HOST=127.0.0.1."
)
_TO_NOBODY = (
    "AUTH is on, but nobody could sign in: in one process staff is forgotten when it ends. Set ADMIN_PASSWORD, of 12 "
    f"characters or more, and sign in as {ADMIN!r}; or run the services on Redis, and use `callcenter staff add`."
)
_OPEN = "Whoever reaches this port reads and changes everything; AUTH=on asks who they are."


def openable(settings: RuntimeSettings, *, demo: bool, embedded: bool) -> None:
    """Raises SettingsError with what to set where it may not be opened; tells where it is open to all who reach it.

    `demo`: it was said that this is one.
    """
    if not settings.auth and not demo and not only_from_here(settings.http_host):
        raise SettingsError(_TO_ALL.format(host=settings.http_host))
    if settings.auth and embedded and settings.admin_password is None:
        raise SettingsError(_TO_NOBODY)
    if not settings.auth:
        emit("auth_off", service="http", advice=_OPEN)


def first_staff(settings: RuntimeSettings) -> list[Staff]:
    """The admin of a single process."""
    if not settings.auth or settings.admin_password is None:
        return []
    return [made(ADMIN, "admin", None, settings.admin_password.get_secret_value())]
