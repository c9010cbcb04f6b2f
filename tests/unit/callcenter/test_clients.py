"""Which client a request comes from."""

import pytest
from starlette.requests import Request

from callcenter.http.clients import client_of, sealed


def asked_from(host: str | None) -> Request:
    return Request({"type": "http", "headers": [], "client": None if host is None else (host, 4711)})


@pytest.mark.parametrize(
    ("host", "client"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
        ("", None),
        (None, None),
    ],
)
def test_a_client_is_an_address_or_the_network_of_one_home(host: str | None, client: str | None) -> None:
    assert client_of(asked_from(host)) == client


def test_what_is_kept_of_it_depends_on_the_secret_and_tells_nothing() -> None:
    one, other = sealed("203.0.113.9", b"a" * 32), sealed("203.0.113.9", b"b" * 32)
    assert one != other
    assert one == sealed("203.0.113.9", b"a" * 32)
    assert sealed("203.0.113.10", b"a" * 32) != one
    assert sealed(None, b"a" * 32) is None
