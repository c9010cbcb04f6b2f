"""Whether a deployment is a demo: said by DEMO, and without it only where nobody else can come."""

import subprocess
import sys
from pathlib import Path

import pytest

from callcenter.errors import SettingsError
from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from services.__main__ import announcement, build, is_demo
from services.agent.settings import AgentSettings
from services.intake import Front
from services.intake.settings import IntakeSettings
from services.policy.settings import PolicySettings

ROOT = Path(__file__).resolve().parents[2]
CRM = "https://crm.example.com/v1"


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have said something."""
    for name in ("DEMO", "ACCOUNTS_URL", "HTTP_HOST"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("kind", [IntakeSettings, AgentSettings, PolicySettings])
def test_a_service_is_no_demo_unless_it_is_said(
    kind: type[IntakeSettings | AgentSettings | PolicySettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert kind.read().demo is False
    for said, meant in (("on", True), ("off", False), ("true", True), ("0", False)):
        monkeypatch.setenv("DEMO", said)
        assert kind.read().demo is meant
    monkeypatch.setenv("DEMO", "perhaps")
    with pytest.raises(SettingsError, match="DEMO: Input should be a valid boolean"):
        kind.read()


@pytest.mark.parametrize("url", [CRM, "postgresql://clerk:secret@db:5432/accounts"])
def test_a_demo_has_no_accounts_but_the_samples(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCOUNTS_URL", url)
    assert PolicySettings.read().accounts_url == url
    monkeypatch.setenv("DEMO", "off")
    assert PolicySettings.read().accounts_url == url
    monkeypatch.setenv("DEMO", "on")
    with pytest.raises(SettingsError, match=r"ACCOUNTS_URL: a demo .* set DEMO=off") as told:
        PolicySettings.read()
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("service", ["services.policy", "services"])
def test_such_a_demo_does_not_start(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCOUNTS_URL", CRM)
    monkeypatch.setenv("DEMO", "on")
    monkeypatch.setenv("HTTP_PORT", "0")
    ended = subprocess.run(
        [sys.executable, "-m", service], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 1
    assert "set DEMO=off" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_in_one_process_for_this_machine_alone_it_is_a_demo(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_demo(host)
    monkeypatch.setenv("DEMO", "off")
    assert not is_demo(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "callcenter.example.com", ""])
def test_where_others_can_come_it_is_none_unless_it_is_said(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_demo(host)
    monkeypatch.setenv("DEMO", "on")
    assert is_demo(host)


def test_with_accounts_of_ones_own_it_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCOUNTS_URL", CRM)
    assert not is_demo("127.0.0.1")


@pytest.mark.parametrize(("host", "demo"), [("127.0.0.1", True), ("0.0.0.0", False)])
def test_every_desk_is_told_and_the_person_who_started_it(
    host: str, demo: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_HOST", host)
    workers, app = build(Runtime.embedded(RuntimeSettings.read()))
    front: Front = app.state.front
    assert front.settings.demo is demo
    assert bool(front.showcase.customers) is demo
    talker = next(worker for worker in workers if worker.name == "agent")
    assert all(bool(desk.recollection) is demo for desk in talker.desks.values())  # type: ignore[attr-defined]
    said = announcement("http://house")
    assert ("This is a demo" in said) is demo
    assert "http://house/v1/interactions" in said


def test_compose_is_a_demo_until_somebody_says_otherwise() -> None:
    assert "DEMO: ${DEMO:-on}" in (ROOT / "docker-compose.yml").read_text()
