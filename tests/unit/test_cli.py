"""`callcenter` as a person uses it: in a process of its own, against a real HTTP server."""

import asyncio
import contextlib
import json
import os
import re
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp

from callcenter.errors import Permanent
from callcenter.events import PolicyDecided, TicketOpened
from callcenter.http.desk import desk_app
from callcenter.messaging import Worker, handles
from services import policy
from services.cli.screen import DESKS, Progress
from services.intake.settings import IntakeSettings
from tests.brokers import free_ports
from tests.unit.intake.house import TWO_TEAMS, House, desks, open_house

ROOT = Path(__file__).resolve().parents[2]
REFUND = "I'd like a refund for my espresso machine, order 48213."


@dataclass(frozen=True)
class Ended:
    """What a command left behind."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


async def callcenter(*arguments: str, stdin: bytes = b"", **env: str) -> Ended:
    """Run one command, without the settings of whoever runs the tests."""
    kept = ("PATH", "HOME", "LANG", "OPENBLAS_CORETYPE", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "services.cli", *arguments),
        cwd=ROOT,
        env={name: os.environ[name] for name in kept if name in os.environ} | {"COLUMNS": "120"} | env,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(stdin), 60)
    ended = Ended(process.returncode or 0, out.decode(), err.decode())
    assert "Traceback" not in ended.out + ended.err
    return ended


class _Server(uvicorn.Server):
    """Uvicorn that leaves the signals to pytest."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[str]:
    """The app on a port of its own; yields its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = _Server(uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server.serve([listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await serving


@pytest.fixture(scope="session")
async def house() -> AsyncIterator[House]:
    async with open_house() as opened:
        yield opened


@pytest.fixture(scope="session")
async def url(house: House) -> AsyncIterator[str]:
    async with served(house.app) as address:
        yield address


async def test_the_help_tells_every_command_and_exit_code() -> None:
    ended = await callcenter("--help")
    assert ended.code == 0
    for word in ("run", "submit", "show", "dead-letters", "accounts", "doctor", "simulate"):
        assert re.search(rf"^\W*{word}\b", ended.out, re.MULTILINE), word
    assert all(f"{code} " in ended.out for code in (0, 1, 2, 3))
    assert "Exit codes" in ended.out


async def test_submit_tells_the_id_and_show_reads_it(url: str) -> None:
    ended = await callcenter("submit", "What are your store hours?", CALLCENTER_URL=url)
    assert (ended.code, ended.err) == (0, "")
    found = re.search(r"callcenter show (\S+)", ended.out)
    assert found
    view = (await callcenter("show", found[1], "--json", "--url", f"{url}/")).json()
    assert view["id"] == found[1]
    assert view["record"]["request"]["text"] == "What are your store hours?"


async def test_watch_shows_the_five_desks_and_then_everything_that_matters(house: House, url: str) -> None:
    ended = await callcenter(
        "submit", f"{REFUND} [bold]Thanks[/bold]", "--customer-id", "C-1001", "--watch", "--url", url
    )
    assert (ended.code, ended.err) == (0, "")
    for desk in DESKS:
        assert re.search(rf"^{desk} +done", ended.out, re.MULTILINE), desk
    newest = (await house.client.get("/v1/interactions", params={"limit": 1})).json()["items"][0]["id"]
    record = (await house.client.get(f"/v1/interactions/{newest}")).json()["record"]
    shown = " ".join(ended.out.split())
    decision = record["policy"]["decisions"][0]
    for word in (
        newest,
        "[bold]Thanks[/bold]",
        "Allowed",
        decision["rule_id"],
        record["ticket"]["ticket_id"],
        record["ticket"]["priority"],
        record["disposition"]["path"],
    ):
        assert word in shown, word
    for text in (decision["reason_customer"], decision["reason_internal"], record["summary"]["resolution"]):
        assert " ".join(text.split())[:40] in shown, text


async def test_the_tickets_of_all_teams_are_shown(house: House, url: str) -> None:
    view = await house.finished(TWO_TEAMS)
    ended = await callcenter("show", view["id"], "--url", url)
    numbers = [ticket["ticket_id"] for ticket in view["record"]["tickets"]]
    assert len(numbers) == 2
    assert all(re.search(rf"^ *number +{number} *$", ended.out, re.MULTILINE) for number in numbers), ended.out


async def test_every_option_reaches_the_record(url: str) -> None:
    options = ("--business", "retail", "--customer-id", "C-1001", "--seed", "7", "--persona", "terse")
    ended = await callcenter("submit", "-", *options, "--watch", "--json", "--url", url, stdin=REFUND.encode())
    assert (ended.code, ended.err) == (0, "")
    view = ended.json()
    assert view["status"] == "completed"
    assert view["record"]["request"] == {
        "business": "retail",
        "text": REFUND,
        "mode": "simulated",
        "seed": 7,
        "persona": "terse",
    }
    assert view["record"]["contact"]["customer_id"] == "C-1001"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("submit", "  "), 2, "please write what you want"),
        (("submit", "x" * 4001), 2, "4000"),
        (("submit", "hello", "--business", "bakery"), 2, "choose one of: retail, banking, telecom"),
        (("submit", "hello", "--seed", "many"), 2, "--seed"),
        (("submit",), 2, "Missing argument"),
        (("show", "../../livez"), 1, "There is nothing"),
        (("show", "nope"), 1, "There is no interaction"),
        (("sbumit", "hello"), 2, "No such command"),
    ],
)
async def test_a_mistake_is_told_in_a_sentence(url: str, arguments: tuple[str, ...], code: int, words: str) -> None:
    ended = await callcenter(*arguments, CALLCENTER_URL=url)
    assert (ended.code, ended.out) == (code, "")
    assert words in " ".join(ended.err.split())


async def test_text_that_is_no_unicode_is_refused_by_the_server(url: str) -> None:
    ended = await callcenter("submit", os.fsdecode(b"order \xff"), "--url", url)
    assert ended.code == 2
    assert "Please send JSON" in ended.err


async def test_a_server_that_is_not_there_is_exit_code_3() -> None:
    (port,) = free_ports(1)
    for command in (("submit", "hello"), ("show", "some-id"), ("submit", "hello", "--watch")):
        ended = await callcenter(*command, "--url", f"http://127.0.0.1:{port}")
        assert (ended.code, ended.out) == (3, "")
        assert "callcenter run" in ended.err
        assert "CALLCENTER_URL" in ended.err


async def _json_of_another(_: object) -> Response:
    return JSONResponse({"hello": "world"}, 404)


async def _text_of_another(_: object) -> Response:
    return PlainTextResponse("hello")


@pytest.mark.parametrize("stranger", [_json_of_another, _text_of_another])
async def test_another_program_at_the_address_is_recognised(stranger: Callable[[Any], Awaitable[Response]]) -> None:
    app = Starlette()
    app.add_route("/{path:path}", stranger, methods=["GET", "POST"])
    async with served(app) as address:
        for command in (("submit", "hello"), ("show", "some-id")):
            ended = await callcenter(*command, "--url", address)
            assert ended.code == 3
            assert "another program" in " ".join(ended.err.split())


@pytest.mark.parametrize("wrong", ["localhost:8000", "http://", "ftp://localhost"])
async def test_an_address_that_is_none_is_a_usage_mistake(wrong: str) -> None:
    assert (await callcenter("show", "some-id", CALLCENTER_URL=wrong)).code == 2
    assert (await callcenter("show", "some-id", "--url", wrong)).code == 2


class RefusingTicketing(Worker, name="ticketing"):
    """A desk that can do nothing."""

    @handles
    async def open(self, event: PolicyDecided) -> TicketOpened:
        """Never."""
        raise Permanent(f"No desk for {event.request.business}.")


async def test_a_failed_interaction_is_told_and_is_exit_code_1() -> None:
    async with open_house(working=False) as house, served(house.app) as address:
        for desk in (*(desk for desk in desks() if desk.name != "ticketing"), RefusingTicketing()):
            await house.runtime.add(desk)
        ended = await callcenter("submit", REFUND, "--watch", "--url", address)
        assert ended.code == 1
        assert re.search(r"^ticketing +failed .*No desk for retail", ended.out, re.MULTILINE)
        assert re.search(r"^policy +done", ended.out, re.MULTILINE)
        assert re.search(r"^summary +waiting", ended.out, re.MULTILINE)
        newest = (await house.client.get("/v1/interactions")).json()["items"][0]["id"]
        shown = await callcenter("show", newest, "--json", "--url", address)
        assert shown.code == 1
        assert shown.json()["failure"]["error"] == "No desk for retail."


async def test_the_doctor_finds_an_embedded_house_well(url: str) -> None:
    ended = await callcenter("doctor", "--json", "--try", "--url", url)
    checks = {check["name"]: check for check in ended.json()}
    assert ended.code == 0, ended.out
    assert {check["state"] for check in checks.values()} == {"ok", "skipped"}
    assert "one process" in checks["broker, store"]["detail"]
    for name in ("Python", "settings", "businesses for agent", "accounts", "intake", "clock", "walk through"):
        assert checks[name]["state"] == "ok"
    assert "DEMO=off" in checks["demo"]["detail"]
    assert "AUTH=on" in checks["sign-in"]["detail"]


async def test_where_this_is_no_demo_the_commands_leave_the_word_to_a_customer() -> None:
    async with open_house(settings=IntakeSettings()) as house, served(house.app) as address:
        ended = await callcenter("submit", REFUND, "--watch", "--json", "--url", address)
        assert (ended.code, ended.err) == (0, "")
        assert (ended.json()["status"], ended.json()["record"]["request"]["mode"]) == ("waiting", "live")
        refused = await callcenter("submit", REFUND, "--persona", "angry", "--url", address)
        assert (refused.code, "is for simulated customers" in refused.err) == (2, True)
        doctor = await callcenter("doctor", "--json", "--try", "--url", address)
        checks = {check["name"]: check for check in doctor.json()}
        assert doctor.code == 0, doctor.out
        assert "this is none" in checks["demo"]["detail"]
        assert "the agent answers" in checks["walk through"]["detail"]


async def test_preview_asks_the_policy_service_where_the_front_door_does_not_answer() -> None:
    question = {"reason": "refund_request", "slots": {"order_id": "48213"}, "verified": True}
    async with open_house(settings=IntakeSettings(), working=False) as house, served(house.app) as address:
        refused = await callcenter("preview", json.dumps(question), "--url", address)
        assert (refused.code, refused.out) == (1, "")
        assert "policy service's own port" in " ".join(refused.err.split())
        inside = desk_app(house.runtime, "policy", policy.router(policy.build()))
        async with served(inside) as port:
            told = await callcenter("preview", "-", "--url", port, stdin=json.dumps(question).encode())
            assert (told.code, told.json()["policy"]["verdict"], told.json()["customer_id"]) == (0, "allow", "C-1001")
            wrong = await callcenter("preview", '{"reason": "xyz"}', "--url", port)
            assert (wrong.code, "there is no 'xyz'" in wrong.err) == (2, True)


async def test_the_doctor_tells_of_a_demo_with_accounts_of_ones_own(url: str) -> None:
    ended = await callcenter("doctor", "--json", "--url", url, DEMO="on", ACCOUNTS_URL="https://crm.example.com/v1")
    assert ended.code == 4
    (danger,) = [check for check in ended.json() if check["state"] == "insecure"]
    assert danger["name"] == "real customers in a demo"
    (failed,) = [check for check in ended.json() if check["state"] == "failed"]
    assert failed["name"] == "businesses for policy"
    assert "set DEMO=off" in failed["detail"]
    assert "environment variables" in failed["fix"]


async def test_the_doctor_names_what_is_away_and_how_to_mend_it() -> None:
    (port,) = free_ports(1)
    away = {"AMQP_URL": f"amqp://127.0.0.1:{port}/", "REDIS_URL": f"redis://127.0.0.1:{port}/0"}
    away["ACCOUNTS_URL"] = f"postgresql://127.0.0.1:{port}/accounts"
    ended = await callcenter("doctor", "--json", "--url", f"http://127.0.0.1:{port}", **away)
    assert ended.code == 1
    checks = {check["name"]: check for check in ended.json()}
    assert {name for name, check in checks.items() if check["state"] == "failed"} == {
        *("accounts", "intake", "broker", "store")
    }
    assert "docker compose up -d rabbitmq" in checks["broker"]["fix"]
    assert "correct ACCOUNTS_URL" in checks["accounts"]["fix"]
    assert "docker compose up -d redis" in checks["store"]["fix"]
    assert all(check["fix"] for check in checks.values() if check["state"] == "failed")


async def test_the_doctor_finds_the_line_of_a_broken_business(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "retail"
    folder.mkdir()
    for source in (ROOT / "businesses" / "retail").glob("*.yaml"):
        (folder / source.name).write_text(source.read_text())
    lines = (folder / "policy.yaml").read_text().splitlines()
    place = next(number for number, line in enumerate(lines) if "verdict: " in line)
    lines[place] = lines[place].replace("verdict: ", "verdikt: ")
    (folder / "policy.yaml").write_text("\n".join(lines))

    ended = await callcenter("doctor", "--json", "--url", url, BUSINESSES_DIR=str(tmp_path))
    assert ended.code == 1
    failed = [check for check in ended.json() if check["state"] == "failed"]
    assert [check["name"] for check in failed] == ["businesses for policy"]
    assert re.search(r"retail/policy.yaml, line \d+", failed[0]["detail"])
    assert "verdikt" in failed[0]["detail"] or "verdict" in failed[0]["detail"]


async def test_the_doctor_tells_of_a_wrong_setting() -> None:
    ended = await callcenter("doctor", AMQP_URL="http://rabbit")
    assert ended.code == 1
    assert "AMQP_URL" in ended.out


async def test_run_takes_only_one_port() -> None:
    ended = await callcenter("run", "--port", "8001", HTTP_PORT="8002")
    assert ended.code == 2
    assert "HTTP_PORT" in ended.err


async def test_dead_letters_need_a_broker_and_a_choice() -> None:
    (port,) = free_ports(1)
    ended = await callcenter("dead-letters", "list", AMQP_URL=f"amqp://127.0.0.1:{port}/")
    assert ended.code == 3
    assert "RabbitMQ does not answer" in ended.err
    for arguments in (("replay",), ("replay", "abc", "--all"), ("list", "--service", "bakery")):
        assert (await callcenter("dead-letters", *arguments)).code == 2


def test_the_desks_of_the_screen_go_on_one_by_one() -> None:
    progress = Progress()
    assert set(progress.states.values()) == {"waiting"}
    frame = {"stage": "policy", "status": "running", "timings": [{"service": "agent", "work_ms": 12.4}]}
    progress.take({**frame, "sections": {"transcript": [], "outcome": "human_requested"}})
    assert list(progress.states.values()) == ["done", "done", "working", "waiting", "waiting"]
    assert progress.notes["agent"] == "human requested"
