"""Addresses of the net: URLs, domains, IP addresses. Those of our own machines are nobody's."""

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from callcenter.privacy.digits import Place

_OWN = [
    ipaddress.ip_network(net)
    for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "0.0.0.0/32")
] + [ipaddress.ip_network(net) for net in ("::1/128", "fe80::/10", "fc00::/7")]
"""Private, loopback and link-local networks (RFC 1918, 3927, 4193)."""

_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_IP = re.compile(
    rf"(?<![\w.:])(?:(?:[0-9a-f]{{0,4}}:){{2,7}}[0-9a-f]{{0,4}}|{_OCTET}(?:\.{_OCTET}){{3}})(?![\w:]|\.\d)",
    re.IGNORECASE,
)
_FEWEST_HEX_DIGITS = 5
_URL = re.compile(r"(?<![\w+.-])[a-z][a-z0-9+.-]{1,20}://[^\s<>\"'“”)\]}]{1,2000}", re.IGNORECASE)
_DOMAIN = re.compile(
    r"(?<![\w@.-])(?:www\.[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}"
    r"|[a-z0-9](?:[a-z0-9-]{0,62}\.){1,4}(?:com|org|net|edu|gov|info|biz|io|dev|co\.uk|com\.au|com\.br))"
    r"(?:/[^\s<>\"'“”)\]}]{0,2000})?(?![\w@-])",
    re.IGNORECASE,
)
_CLOSING = ".,;:!?…"


def urls(text: str) -> Iterator[Place]:
    """With a scheme. One that names a host of ours and no user is nobody's."""
    for match in _URL.finditer(text):
        address = match[0].rstrip(_CLOSING)
        if not _ours(address):
            yield match.start(), match.start() + len(address)


def domains(text: str) -> Iterator[Place]:
    """`www.` and whatever follows, or one of the endings that are no words of a sentence."""
    for match in _DOMAIN.finditer(text):
        yield match.start(), match.start() + len(match[0].rstrip(_CLOSING))


def ips(text: str) -> Iterator[Place]:
    """Versions 4 and 6, except those of private networks."""
    for match in _IP.finditer(text):
        address = _ip(match[0])
        if address and not any(address in net for net in _OWN):
            yield match.span()


def _ours(url: str) -> bool:
    """Whether it leads to `localhost`, a service by its bare name, or a private network, and carries no password."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    host = parts.hostname or ""
    if "@" in parts.netloc or not host:
        return False
    address = _ip(host)
    return any(address in net for net in _OWN) if address else "." not in host


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    if ":" in text and sum(character != ":" for character in text) < _FEWEST_HEX_DIGITS and text != "::1":
        return None
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
