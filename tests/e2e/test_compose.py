"""The whole deployment under docker compose: different answers to different requests, scaling, and a killed desk."""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.brokers import RABBITMQ_IMAGE, REDIS_IMAGE, free_ports
from tests.certificates import Authority

pytestmark = [pytest.mark.compose, pytest.mark.timeout(1200)]

IMAGE = "call-center-ai-assistant:e2e"
ROOT = Path(__file__).resolve().parents[2]
UP = ("up", "--detach", "--wait", "--wait-timeout", "300")
WORKERS = ["agent", "policy", "ticketing", "summary"]
DEMANDS = [
    "I was charged twice for order 48213, please refund one of the charges.",
    "Where is my order 48213? It should have been here days ago.",
    "What are your opening hours on Saturday?",
    "Please stop sending me your newsletter.",
    "The espresso machine arrived damaged and I want another one.",
    "I forgot my password and cannot sign in to my account.",
]


class Deployment:
    """One compose project with a name and ports of its own, beside whatever else runs on the machine."""

    def __init__(self, *files: str, **settings: str) -> None:
        self.project, self.files = f"callcenter-e2e-{uuid4().hex[:8]}", ["docker-compose.yml", *files]
        intake, console = free_ports(2)
        self.settings = settings | {
            "INTAKE_PORT": str(intake),
            "RABBITMQ_CONSOLE_PORT": str(console),
            "SERVICE_IMAGE": IMAGE,
            "DOCKER_BUILDKIT": "1" if self._has_buildx() else "0",
        }
        self.api = httpx2.Client(base_url=f"http://127.0.0.1:{intake}", timeout=40)
        self.console = f"http://127.0.0.1:{console}/api"

    def compose(self, *arguments: str) -> str:
        """Run `docker compose ARGUMENTS`; its output is in the error where it fails."""
        result = self.tried(*arguments)
        assert result.returncode == 0, f"docker compose {' '.join(arguments)}\n{result.stdout}\n{result.stderr}"
        return result.stdout

    def tried(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The same, whether it fails or not."""
        files = [word for file in self.files for word in ("--file", file)]
        return subprocess.run(
            ["docker", "compose", "--project-name", self.project, *files, *arguments],
            cwd=ROOT,
            env=os.environ | self.settings,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )

    def ready(self, seconds: float = 60) -> None:
        """Wait until intake has found its servers again: compose trusts a health check for a while after they went."""
        deadline = time.monotonic() + seconds
        while (answer := self.api.get("/readyz")).status_code != 200:
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.2)

    def ask(self, text: str, wait: int = 0) -> dict[str, Any]:
        """Send a request; with `wait`, stay on the line that many seconds for its end."""
        answer = self.api.post("/v1/interactions", json={"text": text}, headers={"Prefer": f"wait={wait}"})
        assert answer.status_code in (200, 202), answer.text
        view: dict[str, Any] = answer.json()
        return view

    def view(self, interaction_id: str) -> dict[str, Any]:
        """The interaction as it is now."""
        view: dict[str, Any] = self.api.get(f"/v1/interactions/{interaction_id}").raise_for_status().json()
        return view

    def completed(self, ids: list[str], seconds: float) -> list[dict[str, Any]]:
        """The records once all are completed; fails when time runs out or one has failed."""
        deadline = time.monotonic() + seconds
        views: dict[str, dict[str, Any]] = {one: {"status": "unknown"} for one in ids}
        while open_ids := [one for one, view in views.items() if view["status"] != "completed"]:
            assert time.monotonic() < deadline, f"not completed: {[views[one] for one in open_ids][:3]}"
            views |= {one: self.view(one) for one in open_ids}
            assert not [view["failure"] for view in views.values() if view["status"] == "failed"]
            time.sleep(0.2)
        return list(views.values())

    def left(self, seconds: float = 15) -> dict[str, int]:
        """Messages that stay in the queues, dead letters included; a record is complete just before its last ack."""
        deadline = time.monotonic() + seconds
        while (depths := self.depths()) and time.monotonic() < deadline:
            time.sleep(0.5)
        return depths

    def depths(self) -> dict[str, int]:
        """Messages in each queue that is not empty, as the broker itself counts them."""
        listed = self.compose(
            "exec", "-T", "rabbitmq", "rabbitmqctl", "-q", "list_queues", "name", "messages", "--formatter", "json"
        )
        return {queue["name"]: queue["messages"] for queue in json.loads(listed) if queue["messages"]}

    def secret(self, name: str) -> str:
        """A secret, as a service reads it."""
        return self.compose("exec", "-T", "intake", "cat", f"/run/secrets/{name}").strip()

    def running(self, service: str) -> int:
        """How many containers of a service are up."""
        return len(self.compose("ps", "--quiet", "--status", "running", service).split())

    def end(self) -> None:
        """Gone with its data; what it said last is printed."""
        print(self.compose("ps", "--all"))
        print(self.compose("logs", "--no-color", "--tail", "8"))
        self.api.close()
        self.compose("down", "--volumes", "--remove-orphans", "--timeout", "10")

    @staticmethod
    def _has_buildx() -> bool:
        found = subprocess.run(["docker", "buildx", "version"], capture_output=True, check=False)
        return found.returncode == 0


@pytest.fixture(scope="module")
def deployment() -> Iterator[Deployment]:
    """Built from this checkout, up and healthy; removed with its data at the end, whatever happened."""
    assert shutil.which("docker"), "docker compose is needed here: install Docker, or run `make test` without it"
    deployment = Deployment()
    try:
        deployment.compose("build")
        deployment.compose(*UP)
        yield deployment
    finally:
        deployment.end()


def test_different_requests_get_different_finished_records(deployment: Deployment) -> None:
    views = [deployment.ask(text, wait=20) for text in DEMANDS]

    assert [view["status"] for view in views] == ["completed"] * len(DEMANDS)
    records = [view["record"] for view in views]
    assert len({record["ticket"]["ticket_id"] for record in records}) == len(DEMANDS)
    assert len({record["contact_reason"]["code"] for record in records}) == len(DEMANDS)
    assert len({record["summary"]["situation"] for record in records}) == len(DEMANDS)
    assert len({record["policy"]["verdict"] for record in records}) > 1
    for text, record in zip(DEMANDS, records, strict=True):
        assert record["transcript"][0]["text"] == text


def test_a_record_is_still_there_after_every_server_was_restarted(deployment: Deployment) -> None:
    before = deployment.ask(DEMANDS[0], wait=20)
    deployment.compose("restart", "--timeout", "10", "redis", "rabbitmq", "intake")
    deployment.compose(*UP)
    deployment.ready()

    assert deployment.view(before["id"])["record"] == before["record"]
    assert deployment.ask(DEMANDS[1], wait=20)["status"] == "completed"


def test_tickets_are_worked_on_at_the_front_door_and_outlive_their_desk(deployment: Deployment) -> None:
    ticket_id = deployment.ask(DEMANDS[4], wait=20)["record"]["ticket"]["ticket_id"]
    address, wish = f"/v1/tickets/{ticket_id}", {"by": "dana", "assignee": "dana", "priority": "P1"}
    assert deployment.api.patch(address, json=wish).raise_for_status().json()["assignee"] == "dana"
    deployment.compose("kill", "ticketing")
    away = deployment.api.get(address)
    assert (away.status_code, away.headers["retry-after"]) == (503, "2")
    deployment.compose(*UP, "--scale", "ticketing=2")

    history = deployment.api.get(f"{address}/events").raise_for_status().json()
    assert [(event["type"], event["by"]) for event in history] == [
        ("ticket.opened", "system"),
        ("ticket.wrapped_up", "system"),
        ("ticket.updated", "dana"),
    ]
    question = {"reason": "store_hours", "business": "retail"}
    assert deployment.api.post("/v1/policy/preview", json=question).raise_for_status().json()["policy"]["decisions"]
    paths = deployment.api.get("/openapi.json").raise_for_status().json()["paths"]
    assert {"/v1/interactions", "/v1/tickets/{ticket_id}", "/v1/policy/preview"} <= paths.keys()


def test_the_management_console_shows_the_queue_of_each_desk(deployment: Deployment) -> None:
    guest = httpx2.get(f"{deployment.console}/queues", auth=("guest", "guest"), timeout=10)
    assert guest.status_code == 401
    mine = ("callcenter", deployment.secret("rabbitmq_password"))
    listed = httpx2.get(f"{deployment.console}/queues", auth=mine, timeout=10).raise_for_status().json()
    queues = {queue["name"]: queue for queue in listed}
    for worker in WORKERS:
        assert queues[f"cc.{worker}"]["type"] == "quorum"
        assert f"cc.{worker}.dead" in queues


def test_the_servers_take_nobody_without_a_password(deployment: Deployment) -> None:
    asked = deployment.compose("exec", "-T", "redis", "sh", "-c", "redis-cli ping 2>&1 || true")
    assert "NOAUTH" in asked
    listed = deployment.compose("exec", "-T", "rabbitmq", "rabbitmqctl", "-q", "list_users")
    assert "callcenter" in listed
    assert "guest" not in listed
    mode = deployment.compose("exec", "-T", "intake", "sh", "-c", "stat -c '%a %u:%g' /run/secrets/*; id -u")
    assert set(mode.split("\n")) - {""} == {"440 0:10001", "10001"}


def test_a_desk_can_be_killed_in_the_middle_of_its_work(deployment: Deployment) -> None:
    scale = (*UP, "--scale", "agent=3")
    deployment.compose(*scale)
    assert deployment.running("agent") == 3

    with ThreadPoolExecutor(8) as callers:
        calls = [callers.submit(deployment.ask, f"{DEMANDS[n % 6]} (case {n})") for n in range(60)]
        next(as_completed(calls))
        deployment.compose("kill", "agent")
        ids = [call.result()["id"] for call in calls]
    assert deployment.running("agent") == 0
    assert [one for one in ids if deployment.view(one)["status"] != "completed"], "killed too late to prove anything"

    deployment.compose(*scale)
    views = deployment.completed(ids, seconds=120)

    assert len({view["record"]["ticket"]["ticket_id"] for view in views}) == 60
    assert deployment.left() == {}


@pytest.fixture(scope="module")
def production(deployment: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The same image where it is no demo, with secrets and certificates of its own; `deployment` has built it."""
    folder = tmp_path_factory.mktemp("production")
    authority = Authority(folder / "certificates")
    for server in ("rabbitmq", "redis"):
        authority.sign(server, server)
    by_the_image("chgrp -R 10001 /made/certificates && chmod 440 /made/certificates/*", folder)
    by_the_image("callcenter secrets /made/secrets", folder)
    told = {"SECRETS": f"{folder}/secrets", "CERTIFICATES": f"{folder}/certificates", "ALLOWED_HOSTS": "desk.example"}
    images = {"RABBITMQ_IMAGE": RABBITMQ_IMAGE, "REDIS_IMAGE": REDIS_IMAGE}
    production = Deployment("docker-compose.production.yml", "docker-compose.tls.yml", **told, **images)
    try:
        yield production
    finally:
        production.end()


def by_the_image(command: str, folder: Path) -> None:
    """Run a command as root of the services' group, with the folder at /made."""
    run = ["docker", "run", "--rm", "--user", "0:10001", "--volume", f"{folder}:/made", IMAGE, "sh", "-ec", command]
    subprocess.run(run, check=True, capture_output=True, timeout=120)


LACKING = {
    "SECRETS": "Set it to the folder of your secrets",
    "ALLOWED_HOSTS": "Set it to the names under which people reach your gateway",
    "SERVICE_IMAGE": "Set it to the image that you built and tested",
    "RABBITMQ_IMAGE": "Set it to an exact version or digest",
    "REDIS_IMAGE": "Set it to an exact version or digest",
    "CERTIFICATES": "Set it to the folder of your certificates",
}


def test_production_says_what_it_lacks_and_cannot_be_opened_by_a_setting() -> None:
    given = {**dict.fromkeys(LACKING, "given"), "DEMO": "on", "AUTH": "off", "HTTPS": "off"}
    deployment = Deployment("docker-compose.production.yml", "docker-compose.tls.yml", **given)
    for name, sentence in LACKING.items():
        deployment.settings = given | {name: ""}
        refused = deployment.tried("config", "--quiet")
        assert refused.returncode != 0, name
        assert f"required variable {name} is missing a value: {sentence}" in refused.stderr
    deployment.settings = given
    services = json.loads(deployment.compose("config", "--format", "json"))["services"]
    assert "secrets" not in services
    for name in ("intake", *WORKERS):
        told = services[name]["environment"]
        assert (told["AUTH"], told["DEMO"], told["HTTPS"]) == ("on", "off", "on")
        assert not [one for one in services[name]["volumes"] if one["type"] == "volume"]
    assert [name for name, service in services.items() if service.get("ports")] == ["intake"]
    for service in services.values():
        assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}
        assert service["logging"]["options"].keys() == {"max-size", "max-file"}
        assert service["secrets"]
    signing = {one["source"]: name for name in ("policy", "ticketing") for one in services[name]["secrets"]}
    assert (signing["actions_secret"], signing["webhook_secret"]) == ("policy", "ticketing")
    deployment.api.close()


def test_in_production_who_is_not_known_gets_nothing_and_inside_it_is_tls(production: Deployment) -> None:
    secret = Path(production.settings["SECRETS"], "redis_password")
    kept = secret.rename(secret.with_suffix(".away"))
    refused = production.tried(*UP)
    assert refused.returncode != 0
    assert str(secret) in refused.stderr
    kept.rename(secret)

    production.compose(*UP)
    production.ready()
    about = production.api.get("/v1/about").raise_for_status().json()
    assert (about["demo"], about["auth"]) == (False, True)
    assert production.api.get("/v1/interactions").status_code == 401
    made = production.compose(
        *("exec", "-T", "intake", "callcenter", "keys", "add", "website"),
        *("--scope", "submit", "--scope", "read", "--all-businesses"),
    )
    key = re.search(r"cc_\S+", made)
    assert key, made
    production.api.headers["Authorization"] = f"Bearer {key[0]}"
    opened = production.ask(DEMANDS[2])
    assert opened["status"] in ("queued", "in_progress", "waiting")
    assert production.api.get(f"/v1/interactions/{opened['id']}").status_code == 200

    doctor = production.tried("exec", "-T", "intake", "callcenter", "doctor", "--json")
    found = {check["name"]: (check["state"], check["detail"]) for check in json.loads(doctor.stdout)}
    assert doctor.returncode == 0, {name: one for name, one in found.items() if one[0] in ("failed", "insecure")}
    assert {found[name][0] for name in ("broker", "store", "open door", "plain servers", "open files")} == {"ok"}

    listeners = production.compose("exec", "-T", "rabbitmq", "rabbitmq-diagnostics", "-q", "listeners")
    assert "port: 5671, protocol: amqp/ssl" in listeners
    assert "port: 5672" not in listeners
    assert production.tried("port", "rabbitmq", "15672").stdout.strip() in ("", ":0", "0.0.0.0:0")
    plain = production.compose("exec", "-T", "redis", "sh", "-c", "timeout 3 redis-cli ping 2>&1 || true")
    assert "PONG" not in plain
