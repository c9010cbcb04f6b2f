"""A letter as a mail: its sender, its thread, and who says it. No header holds anything but one line."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from callcenter.business import Mail, Profile
from callcenter.mail import message_id
from callcenter.storage.post import Letter

MAX_REFERENCES = 20
_POLICY = SMTP.clone(max_line_length=900)
"""Message-IDs are not broken, as some readers of mail do not join them again."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_UNSENDABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Written:
    """A mail as it goes out, from an address to an address."""

    sender: str
    recipient: str
    body: bytes


def written(letter: Letter, profile: Profile, mail: Mail, secret: bytes, now: datetime) -> Written:
    """The letter, from the address of its business. Written again, it has the same Message-ID."""
    name, domain = letter.by or profile.voice.agent_name, mail.address.rpartition("@")[2]
    made = EmailMessage(policy=_POLICY)
    made["From"] = Address(_line(f"{name}, {profile.title}"), addr_spec=mail.address)
    made["To"] = Address(addr_spec=letter.to)
    made["Subject"] = _line(letter.subject)
    made["Date"] = format_datetime(now)
    made["Message-ID"] = message_id(secret, letter.interaction_id, letter.name, domain)
    if letter.answers:
        made["In-Reply-To"] = _line(letter.answers)
        made["References"] = " ".join(map(_line, _thread(letter)))
    made["X-Loop"] = mail.address
    if not letter.by:
        made["Auto-Submitted"] = "auto-replied"
        made["X-Auto-Response-Suppress"] = "All"
    text = f"{letter.text}\n\n-- \n{_signature(letter, profile, mail)}\n"
    made.set_content(_UNSENDABLE.sub("", text), cte="quoted-printable")
    return Written(mail.address, letter.to, made.as_bytes())


def _thread(letter: Letter) -> tuple[str, ...]:
    """The first of the thread, by which programs know it, and the newest."""
    earlier = letter.references
    kept = earlier if len(earlier) < MAX_REFERENCES else (earlier[0], *earlier[2 - MAX_REFERENCES :])
    return (*kept, letter.answers)


def _signature(letter: Letter, profile: Profile, mail: Mail) -> str:
    """Who says it: a person by their name, the assistant as one."""
    if letter.by:
        return f"{letter.by}\n{profile.title}"
    return mail.signature or f"{profile.voice.agent_name}, automatic assistant\n{profile.title}"


def _line(text: str) -> str:
    return _CONTROL.sub(" ", text).strip()
