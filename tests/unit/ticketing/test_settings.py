"""Whom ticketing tells: mistakes in the settings are told at the start, and no secret with them."""

import pytest

from callcenter.errors import SettingsError
from services.ticketing import TicketingSettings

KEY = "whsec_" + "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0"  # made up, and long enough


def read(monkeypatch: pytest.MonkeyPatch, **env: str) -> TicketingSettings:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    return TicketingSettings.read()


def test_nobody_is_told_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, WEBHOOK_URLS="", WEBHOOK_SECRET="")
    assert (settings.webhook_addresses, settings.webhook_key) == ((), b"")


def test_several_addresses_are_told_apart_by_spaces_or_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    urls = "https://a.example/x, https://b.example/y\nhttps://a.example/x"
    settings = read(monkeypatch, WEBHOOK_URLS=urls, WEBHOOK_SECRET=KEY)
    assert settings.webhook_addresses == ("https://a.example/x", "https://b.example/y")
    assert settings.webhook_key == b"secret secret secret secret"


@pytest.mark.parametrize(
    ("urls", "secret", "told"),
    [
        ("desk.example/hooks", KEY, "WEBHOOK_URLS: each has to be an address like https://"),
        ("ftp://desk.example", KEY, "WEBHOOK_URLS"),
        ("https://desk.example", "", "WEBHOOK_SECRET: receivers need one to know that it was us"),
        ("https://desk.example", "hunter2", "WEBHOOK_SECRET: write whsec_ and 24 to 64 bytes in base64"),
        ("https://desk.example", "whsec_c2hvcnQ=", "openssl rand -base64 32"),
        ("https://desk.example", KEY.removeprefix("whsec_"), "WEBHOOK_SECRET"),
    ],
)
def test_a_mistake_is_told_without_the_secret(
    monkeypatch: pytest.MonkeyPatch, urls: str, secret: str, told: str
) -> None:
    with pytest.raises(SettingsError, match=told) as mistake:
        read(monkeypatch, WEBHOOK_URLS=urls, WEBHOOK_SECRET=secret)
    assert not secret or secret not in str(mistake.value)
