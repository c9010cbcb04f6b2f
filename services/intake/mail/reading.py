"""Reading a mail as it comes: whatever is wrong with it, there is something to read, and nothing is raised.

Headers are cut before they are parsed, and a mail that is built to be hard to read is taken as plain text: the parser
of the standard library is slow on the one, and recursive on the other.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import getaddresses
from hashlib import sha256
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError

from callcenter.business import MailAddress
from services.intake.mail.page import as_text

MAX_HEADER = 4_000
"""Characters of a header that are read; a line of one may have 998."""
MAX_PARTS = 200
"""Borders between parts, beyond which a mail is taken for plain text."""
MAX_PART = 512 * 1024
"""Bytes of a part that are read; what has more words than a contact takes is refused."""
MAX_SUBJECT = 200
MAX_REFERENCES = 30
MAX_NAMED = 20
"""Attachments that are named, each by so many characters at most."""
MAX_NAME = 100

_UNREADABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters, and halves of characters."""
_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_PREFIX = re.compile(r"^\s*(?:(?:re|fwd?|aw|wg|sv|tr|rif|antw)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_ADDRESS = TypeAdapter[str](MailAddress)


class _Patient(EmailPolicy):
    """policy.default, which reads no more of a header than we would, and what it cannot read as it stands."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """The header as text."""
        value = re.sub(r"[\r\n]+", "", value)[:MAX_HEADER]
        try:
            return super().header_fetch_parse(name, value)
        except Exception:  # of hostile headers the parser of the library raises nearly anything
            return _readable(value)


_POLICY = cast("Policy[EmailMessage]", _Patient(raise_on_defect=False))


@dataclass(frozen=True, slots=True)
class Incoming:
    """What we make of a mail. `address` is where an answer would go, empty where that is nowhere.

    `references` are Message-IDs of earlier mails, the newest last; `headers` those by which programs are recognised, by
    name in small letters.
    """

    message_id: str
    address: str
    subject: str
    text: str
    date: str = ""
    references: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = "text/plain"
    hops: int = 0

    @property
    def digest(self) -> str:
        """The same for the same mail, whichever way it came: of all that a contact knows of it."""
        known = (self.address, self.date, self.subject, self.text, self.references, self.attachments)
        return sha256(repr(known).encode()).hexdigest()

    @property
    def is_answer(self) -> bool:
        """Whether its subject says that it answers or passes on another mail."""
        return bool(_PREFIX.match(self.subject))

    @property
    def first_words(self) -> str:
        """What somebody says who writes for the first time: the subject belongs to it, where it says more."""
        subject = _PREFIX.sub("", self.subject).strip()
        told = not subject or self.is_answer or subject.casefold() in self.text.casefold()
        return self.text if told and self.text else f"{subject}\n\n{self.text}".strip()


_NAMED = (
    "auto-submitted", "precedence", "x-auto-response-suppress", "list-id", "list-unsubscribe", "x-loop", "from",
    "x-autoreply", "x-autorespond", "return-path", "x-failed-recipients",
)  # fmt: skip


def read(data: bytes) -> Incoming:
    """The mail, as far as it can be understood."""
    hard = data.count(b"\n--") > MAX_PARTS or data.lower().count(b"boundary") > MAX_PARTS
    mail = _parsed(data if not hard else _without_structure(data))
    headers = {name: _header(mail, name) for name in _NAMED}
    return Incoming(
        message_id=_first_id(_header(mail, "message-id")),
        address=_address(mail),
        subject=_header(mail, "subject")[:MAX_SUBJECT],
        text=_text(mail),
        date=_header(mail, "date"),
        references=_references(mail),
        attachments=tuple(_attachments(mail)),
        headers={name: value for name, value in headers.items() if value},
        kind=_kind(mail),
        hops=len(mail.get_all("received", ())),
    )


def _parsed(data: bytes) -> EmailMessage:
    try:
        return message_from_bytes(data, policy=_POLICY)
    except Exception:  # built to break parsers: its words are kept all the same
        return message_from_bytes(_without_structure(data), policy=_POLICY)


def _without_structure(data: bytes) -> bytes:
    """The same mail as one piece of plain text: without the headers that say otherwise."""
    head, _, body = data.replace(b"\r\n", b"\n").partition(b"\n\n")
    kept = [line for line in head.split(b"\n")[:MAX_PARTS] if line[:8].lower() != b"content-"]
    return b"\n".join([*(line for line in kept if not line[:1].isspace()), b"", body])


# --- headers ----------------------------------------------------------------------------------------------------------


def _header(mail: EmailMessage, name: str) -> str:
    """The first of this name as one line of text; empty where there is none, or nothing that could be read."""
    with suppress(Exception):
        return _readable(str(mail.get(name, "")))[:MAX_HEADER]
    return ""


def _readable(text: str) -> str:
    """One line, with nothing in it that cannot be shown."""
    return " ".join(_UNREADABLE.sub(" ", text).split())


def _address(mail: EmailMessage) -> str:
    """Where the writer wants to be answered: Reply-To, else From; only an address that every server takes."""
    for name in ("reply-to", "from"):
        with suppress(Exception):
            for _, address in getaddresses([_header(mail, name)]):
                with suppress(ValidationError):
                    return _ADDRESS.validate_python(address.strip()).lower()
    return ""


def _first_id(header: str) -> str:
    found = _ID.search(header)
    return found[0] if found else ""


def _references(mail: EmailMessage) -> tuple[str, ...]:
    found = _ID.findall(f"{_header(mail, 'references')} {_header(mail, 'in-reply-to')}")
    return tuple(dict.fromkeys(reversed(found)))[:MAX_REFERENCES][::-1]


def _kind(mail: EmailMessage) -> str:
    with suppress(Exception):
        report = mail.get_param("report-type", "")
        return _readable(f"{mail.get_content_type()} {report if isinstance(report, str) else ''}").lower()
    return "text/plain"


# --- what it says -----------------------------------------------------------------------------------------------------


def _parts(mail: EmailMessage) -> Iterator[EmailMessage]:
    """Those without parts of their own; a mail in the mail is one of them."""
    if mail.get_content_maintype() == "multipart" and isinstance(children := mail.get_payload(), list):
        for child in children:
            yield from _parts(cast(EmailMessage, child))
    else:
        yield mail


def _text(mail: EmailMessage) -> str:
    """The plain parts; where they say nothing, the HTML as it is shown."""
    shown = [part for part in _parts(mail) if not _is_attached(part)]
    plain = "\n".join(_words(part) for part in shown if part.get_content_type() == "text/plain")
    if not plain.strip():
        plain = "\n".join(as_text(_words(part)) for part in shown if part.get_content_type() == "text/html")
    lines = plain.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_UNREADABLE.sub("", line).rstrip() for line in lines).strip()


def _words(part: EmailMessage) -> str:
    """A part in the character set that it names; what that does not explain is shown as a replacement."""
    try:
        body = part.get_payload(decode=True)
    except Exception:
        body = str(part.get_payload()).encode("utf-8", "replace")
    body = body[:MAX_PART] if isinstance(body, bytes) else b""
    for charset in (_charset(part), "utf-8"):
        with suppress(LookupError, ValueError, UnicodeError):
            return body.decode(charset)
    return body.decode("utf-8" if _charset(part).startswith("utf") else "latin-1", "replace")


def _charset(part: EmailMessage) -> str:
    with suppress(Exception):
        return part.get_content_charset("utf-8")
    return "utf-8"


def _is_attached(part: EmailMessage) -> bool:
    with suppress(Exception):
        named = part.get_content_disposition() == "attachment" or part.get_filename()
        return bool(named) or part.get_content_maintype() != "text"
    return True


def _attachments(mail: EmailMessage) -> Iterator[str]:
    attached = [part for part in _parts(mail) if _is_attached(part)]
    for part in attached[:MAX_NAMED]:
        name = ""
        with suppress(Exception):
            name = part.get_filename() or ""
        yield (_readable(name) or _readable(part.get_content_type()))[:MAX_NAME] or "attachment"
