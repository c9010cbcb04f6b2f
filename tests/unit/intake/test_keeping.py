"""What was said goes before the record, and a record goes when its business says so."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from callcenter.business import Retention
from callcenter.events import Event, InteractionFailed, Request
from callcenter.lengths import length
from callcenter.messaging.memory import MemoryTransport
from callcenter.settings import PROJECT
from callcenter.storage.memory import MemoryStore
from services import ticketing
from services.intake.keeping import Keeping, wordless
from services.intake.settings import IntakeSettings
from services.intake.sweeper import Sweeper
from services.ticketing.settings import TicketingSettings
from tests.dossier import chain, requested

WORDS = "Where is my quokka?"


class Clock:
    """Time that passes when it is told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


async def ended(store: MemoryStore, keeping: Keeping, business: str = "retail") -> Event:
    first = requested(request=Request(business=business, text=WORDS))
    await store.create(first)
    events = chain()
    last: Event = first
    for event in events[1:]:
        dossier = {
            name: getattr(event, name) for name in type(event).model_fields if name not in type(first).model_fields
        }
        last = last.then(type(event), **dossier).sealed(first.occurred_at)
        await store.advance(last)
    await keeping.finish(last)
    return last


async def test_the_words_of_a_business_go_when_it_says_and_its_records_later(
    capsys: pytest.CaptureFixture[str],
) -> None:
    clock = Clock()
    store = MemoryStore(24, clock)
    keeping = Keeping(store, {"retail": Retention(records="3 days", transcripts="2 days")})  # type: ignore[arg-type]
    watch = Sweeper(store, MemoryTransport(), IntakeSettings(), keeping=keeping)
    mine, other = await ended(store, keeping), await ended(store, keeping, "banking")

    async def told(event: Event) -> str:
        stored = await store.newest(event.interaction_id)
        return stored.body.decode() if stored else ""

    clock.now += 20 * 3600
    await watch.sweep()
    assert [WORDS in await told(one) for one in (mine, other)] == [True, True]
    clock.now += 5 * 3600
    await ended(store, keeping)  # memory looks for what has expired where something ends
    assert [WORDS in await told(one) for one in (mine, other)] == [True, False]
    clock.now += 24 * 3600
    await watch.sweep()
    assert "quokka" not in await told(mine)
    assert await told(mine)
    assert "sweep_failed" not in capsys.readouterr().out
    clock.now += 24 * 3600
    await ended(store, keeping)
    assert [await told(one) for one in (mine, other)] == ["", ""]


async def test_what_was_resumed_keeps_its_words_until_its_end() -> None:
    store = MemoryStore()
    keeping = Keeping(store, {"retail": Retention(records="3 days", transcripts="1 hour")})  # type: ignore[arg-type]
    first = requested(WORDS)
    await store.create(first)
    failure = {"service": "agent", "reason": "error", "error": "", "attempts": 1, "input_type": first.type}
    failed = first.then(InteractionFailed, failure=failure)
    await store.advance(failed)
    await store.finish(first.interaction_id, 3600, 0)
    await store.advance(failed.resumed())
    await keeping.sweep()
    stored = await store.newest(first.interaction_id)
    assert stored
    assert WORDS in stored.body.decode()


def test_a_dot_stands_for_each_character_that_was_said() -> None:
    last = chain()[-1]
    silent = wordless(last)
    assert silent.request.text == "••••• •• •• ••••••"  # type: ignore[attr-defined]
    assert [turn.text for turn in silent.transcript] == ["••• •• •••••"]  # type: ignore[attr-defined]
    kept = {"request", "transcript"}
    assert silent.model_dump(exclude=kept) == last.model_dump(exclude=kept)


@pytest.mark.parametrize(
    ("written", "lasts"),
    [
        ("36 hours", timedelta(hours=36)),
        ("1 day", timedelta(days=1)),
        ("2 Weeks", timedelta(days=14)),
        ("6 months", timedelta(days=180)),
        ("3 years", timedelta(days=1095)),
    ],
)
def test_lengths_are_written_in_words(written: str, lasts: timedelta) -> None:
    assert length(written) == lasts


@pytest.mark.parametrize(
    "written", ["", "90", 90, "0 days", "-1 days", "1.5 days", "days", "90days", "500 years", None]
)
def test_what_is_no_length_is_told(written: object) -> None:
    with pytest.raises(ValueError, match="years"):
        length(written)


def test_tickets_are_kept_as_long_as_their_business_says(tmp_path: Path) -> None:
    shutil.copytree(PROJECT / "businesses" / "retail", tmp_path / "retail")
    profile = tmp_path / "retail" / "business.yaml"
    profile.write_text(yaml.safe_dump({**yaml.safe_load(profile.read_text()), "retention": {"tickets": "3 years"}}))
    desks = ticketing.build(TicketingSettings(businesses_dir=tmp_path)).office.desks
    assert desks["retail"].kept == timedelta(days=1095)
