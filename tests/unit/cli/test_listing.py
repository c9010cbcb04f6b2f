"""`callcenter list`, `watch` and `export`, on houses that run."""

import asyncio
import csv
import json
from pathlib import Path

import httpx2
import pytest
from rich.console import Console
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from services.cli.listing import COLUMNS
from services.cli.tables import Listed
from tests.brokers import free_ports
from tests.unit.cli.house import Door, callcenter, lines
from tests.unit.test_cli import served

pytestmark = pytest.mark.timeout(300)

HOURS, REFUND = "What are your store hours?", "I'd like a refund for my espresso machine, order 48213."


def in_folder(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in folder.iterdir()}


@pytest.fixture(scope="module")
def contacts(demo: Door) -> list[str]:
    """The ids of two of retail and one of banking, the oldest first."""
    asked = ({"text": HOURS}, {"text": REFUND, "customer_id": "C-1001"}, {"text": HOURS, "business": "banking"})
    return [demo.contact(**one)["id"] for one in asked]


def test_a_list_is_narrowed_and_cut(demo: Door, contacts: list[str]) -> None:
    hours, refund, banking = contacts
    listed = [one["id"] for one in demo("list", "--json").json()]
    assert [one for one in listed if one in contacts] == [banking, refund, hours]
    assert len(demo("list", "--limit", "2", "--json").json()) == 2
    found = demo("list", "--business", "banking", "--status", "completed", "--json").json()
    assert [one["id"] for one in found] == [banking]
    found = demo("list", "--reason", "refund_request", "--verdict", "allow", "--json").json()
    assert refund in [one["id"] for one in found]
    assert hours not in [one["id"] for one in found]
    assert demo("list", "--status", "failed", "--json").json() == []


def test_more_than_a_page_is_listed(demo: Door, contacts: list[str]) -> None:
    async def many(client: httpx2.AsyncClient) -> None:
        for _ in range(101):
            await client.post("/v1/interactions", json={"mode": "live"})

    demo.inside(many)
    found = demo("list", "--business", "retail", "--limit", "103", "--json").json()
    assert len({one["id"] for one in found}) == 103


def test_a_person_gets_a_table(demo: Door, contacts: list[str]) -> None:
    ended = demo("list", "--business", "banking")
    assert (ended.code, contacts[2] in ended.out, "completed" in ended.out) == (0, True, True)
    assert demo("list", "--status", "failed").out == "There are no such interactions.\n"


@pytest.mark.parametrize(("width", "heads"), [(60, ["ID", "Status", "Ticket"]), (140, [one.head for one in COLUMNS])])
def test_where_the_terminal_is_narrow_what_matters_less_is_left_out(
    demo: Door, contacts: list[str], width: int, heads: list[str]
) -> None:
    found = demo("list", "--business", "banking", "--json").json()
    console = Console(width=width, color_system=None)
    with console.capture() as shown:
        console.print(Listed(COLUMNS, found))
    head, line = shown.get().splitlines()
    assert head.split() == heads
    assert line.startswith(contacts[2])
    assert len(line) <= width


def test_an_interaction_is_watched_to_its_end(demo: Door, contacts: list[str]) -> None:
    ended = demo("watch", contacts[1])
    assert (ended.code, "summary" in ended.out, "Ticket" in ended.out) == (0, True, True)
    steps = lines(demo("watch", contacts[1], "--json"))
    assert [step["rev"] for step in steps] == [*range(1, len(steps) + 1)]
    assert (steps[0]["status"], steps[-1]["status"]) == ("queued", "completed")


def test_a_conversation_is_watched_while_its_customer_has_the_word(demo: Door) -> None:
    async def opened(client: httpx2.AsyncClient) -> str:
        answer = await client.post("/v1/interactions", json={"mode": "live"}, headers={"Prefer": "wait=20"})
        return str(answer.json()["id"])

    contact = demo.inside(opened)

    async def withdrawn(client: httpx2.AsyncClient) -> None:
        address = f"/v1/interactions/{contact}/messages"
        await client.post(address, json={"text": "never mind"})

    demo.begun(withdrawn)
    steps = lines(demo("watch", contact, "--json"))
    assert "waiting" in [step["status"] for step in steps]
    assert steps[-1]["status"] == "completed"


def test_records_are_taken_away(demo: Door, contacts: list[str], tmp_path: Path) -> None:
    records = lines(demo("export", "--business", "banking"))
    assert [(one["id"], one["record"]["request"]["text"]) for one in records] == [(contacts[2], HOURS)]
    table = tmp_path / "banking.csv"
    ended = demo("export", "--format", "csv", "--business", "banking", "--output", str(table))
    assert (ended.code, ended.out, str(table) in ended.err) == (0, "", True)
    (row,) = csv.DictReader(table.read_text(encoding="utf-8-sig").splitlines())
    assert (row["id"], row["text"]) == (contacts[2], HOURS)
    assert [*tmp_path.iterdir()] == [table]


async def test_half_of_what_was_to_be_taken_away_is_not_taken_for_all(tmp_path: Path) -> None:
    async def broken(_: Request) -> Response:
        async def parts():
            yield b'{"id": "a"}\n'
            raise RuntimeError

        return StreamingResponse(parts())

    app = Starlette()
    app.add_route("/{path:path}", broken)
    async with served(app) as url:
        kept = tmp_path / "all.ndjson"
        kept.write_text("what was there before")
        ended = await asyncio.to_thread(callcenter, "export", "--output", str(kept), "--url", url)
    assert (ended.code, "broke off" in ended.err) == (3, True)
    assert in_folder(tmp_path) == {"all.ndjson": "what was there before"}


def test_where_auth_is_on_a_key_sees_what_is_its_own(shut: Door) -> None:
    reads, submits = shut.key("read", business="banking"), shut.key("submit", business="retail")
    opened = shut("submit", HOURS, "--json", CALLCENTER_KEY=submits).json()["id"]
    assert shut("list", "--json", CALLCENTER_KEY=reads).json() == []
    assert shut("export", CALLCENTER_KEY=reads).out == ""
    ours = shut.key("read", business="retail")
    assert opened in [one["id"] for one in shut("list", "--json", CALLCENTER_KEY=ours).json()]
    for command in (("list",), ("export",), ("watch", opened)):
        assert shut(*command).code == 1
        ended = shut(*command, CALLCENTER_KEY=submits)
        assert (ended.code, ended.out, "permission" in ended.err) == (1, "", True)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("list", "--business", "bakery"), 2, "choose one of retail, banking, telecom"),
        (("list", "--status", "asleep"), 2, "--status"),
        (("list", "--limit", "0"), 2, "--limit"),
        (("export", "--format", "xml"), 2, "--format"),
        (("export", "--business", "bakery"), 2, "choose one of retail, banking, telecom"),
        (("export", "--output", "no/such/folder/file"), 2, "cannot be written"),
        (("watch", "nope"), 1, "There is no interaction 'nope'"),
        (("watch",), 2, "Missing argument"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(demo: Door, arguments: tuple[str, ...], code: int, told: str) -> None:
    ended = demo(*arguments)
    assert (ended.code, ended.out, told in " ".join(ended.err.split())) == (code, "", True), ended.err


def test_a_server_that_is_away_is_exit_code_3() -> None:
    (port,) = free_ports(1)
    for command in (("list",), ("export",), ("watch", "some-id")):
        ended = callcenter(*command, "--url", f"http://127.0.0.1:{port}")
        assert (ended.code, ended.out) == (3, "")
        assert ended.err


def test_everything_that_is_json_is_one_document_or_a_line_each(demo: Door, contacts: list[str]) -> None:
    assert isinstance(json.loads(demo("list", "--json").out), list)
    assert all(isinstance(json.loads(line), dict) for line in demo("export").out.splitlines())
