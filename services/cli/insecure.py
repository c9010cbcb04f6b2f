"""What is insecure about a deployment as it is set: one table, each line with a sentence that mends it. Pure."""

import ipaddress
import stat
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from callcenter.events import utc_now
from callcenter.http.hosts import ANY, only_from_here
from callcenter.secret_files import OTHERS
from callcenter.settings import RuntimeSettings
from callcenter.storage.access import Key, Staff
from services.cli.checks import Check, insecure, passed

SHORTEST = 16
"""Characters of a secret that no person has to remember."""

WELL_KNOWN = ("guest", "password", "changeme", "secret", "admin", "default", "12345", "qwerty", "letmein", "callcenter")

UNUSED, OLD = timedelta(days=90), timedelta(days=365)
"""After which a key is one that nobody needs, and one that too many may have seen."""

LIMITS = (
    *("requests_per_minute", "contacts_per_minute", "messages_per_minute", "streams_per_client"),
    *("identity_tries_per_account", "identity_tries_per_client"),
)


@dataclass(frozen=True)
class Deployment:
    """All that is looked at: how each service is set here, the files of its secrets, and who may come in.

    `others` are the settings of the services by their names, as far as they can be read.
    """

    runtime: RuntimeSettings
    demo: bool = False
    others: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, Path] = field(default_factory=dict)
    staff: Sequence[Staff] = ()
    keys: Sequence[Key] = ()
    now: datetime = field(default_factory=utc_now)

    def told(self, name: str) -> Any:
        """The value of a setting of whichever service has it; None where none has."""
        return next(
            (getattr(kind, name) for kind in (self.runtime, *self.others.values()) if hasattr(kind, name)), None
        )

    def text(self, name: str) -> str:
        """The same of one that is an address or a secret; empty where there is none."""
        value = self.told(name)
        return (value.get_secret_value() if isinstance(value, SecretStr) else value) or ""

    @property
    def reached(self) -> bool:
        """Whether others than this machine reach it: in a demo, as far as it has a name for them."""
        beyond = not only_from_here(self.runtime.http_host)
        return beyond and (not self.demo or bool(self.runtime.allowed_names))


Find = Callable[[Deployment], Iterable[str]]
"""What of it is there, in words that name no secret; nothing where all is well."""


@dataclass(frozen=True)
class Danger:
    """One thing that is looked for, and what to do about it."""

    name: str
    find: Find
    mend: str


def look(deployment: Deployment) -> list[Check]:
    """Each danger of the table, whether it is there or not."""
    return [_looked(danger, sorted(set(danger.find(deployment)))) for danger in DANGERS]


def _looked(danger: Danger, found: Sequence[str]) -> Check:
    return insecure(danger.name, "; ".join(found), danger.mend) if found else passed(danger.name, "is as it should be")


def _open_door(it: Deployment) -> Iterable[str]:
    if it.reached and not it.runtime.auth:
        yield f"AUTH is off, and HTTP_HOST is {it.runtime.http_host}: whoever reaches the port reads and changes all"


def _any_name(it: Deployment) -> Iterable[str]:
    if ANY in it.runtime.allowed_names:
        yield "ALLOWED_HOSTS is *: a page of another site can ask under a name of its own"


def _shown_accounts(it: Deployment) -> Iterable[str]:
    real = [name.upper() for name in ("accounts_url", "actions_url") if it.text(name)]
    if it.demo and real:
        yield f"DEMO is on, with {' and '.join(real)}: whoever comes sees and plays real customers"


def _plain_cookie(it: Deployment) -> Iterable[str]:
    if it.reached and it.runtime.auth and not it.runtime.https:
        yield "AUTH is on and HTTPS is off: passwords and sessions may go over the network in plain text"


def _guest(it: Deployment) -> Iterable[str]:
    server = urlsplit(it.runtime.broker)
    if not _here(server.hostname) and (server.username or "guest") == "guest":
        yield f"AMQP_URL asks {server.hostname} as guest"


def _no_password(it: Deployment) -> Iterable[str]:
    server = urlsplit(it.runtime.record_store)
    if server.scheme != "unix" and not _here(server.hostname) and not server.password:
        yield f"REDIS_URL asks {server.hostname} without a password"


def _plain_servers(it: Deployment) -> Iterable[str]:
    for name, url in (("AMQP_URL", it.runtime.amqp_url), ("REDIS_URL", it.runtime.redis_url)):
        if urlsplit(url).scheme in ("amqp", "redis") and _beyond(urlsplit(url).hostname):
            yield f"{name} goes to {urlsplit(url).hostname} in plain text"


def _plain_http(it: Deployment) -> Iterable[str]:
    named = [("WEBHOOK_URLS", url) for url in it.told("webhook_addresses") or ()]
    named += [(name.upper(), it.text(name)) for name in ("accounts_url", "actions_url", "llm_url")]
    for name, url in named:
        if url.startswith("http://") and _beyond(urlsplit(url).hostname):
            yield f"{name} goes to {urlsplit(url).hostname} by http"


def _unsigned(it: Deployment) -> Iterable[str]:
    for address, secret in (("webhook_urls", "webhook_secret"), ("actions_url", "actions_secret")):
        if it.text(address) and not it.text(secret):
            yield f"{address.upper()} is set, and {secret.upper()} is not"


def _key_for_nothing(it: Deployment) -> Iterable[str]:
    asked = it.told("understanding_engine") == "llm" or it.told("llm_rephrase") or it.told("llm_wrap_up")
    if it.text("llm_key") and not asked:
        yield "LLM_KEY is known here, where no language model is asked"


def _weak(it: Deployment) -> Iterable[str]:
    for name, url in (("AMQP_PASSWORD", it.runtime.broker), ("REDIS_PASSWORD", it.runtime.record_store)):
        if not _here(urlsplit(url).hostname) and _guessable(urlsplit(url).password):
            yield f"{name}, or the password in the URL, can be guessed"
    for name in ("admin_password", "accounts_token", "llm_key"):
        if _guessable(it.text(name)):
            yield f"{name.upper()} can be guessed"


def _open_files(it: Deployment) -> Iterable[str]:
    for name, path in {**it.files, "TLS_KEY": it.runtime.tls_key}.items():
        if path and path.exists() and stat.S_IMODE(path.stat().st_mode) & OTHERS:
            yield f"{path} ({name}) is open to everybody on its machine"


def _first_passwords(it: Deployment) -> Iterable[str]:
    for one in it.staff:
        if one.role == "admin" and one.first and not one.disabled:
            yield f"{one.name} is admin by the password that they were given at first"


def _forgotten_keys(it: Deployment) -> Iterable[str]:
    for key in it.keys:
        if it.now - (key.last_used or key.created_at) >= UNUSED:
            yield f"{key.key_id} ({key.name}) was not used for {(it.now - (key.last_used or key.created_at)).days} days"


def _old_keys(it: Deployment) -> Iterable[str]:
    for key in it.keys:
        if it.now - key.created_at >= OLD:
            yield f"{key.key_id} ({key.name}) counts since {key.created_at:%Y-%m-%d}"


def _no_limits(it: Deployment) -> Iterable[str]:
    off = [name.upper() for name in LIMITS if it.told(name) == 0]
    if off and not it.demo:
        yield f"{', '.join(off)}: 0, so one client may ask, or guess, without end"


def _here(host: str | None) -> bool:
    """Whether it is this machine."""
    return host is None or only_from_here(host)


def _beyond(host: str | None) -> bool:
    """Whether it is neither this machine nor beside it in a network of containers, where names have no dot."""
    try:
        return host is not None and not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host is not None and host != "localhost" and "." in host


def _guessable(secret: str | None) -> bool:
    if not secret:
        return False
    short = len(secret) < SHORTEST and not (" " in secret and len(secret) >= 12)  # noqa: PLR2004 - words, as of a person
    return short or len(set(secret)) < 6 or any(secret.lower().strip("!.0123456789") == one for one in WELL_KNOWN)  # noqa: PLR2004


_FRESH = "`callcenter secrets FOLDER` makes one"

DANGERS = (
    Danger("open door", _open_door, "Set AUTH=on, and `callcenter staff add`; or listen on HTTP_HOST=127.0.0.1."),
    Danger("any name", _any_name, "Name in ALLOWED_HOSTS what people ask for, such as desk.example."),
    Danger("real customers in a demo", _shown_accounts, "Set DEMO=off; or leave the addresses out for the samples."),
    Danger("plain sessions", _plain_cookie, "Put a gateway with TLS in front, and set HTTPS=on."),
    Danger("guest at RabbitMQ", _guest, f"Add a user of its own there, for AMQP_URL and AMQP_PASSWORD_FILE; {_FRESH}."),
    Danger("Redis for everybody", _no_password, f"Set `requirepass` there, and REDIS_PASSWORD_FILE here; {_FRESH}."),
    Danger("plain servers", _plain_servers, "Use amqps:// and rediss://, and TLS_CA for an authority of your own."),
    Danger("plain http", _plain_http, "Use https:// for what leaves this machine and its network of containers."),
    Danger("unsigned messages", _unsigned, "Set the secret, by which the receiver knows that it was us."),
    Danger("a key for nothing", _key_for_nothing, "Set LLM_KEY for the services alone that ask: agent or summary."),
    Danger("weak secrets", _weak, f"Take a random one of {SHORTEST} characters or more; {_FRESH}."),
    Danger("open files", _open_files, "chmod 440, and give them to the group of the services: chgrp 10001."),
    Danger("first passwords", _first_passwords, "Let each take one of their own: `callcenter staff password NAME`."),
    Danger("forgotten keys", _forgotten_keys, "`callcenter keys revoke ID`, unless somebody misses it."),
    Danger("old keys", _old_keys, "`callcenter keys add` makes another; then `callcenter keys revoke` the old one."),
    Danger("no limits", _no_limits, "Unset them, or give each a number: docs/runbook.md tells the defaults."),
)
"""Everything that is looked for."""
