"""How well speech acts are heard: precision and recall of each act on sentences that nothing was learnt from.

    python -m tests.benchmarks.speech_acts [DATA]

Three tables. `tests/unit/agent/understanding/speech_acts.tsv`, written by another hand than what is learnt; the learnt
sentences themselves, each as it comes out when it alone is left out; and with DATA, a folder that holds `nlupp-banking`
(NLU++, CC BY 4.0), its sentences in five folds, heard with and without the other four learnt beside our own. The
second and the third learn anew, which takes some minutes.
"""

import argparse
import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score

from services.agent.languages import speech_acts
from services.agent.settings import AgentSettings
from services.agent.understanding import choice
from services.agent.understanding.choice import Engines
from services.agent.understanding.sentences import Encoder, Remembering
from services.agent.understanding.speech_acts import ACTS, Acts, Listening, SpeechActs
from services.agent.understanding.speech_training import Labelled, fitted, precision_recall, train

HELD_OUT = Path(__file__).parent.parent / "unit" / "agent" / "understanding" / "speech_acts.tsv"
FOLDS = 5

QUESTION, REQUEST = "question", "request"
INTENTS = {
    "affirm": "affirm",
    "deny": "deny",
    "dont_know": "cannot_tell",
    "greet": "greet",
    "thank": "thanks",
    "end_call": "bye",
    "handoff": "person",
    "repeat": "ask_back",
    "request_info": QUESTION,
    "how": QUESTION,
    "why": QUESTION,
    "when": QUESTION,
    "how_much": QUESTION,
    "how_long": QUESTION,
    "cancel_close_leave_freeze": REQUEST,
    "change": REQUEST,
    "make_open_apply_setup_get_activate": REQUEST,
}
"""Intents of NLU++ and the act that each comes nearest to; of its other intents none says what a sentence does.

The last nine say what is asked or done, not how it is put: `request_info` is also "give me the list", a request to us,
and `change` also "I don't want to change it". Where one sentence has a question and a request, as in "how do I change
it?", whether it is a request is left open.
"""

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Judged:
    """Sentences x acts: what is true, whether that is known, how likely it was found, and what was decided."""

    wanted: Flags
    known: Flags
    likely: npt.NDArray[np.float32]
    said: Flags

    @classmethod
    def of(cls, labelled: Labelled, likely: npt.NDArray[np.float32], thresholds: npt.NDArray[np.float32]) -> "Judged":
        wanted = np.array([[act in acts for act in ACTS] for acts in labelled.acts])
        known = np.array([[f"?{act}" not in acts for act in ACTS] for acts in labelled.acts])
        return cls(wanted, known, likely, likely >= thresholds)

    @classmethod
    def together(cls, parts: Sequence["Judged"]) -> "Judged":
        return cls(*(np.concatenate([getattr(one, name) for one in parts]) for name in cls.__annotations__))

    def row(self, act: str) -> tuple[int, float, float, float]:
        """How many sentences do it, precision, recall, and average precision, for which no threshold is needed."""
        place = ACTS.index(act)
        wanted, said, likely = (part[self.known[:, place], place] for part in (self.wanted, self.said, self.likely))
        return int(wanted.sum()), *precision_recall(wanted, said), float(average_precision_score(wanted, likely))

    def acts(self, among: Iterable[str] = ACTS) -> list[str]:
        """Those that any sentence does."""
        return [act for act in ACTS if act in among and (self.wanted & self.known)[:, ACTS.index(act)].any()]


def table(columns: dict[str, Judged], acts: Sequence[str]) -> None:
    """Each act in a row, for each way of learning three figures, and their means below."""
    print(f"{'':12} {'':>9}" + "".join(f" | {name:^25}" for name in columns))
    print(f"{'act':12} {'sentences':>9}" + " | precision  recall      AP" * len(columns))
    rows = {act: [judged.row(act) for judged in columns.values()] for act in acts}
    for act, figures in rows.items():
        print(f"{act:12} {figures[0][0]:9}" + "".join(_shown(row[1:]) for row in figures))
    means = np.mean([[row[1:] for row in figures] for figures in rows.values()], axis=0)
    print(f"{'mean':12} {'':>9}" + "".join(_shown(row) for row in means))


def _shown(figures: Sequence[float]) -> str:
    return " | {:9.3f} {:7.3f} {:7.3f}".format(*figures)


def learnt_from(labelled: Labelled) -> set[str]:
    return {plainly(text) for text in labelled.texts}


def plainly(text: str) -> str:
    return text.lower().strip(" .!?")


def new_to(known: Iterable[str], labelled: Labelled) -> Labelled:
    """Each sentence once, without those that were learnt."""
    seen = set(known)
    pairs = [
        (text, acts)
        for text, acts in zip(labelled.texts, labelled.acts, strict=True)
        if not (plainly(text) in seen or seen.add(plainly(text)))
    ]
    return Labelled(tuple(text for text, _ in pairs), tuple(acts for _, acts in pairs))


def of_nlupp(folder: Path) -> list[Labelled]:
    """Its own files, dealt out to five folds; raises FileNotFoundError where there are too few."""
    files = sorted(folder.glob("fold*.json"))
    if len(files) < FOLDS:
        raise FileNotFoundError(
            f"{folder} has {len(files)} files fold*.json: give the folder that holds nlupp-banking with its folds"
        )
    return [_labelled(files[start::FOLDS]) for start in range(FOLDS)]


def _labelled(files: Sequence[Path]) -> Labelled:
    rows = [row for file in files for row in json.loads(file.read_text(encoding="utf-8"))]
    return Labelled(tuple(row["text"] for row in rows), tuple(_acts(row.get("intents", ())) for row in rows))


def _acts(intents: Iterable[str]) -> frozenset[str]:
    """The acts of a sentence of NLU++, with `?` where its labels do not tell."""
    told = {INTENTS[name] for name in intents if name in INTENTS}
    untold = {act for act in ACTS if act not in INTENTS.values()}
    if {QUESTION, REQUEST} <= told:
        untold |= {REQUEST}
        told -= {REQUEST}
    return frozenset(told | {f"?{act}" for act in untold})


async def heard(listening: Listening, texts: list[str]) -> list[Acts]:
    return [(await listening.read([text]))[0] for text in texts]


def judged(listening: Listening, labelled: Labelled) -> Judged:
    """How an agent hears them, one at a time."""
    read = asyncio.run(heard(listening, list(labelled.texts)))
    likely = np.array([[one.likely[act] for act in ACTS] for one in read])
    return Judged.of(labelled, likely, _thresholds(read[0].thresholds))


def left_out(labelled: Labelled, encoder: Encoder | None) -> Judged:
    """How each is heard by what was learnt from all others; thresholds are chosen on these very figures."""
    heads, likely = fitted(labelled, encoder)
    return Judged.of(labelled, likely, _thresholds(heads.thresholds))


def in_folds(labelled: Labelled, folds: Sequence[Labelled], encoder: Encoder | None) -> dict[str, Judged]:
    """Each fold, heard by what was learnt from our sentences alone, and from the other folds, too."""
    alone, own = Listening(_kept(train(labelled, encoder)), encoder), learnt_from(labelled)
    without, with_folds, seen = [], [], set(own)
    for place, fold in enumerate(folds):
        asked = new_to(seen, fold)
        seen |= learnt_from(fold)
        others = [new_to(learnt_from(asked), other) for other in folds[:place] + folds[place + 1 :]]
        more = Listening(_kept(train(_joined(labelled, *others), encoder)), encoder)
        without.append(judged(alone, asked))
        with_folds.append(judged(more, asked))
    return {"our sentences": Judged.together(without), "and the other folds": Judged.together(with_folds)}


def _kept(heads: SpeechActs) -> SpeechActs:
    """As an agent reads it, rounded."""
    return SpeechActs.from_bytes(heads.to_bytes())


def _joined(*parts: Labelled) -> Labelled:
    return Labelled(
        tuple(text for one in parts for text in one.texts), tuple(acts for one in parts for acts in one.acts)
    )


def _thresholds(chosen: dict[str, float]) -> npt.NDArray[np.float32]:
    return np.array([chosen[act] for act in ACTS], np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.speech_acts", description=__doc__)
    parser.add_argument("data", type=Path, nargs="?", help="a folder that holds nlupp-banking/")
    options = parser.parse_args()
    try:
        folds = of_nlupp(options.data / "nlupp-banking") if options.data else []
    except FileNotFoundError as missing:
        parser.error(str(missing))
    settings = AgentSettings()
    labelled, sentences = speech_acts(settings.languages_dir), choice.encoder(settings)
    others = new_to(learnt_from(labelled), Labelled.read(HELD_OUT))
    print(f"{len(labelled.texts)} sentences were learnt.\n\n{len(others.texts)} that another hand wrote:")
    table({"heard": (one := judged(Engines(settings).listening(labelled), others))}, one.acts())
    many = Remembering(sentences, texts=100_000) if sentences else None
    print("\nThe learnt ones, each left out in turn:")
    table({"left out": (own := left_out(labelled, many))}, own.acts())
    if folds:
        columns = in_folds(labelled, folds, many)
        asked = next(iter(columns.values()))
        print(f"\n{len(asked.wanted)} of NLU++, banking, in {FOLDS} folds, learnt from:")
        table(columns, asked.acts(INTENTS.values()))


if __name__ == "__main__":
    main()
