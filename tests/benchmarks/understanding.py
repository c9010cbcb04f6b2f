"""Folds over labelled texts: `python -m tests.benchmarks.understanding [FOLDER]`.

Without a folder only the phrasings of the businesses are measured, as written and with slips of the finger in them.
FOLDER holds `banking77/train.csv` and `clinc150/train_val.json`, as their authors publish them (CC BY 4.0, CC BY 3.0).
"""

import argparse
import asyncio
import csv
import json
import statistics
from collections.abc import Iterator
from pathlib import Path
from random import Random
from string import ascii_lowercase
from tempfile import TemporaryDirectory

import numpy as np
from rich.console import Console
from rich.table import Table

from callcenter.business import load
from callcenter.settings import PROJECT
from services.agent.reasons import ContactReasons
from services.agent.settings import ModelSettings
from services.agent.understanding import choice, measuring
from services.agent.understanding.examples import Examples
from services.agent.understanding.sentences import Encoder

COLUMNS = ("accuracy", "macro_f1", "in_scope_accuracy", "out_of_scope_recall", "ece", "p50_ms", "p95_ms")

LONG = 5
"""Letters of a word in which a finger slips."""


class Remembering(Encoder):
    """An encoder that reads each training text once for all folds; the latency is therefore taken without it."""

    def __init__(self, encoder: Encoder) -> None:
        self.fingerprint, self._encoder, self._known = encoder.fingerprint, encoder, {}

    def encode(self, text: str) -> np.ndarray:
        if text not in self._known:
            self._known[text] = self._encoder.encode(text)
        return self._known[text]


def banking(folder: Path) -> Examples:
    with (folder / "banking77" / "train.csv").open(encoding="utf-8", newline="") as file:
        return Examples.of((row["text"], row["category"]) for row in csv.DictReader(file))


def splits(folder: Path | None, folds: int) -> Iterator[tuple[str, Examples, Examples]]:
    """Name, to learn from, to be measured on."""
    for business in ("retail", "telecom", "banking"):
        own = Examples.of_business(load(PROJECT / "businesses" / business, "contact_reasons.yaml", ContactReasons))
        for learnt, asked in own.folds(folds):
            for slips, said in enumerate(("", ", a slip", ", two slips")):
                yield f"{business}{said}", own.at(learnt), mistyped(own.at(asked), slips)
    if folder is None:
        return
    everything = banking(folder)
    for learnt, asked in everything.folds(folds):
        yield "Banking77 folds", everything.at(learnt), everything.at(asked)
    parts = json.loads((folder / "clinc150" / "train_val.json").read_text())
    strange = Examples.of((text, "") for part in ("oos_train", "oos_val") for text, _ in parts[part])
    whole = Examples.of([*parts["train"], *parts["val"]])
    yield "CLINC150 train to val", Examples.of(parts["train"]), Examples.of(parts["val"]) + strange
    for learnt, asked in whole.folds(folds):
        yield "CLINC150 folds", whole.at(learnt), whole.at(asked) + strange


def mistyped(examples: Examples, slips: int) -> Examples:
    """The same with a slip in so many words of five letters or more; always the same slips."""
    return Examples.of(
        (_slipped(text, slips), label) for text, label in zip(examples.texts, examples.labels, strict=True)
    )


def _slipped(text: str, slips: int) -> str:
    chance, words = Random(text), text.split(" ")
    long = [place for place, word in enumerate(words) if word.isalpha() and len(word) >= LONG]
    for place in chance.sample(long, min(slips, len(long))):
        word, at, letter = words[place], chance.randrange(1, len(words[place]) - 1), chance.choice(ascii_lowercase)
        left_out, doubled = word[:at] + word[at + 1 :], word[:at] + word[at : at + 1] + word[at:]
        wrong, swapped = word[:at] + letter + word[at + 1 :], word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        words[place] = chance.choice((left_out, doubled, wrong, swapped))
    return " ".join(words)


def measure(learnt: Examples, asked: Examples, encoder: Encoder | None, original: Encoder | None) -> dict[str, float]:
    """The figures of one split."""
    with TemporaryDirectory() as aside:
        settings = ModelSettings.read().model_copy(update={"models_cache": Path(aside)})
        engine = choice.embedded(learnt, settings, encoder)
        size = choice.size(settings, with_weights=encoder is not None)
    if original is not None:
        engine = type(engine)(engine.trained, original)
    figures = measuring.figures(asyncio.run(measuring.answers(engine, asked)))
    return {name: getattr(figures, name) for name in COLUMNS} | {"MB": size / 1e6}


def main() -> None:
    """Every split with both engines; folds as their mean."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.understanding", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--folds", type=int, default=5)
    options = parser.parse_args()
    original = choice.encoder(ModelSettings.read())
    engines = {"lite": (None, None)} | ({"standard": (Remembering(original), original)} if original else {})
    results: dict[tuple[str, str], list[dict[str, float]]] = {}
    for name, learnt, asked in splits(options.folder, options.folds):
        for engine, encoders in engines.items():
            results.setdefault((name, engine), []).append(measure(learnt, asked, *encoders))
            Console(stderr=True).print(name, engine, results[name, engine][-1])
    table = Table("texts", "engine", *COLUMNS, "MB")
    for (name, engine), runs in results.items():
        means = [[run[column] for run in runs if run[column] is not None] for column in (*COLUMNS, "MB")]
        table.add_row(name, engine, *(f"{statistics.mean(values):.4g}" if values else "-" for values in means))
    Console(width=160).print(table)


if __name__ == "__main__":
    main()
