"""Which rules were in force since when: the audit log tells when services start with another business folder."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from callcenter.business import Profile, folders, load
from callcenter.errors import Unavailable
from callcenter.events import utc_now
from callcenter.storage.audit import Act, Audit, Entry
from callcenter.telemetry import emit

WHAT = "rules.in_force"
_AGAIN = 5.0
"""Seconds between tries while the audit log cannot be written."""
_NEWEST = 500
"""Entries that are looked through first for what was in force before; each time there are more."""


@dataclass(frozen=True, slots=True)
class Rules:
    """A business folder as it is: the digest of all its files, and the version that it gives itself."""

    digest: str
    version: str


def rules(root: Path) -> dict[str, Rules]:
    """Of every business under `root`; raises BusinessError where there is none, or one cannot be read."""
    return {
        name: Rules(_digest(folder), load(folder, "business.yaml", Profile).version)
        for name, folder in folders(root).items()
    }


async def note(audit: Audit, found: Mapping[str, Rules], service: str) -> None:
    """Write down what is not what was in force before, once, however many services start with it."""
    before = await _before(audit, set(found))
    for business, one in found.items():
        last = before.get(business)
        if last is None or last.act.facts["digest"] != one.digest:
            await audit.append(_act(business, one, last, service))


async def noted(audit: Audit, found: Mapping[str, Rules], service: str, again: float = _AGAIN) -> None:
    """The same, once the log can be written: a service starts before its servers."""
    while True:
        try:
            await note(audit, found, service)
        except Unavailable as error:
            emit("event_waiting", service=service, error=str(error))
            await asyncio.sleep(again)
        else:
            return


async def _before(audit: Audit, businesses: set[str]) -> dict[str, Entry]:
    """The newest entry of each business, as far as there is one."""
    count = _NEWEST
    while True:
        entries = await audit.newest(count)
        found: dict[str, Entry] = {}
        for entry in entries:
            if entry.act.what == WHAT:
                found.setdefault(entry.act.about, entry)
        if len(entries) < count or businesses <= found.keys():
            return found
        count *= 10


def _act(business: str, one: Rules, last: Entry | None, service: str) -> Act:
    """What comes after the same entry is the same act, so that services that start at once write it once."""
    name = f"{WHAT} {business} {one.digest} after {last.number if last else 0}"
    facts = {"version": one.version, "digest": one.digest, "before": last.act.facts["digest"] if last else None}
    return Act(name, utc_now(), service, WHAT, business, business, "start", facts)


def _digest(folder: Path) -> str:
    """Of all files by name, but for those that an editor or a system hides there."""
    whole = sha256()
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not any(part.startswith((".", "__")) for part in inside.parts):
            content = path.read_bytes()
            whole.update(f"{inside.as_posix()}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()
