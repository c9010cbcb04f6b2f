"""Speech acts are heard in sentences of another hand, survive being written down, and do without an encoder."""

import asyncio
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from services.agent.languages import speech_acts
from services.agent.settings import AgentSettings
from services.agent.understanding.choice import Engines
from services.agent.understanding.sentences import Encoder
from services.agent.understanding.speech_acts import ACTS, DANGERS, Acts, Listening, SpeechActs
from services.agent.understanding.speech_space import Space, near
from services.agent.understanding.speech_training import Labelled, precision_recall, solved, train
from tests.benchmarks.speech_acts import FOLDS, HELD_OUT, Judged, heard, learnt_from, new_to, of_nlupp

LANGUAGE = AgentSettings().languages_dir
FLOORS = {
    "affirm": (0.88, 0.62),
    "deny": (0.87, 0.5),
    "undecided": (0.9, 0.8),
    "hold": (0.93, 0.85),
    "withdraw": (0.91, 0.66),
    "correction": (0.87, 0.78),
    "instead": (0.86, 0.65),
    "condition": (0.87, 0.72),
    "request": (0.87, 0.83),
    "question": (0.88, 0.9),
    "general": (0.78, 0.9),
    "negated": (0.86, 0.84),
    "person": (0.93, 0.7),
    "self_harm": (0.93, 0.84),
    "emergency": (0.88, 0.9),
    "threat": (0.93, 0.6),
    "fraud": (0.88, 0.9),
}
"""Precision and recall, some points below what is measured today by tests/benchmarks/speech_acts.py."""

LITE_FLOORS = {"affirm": 0.8, "negated": 0.75, "request": 0.75}
"""Of precision, by words alone."""

SOME = {
    "affirm": ["yes", "yes please", "go ahead"],
    "deny": ["no", "no thanks", "that is wrong"],
    "request": ["cancel my order", "close my account please", "send it back"],
    "question": ["where is it?", "how much is it?", "when will it come?"],
}


@pytest.fixture(scope="module")
def labelled() -> Labelled:
    return speech_acts(LANGUAGE)


@pytest.fixture(scope="module")
def others(labelled: Labelled) -> Labelled:
    """Sentences of another hand that nothing was learnt from."""
    return new_to(learnt_from(labelled), Labelled.read(HELD_OUT))


@pytest.fixture(scope="module")
def listening(labelled: Labelled) -> Listening:
    return Engines(AgentSettings()).listening(labelled)


@pytest.fixture(scope="module")
def read(listening: Listening, others: Labelled) -> list[Acts]:
    return asyncio.run(heard(listening, list(others.texts)))


@pytest.fixture(scope="module")
def lite(labelled: Labelled) -> Listening:
    return Engines(AgentSettings(understanding_engine="lite")).listening(labelled)


@pytest.fixture(scope="module")
def small() -> SpeechActs:
    return train(some())


def some() -> Labelled:
    """A few sentences, each act in some of them."""
    said = {act: [f"{act} one", f"{act} two", f"{act} three"] for act in ACTS} | SOME
    pairs = [(text, frozenset({act})) for act, texts in said.items() for text in texts]
    return Labelled(tuple(text for text, _ in pairs), tuple(acts for _, acts in pairs))


def figures(others: Labelled, read: list[Acts], act: str) -> tuple[float, float]:
    wanted = np.array([act in acts for acts in others.acts])
    return precision_recall(wanted, np.array([one.says(act) for one in read]))


@pytest.mark.parametrize(("act", "floors"), FLOORS.items())
def test_an_act_is_heard_in_words_of_another_hand(
    others: Labelled, read: list[Acts], act: str, floors: tuple[float, float]
):
    precision, recall = figures(others, read, act)
    assert (precision >= floors[0], recall >= floors[1]) == (True, True), (precision, recall)


def test_the_sentences_of_another_hand_are_enough_to_judge_by(others: Labelled):
    few = {act: sum(act in acts for acts in others.acts) for act in FLOORS}
    assert {act: number for act, number in few.items() if number < 25} == {}


def test_what_was_written_down_reads_the_same(small: SpeechActs):
    texts = [text for texts in SOME.values() for text in texts]
    again = SpeechActs.from_bytes(small.to_bytes())
    for before, after in zip(small.read(texts), again.read(texts), strict=True):
        assert after.likely == pytest.approx(before.likely, abs=0.01)
        assert after.thresholds == before.thresholds


def test_what_was_written_down_twice_is_the_same_to_the_bit(small: SpeechActs):
    once = SpeechActs.from_bytes(small.to_bytes())
    twice = SpeechActs.from_bytes(once.to_bytes())
    assert [one.likely for one in once.read(["yes"])] == [one.likely for one in twice.read(["yes"])]


@pytest.mark.parametrize("kept", [b"", b"something else", b"PK\x03\x04"])
def test_something_else_is_refused(kept: bytes):
    with pytest.raises((ValueError, KeyError, EOFError, zipfile.BadZipFile)):
        SpeechActs.from_bytes(kept)


@pytest.mark.parametrize("line", ["affrim\tyes", "affirm yes", "affirm\t", "\tyes", "affirm,\tyes", "??affirm,no\tyes"])
def test_a_mistaken_line_is_told_with_its_file_and_number(tmp_path: Path, line: str):
    file = tmp_path / "own.tsv"
    file.write_text(f"# a remark\n\naffirm\tyes\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"own\.tsv, line 4: write `act,act<TAB>sentence`, with acts among affirm"):
        Labelled.read(file)


def test_lines_are_read_with_all_their_acts(tmp_path: Path):
    file = tmp_path / "own.tsv"
    file.write_text("# a remark\n\naffirm,thanks\tyes, thank you\nrequest,?negated\tstop it\n", encoding="utf-8")
    read = Labelled.read(file)
    assert read.texts == ("yes, thank you", "stop it")
    assert read.acts == (frozenset({"affirm", "thanks"}), frozenset({"request", "?negated"}))


def test_other_sentences_have_another_fingerprint():
    one = Labelled(("yes",), (frozenset({"affirm"}),))
    assert one.fingerprint("x") == Labelled(("yes",), (frozenset({"affirm"}),)).fingerprint("x")
    assert (
        len({one.fingerprint("x"), one.fingerprint("y"), Labelled(("yes",), (frozenset({"deny"}),)).fingerprint("x")})
        == 3
    )


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("yes please", "affirm"),
        ("no", "deny"),
        ("I want to kill myself", "self_harm"),
        ("cancel my order please", "request"),
        ("where is my order?", "question"),
        ("I want to talk to a human", "person"),
    ],
)
async def test_the_words_alone_tell_the_plainest_acts(lite: Listening, text: str, act: str):
    assert (await lite.read([text]))[0].says(act)


@pytest.mark.parametrize(("act", "floor"), LITE_FLOORS.items())
async def test_the_words_alone_are_seldom_wrong(lite: Listening, others: Labelled, act: str, floor: float):
    assert figures(others, await lite.read(others.texts), act)[0] >= floor


@pytest.mark.parametrize("kind", ["listening", "lite"])
async def test_nothing_is_heard_in_nothing(request: pytest.FixtureRequest, kind: str):
    listening = request.getfixturevalue(kind)
    assert await listening.read([]) == []
    assert not (await listening.read([""]))[0].says("affirm", *DANGERS)


# --- how it is learnt -------------------------------------------------------------------------------------------------


def test_what_is_left_out_scores_as_if_it_had_never_been_learnt():
    chance = np.random.default_rng(7)
    rows, targets = chance.normal(size=(12, 30)).astype(np.float32), chance.choice([-1, 1], (12, 3)).astype(np.float32)
    gram = rows @ rows.T
    _, left_out = solved(gram.copy(), targets)
    for place in range(len(rows)):
        others = [other for other in range(len(rows)) if other != place]
        duals, _ = solved(gram[np.ix_(others, others)], targets[others])
        assert left_out[place] == pytest.approx(gram[place, others] @ duals, abs=1e-3)


def test_sentences_lie_as_near_in_fewer_dimensions():
    """Vectors that differ in no more directions than are kept are exactly as near to each other as before."""
    chance = np.random.default_rng(7)
    vectors = (chance.normal(size=(40, 20)) @ chance.normal(size=(20, 768))).astype(np.float32)
    means, peaks = vectors[:, :384], vectors[:, 384:] - vectors[:, 384:].mean(axis=0)
    whole = np.hstack([half / np.linalg.norm(half, axis=1, keepdims=True) for half in (means, peaks)])
    apart = ((whole[:, None] - whole[None]) ** 2).sum(axis=2)
    places = Space.of(vectors).places(vectors)
    assert places.shape[1] < vectors.shape[1]
    assert near(places @ places.T) == pytest.approx(2 * np.exp(-apart / 2), abs=1e-4)


def test_one_sentence_reads_the_same_among_others(listening: Listening):
    together = asyncio.run(listening.read(["cancel it", "where is my order?", "no"]))
    assert asyncio.run(listening.read(["where is my order?"]))[0].likely == pytest.approx(together[1].likely, abs=1e-4)


class Counting(Encoder):
    """An encoder that tells apart what it was asked by its length, and keeps what that was."""

    fingerprint = "counting"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, text: str) -> np.ndarray:
        self.asked.append(text)
        return np.random.default_rng(len(text)).normal(size=768).astype(np.float32)


async def test_what_was_learnt_word_for_word_is_not_encoded_again():
    encoder, labelled = Counting(), some()
    heads = train(labelled, encoder)
    encoder.asked.clear()
    read = await Listening(heads, encoder).read(["go ahead", "Go ahead", "go on then"])
    assert encoder.asked == ["go on then"]
    fresh = heads.by_meaning(["go ahead"], {"go ahead": Counting().encode("go ahead")})
    assert read[0].likely == pytest.approx(heads.read(["go ahead"], fresh)[0].likely, abs=0.02)


# --- how it is measured -----------------------------------------------------------------------------------------------


def test_a_folder_without_the_folds_is_told_of(tmp_path: Path):
    (tmp_path / "fold0.json").write_text("[]")
    with pytest.raises(FileNotFoundError, match=r"has 1 files fold\*\.json: give the folder that holds nlupp-banking"):
        of_nlupp(tmp_path)


def test_labels_of_another_hand_are_acts_or_left_open(tmp_path: Path):
    said = [
        {"text": "yes, thanks", "intents": ["affirm", "thank"]},
        {"text": "how do I change it?", "intents": ["how", "change"]},
        {"text": "cancel my card", "intents": ["cancel_close_leave_freeze", "card"]},
        {"text": "on Monday"},
    ]
    for number in range(FOLDS):
        (tmp_path / f"fold{number}.json").write_text(json.dumps(said if number == 0 else []))
    first, *others = of_nlupp(tmp_path)
    assert [{act for act in acts if act[0] != "?"} for acts in first.acts] == [
        {"affirm", "thanks"},
        {"question"},
        {"request"},
        set(),
    ]
    assert ["?request" in acts for acts in first.acts] == [False, True, False, False]
    assert all("?statement" in acts for acts in first.acts)
    assert [len(other.texts) for other in others] == [0] * (FOLDS - 1)


def test_a_sentence_is_asked_once_and_not_where_it_was_learnt():
    asked = new_to({"no"}, Labelled(("No.", "Yes!", "yes"), (frozenset({"deny"}), *[frozenset({"affirm"})] * 2)))
    assert asked.texts == ("Yes!",)


def test_what_is_left_open_is_not_judged():
    labelled = Labelled(("a", "b", "c"), (frozenset({"affirm"}), frozenset({"?affirm"}), frozenset({"deny"})))
    likely = np.array([[0.9 if act == "affirm" else 0.1 for act in ACTS]] * 2 + [[0.1] * len(ACTS)])
    judged = Judged.of(labelled, likely, np.full(len(ACTS), 0.5))
    assert judged.row("affirm") == (1, 1.0, 1.0, 1.0)
    assert judged.acts() == ["affirm", "deny"]
