"""`callcenter chat`: talk as a customer, typed at a terminal, or line by line from standard input."""

import json
import sys
import time
from collections.abc import Iterable
from threading import Event, Lock, Thread
from typing import Annotated, Any

import typer
from rich.text import Text

from services.cli.client import RECONNECTS, given
from services.cli.interactions import Url, connect
from services.cli.program import ERR, FAILED, OUT, UNREACHABLE, USAGE, Failed
from services.cli.talk import Talk, Turn
from services.cli.typed import lines

LEAVE = "/end"
EVERY = 0.5
"""Seconds between two looks at whether somebody spoke."""

PROMPT = "> "
_STYLES = {"customer": "bold cyan", "agent": "bold green"}
_NAMES = {"customer": "You", "agent": "Assistant", "human_agent": "A person", "system": "System"}


def chat(
    business: Annotated[str | None, typer.Argument(help="Name of a business folder. Default: the first one.")] = None,
    *,
    interaction_id: Annotated[str | None, typer.Option("--id", help="Go on with this conversation.")] = None,
    customer_id: Annotated[str | None, typer.Option(help="Whose account it is about, such as C-1001.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print each turn as a line of JSON.")] = False,
    url: Url = None,
) -> None:
    """Talk with the assistant as a customer. Ctrl-D or /end leaves; --id goes on later.

    Where standard input is no terminal each line of it is said, once the one before is answered.
    """
    if interaction_id and (business or customer_id):
        raise Failed("With --id the conversation is known: leave out the business and --customer-id.", USAGE)
    typing = sys.stdin.isatty() and not as_json
    page = Page(as_json=as_json, typing=typing)
    with connect(url) as client:
        talk = Talk(client, page.turn, page.end)
        if interaction_id:
            talk.resume(interaction_id)
        else:
            talk.open(given({"business": business, "customer_id": customer_id}))
        try:
            typed(talk, page) if typing else scripted(talk, lines())
        except KeyboardInterrupt:
            OUT.line()
    page.left(talk)
    if talk.view["status"] == "failed":
        raise typer.Exit(FAILED)


class Page:
    """What is shown. While somebody types, their own words stand there already."""

    def __init__(self, *, as_json: bool, typing: bool) -> None:
        self.as_json, self.typing = as_json, typing
        self.prompting = self.started = False

    def turn(self, turn: Turn) -> None:
        """Somebody spoke."""
        if self.as_json:
            said = {name: turn.get(name) for name in ("turn", "at", "speaker", "by", "text")}
            typer.echo(json.dumps(said))
        elif not (self.started and self.typing and turn["speaker"] == "customer"):
            speaker = turn["speaker"]
            name = turn.get("by") or _NAMES[speaker]
            self._print(Text.assemble((f"{name}: ", _STYLES.get(speaker, "bold magenta")), turn["text"]))

    def end(self, view: dict[str, Any]) -> None:
        """It is over, and what it came to."""
        if not self.as_json:
            numbers = ", ".join(_tickets(view))
            told = f"It ended with ticket {numbers}." if numbers else f"It ended: {view['status']}."
            self._print(Text(f"{told} What you say now continues it.", "dim"))

    def left(self, talk: Talk) -> None:
        """How to go on. What is for people goes beside standard output, so that it holds the conversation alone."""
        if self.as_json:
            told = {"id": talk.id, "status": talk.view["status"], "tickets": _tickets(talk.view), "token": talk.secret}
            typer.echo(json.dumps(told))
            return
        key = f"CALLCENTER_KEY={talk.secret} " if talk.secret else ""
        ERR.print(Text(f"Go on with: {key}callcenter chat --id {talk.id}", "dim"), soft_wrap=True)

    def _print(self, text: Text) -> None:
        """Above the prompt, which stays below."""
        if self.prompting:
            OUT.file.write("\r")
        OUT.print(text)
        if self.prompting:
            OUT.file.write(PROMPT)
            OUT.file.flush()


def scripted(talk: Talk, said: Iterable[str]) -> None:
    """Say one line after the other, each when the one before is answered."""
    _until_answered(talk)
    for line in said:
        if line == LEAVE:
            return
        talk.say(line)
        _until_answered(talk)


def typed(talk: Talk, page: Page) -> None:
    """Say what is typed; meanwhile whatever others say is shown as it comes."""
    over, alone = Event(), Lock()
    looking = Thread(target=_look_on, args=(talk, over, alone), daemon=True)
    page.started = True
    looking.start()
    try:
        while (line := _line(page)) not in (None, LEAVE):
            with alone:
                _say(talk, line)
    finally:
        over.set()
        looking.join()


def _line(page: Page) -> str | None:
    """What is typed next; None for Ctrl-D."""
    page.prompting = True
    try:
        return input(PROMPT).strip()
    except EOFError:
        return None
    finally:
        page.prompting = False


def _say(talk: Talk, line: str | None) -> None:
    """What is not taken is told, and can be typed again."""
    try:
        if line:
            talk.say(line)
    except Failed as refused:
        ERR.print(Text(str(refused), "red"))


def _look_on(talk: Talk, over: Event, alone: Lock) -> None:
    lost = 0
    while not over.wait(EVERY):
        try:
            with alone:
                talk.look()
            lost = 0
        except Failed as away:
            lost += 1
            if lost == RECONNECTS:
                ERR.print(Text(str(away), "red"))


def _until_answered(talk: Talk) -> None:
    lost = 0
    while not talk.answered:
        time.sleep(EVERY)
        try:
            talk.look()
            lost = 0
        except Failed as away:
            lost += 1
            if away.code != UNREACHABLE or lost > RECONNECTS:
                raise


def _tickets(view: dict[str, Any]) -> list[str]:
    """Of the contact, the main one first; a customer is told that one."""
    record = view["record"]
    opened = record.get("tickets") or ([record["ticket"]] if record.get("ticket") else [])
    return [ticket["ticket_id"] for ticket in opened]
