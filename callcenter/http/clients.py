"""Which client a request comes from: so far by its address. A key or a session takes its place here."""

from hashlib import blake2b
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.requests import HTTPConnection

_ONE_HOME = 64
"""Bits of an IPv6 address that one customer of a provider has; the others they choose as they like."""


def client_of(request: HTTPConnection) -> str | None:
    """A name that is the same for the same client; None where nothing is known of it.

    It is an address, so it is kept for no longer than a limit lasts; in records `sealed` stands for it.
    """
    if request.client is None:
        return None
    try:
        address = ip_address(request.client.host)
    except ValueError:
        return request.client.host or None
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((address, _ONE_HOME), strict=False))
    return str(address)


def sealed(client: str | None, secret: bytes) -> str | None:
    """The name as it may be kept: without the `secret` of the deployment nobody finds the address by trial."""
    return client and blake2b(client.encode(), key=secret, digest_size=16, person=b"client").hexdigest()
