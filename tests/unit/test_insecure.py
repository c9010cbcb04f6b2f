"""Each danger is found where it is, and not where it is mended; and the exit code of the doctor tells."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from callcenter.settings import RuntimeSettings
from callcenter.storage.access import Key, Staff
from services.agent.settings import AgentSettings
from services.cli.checks import Check
from services.cli.insecure import DANGERS, Deployment, look
from services.intake.settings import IntakeSettings
from services.policy.settings import PolicySettings
from services.summary.settings import SummarySettings
from services.ticketing.settings import TicketingSettings
from tests.unit.test_cli import callcenter

NOW = datetime(2026, 3, 2, tzinfo=UTC)
LONG, WEBHOOK = "zA4-9bQw_7fT2kLm", "whsec_" + "QUJD" * 8
KINDS = {
    "agent": AgentSettings,
    "intake": IntakeSettings,
    "policy": PolicySettings,
    "summary": SummarySettings,
    "ticketing": TicketingSettings,
}


def house(*, demo: bool = False, staff: Any = (), keys: Any = (), **settings: Any) -> Deployment:
    """A deployment with these settings, each given to the service that knows it; nothing else is set."""
    others = {
        name: kind.model_construct(**{one: value for one, value in settings.items() if one in kind.model_fields})
        for name, kind in KINDS.items()
    }
    runtime = {one: value for one, value in settings.items() if one in RuntimeSettings.model_fields}
    return Deployment(RuntimeSettings(**runtime), demo, others, staff=staff, keys=keys, now=NOW)


def somebody(**more: Any) -> Staff:
    return Staff(**{"name": "dana", "role": "admin", "businesses": None, "password": "", "stamp": "", **more})


def key(days: int, used: int | None = None) -> Key:
    last = None if used is None else NOW - timedelta(days=used)
    return Key("1f0c", "website", "", ("read",), None, NOW - timedelta(days=days), last)


OPEN = {"http_host": "0.0.0.0"}

CASES: list[tuple[str, Callable[[], Deployment], Callable[[], Deployment]]] = [
    ("open door", lambda: house(**OPEN), lambda: house(**OPEN, auth=True)),
    ("open door", lambda: house(**OPEN, demo=True, allowed_hosts="desk.example"), lambda: house(**OPEN, demo=True)),
    ("open door", lambda: house(http_host="10.0.0.7"), lambda: house(http_host="127.0.0.1")),
    ("any name", lambda: house(allowed_hosts="*"), lambda: house(allowed_hosts="desk.example")),
    (
        "real customers in a demo",
        lambda: house(demo=True, accounts_url="https://crm.example/"),
        lambda: house(accounts_url="https://crm.example/"),
    ),
    ("plain sessions", lambda: house(**OPEN, auth=True), lambda: house(**OPEN, auth=True, https=True)),
    ("guest at RabbitMQ", lambda: house(amqp_url="amqp://guest:guest@rabbitmq/"), house),
    (
        "guest at RabbitMQ",
        lambda: house(amqp_url="amqp://rabbitmq/"),
        lambda: house(amqp_url="amqp://us@rabbitmq/", amqp_password=LONG),
    ),
    (
        "Redis for everybody",
        lambda: house(redis_url="redis://redis/0"),
        lambda: house(redis_url="redis://redis/0", redis_password=LONG),
    ),
    ("Redis for everybody", lambda: house(redis_url="redis://10.1.1.1/0"), lambda: house(redis_url="unix:///r.sock")),
    (
        "plain servers",
        lambda: house(amqp_url=f"amqp://us:{LONG}@broker.example/"),
        lambda: house(amqp_url=f"amqps://us:{LONG}@broker.example/"),
    ),
    ("plain servers", lambda: house(redis_url="redis://10.1.1.1/0"), lambda: house(redis_url="redis://redis/0")),
    (
        "plain http",
        lambda: house(webhook_urls="https://desk.example/a http://desk.example/b"),
        lambda: house(webhook_urls="https://desk.example/a http://localhost:8080/b http://receiver/c"),
    ),
    (
        "plain http",
        lambda: house(actions_url="http://erp.example/orders"),
        lambda: house(actions_url="https://erp.example/orders"),
    ),
    (
        "unsigned messages",
        lambda: house(webhook_urls="https://desk.example/a"),
        lambda: house(webhook_urls="https://desk.example/a", webhook_secret=WEBHOOK),
    ),
    ("a key for nothing", lambda: house(llm_key=LONG), lambda: house(llm_key=LONG, llm_wrap_up=True)),
    ("a key for nothing", lambda: house(llm_key=LONG), lambda: house(llm_key=LONG, understanding_engine="llm")),
    (
        "weak secrets",
        lambda: house(redis_url="redis://:short@redis/0"),
        lambda: house(redis_url=f"redis://:{LONG}@redis/0"),
    ),
    ("weak secrets", lambda: house(admin_password="password1234"), lambda: house(admin_password="four of my words")),
    ("weak secrets", lambda: house(admin_password="a" * 40), lambda: house(admin_password=LONG)),
    ("first passwords", lambda: house(staff=[somebody(first=True)]), lambda: house(staff=[somebody()])),
    (
        "first passwords",
        lambda: house(staff=[somebody(first=True)]),
        lambda: house(staff=[somebody(first=True, disabled=True), somebody(first=True, role="agent")]),
    ),
    ("forgotten keys", lambda: house(keys=[key(91)]), lambda: house(keys=[key(91, used=1)])),
    ("forgotten keys", lambda: house(keys=[key(200, used=91)]), lambda: house(keys=[key(89)])),
    ("old keys", lambda: house(keys=[key(400, used=1)]), lambda: house(keys=[key(300, used=1)])),
    ("no limits", lambda: house(streams_per_client=0), lambda: house(streams_per_client=50)),
    ("no limits", lambda: house(identity_tries_per_account=0), lambda: house(streams_per_client=0, demo=True)),
]


@pytest.mark.parametrize(("name", "bad", "mended"), CASES, ids=[f"{n} {case[0]}" for n, case in enumerate(CASES)])
def test_a_danger_is_found_where_it_is_and_not_where_it_is_mended(
    name: str, bad: Callable[[], Deployment], mended: Callable[[], Deployment]
) -> None:
    found, then = checked(bad())[name], checked(mended())[name]
    assert (found.state, then.state) == ("insecure", "ok")
    assert found.detail
    assert found.fix.endswith((".", "'"))
    assert LONG not in found.detail


def test_files_that_everybody_reads_are_found(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.touch(mode=0o600)
    for mode, state in ((0o444, "insecure"), (0o642, "insecure"), (0o440, "ok")):
        path.chmod(mode)
        deployment = Deployment(RuntimeSettings(), files={"LLM_KEY_FILE": path})
        assert checked(deployment)["open files"].state == state
        assert checked(Deployment(RuntimeSettings.model_construct(tls_key=path)))["open files"].state == state


def test_every_danger_has_a_test_and_none_is_there_by_default() -> None:
    assert {danger.name for danger in DANGERS} == {name for name, _, _ in CASES} | {"open files"}
    assert {check.state for check in checked(house()).values()} == {"ok"}


def checked(deployment: Deployment) -> dict[str, Check]:
    return {check.name: check for check in look(deployment)}


async def test_the_exit_code_tells_of_a_danger(tmp_path: Path) -> None:
    doctor = ("doctor", "--json", "--url", "http://127.0.0.1:1")
    safe = await callcenter(*doctor, AUTH="on", HTTPS="on", HTTP_HOST="0.0.0.0", ADMIN_PASSWORD="four of my words")
    assert safe.code == 1  # nothing runs there
    assert "insecure" not in {check["state"] for check in safe.json()}
    plain = await callcenter(*doctor, AMQP_URL="amqp://broker.example/", REDIS_URL="redis://store.example/")
    assert plain.code == 4
    dangers = {check["name"] for check in plain.json() if check["state"] == "insecure"}
    assert dangers == {"guest at RabbitMQ", "Redis for everybody", "plain servers"}

    (path := tmp_path / "key").write_text("hidden")
    path.chmod(0o644)
    for variable, settings in (("LLM_KEY_FILE", "ok"), ("REDIS_PASSWORD_FILE", "failed")):
        shown = await callcenter(*doctor, **{variable: str(path)})
        assert shown.code == 4
        found = {check["name"]: check for check in shown.json()}
        assert (found["open files"]["state"], found["settings"]["state"]) == ("insecure", settings)
        assert "hidden" not in shown.out
