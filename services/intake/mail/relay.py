"""The mail server that takes our mails: `smtp://user:password@host:port`, or `smtps://` where it is TLS from the start.

By `smtp` TLS is begun where the server offers it, and has to be where there is a password, unless the server is here.
"""

import ssl
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from services.intake.mail.writing import Written

PERMANENT = 500
"""From here on, the server will never take it."""
_HERE = ("localhost", "127.0.0.1", "::1")


class NotTaken(Exception):
    """The mail was not taken: why, and whether another try may help."""

    def __init__(self, why: str, *, for_good: bool) -> None:
        super().__init__(why)
        self.for_good = for_good


@dataclass(frozen=True)
class Relay:
    """Where mails are handed over. An attempt may take so many `seconds`."""

    host: str
    port: int
    tls: bool
    user: str | None
    password: str | None
    seconds: float

    @classmethod
    def at(cls, url: str, seconds: float) -> Self:
        """The server at an address."""
        parts = urlsplit(url)
        tls = parts.scheme == "smtps"
        user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
        return cls(parts.hostname or "localhost", parts.port or (465 if tls else 25), tls, user, password, seconds)

    @property
    def starts_tls(self) -> bool | None:
        """True: it has to; None: where it is offered."""
        if self.tls:
            return False
        return True if self.password and self.host not in _HERE else None

    async def hand_over(self, mail: Written) -> None:
        """Have it taken; raises NotTaken."""
        server = SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            use_tls=self.tls,
            start_tls=self.starts_tls,
            timeout=self.seconds,
            local_hostname="callcenter",
        )
        try:
            async with server:
                await server.sendmail(mail.sender, [mail.recipient], mail.body)
        except (SMTPSenderRefused, SMTPRecipientRefused, SMTPDataError) as error:
            raise NotTaken(_told(error), for_good=error.code >= PERMANENT) from None
        except SMTPRecipientsRefused as refused:
            first = refused.recipients[0]
            raise NotTaken(_told(first), for_good=first.code >= PERMANENT) from None
        except (SMTPException, OSError, ssl.SSLError, ValueError) as error:
            # whom we are, and not this mail, is what the server does not like, or it is away
            raise NotTaken(f"{type(error).__name__}: {error}"[:300], for_good=False) from None


def _told(error: SMTPResponseException) -> str:
    return f"{error.code} {' '.join(error.message.split())}"[:300]
