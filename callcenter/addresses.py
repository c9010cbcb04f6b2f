"""Addresses of RabbitMQ and Redis with all that their clients have to know: the password, and the files for TLS."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

BROKER = {"ca": "cafile", "cert": "certfile", "key": "keyfile"}
STORE = {"ca": "ssl_ca_certs", "cert": "ssl_certfile", "key": "ssl_keyfile"}
"""By what names the two clients take the files, as parts of the query."""

UNVERIFIED = ("no_verify_ssl", "ssl_cert_reqs", "ssl_check_hostname")
"""Parts of a query by which a client would take any certificate for the right one."""


def with_password(url: str, password: str) -> str:
    """The URL with the password, unless it is empty, of the user that it names."""
    if not password:
        return url
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user}:{quote(password, safe='')}@{host}"))


def with_files(url: str, names: Mapping[str, str], files: Mapping[str, Path | None]) -> str:
    """The URL of a server that speaks TLS with the files as parts of its query, by the client's `names` for them."""
    parts = urlsplit(url)
    if parts.scheme not in ("amqps", "rediss"):
        return url
    told = {names[what]: str(path) for what, path in files.items() if path}
    return urlunsplit(parts._replace(query=urlencode([*told.items(), *parse_qsl(parts.query)])))


def takes_password(url: str, *, named: bool) -> None:
    """Raises ValueError where there is a password already, or nobody is `named` whose it could be."""
    parts = urlsplit(url)
    if parts.password:
        raise ValueError("the URL has a password, too; leave out one of the two")
    if named and not parts.username:
        raise ValueError("the URL names no user whose it is; write it like amqp://callcenter@rabbitmq:5672/")


def verified(url: str) -> str:
    """The URL itself; raises ValueError where it says that certificates need not be verified."""
    named = [name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True) if name in UNVERIFIED]
    if named:
        raise ValueError(f"leave out {named[0]}: certificates are always verified; name their authority in TLS_CA")
    return url
