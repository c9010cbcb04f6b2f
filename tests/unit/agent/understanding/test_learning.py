"""The lite and standard models: what they learn, that it is kept, and that it is the arithmetic of scikit-learn."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC

from services.agent.settings import AgentSettings
from services.agent.understanding import OUT_OF_SCOPE, shelf, words
from services.agent.understanding.calibration import Bin, calibration_error, reliability
from services.agent.understanding.choice import embedded, encoder
from services.agent.understanding.embedded import LiteEngine, StandardEngine
from services.agent.understanding.examples import Examples
from services.agent.understanding.phrases import normalized
from services.agent.understanding.sentences import Encoder
from services.agent.understanding.training import train

ROOT = Path(__file__).resolve().parents[4]
KINDS = {"refund": "i want my money back for the", "late": "where is my late", "thanks": "what a lovely"}
THINGS = ("lamp", "kettle", "rug", "chair", "table", "phone", "vase", "shirt", "boots", "blender", "book", "mirror")
EXAMPLES = Examples.of(
    [(f"{said} {thing}", code) for code, said in KINDS.items() for thing in THINGS]
    + [(f"sing about the {thing} in the moonlight", OUT_OF_SCOPE) for thing in THINGS]
)
ASKED = [
    "I want my money back!",
    "where is it? late",
    "a lovely kettle",
    "moonlight",
    "",
    "?",
    "ü 🙂 x",
    "lampandkettleandsofaandmore late",
]


class Letters(Encoder):
    """An encoder for tests: how often each letter is there."""

    fingerprint = "letters"

    def encode(self, text: str) -> np.ndarray:
        counts = np.array([text.lower().count(chr(97 + n)) for n in range(26)], np.float32)
        return np.concatenate([counts + 0.1, np.minimum(counts, 1)])


def pairs_of(text: str) -> list[str]:
    stems = sorted({word[:4] for word in re.findall(r"\w+", text)})
    return [f"{first} {second}" for first in stems for second in stems if first <= second]


def test_lite_calculates_what_scikit_learn_does():
    inside = EXAMPLES.at(place for place, label in enumerate(EXAMPLES.labels) if label)
    texts = [normalized(text) for text in inside.texts]
    singles = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\w+")
    pairs = TfidfVectorizer(analyzer=pairs_of, sublinear_tf=True)
    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=1)
    terms = FeatureUnion([("w", singles), ("2", pairs), ("p", pieces)], transformer_weights={"2": 0.7})
    seen = terms.fit_transform(texts)
    machine = LinearSVC(C=1, random_state=0, max_iter=5000).fit(seen, inside.labels)
    bayes = MultinomialNB(alpha=0.01, fit_prior=False).fit(seen, inside.labels)

    def likely(rows: Any) -> np.ndarray:
        return rows @ (bayes.feature_log_prob_ - bayes.feature_log_prob_.mean(axis=0)).T

    spread = (seen @ machine.coef_.T).std() / likely(seen).std()
    ours = train(inside)
    for text in ASKED:
        scores, _ = ours.heads.judge(ours.heads.hear(ours.reads(text), None))
        asked = terms.transform([ours.reads(text)])
        wanted = (2 * machine.decision_function(asked)[0] + spread * likely(asked)[0]) / 3
        assert scores == pytest.approx(wanted, abs=3e-3)
        raised = np.exp(wanted * ours.calibration.temperature)
        shares = dict(zip(machine.classes_, raised / raised.sum(), strict=True))
        assert {code: share for code, share in ours.rank(text) if code} == pytest.approx(shares, abs=1e-2)


def test_words_that_mean_something_only_together_are_told_apart_wherever_they_stand():
    fillers = ("today", "again", "abroad", "twice", "since then", "as a gift")
    said = {"even": ("card {} lost", "coat {} fine"), "odd": ("card {} fine", "coat {} lost")}
    pairs = [(form.format(filler), code) for code, forms in said.items() for form in forms for filler in fillers]
    engine = LiteEngine.of(Examples.of(pairs))
    for code, forms in said.items():
        for form in forms:
            (ranked,) = engine.rank_now([" ".join(reversed(form.format("by my son").split()))])
            assert next(given for given, _ in ranked if given) == code


def test_a_very_long_text_makes_no_more_pairs_than_forty_words_do():
    long = " ".join(f"{number:04}" for number in range(1_000))
    assert len(list(words._pairs(long))) == 40 * 41 / 2


@pytest.mark.parametrize("encoder", [None, Letters()])
def test_it_finds_the_classes_and_what_is_none_of_them(encoder: Letters | None):
    engine = LiteEngine(train(EXAMPLES)) if encoder is None else StandardEngine(train(EXAMPLES, encoder), encoder)
    ranks = engine.rank_now(["i want my money back for the sofa", "where is my late sofa", "sing in the moonlight"])
    assert [next(code for code, _ in ranked if code) for ranked in ranks[:2]] == ["refund", "late"]
    assert [dict(ranked)[OUT_OF_SCOPE] >= 0.5 for ranked in ranks] == [False, False, True]
    for ranked in ranks:
        assert sum(share for code, share in ranked if code) == pytest.approx(1)


@pytest.mark.parametrize("encoder", [None, Letters()])
async def test_neighbors_and_another_training_change_nothing(encoder: Letters | None):
    def made() -> LiteEngine | StandardEngine:
        return LiteEngine.of(EXAMPLES) if encoder is None else StandardEngine.of(EXAMPLES, encoder)

    engine = made()
    together = await engine.rank(ASKED)
    assert together == [(await engine.rank([text]))[0] for text in ASKED]
    assert together == made().rank_now(ASKED)


@pytest.mark.parametrize("encoder", [None, Letters()])
def test_a_model_from_the_shelf_answers_like_a_fresh_one(encoder: Letters | None, tmp_path: Path):
    fresh = train(EXAMPLES, encoder)
    size = shelf.write(fresh, tmp_path / "deep" / "model")
    assert size == sum(file.stat().st_size for file in (tmp_path / "deep").iterdir())
    again = shelf.read(tmp_path / "deep" / "model")
    for text in ASKED:
        vector = encoder.encode(text) if encoder else None
        assert again.rank(text, vector) == fresh.rank(text, vector)


class Initials(Letters):
    """Knows only how a text begins."""

    def encode(self, text: str) -> np.ndarray:
        return super().encode(text[:1])


def test_words_count_as_much_as_they_tell_of_what_was_not_learnt_from():
    by_first = [(f"{code}{word}", code) for code in "abc" for word in ("x", "xy", "yz", "zx", "xz", "zz", "xx", "yy")]
    by_words = [(f"{thing[0]} {said} {thing}", code) for code, said in KINDS.items() for thing in THINGS]
    assert train(Examples.of(by_first), Initials()).heads.words_share == 0.1
    assert train(Examples.of(by_words), Initials()).heads.words_share == 0.5
    assert train(Examples.of(by_words)).heads.words_share == 1


def test_the_meaning_is_taken_from_what_was_meant_to_be_typed_whichever_order_it_is_about():
    class Listening(Letters):
        def __init__(self) -> None:
            self.heard: list[str] = []

        def encode(self, text: str) -> np.ndarray:
            self.heard.append(text)
            return super().encode(text)

    listening = Listening()
    engine = StandardEngine.of(EXAMPLES, Letters())
    StandardEngine(engine.trained, listening).rank_now(["Wher is my ketle #48213?", "i wnat my mony back 3 times"])
    assert listening.heard == ["where is my kettle ?", "i want my money back 3 times"]
    first, second = engine.rank_now(["where is my lamp 48213", "where is my lamp 60512"])
    assert first == second


def test_it_is_trained_once(tmp_path: Path):
    times = []

    def training():
        times.append(1)
        return train(EXAMPLES)

    for _ in range(2):
        shelf.recall(tmp_path, "model", training)
    assert len(times) == 1
    (tmp_path / "model.npz").write_bytes(b"damaged")
    shelf.recall(tmp_path, "model", training)
    assert len(times) == 2
    shelf.recall(tmp_path, "model", training)
    assert len(times) == 2


def test_where_nothing_can_be_written_it_is_trained_in_memory(tmp_path: Path):
    (tmp_path / "file").write_text("not a folder")
    model = shelf.recall(tmp_path / "file", "model", lambda: train(EXAMPLES))
    assert model.rank("late, where is it")[0][0] == "late"


def test_other_examples_another_engine_other_weights_are_another_model():
    other = Examples(EXAMPLES.texts, EXAMPLES.labels[::-1])
    prints = [EXAMPLES.fingerprint("lite"), EXAMPLES.fingerprint("x"), other.fingerprint("lite")]
    assert len(set(prints)) == 3
    assert EXAMPLES.fingerprint("lite") == prints[0]


def test_a_warm_start_waits_for_no_training_library(tmp_path: Path):
    settings = AgentSettings(models_cache=tmp_path, understanding_engine="lite")
    code = (
        "import sys; from pathlib import Path; from services.agent import build;"
        "from services.agent.settings import AgentSettings;"
        f"build(AgentSettings(models_cache=Path({str(tmp_path)!r}), understanding_engine='lite'));"
        "print([name for name in ('sklearn', 'scipy', 'onnxruntime') if name in sys.modules])"
    )
    from services.agent import build  # noqa: PLC0415

    build(settings)
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


def test_what_was_made_once_is_kept_and_made_anew_only_where_it_is_damaged(tmp_path: Path):
    made: list[bytes] = []

    def make() -> bytes:
        made.append(b"a model")
        return made[-1]

    assert [shelf.remade(tmp_path / "new", "encoder-1", make) for _ in range(2)] == [b"a model"] * 2
    assert len(made) == 1
    (kept,) = (tmp_path / "new").iterdir()
    kept.write_bytes(b"a mod")
    assert [shelf.remade(tmp_path / "new", "encoder-1", make) for _ in range(2)] == [b"a model"] * 2
    assert len(made) == 2
    assert kept.read_bytes() == b"a model"


def test_a_model_is_made_where_nothing_can_be_kept(tmp_path: Path):
    (tmp_path / "file").write_text("no folder")
    assert shelf.remade(tmp_path / "file" / "cache", "encoder-1", lambda: b"a model") == b"a model"


def test_without_weights_lite_answers_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert encoder(AgentSettings(models_dir=tmp_path)) is None
    assert "understanding_reduced" in capsys.readouterr().out
    engine = embedded(EXAMPLES, AgentSettings(models_cache=tmp_path), None)
    assert (engine.name, str(engine.model).split("/")[0]) == ("lite", "tfidf-svm")


def test_folds_hold_out_everything_once_in_equal_shares():
    folds = list(EXAMPLES.folds(4))
    assert sorted(place for _, asked in folds for place in asked) == list(range(len(EXAMPLES.texts)))
    for learnt, asked in folds:
        assert not set(learnt) & set(asked)
        assert {label: EXAMPLES.at(asked).labels.count(label) for label in (*KINDS, OUT_OF_SCOPE)} == dict.fromkeys(
            (*KINDS, OUT_OF_SCOPE), 3
        )


def test_the_calibration_error_is_the_gap_between_sure_and_right():
    curve = reliability([0.95, 0.95, 0.55, 0.55], [True, True, True, False])
    assert curve == [Bin(2, pytest.approx(0.55), 0.5), Bin(2, pytest.approx(0.95), 1.0)]
    assert calibration_error(curve) == pytest.approx(0.05)
