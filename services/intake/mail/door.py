"""The server that mails are delivered to, by a customer's own mail server or a rule that passes them on.

It speaks SMTP, and LMTP to who says LHLO, and it is no open relay: what is not for a business is refused.
"""

import asyncio
import socket

from aiosmtpd.smtp import SMTP, Envelope, Session, syntax

from callcenter import __version__
from callcenter.errors import SettingsError
from callcenter.telemetry import emit
from services.intake.mail.arriving import LATER, UNKNOWN, Arrivals

MOST_OPEN = 50
"""Connections at once; each may bring a mail of the largest size."""
MOST_RECIPIENTS = 20
LONGEST_LINE = 1024 * 1024
"""Bytes. The standard has 998, and programs that do not know it."""
SILENCE = 120.0
"""Seconds that a connection may be silent."""


class Door:
    """Listens from the start; takes mails while it runs."""

    def __init__(self, where: str, arrivals: Arrivals, max_bytes: int) -> None:
        self.arrivals, self.max_bytes = arrivals, max_bytes
        self.callers = set[_Caller]()
        self._listener = _listening(where)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.getsockname()[1])

    async def run(self) -> None:
        """Take mails for ever."""
        server = await asyncio.get_running_loop().create_server(lambda: _Caller(self), sock=self._listener)
        emit("mail_door_opened", service="intake", port=self.port)
        try:
            await server.serve_forever()
        finally:
            for caller in tuple(self.callers):
                caller.hang_up()

    async def handle_RCPT(  # noqa: N802 - as aiosmtpd calls it
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        """Whether the mail may be for this address."""
        if self.arrivals.addresses.owner(address) is None:
            return UNKNOWN
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 too many recipients; please deliver it again to the others"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server: SMTP, _: Session, envelope: Envelope) -> str:  # noqa: N802 - as aiosmtpd calls it
        """The mail, for each recipient; by SMTP the worst answer is for all, as what was taken is known again."""
        sender, data = (envelope.mail_from or "").strip("<> "), envelope.original_content or b""
        answers = [await self.arrivals.take(sender, one, data) for one in envelope.rcpt_tos]
        if isinstance(server, _Caller) and server.by_lmtp:
            return "\r\n".join(answers)
        return LATER if LATER in answers else max(answers)

    async def handle_exception(self, error: Exception) -> str:
        """Whatever went wrong, the mail is still with who delivers it."""
        emit("mail_put_off", service="intake", error=repr(error))
        return LATER


class _Caller(SMTP):
    """One connection."""

    line_length_limit = LONGEST_LINE
    by_lmtp = False

    def __init__(self, door: Door) -> None:
        super().__init__(
            door,
            data_size_limit=door.max_bytes,
            enable_SMTPUTF8=True,
            hostname="callcenter",
            ident=f"callcenter {__version__}",
            timeout=SILENCE,
            command_call_limit=1000,
            loop=asyncio.get_running_loop(),
        )
        self._door = door

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take part, unless too many do."""
        super().connection_made(transport)
        self._door.callers.add(self)
        if len(self._door.callers) > MOST_OPEN and isinstance(transport, asyncio.Transport):
            transport.write(b"421 4.3.2 too many connections\r\n")
            transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        """They are gone."""
        self._door.callers.discard(self)
        super().connection_lost(error)

    def hang_up(self) -> None:
        """The service ends; what is not accepted by now is delivered again."""
        if self.transport:
            self.transport.close()

    @syntax("LHLO hostname")
    async def smtp_LHLO(self, hostname: str) -> None:  # noqa: N802 - as aiosmtpd calls it
        """The greeting of LMTP: after it, each recipient has an answer of their own."""
        self.by_lmtp = True
        await self.smtp_EHLO(hostname)


def _listening(where: str) -> socket.socket:
    host, _, port = where.rpartition(":")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host.strip("[]"), int(port)), family=family)
    except OSError as error:
        raise SettingsError(f"Cannot listen on {where} ({error.strerror}). Choose another MAIL_LISTEN.") from None
