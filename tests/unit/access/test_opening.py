"""What is opened to whom: nothing by accident, and nothing that nobody could use."""

import subprocess
import sys
from pathlib import Path

import pytest

from callcenter.access.opening import first_staff, openable
from callcenter.errors import SettingsError
from callcenter.settings import RuntimeSettings
from tests.e2e.conftest import environment

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "desk.example", ""])
def test_what_others_reach_is_not_opened_without_sign_in(host: str) -> None:
    with pytest.raises(SettingsError, match=r"Set AUTH=on.*DEMO=on.*HTTP_HOST"):
        openable(RuntimeSettings(http_host=host), demo=False, embedded=False)
    openable(RuntimeSettings(http_host=host), demo=True, embedded=False)
    openable(RuntimeSettings(http_host=host, auth=True), demo=False, embedded=False)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_what_only_this_machine_reaches_is(host: str) -> None:
    openable(RuntimeSettings(http_host=host), demo=False, embedded=True)


def test_one_process_needs_the_password_of_its_admin() -> None:
    with pytest.raises(SettingsError, match="ADMIN_PASSWORD"):
        openable(RuntimeSettings(auth=True), demo=False, embedded=True)
    settings = RuntimeSettings(auth=True, admin_password="four words are plenty")
    openable(settings, demo=False, embedded=True)
    (admin,) = first_staff(settings)
    assert (admin.name, admin.role, admin.businesses) == ("admin", "admin", None)
    assert first_staff(RuntimeSettings(admin_password="four words are plenty")) == []


def test_a_password_in_the_settings_is_told_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", "tooshort")
    with pytest.raises(SettingsError) as told:
        RuntimeSettings.read()
    assert "ADMIN_PASSWORD" in str(told.value)
    assert "tooshort" not in str(told.value)
    assert "four words" not in repr(RuntimeSettings(admin_password="four words are plenty"))


@pytest.mark.parametrize("service", ["services", "services.intake", "services.ticketing", "services.policy"])
def test_a_service_that_would_be_open_to_all_does_not_start(service: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", service],
        cwd=ROOT,
        env=environment(
            HTTP_HOST="0.0.0.0", HTTP_PORT="0", AMQP_URL="amqp://localhost:1/", REDIS_URL="redis://localhost:1/"
        ),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1, ended.stderr
    assert "Set AUTH=on" in ended.stderr
    assert "Traceback" not in ended.stderr
