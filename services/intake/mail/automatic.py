"""Mails that nobody wrote: answers of programs, lists, mails that came back, and our own. None of them is answered.

RFC 3834 and what mail servers, lists and absent colleagues have done beside it.
"""

import re
from typing import Literal

from services.intake.mail.reading import Incoming

Kind = Literal["bounce", "auto_reply", "bulk", "list", "machine", "loop"]

MAX_HOPS = 50
"""Servers that a mail may have gone through."""

_BULK = ("bulk", "junk", "list", "auto_reply")
_MACHINE = re.compile(
    r"(?:mailer-daemon|postmaster|(?:no|do[-_.]?not)[-_.]?reply|auto-?(?:reply|responder|confirm)|bounces?)\b",
    re.IGNORECASE,
)
_FAILED = re.compile(r"^action:\s*failed", re.IGNORECASE | re.MULTILINE)
_WHY = re.compile(r"^(?:diagnostic-code|status):\s*(.{1,300}(?:\n[ \t].{1,300}){0,3})", re.IGNORECASE | re.MULTILINE)


def kind_of(mail: Incoming, sender: str, *, ours: bool) -> Kind | None:
    """Which kind of program it is from, or None. `sender` is the return path; `ours`: it came from us."""
    headers = mail.headers
    if ours or mail.hops > MAX_HOPS:
        return "loop"
    if not sender or mail.kind.startswith("multipart/report") or "x-failed-recipients" in headers:
        return "bounce"
    if headers.get("auto-submitted", "no").split(";")[0].strip().lower() != "no" or _answers_by_itself(headers):
        return "auto_reply"
    if "list-id" in headers or "list-unsubscribe" in headers:
        return "list"
    if headers.get("precedence", "").lower() in _BULK:
        return "bulk"
    return "machine" if _MACHINE.match(mail.address or sender) or _MACHINE.match(sender) else None


def _answers_by_itself(headers: dict[str, str]) -> bool:
    """Exchange marks with the last of these what it makes itself, and what wants no answer of a program."""
    return any(name in headers for name in ("x-autoreply", "x-autorespond", "x-auto-response-suppress"))


def why_it_came_back(data: bytes) -> str | None:
    """What a report says of a mail that was not delivered; None where it is only late."""
    text = data.decode("latin-1").replace("\r\n", "\n")
    if "action:" in text.lower() and not _FAILED.search(text):
        return None
    told = [" ".join(found.split()) for found in _WHY.findall(text)]
    return "came back: " + (max(told, key=len)[:300] if told else "no reason was told")
