"""Mail in tests: a mail server that takes what we send, and a house that is reached by mail."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as ON_THE_WIRE
from email.policy import default
from itertools import count
from typing import Any

import aiosmtplib
import httpx2
from aiosmtpd.smtp import SMTP, Envelope, Session

from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from services import intake, ticketing
from services.intake.settings import IntakeSettings
from tests.unit.intake.house import House, desks
from tests.waiting import until

DANA = "dana@customer.example"
HELP = "help@harborandpine.example"
_numbers = count(1)

Answer = Callable[[str, bytes], str | None]
"""What a mail server says to a mail for an address; None: it takes it."""


@dataclass
class Receiver:
    """A mail server that keeps what it takes; `answer` may refuse."""

    answer: Answer = lambda _, __: None
    taken: list[EmailMessage] = field(default_factory=list)
    asked: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        """Its address as a setting."""
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802 - as aiosmtpd calls it
        """Keep it, or refuse it."""
        self.asked += 1
        data = envelope.original_content or b""
        if refused := self.answer(envelope.rcpt_tos[0], data):
            return refused
        mail = message_from_bytes(data, policy=default)
        assert isinstance(mail, EmailMessage)
        self.taken.append(mail)
        return "250 taken"


@asynccontextmanager
async def receiving(answer: Answer = lambda _, __: None, port: int = 0) -> AsyncIterator[Receiver]:
    """A running one."""
    receiver, loop = Receiver(answer), asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(receiver, loop=loop, hostname="receiver", enable_SMTPUTF8=True), "127.0.0.1", port
    )
    receiver.port = server.sockets[0].getsockname()[1]
    async with server:
        yield receiver


def a_port() -> int:
    """One that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@dataclass
class Reached:
    """A house, its mail door, and the server that takes its mails."""

    house: House
    port: int
    receiver: Receiver

    async def deliver(self, mail: EmailMessage | bytes, sender: str = DANA, to: str = HELP) -> str:
        """What the door says to a mail: the line, also where it refuses."""
        data = mail if isinstance(mail, bytes) else mail.as_bytes(policy=ON_THE_WIRE)
        client = aiosmtplib.SMTP(
            hostname="127.0.0.1", port=self.port, timeout=30, local_hostname="customer", start_tls=False
        )
        async with client:
            try:
                _, said = await client.sendmail(sender, [to], data)
            except aiosmtplib.SMTPRecipientsRefused as refused:
                return f"{refused.recipients[0].code} {refused.recipients[0].message}"
            except aiosmtplib.SMTPResponseException as refused:
                return f"{refused.code} {refused.message}"
            return f"250 {said}"

    async def interactions(self) -> list[dict[str, Any]]:
        """Cards of all contacts, the newest first."""
        items, asked = list[dict[str, Any]](), {"limit": "100"}
        while True:
            page = (await self.house.client.get("/v1/interactions", params=asked)).json()
            items += page["items"]
            if page["next"] is None:
                return items
            asked["cursor"] = page["next"]

    async def view(self, interaction_id: str) -> dict[str, Any]:
        """One contact."""
        view: dict[str, Any] = (await self.house.client.get(f"/v1/interactions/{interaction_id}")).json()
        return view

    async def mails_of(self, interaction_id: str) -> list[dict[str, Any]]:
        """What became of the mails of a contact."""
        mails: list[dict[str, Any]] = (await self.house.client.get(f"/v1/interactions/{interaction_id}/mails")).json()
        return mails

    async def answer_to(self, mail: EmailMessage) -> EmailMessage:
        """The first mail that went out in answer to this one."""

        def found() -> EmailMessage | None:
            return next((one for one in self.receiver.taken if one["In-Reply-To"] == mail["Message-ID"]), None)

        answer: EmailMessage = await until(found, 60)
        return answer


@asynccontextmanager
async def reached(
    answer: Answer = lambda _, __: None, runtime: Runtime | None = None, **limits: Any
) -> AsyncIterator[Reached]:
    """All five desks in this process, embedded or on the servers of `runtime`; settings of intake by name."""
    port = a_port()
    quick = {"demo": True, "turn_gap": 0.01, "mail_check_every": 0.02, "mail_retries": (0.05, 0.1), "mail_timeout": 10}
    async with receiving(answer) as receiver:
        listening = {"mail_listen": f"127.0.0.1:{port}", "mail_server": receiver.url}
        settings = IntakeSettings(**quick | listening | limits)
        async with opened(runtime or Runtime.embedded(RuntimeSettings()), settings) as house:
            yield Reached(house, port, receiver)


@asynccontextmanager
async def opened(runtime: Runtime, settings: IntakeSettings) -> AsyncIterator[House]:
    """A house whose watches run, and whose tickets are worked on."""
    agent, judge, _, summary = await asyncio.to_thread(desks)
    tickets = ticketing.build(book=runtime.book, post=runtime.post)
    workers, app = intake.build(runtime, settings, (ticketing.router,))
    app.state.office = tickets.office
    door = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with runtime, httpx2.AsyncClient(transport=door, base_url="http://house", timeout=60) as client:
        for worker in (*workers, agent, judge, tickets, summary):
            await runtime.add(worker)
        async with app.router.lifespan_context(app):
            yield House(runtime, app, client)


def from_whom(name: str) -> str:
    """A customer as a mail names them."""
    return f"{name.title()} <{name}@customer.example>"


def a_mail(text: str, subject: str = "", **headers: str) -> EmailMessage:
    """A mail of Dana's; header names with _ for -."""
    mail = EmailMessage()
    named = {"From": f"Dana <{DANA}>", "To": HELP, "Subject": subject, "Message-ID": f"<{next(_numbers)}@customer>"}
    for name, value in (named | {name.replace("_", "-"): value for name, value in headers.items()}).items():
        mail[name] = value
    mail.set_content(text)
    return mail


def a_reply(to: EmailMessage, text: str, **headers: str) -> EmailMessage:
    """What a mail program makes of an answer."""
    thread = {"In_Reply_To": to["Message-ID"], "References": f"{to['References'] or ''} {to['Message-ID']}".strip()}
    quoted = "\n".join(f"> {line}" for line in to.get_content().splitlines())
    whole = f"{text}\n\nOn Mon, Nov 30, 2026 at 9:00 AM {to['From']} wrote:\n{quoted}\n"
    subject = f"Re: {str(to['Subject']).removeprefix('Re: ')}"
    return a_mail(whole, **{"subject": subject} | thread | headers)
