"""`callcenter chat`: a customer talks in a terminal, or by lines of standard input."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from services.cli import chat
from services.cli.client import Client
from services.cli.program import Failed
from services.cli.talk import Talk
from tests.brokers import free_ports
from tests.staff import Person
from tests.unit.cli.house import Door, callcenter, lines
from tests.unit.test_cli import ROOT
from tests.waiting import until

pytestmark = pytest.mark.timeout(300)

TO_A_TICKET = """\
I'd like my money back for the espresso machine of order 48213, it came broken.

dana.lopez@example.com
94107
yes
no, that is all
"""


class Screen:
    """A command in a terminal of its own."""

    def __init__(self, process: subprocess.Popen[bytes], terminal: int) -> None:
        self.process, self.terminal, self.text = process, terminal, ""

    def types(self, line: str) -> None:
        os.write(self.terminal, f"{line}\n".encode())

    def shows(self, words: str, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while words not in " ".join(self.text.split()):
            assert time.monotonic() < deadline, self.text
            if select.select([self.terminal], [], [], 0.2)[0]:
                self.text += os.read(self.terminal, 4096).decode(errors="replace")


@contextmanager
def terminal(*arguments: str) -> Iterator[Screen]:
    ours, theirs = pty.openpty()
    env = {"PATH": os.environ["PATH"], "TERM": "dumb", "COLUMNS": "100", "PYTHONPATH": str(ROOT)}
    command = (sys.executable, "-m", "services.cli", *arguments)
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, env=env)
    os.close(theirs)
    try:
        yield Screen(process, ours)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def said_by(turns: list[dict[str, Any]], *speakers: str) -> list[str]:
    return [turn["text"] for turn in turns if turn.get("speaker") in speakers]


def test_lines_of_standard_input_are_said_one_by_one_up_to_a_yes_and_a_ticket(demo: Door) -> None:
    ended = demo("chat", "retail", "--customer-id", "C-1001", stdin=TO_A_TICKET)
    assert (ended.code, "callcenter chat --id" in ended.err) == (0, True)
    ticket = re.search(r"It ended with ticket (RET-\d+)", ended.out)
    assert ticket, ended.out
    speakers = re.findall(r"^(Assistant|You): ", ended.out, re.MULTILINE)
    assert speakers[:4] == ["Assistant", "You", "Assistant", "You"]
    assert speakers.count("You") == 5
    shown = demo("tickets", "show", ticket[1], "--json").json()
    assert (shown["customer_id"], shown["wrap_up"] is not None) == ("C-1001", True)


def test_each_turn_is_a_line_of_json(demo: Door) -> None:
    ended = demo("chat", "--json", stdin="What are your opening hours?\n/end\nnever said\n")
    assert (ended.code, ended.err) == (0, "")
    *turns, last = lines(ended)
    assert [turn["turn"] for turn in turns] == [*range(len(turns))]
    assert said_by(turns, "customer") == ["What are your opening hours?"]
    assert turns[-1]["speaker"] == "agent"
    assert (last["status"], last["tickets"], last["token"]) == ("waiting", [], None)
    assert demo("show", last["id"], "--json").json()["record"]["request"]["mode"] == "live"


def test_it_is_taken_up_where_it_was_left_and_goes_on_after_its_end(demo: Door) -> None:
    *before, left = lines(demo("chat", "--json", stdin="I want my money back for the blender.\n"))
    *again, withdrawn = lines(demo("chat", "--id", left["id"], "--json", stdin="never mind, forget it\n"))
    assert again[: len(before)] == before
    assert (withdrawn["id"], withdrawn["status"]) == (left["id"], "completed")
    assert len(withdrawn["tickets"]) == 1
    *_, follower = lines(demo("chat", "--id", left["id"], "--json", stdin="When are you open on Saturday?\n"))
    assert demo("show", follower["id"], "--json").json()["follows"] == left["id"]


def test_where_auth_is_on_a_customer_goes_on_by_the_secret_of_the_conversation(shut: Door) -> None:
    key = shut.key("submit", business="retail")
    *_, left = lines(shut("chat", "retail", "--json", stdin="Where is my order?\n", CALLCENTER_KEY=key))
    assert left["token"].startswith("ct_")
    *turns, again = lines(
        shut("chat", "--id", left["id"], "--json", stdin="never mind\n", CALLCENTER_KEY=left["token"])
    )
    assert said_by(turns, "customer") == ["Where is my order?", "never mind"]
    assert (again["status"], len(again["tickets"])) == ("completed", 1)
    *_, follower = lines(shut("chat", "--id", left["id"], "--json", stdin="hello\n", CALLCENTER_KEY=left["token"]))
    assert follower["id"] != left["id"]
    assert follower["token"] not in (None, left["token"])
    told = shut("chat", "--id", left["id"], stdin="", CALLCENTER_KEY=key)
    assert (told.code, "permission 'read'" in told.err) == (1, True)
    told = shut("chat", stdin="", CALLCENTER_KEY=key)
    assert "CALLCENTER_KEY=ct_" in told.err
    assert "ct_" not in told.out


def test_a_person_who_takes_over_is_named_and_the_next_line_waits_for_them(
    demo: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    async def comes(dana: Person) -> str:
        (waiting,) = await until(dana.waiting)
        await dana.does(waiting, "accept")
        await dana.does(waiting, "say", text="Hello, I am looking into it.")
        return waiting

    async def replies(dana: Person, contact: str) -> None:
        async def heard() -> bool:
            view = (await dana.client.get(f"/v1/interactions/{contact}")).json()
            return bool(view["record"]["transcript"][-1]["speaker"] == "customer")

        await until(heard)
        await dana.does(contact, "say", text="There it is.")

    def customer() -> Iterator[str]:
        yield "I want to talk to a human"
        contact = demo.dana(comes)
        replying = demo.begun(lambda client: replies(Person(client), contact))
        yield "It is the blender."
        replying.result(60)

    demo.dana(lambda dana: dana.be_there("service", "returns", "payments"))
    page = chat.Page(as_json=False, typing=False)
    with Client(demo.url) as client:
        talk = Talk(client, page.turn, page.end)
        talk.open({"business": "retail"})
        chat.scripted(talk, customer())
    out = capsys.readouterr().out
    order = [out.index(said) for said in ("Dana: Hello, I am", "You: It is the blender.", "Dana: There it is.")]
    assert order == sorted(order)


def test_at_a_terminal_answers_come_while_nothing_is_typed(demo: Door) -> None:
    """Dana speaks although the customer does not, and is read above the prompt."""
    demo.dana(lambda dana: dana.be_there("service", "returns", "payments"))
    with terminal("chat", "retail", "--url", demo.url) as screen:
        screen.shows("Assistant: ")
        screen.types("I want to talk to a human")

        async def comes(dana: Person) -> None:
            (waiting,) = await until(dana.waiting)
            await dana.does(waiting, "accept")
            await dana.does(waiting, "say", text="Hello, I came to help.")

        demo.dana(comes)
        screen.shows("Dana: Hello, I came to help.")
        screen.types("/end")
        screen.shows("callcenter chat --id")
        assert screen.process.wait(30) == 0


class Lossy(Client):
    """A connection on which the answer to the first message is lost."""

    lost = False

    def say(self, *message: Any) -> dict[str, Any]:
        view = super().say(*message)
        if not self.lost:
            self.lost = True
            raise Failed("The call center does not answer.")
        return view


def test_what_is_said_again_because_no_answer_came_is_heard_once(demo: Door) -> None:
    told: list[dict[str, Any]] = []
    with Lossy(demo.url) as client:
        talk = Talk(client, told.append, lambda _: None)
        talk.open({"business": "retail"})
        with pytest.raises(Failed):
            talk.say("When are you open?")
        talk.say("When are you open?")
    assert said_by(told, "customer") == ["When are you open?"]


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "told"),
    [
        (("bakery",), b"", 2, "choose one of: retail, banking, telecom"),
        (("retail", "--id", "some-id"), b"", 2, "leave out the business"),
        (("--id", "nope"), b"", 1, "There is no interaction 'nope'"),
        (("--persona", "angry"), b"", 2, "No such option"),
        (("retail",), b"order \xff\n", 2, "Standard input is not UTF-8"),
        (("retail",), b"x" * 4001, 2, "4000"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(
    demo: Door, arguments: tuple[str, ...], stdin: bytes, code: int, told: str
) -> None:
    ended = demo("chat", *arguments, stdin=stdin)
    assert (ended.code, told in " ".join(ended.err.split())) == (code, True), ended.err


def test_without_a_key_nobody_talks_where_auth_is_on(shut: Door) -> None:
    ended = shut("chat", "retail", stdin="hello\n")
    assert (ended.code, "CALLCENTER_KEY" in ended.err) == (1, True)


def test_a_server_that_is_away_is_exit_code_3() -> None:
    (port,) = free_ports(1)
    ended = callcenter("chat", "--url", f"http://127.0.0.1:{port}", stdin="hello\n")
    assert (ended.code, "callcenter run" in ended.err) == (3, True)
