"""An address that cannot be one is told at boot, in a sentence without its password."""

import os
import subprocess
import sys

import pytest

from callcenter.errors import SettingsError
from callcenter.settings import LanguageModelSettings, RuntimeSettings, Settings
from services.cli.settings import CliSettings
from services.intake.settings import IntakeSettings
from services.policy.settings import PolicySettings
from services.ticketing import TicketingSettings

ADDRESSES: list[tuple[type[Settings], str, str]] = [
    (RuntimeSettings, "AMQP_URL", "amqp"),
    (RuntimeSettings, "REDIS_URL", "redis"),
    (LanguageModelSettings, "LLM_URL", "http"),
    (IntakeSettings, "TICKETING_URL", "http"),
    (IntakeSettings, "POLICY_URL", "http"),
    (IntakeSettings, "RABBITMQ_CONSOLE_URL", "http"),
    (PolicySettings, "ACCOUNTS_URL", "postgresql"),
    (TicketingSettings, "WEBHOOK_URLS", "https"),
    (CliSettings, "CALLCENTER_URL", "http"),
]


@pytest.mark.parametrize(("kind", "name", "scheme"), ADDRESSES)
@pytest.mark.parametrize(
    "rest", ["//host:port/0", "//host:99999/0", "//host:0/0", "//u:hid:den@host:5x", "//", "//[::1/0"]
)
def test_an_address_that_is_none_is_told(
    monkeypatch: pytest.MonkeyPatch, kind: type[Settings], name: str, scheme: str, rest: str
) -> None:
    monkeypatch.setenv(name, f"{scheme}:{rest}")
    with pytest.raises(SettingsError, match=f"{name}: ") as mistake:
        kind.read()
    assert "den" not in str(mistake.value)


def test_a_password_with_a_slash_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMQP_URL", "amqp://user:hid/den@host:5672/")
    with pytest.raises(SettingsError, match="AMQP_URL") as mistake:
        RuntimeSettings.read()
    assert "den" not in str(mistake.value)


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("AMQP_URL", "amqps://u:p%2Fw@broker.example:5671/vhost?heartbeat=5"),
        ("REDIS_URL", "unix:///run/redis.sock?db=1"),
        ("REDIS_URL", "rediss://:secret@[::1]:6380/2"),
    ],
)
def test_usual_addresses_are_taken(monkeypatch: pytest.MonkeyPatch, name: str, url: str) -> None:
    monkeypatch.setenv(name, url)
    assert getattr(RuntimeSettings.read(), name.lower()) == url


@pytest.mark.parametrize(
    ("hosts", "names"), [("", ()), ("a.example, b-2.example *", ("a.example", "b-2.example", "*"))]
)
def test_hosts_are_names_alone(monkeypatch: pytest.MonkeyPatch, hosts: str, names: tuple[str, ...]) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", hosts)
    assert RuntimeSettings.read().allowed_names == names
    for wrong in ("https://a.example", "a.example:8000", "*.example"):
        monkeypatch.setenv("ALLOWED_HOSTS", f"{hosts} {wrong}")
        with pytest.raises(SettingsError, match=r"ALLOWED_HOSTS: .* like desk\.example"):
            RuntimeSettings.read()


def test_a_service_ends_with_the_sentence_alone() -> None:
    env = os.environ | {"AMQP_URL": "amqp://localhost:fivethousand/"}
    command = [sys.executable, "-m", "services.summary"]
    ended = subprocess.run(command, env=env, capture_output=True, text=True, timeout=100, check=False)
    assert ended.returncode == 1
    assert "AMQP_URL: " in ended.stderr
    assert "Traceback" not in ended.stderr
