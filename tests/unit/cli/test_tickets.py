"""`callcenter tickets`: a team works on its tickets from a terminal."""

import getpass
import json
from typing import Any

import pytest
from rich.console import Console

from services.cli.tables import Listed
from services.cli.tickets import COLUMNS
from tests.brokers import free_ports
from tests.unit.cli.house import Door, callcenter
from tests.unit.test_cli import Ended

pytestmark = pytest.mark.timeout(300)

COMPLAINT = {"text": "I have a complaint: the courier swore at me.", "customer_id": "C-1042"}
"""A person has to act on it, so that its ticket is open."""

STEPS = (
    *(("comment", "Called back."), ("change", "--priority", "P1"), ("take",), ("resolve",), ("close",), ("reopen",)),
    *(("merge", "RET-1"), ("follow-up", "1", "--done")),
)


@pytest.fixture
def ticket(demo: Door) -> str:
    """The number of a new one."""
    return str(demo.contact(**COMPLAINT)["record"]["ticket"]["ticket_id"])


def of(ended: Ended) -> dict[str, Any]:
    assert (ended.code, ended.err) == (0, "")
    view: dict[str, Any] = ended.json()
    return view


def stands(demo: Door, ticket: str) -> dict[str, Any]:
    return of(demo("tickets", "show", ticket, "--json"))


def test_tickets_are_listed_by_what_they_are(demo: Door, ticket: str) -> None:
    of(demo("tickets", "change", ticket, "--assignee", "robin", "--priority", "P4", "--json"))
    for options in (("--assignee", "robin"), ("--priority", "P4"), ("--customer-id", "C-1042"), ("--status", "open")):
        found = demo("tickets", "list", *options, "--json").json()
        assert ticket in [one["ticket_id"] for one in found], options
    assert len(demo("tickets", "list", "--limit", "1", "--json").json()) == 1
    assert demo("tickets", "list", "--business", "banking", "--json").json() == []
    assert demo("tickets", "list", "--queue", "nobody").out == "There are no such tickets.\n"
    ended = demo("tickets", "list", "--assignee", "robin")
    assert (ended.code, ticket in ended.out) == (0, True)


def test_a_narrow_terminal_gets_the_number_and_where_it_stands(demo: Door, ticket: str) -> None:
    console = Console(width=40, color_system=None)
    with console.capture() as shown:
        console.print(Listed(COLUMNS, demo("tickets", "list", "--json").json()))
    head, *found = shown.get().splitlines()
    assert head.split() == ["Ticket", "Prio", "Status", "SLA"]
    assert any(line.startswith(ticket) for line in found)
    assert all(len(line) <= 40 for line in found)


def test_a_ticket_is_read(demo: Door, ticket: str) -> None:
    view = stands(demo, ticket)
    shown = " ".join(demo("tickets", "show", ticket).out.split())
    for words in (ticket, view["title"], view["interaction_id"], "nobody", "can become", view["wrap_up"]["next_step"]):
        assert " ".join(words.split())[:40] in shown, words


def test_it_is_worked_on_to_its_end_and_taken_up_again(demo: Door, ticket: str) -> None:
    taken = of(demo("tickets", "take", ticket, "--by", "dana", "--json"))
    assert (taken["assignee"], taken["status"]) == ("dana", "open")
    noted = of(demo("tickets", "comment", ticket, "-", "--public", "--by", "dana", "--json", stdin="On its way."))
    assert [(one["text"], one["public"], one["by"]) for one in noted["comments"]] == [("On its way.", True, "dana")]
    assert noted["sla"]["first_response"]["met_at"]
    moved = of(demo("tickets", "change", ticket, "--queue", "service", "--nobody", "--status", "pending", "--json"))
    assert (moved["queue"], moved["assignee"], moved["status"]) == ("service", None, "pending")
    solved = of(demo("tickets", "resolve", ticket, "--note", "Paid.", "--json"))
    assert (solved["status"], solved["comments"][-1]["text"]) == ("resolved", "Paid.")
    assert of(demo("tickets", "close", ticket, "--json"))["status"] == "closed"
    assert of(demo("tickets", "reopen", ticket, "--json"))["status"] == "reopened"


def test_its_history_tells_who_did_what(demo: Door, ticket: str) -> None:
    demo("tickets", "change", ticket, "--priority", "P4", "--by", "dana")
    demo("tickets", "comment", ticket, "Called [back].")
    events = demo("tickets", "history", ticket, "--json").json()
    assert [event["rev"] for event in events] == [*range(1, len(events) + 1)]
    assert [event["by"] for event in events][-2:] == ["dana", getpass.getuser()]
    shown = demo("tickets", "history", ticket, COLUMNS="140").out
    assert "dana" in shown
    assert "priority: P" in " ".join(shown.split())


def test_a_follow_up_is_done_and_not_done_after_all(demo: Door, ticket: str) -> None:
    assert stands(demo, ticket)["follow_ups"]
    done = of(demo("tickets", "follow-up", ticket, "1", "--done", "--by", "dana", "--json"))
    assert done["follow_ups"][0]["done_by"] == "dana"
    assert "done by dana" in demo("tickets", "show", ticket).out
    due = "2030-12-24T17:00:00Z"
    undone = of(demo("tickets", "follow-up", ticket, "1", "--not-done", "--owner", "robin", "--due", due, "--json"))
    assert undone["follow_ups"][0]["done_at"] is None
    assert (undone["follow_ups"][0]["owner"], undone["follow_ups"][0]["due_at"]) == ("robin", due)


def test_a_duplicate_goes_on_in_another(demo: Door, ticket: str) -> None:
    other = str(demo.contact(**COMPLAINT)["record"]["ticket"]["ticket_id"])
    into = of(demo("tickets", "merge", other, ticket, "--json"))
    assert (into["ticket_id"], into["absorbed"]) == (ticket, [other])
    assert stands(demo, other)["merged_into"] == ticket


def test_where_auth_is_on_the_name_is_that_of_the_key(shut: Door) -> None:
    submits = shut.key("submit", "converse", "read", business="retail")
    *_, last = (
        json.loads(line)
        for line in shut("chat", "--json", stdin="I want my money back\nnever mind\n", CALLCENTER_KEY=submits)
        .out.splitlines()
    )  # fmt: skip
    (ticket,) = last["tickets"]
    works = shut.key("work", "read", business="retail")
    taken = of(shut("tickets", "take", ticket, "--by", "mallory", "--json", CALLCENTER_KEY=works))
    assert taken["assignee"] == "key:shop"
    history = shut("tickets", "history", ticket, "--json", CALLCENTER_KEY=works).json()
    assert history[-1]["by"] == "key:shop"
    for name, *more in STEPS:
        ended = shut("tickets", name, ticket, *more, CALLCENTER_KEY=submits)
        assert (ended.code, ended.out, "'work'" in ended.err) == (1, "", True), name
    assert shut("tickets", "list").code == 1
    foreign = shut.key("work", "read", business="banking")
    assert shut("tickets", "list", "--json", CALLCENTER_KEY=foreign).json() == []
    ended = shut("tickets", "show", ticket, CALLCENTER_KEY=foreign)
    assert (ended.code, "There is no ticket" in ended.err) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("list", "--status", "asleep"), 2, "--status"),
        (("list", "--sla", "fine"), 2, "--sla"),
        (("change", "{}"), 2, "Say what to change"),
        (("change", "{}", "--assignee", "dana", "--nobody"), 2, "Say what to change"),
        (("change", "{}", "--queue", "kitchen"), 2, "there is no 'kitchen'; choose one of"),
        (("change", "{}", "--status", "reopened"), 1, "from there it can become"),
        (("change", "{}", "--priority", "P1", "--by", "system"), 2, "is the name of the clock"),
        (("comment", "{}", " "), 2, "is empty"),
        (("follow-up", "{}", "1"), 2, "Say what to change"),
        (("follow-up", "{}", "99", "--done"), 1, "there is no number 99"),
        (("follow-up", "{}", "1", "--due", "soon"), 2, "due_at"),
        (("merge", "{}", "RET-9999999"), 1, "There is no ticket"),
        (("show", "../interactions"), 1, "There is"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(
    demo: Door, ticket: str, arguments: tuple[str, ...], code: int, told: str
) -> None:
    ended = demo("tickets", *(argument.format(ticket) for argument in arguments))
    assert (ended.code, ended.out, told in " ".join(ended.err.split())) == (code, "", True), ended.err


def test_a_ticket_that_there_is_not_and_a_server_that_is_away(demo: Door) -> None:
    (port,) = free_ports(1)
    for name, *more in (("show",), ("history",), *STEPS):
        ended = demo("tickets", name, "RET-9999999", *more)
        assert (ended.code, ended.out, "There is no ticket" in ended.err) == (1, "", True), (name, ended.err)
        ended = callcenter("tickets", name, "RET-9999999", *more, "--url", f"http://127.0.0.1:{port}")
        assert (ended.code, ended.out, "callcenter run" in ended.err) == (3, "", True), (name, ended.err)
    assert callcenter("tickets", "list", "--url", f"http://127.0.0.1:{port}").code == 3
