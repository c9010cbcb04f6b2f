"""When services start with other rules than before, the audit log tells it, once."""

import asyncio
from pathlib import Path

import pytest

from callcenter.errors import Unavailable
from callcenter.in_force import WHAT, note, noted, rules
from callcenter.storage.audit import Act, Entry, MemoryAudit
from tests.waiting import listed

PROFILE = """\
name: {name}
title: Shop
version: "{version}"
currency: USD
time_zone: Europe/Berlin
opening_hours: {{}}
voice: {{agent_name: Maya, greeting: Hello., farewell: Bye.}}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("gym", "shop"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "business.yaml").write_text(PROFILE.format(name=name, version="1"))
        (tmp_path / name / "policy.yaml").write_text("rules: []\n")
    return tmp_path


async def told(audit: MemoryAudit) -> list[tuple[str, str]]:
    entries = await listed(audit.entries())
    assert {entry.act.what for entry in entries} <= {WHAT}
    return [(entry.act.about, entry.act.facts["digest"][:6]) for entry in entries]


async def test_every_business_is_noted_once_however_many_services_start(root: Path) -> None:
    audit, found = MemoryAudit(), rules(root)
    await asyncio.gather(*(note(audit, found, service) for service in ("policy", "agent", "intake")))
    await note(audit, found, "summary")
    assert await told(audit) == [(name, one.digest[:6]) for name, one in found.items()]
    assert [entry.act.facts["version"] for entry in await listed(audit.entries())] == ["1", "1"]


@pytest.mark.parametrize("change", ["policy.yaml", "knowledge/returns.md", "business.yaml"])
async def test_another_folder_is_noted_and_the_old_one_again_when_it_comes_back(root: Path, change: str) -> None:
    audit, before = MemoryAudit(), rules(root)
    await note(audit, before, "policy")
    file = root / "shop" / change
    file.parent.mkdir(exist_ok=True)
    kept = file.read_text() if file.exists() else None
    file.write_text(f"{kept or ''}# another\n")
    after = rules(root)
    for _ in range(2):
        await note(audit, after, "policy")
    if kept is None:
        file.unlink()
    else:
        file.write_text(kept)
    assert rules(root) == before
    await note(audit, before, "policy")
    shop = [digest for business, digest in await told(audit) if business == "shop"]
    assert shop == [one["shop"].digest[:6] for one in (before, after, before)]
    assert len(await told(audit)) == 4


async def test_what_an_editor_leaves_there_is_no_change(root: Path) -> None:
    before = rules(root)
    (root / "shop" / ".policy.yaml.swp").write_text("x")
    (root / "shop" / "__pycache__").mkdir()
    (root / "shop" / "__pycache__" / "a").write_text("x")
    assert rules(root) == before


async def test_what_was_in_force_is_found_behind_many_other_acts(root: Path) -> None:
    audit, found = MemoryAudit(), rules(root)
    await note(audit, found, "policy")
    for number in range(1200):
        await audit.append(Act(f"act {number}", (await audit.newest(1))[0].act.at, "dana", "ticket.changed"))
    await note(audit, found, "policy")
    assert len(await listed(audit.entries())) == 1202


async def test_it_is_noted_as_soon_as_the_log_can_be_written(root: Path) -> None:
    class Late(MemoryAudit):
        tries = 0

        async def append(self, act: Act) -> Entry:
            self.tries += 1
            if self.tries == 1:
                raise Unavailable("The audit log does not answer")
            return await super().append(act)

    audit = Late()
    await noted(audit, rules(root), "policy", again=0)
    assert len(await told(audit)) == 2
