"""Nothing that reads what customers write takes long over it, whatever they write."""

import asyncio
import gc
import inspect
import itertools
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.events import ConversationHeld, Dialogue, PolicyDecided, Thing, Turn
from callcenter.work import InSteps, limited
from services.agent.conversation.talk import answer
from services.agent.facts.dates import Dates
from services.intake.conversations import MAX_MESSAGES
from services.intake.requests import MAX_TEXT
from services.policy.showing import MOST_THINGS
from services.summary.masking import masked
from tests.hostile import TAILS, UNITS, hostile, patterns, readers, repeated, workers
from tests.unit.agent.conftest import NOW, requested

LONG = 2 * MAX_TEXT
"""Characters at which a pattern whose time grows with their square takes far more than others."""

PATTERN_LIMIT = 0.15
"""Seconds of processor time; some milliseconds are usual."""

DESK_LIMIT = 5.0
"""Seconds for all that one desk does with it, a whole conversation with a simulated customer at the agent's."""

READER_LIMIT = 3.0
"""Seconds for a text as long as intake takes it; tenths are usual."""

NOT_ALONE = {
    "services.agent.facts.written.read_aloud": "a part of Extractor.extract",
    "services.agent.facts.extractor.Extractor.trouble": "timed below",
    "services.agent.understanding.model.Heads.hear": "a part of Model.rank",
    "services.agent.facts.sums.meant": "a part of the extractor",
    "services.agent.hearing.parts.contrasted": "a part of the conversation below",
    "services.agent.hearing.pointing.Pointing.among": "timed below",
    "services.agent.hearing.pointing.Pointing.several": "timed below",
    "services.agent.hearing.statements.between_values": "a part of the conversation below",
    "services.agent.hearing.several.Several.all_meant": "timed below",
    "services.agent.hearing.several.Several.joined": "timed below",
    "services.agent.hearing.several.Several.left_out": "a part of the conversation below",
    "services.agent.hearing.several.Several.will_not_do": "timed below",
    "services.agent.understanding.speech_acts.meant": "a part of the conversation below",
    "services.agent.hearing.pointing.Pointing.named": "a part of Pointing.among",
    "services.agent.hearing.pointing.Pointing.told": "timed below",
    "services.agent.hearing.pointing.Pointing.place": "timed below",
    "services.agent.hearing.staying.Staying.spans": "a part of Pointing.among",
    **dict.fromkeys(
        (f"services.agent.hearing.called.{name}" for name in ("is_called", "is_named", "ends_with", "by_last_word")),
        "a part of Pointing.among",
    ),
    **dict.fromkeys(
        (
            f"services.agent.hearing.several.Several.{name}"
            for name in ("picks", "only_meant", "said_in", "drops", "means_only")
        ),
        "a part of the conversation below",
    ),
    "callcenter.privacy.digits.windows": "a part of cards and phones",
    "callcenter.privacy.digits.gaps": "a part of cards and phones",
    "services.summary.template.check": "reads templates of the business",
    "services.summary.template.fill": "reads templates of the business",
}
"""What takes a text and more, and where it is timed, or why it need not be."""

OF_OURS = ("services.agent.understanding.words.learn", "services.agent.phrasing.expression")
"""What reads the words of a business, and none of customers."""

COMPOSED = ("faithfulness._QUOTE", "rephrasing._locked", "recognisers._SIZES")
"""Patterns for short texts of ours, and for the registry of IBANs."""

PATTERNS = {label: use for label, use in patterns() if not label.endswith(COMPOSED)}
READERS = {label: read for label, read, lacking in readers() if not lacking and label not in OF_OURS}
DESKS = workers()["agent"].desks


@pytest.fixture(scope="module", autouse=True)
def _without_the_heap_of_others() -> Iterator[None]:
    """What hundreds of tests have left is not gone through while a reader is timed; what the reader makes is."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def taken(what: Any) -> Any:
    """Everything that comes out of it: an iterator has only begun to read."""
    if inspect.isawaitable(what):
        return asyncio.run(_of(what))
    return list(what) if isinstance(what, Iterator) else what


async def _of(what: Any) -> Any:
    return await what


@pytest.mark.parametrize("label", PATTERNS)
def test_no_pattern_tries_many_ways(label: str):
    use = PATTERNS[label]
    for text in hostile(LONG):
        with limited(PATTERN_LIMIT):
            use(text)


@pytest.mark.parametrize("label", READERS)
def test_every_reader_is_through_with_a_hostile_text_in_no_time(label: str):
    read = READERS[label]
    taken(read("hello"))
    for text in hostile(MAX_TEXT, TAILS[-1:]):
        with limited(READER_LIMIT):
            taken(read(text))


def test_each_reader_is_known():
    assert {label for label, _, lacking in readers() if lacking} == set(NOT_ALONE)
    assert len(PATTERNS) > 150
    assert {
        "services.agent.facts.contact.emails",
        "services.agent.facts.choices.Choices.read",
        "services.agent.understanding.requests.Understanding.find",
        "services.summary.faithfulness.figures_in",
        "callcenter.privacy.hiding.mask",
    } <= READERS.keys()


@pytest.mark.parametrize("business", DESKS)
def test_the_facts_of_a_hostile_text_are_read_in_no_time(business: str):
    desk = DESKS[business]
    for text, slot in zip(hostile(MAX_TEXT), itertools.cycle([None, *desk.reasons.slots]), strict=False):
        with limited(READER_LIMIT):
            desk.extractor.extract(0, text, slot, today=NOW.date())
        with limited(READER_LIMIT):
            desk.extractor.trouble(text, slot or "email", today=NOW.date())


@pytest.mark.parametrize("between", [" and ", " ", ", ", " or the other one of "])
def test_which_of_a_great_many_things_is_meant_is_read_in_no_time(between: str):
    several, text = DESKS["retail"].languages["en"].several, repeated(f"48399{between}", "", MAX_TEXT)
    spans = [match.span() for match in re.finditer("48399", text)]
    with limited(READER_LIMIT):
        several.joined(text, spans, ("order", "order number"))
        several.all_meant(text, spans)
        for _, end in spans:
            several.will_not_do(text, end)


def test_which_thing_of_an_account_a_hostile_text_points_at_is_read_in_no_time():
    pack, dates = DESKS["retail"].languages["en"], Dates("US")
    known = ("espresso machine", "129.00", "2026-11-10")
    things = [Thing(slot="order_id", value=str(48000 + one), label=str(one), known=known) for one in range(MOST_THINGS)]
    for text in hostile(MAX_TEXT, TAILS[-1:]):
        with limited(READER_LIMIT):
            pack.among.among(text, things, dates, NOW.date(), ends=True)
        with limited(READER_LIMIT):
            pack.among.several(text, things, dates, NOW.date())
        with limited(READER_LIMIT):
            pack.among.told(text, things, dates, NOW.date())
        with limited(READER_LIMIT):
            pack.among.place(text, things[0])


units = st.lists(st.sampled_from(UNITS) | st.text(min_size=1, max_size=3), min_size=1, max_size=3).map("".join)
texts = st.builds(repeated, units, st.sampled_from(TAILS) | st.text(max_size=5), st.just(MAX_TEXT))


@settings(max_examples=8, deadline=None, derandomize=True)
@given(text=texts)
def test_no_mixture_of_them_is_slow(text: str):
    for read in READERS.values():
        with limited(READER_LIMIT):
            taken(read(text))
    for desk in DESKS.values():
        with limited(READER_LIMIT):
            desk.extractor.extract(0, text, today=NOW.date())


@pytest.mark.parametrize(
    "unit", [".a", "_", "1 ", "1", "“", " ", "@", "dot ", "is ", "ok ", "in 2 days ", "$1 ", "1.1.1.1 "]
)
async def test_all_desks_come_to_an_end(unit: str):
    event = requested(repeated(unit, "", MAX_TEXT))
    held = await InSteps(workers()["agent"].open(event), DESK_LIMIT)
    assert isinstance(held, ConversationHeld)
    decided = await InSteps(workers()["policy"].decide(held), DESK_LIMIT)
    assert isinstance(decided, PolicyDecided)
    opened = await InSteps(workers()["ticketing"].open(decided), DESK_LIMIT)
    record = await InSteps(workers()["summary"].wrap_up(opened), DESK_LIMIT)
    with limited(DESK_LIMIT):
        masked(record)


async def test_the_most_messages_at_once_come_to_an_end():
    dice = random.Random(7)
    words = (" ".join("".join(dice.choices("abcdefghij", k=5)) for _ in range(600)) for _ in range(MAX_MESSAGES))
    turns = [Turn(turn=place, at=NOW, speaker="customer", text=said) for place, said in enumerate(words)]
    said = await InSteps(answer(DESKS["retail"], Dialogue(), turns, "7"), DESK_LIMIT)
    assert said.text
