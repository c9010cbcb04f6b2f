"""How the encoder was fitted to what customers write: `python -m services.agent.weights.fitting --help`.

Nobody who uses the assistant needs this: what comes out, `fitted.npz`, is part of it. A larger encoder of the same
family (all-mpnet-base-v2, about five times slower) tells how alike texts are, and the small one learns to find the same
texts alike; no labels take part. Its matrices stay, and two narrow ones are learnt to be added to each (LoRA, Hu et al.
2021): by the likenesses within a batch, compared by their KL divergence, and by pointing where the larger one points
behind a linear map. Three in ten texts are mistyped for the small one and not for the large one.

No text of Banking77 or of a business takes part, by which the result is measured, and of CLINC150 only training texts.
Needs `pip install torch transformers` and an hour on two cores; the answers of the larger encoder are kept beside it.
"""

import argparse
import csv
import json
import math
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from string import ascii_lowercase
from typing import Any

import numpy as np
import torch
import yaml
from torch import nn
from torch.nn.functional import cosine_similarity, kl_div, log_softmax, normalize
from transformers import AutoModel, AutoTokenizer

from services.agent.weights import FITTED

_MADE_UP, _FROM_WORDNET = 14_000, 9_000
_BATCH, _AT_ONCE, _LEAST = 128, 8, 32
_EPOCHS, _PLANNED = 2, 3
"""The pace falls as if a third round were to come; with two the file was made that is used."""
_RATE, _MAP_RATE, _WARMING = 4e-4, 1e-4, 50
_RANK = 32
_TEMPERATURE = 0.05
_MISTYPED = 0.3
_RIDGE = 0.1
_ALONE = -1e4
"""Likeness of a text to itself, which says nothing."""

_GIVEN = {
    "data": "clinc150/, bitext-intents/ and nlupp-banking/, as their authors publish them",
    "wordnet": "the data.* files of WordNet 3.0",
    "teacher": "all-mpnet-base-v2: model.safetensors of SHA-256 78c0197b6159d92658e319bc1d72e4c7...",
    "student": "all-MiniLM-L6-v2: model.safetensors of SHA-256 53aa51172d142c89d9012cce15ae4d6c...",
}

_PRODUCTS = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
"""Of each layer, in the order in which they are multiplied with."""


def texts(data: Path, wordnet: Path) -> list[str]:
    """All that is learnt from: requests as people published them, made-up ones, and examples of a dictionary."""
    published = sorted({text.strip() for text in _published(data) if len(text.split()) > 1})
    chance = Random(1)
    return published + _made_up(chance) + _from_a_dictionary(wordnet, chance)


def _published(data: Path) -> Iterator[str]:
    clinc = json.loads((data / "clinc150" / "train_val.json").read_text(encoding="utf-8"))
    yield from (text for part in ("train", "oos_train") for text, _ in clinc[part])
    with (data / "bitext-intents" / "train.csv").open(encoding="utf-8", newline="") as file:
        yield from (re.sub(r"\s*\S*\d{3,}\S*", "", row["utterance"]) for row in csv.DictReader(file))
    for fold in sorted((data / "nlupp-banking").glob("fold*.json")):
        yield from (row["text"] for row in json.loads(fold.read_text(encoding="utf-8")))


def _made_up(chance: Random) -> list[str]:
    made = yaml.safe_load(Path(__file__).with_name("situations.yaml").read_text(encoding="utf-8"))
    found: set[str] = set()
    while len(found) < _MADE_UP:
        field = made["fields"][chance.choice(made["often"])]
        frame = chance.choice(made["frames"])
        filled = frame.format(**{name: chance.choice(field[name[0]]) for name in ("o", "o2", "v", "p", "c", "a")})
        found.add(chance.choice(made["before"]) + filled + chance.choice(made["after"]))
    return sorted(found)


def _from_a_dictionary(wordnet: Path, chance: Random) -> list[str]:
    lines = (line for file in wordnet.glob("data.*") for line in file.read_text(encoding="latin-1").splitlines())
    examples = {example for line in lines for example in re.findall(r'"([^"]{20,90})"', line)}
    chosen = sorted(example for example in examples if len(example.split()) > 3)  # noqa: PLR2004
    chance.shuffle(chosen)
    return chosen[:_FROM_WORDNET]


def mistyped(text: str, chance: Random) -> str:
    """The text, or in three of ten cases the text with a slip or two in words of four letters and more."""
    words = text.split(" ")
    for _ in range(chance.choice((1, 1, 2)) if chance.random() < _MISTYPED else 0):
        place = chance.randrange(len(words))
        word = words[place]
        if len(word) > 3:  # noqa: PLR2004
            at, letter = chance.randrange(1, len(word) - 1), chance.choice(ascii_lowercase)
            left_out, doubled = word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:]
            wrong, swapped = word[:at] + letter + word[at + 1 :], word[:at] + word[at + 1] + word[at] + word[at + 2 :]
            words[place] = chance.choice((left_out, doubled, wrong, swapped))
    return " ".join(words)


class Narrow(nn.Module):  # type: ignore[misc]  # torch is not among what is installed
    """A product with something added: what goes in times a matrix to `rank` values, times one back up."""

    def __init__(self, whole: Any, rank: int) -> None:
        super().__init__()
        self.whole = whole
        self.down = nn.Parameter(torch.randn(rank, whole.in_features) / math.sqrt(whole.in_features))
        self.up = nn.Parameter(torch.zeros(whole.out_features, rank))

    def forward(self, rows: Any) -> Any:
        """As before, and what was added."""
        return self.whole(rows) + (rows @ self.down.T) @ self.up.T

    def added(self) -> Any:
        """As one matrix, from what goes in to what comes out."""
        return (self.up @ self.down).T.detach()


@dataclass(frozen=True)
class Sentences:
    """An encoder with its tokenizer; `model` is a module of the transformers library."""

    model: Any
    tokenizer: Any

    @classmethod
    def of(cls, folder: Path) -> "Sentences":
        """As published, with nothing left to chance."""
        model: Any = AutoModel.from_pretrained(folder).requires_grad_(requires_grad=False)
        model.config.attention_probs_dropout_prob = 0
        for part in model.modules():
            if isinstance(part, nn.Dropout):
                part.p = 0.0
        return cls(model, AutoTokenizer.from_pretrained(folder))

    def means(self, batch: list[str]) -> Any:
        """Mean over the tokens of each text, of length 1."""
        fed = self.tokenizer(batch, padding=True, truncation=True, max_length=128, return_tensors="pt")
        real = fed["attention_mask"][..., None]
        return normalize((self.model(**fed).last_hidden_state * real).sum(1) / real.sum(1), dim=1)

    def all_means(self, many: Sequence[str]) -> Any:
        """Of many texts, in batches of about the same length."""
        order = sorted(range(len(many)), key=lambda place: len(many[place]))
        found: dict[int, Any] = {}
        with torch.inference_mode():
            for start in range(0, len(order), _BATCH):
                places = order[start : start + _BATCH]
                found.update(zip(places, self.means([many[place] for place in places]), strict=True))
        return torch.stack([found[place] for place in range(len(many))]).clone()


def fit(student: Sentences, many: Sequence[str], wanted: Any) -> list[Any]:
    """What is to be added to each matrix. `wanted` are the vectors of the larger encoder, one for each text."""
    before = student.all_means(many)
    narrow = [_narrowed(layer, name) for layer in student.model.encoder.layer for name in _PRODUCTS]
    onto = _map(before, wanted)
    learnt = [matrix for one in narrow for matrix in (one.down, one.up)]
    rates = [{"params": learnt, "lr": _RATE}, {"params": onto.parameters(), "lr": _MAP_RATE}]
    steps = torch.optim.AdamW(rates, weight_decay=0.01)
    count = _PLANNED * (len(many) // _BATCH)
    pace = torch.optim.lr_scheduler.LambdaLR(
        steps, lambda at: min(1, (at + 1) / _WARMING) * (1 + math.cos(math.pi * min(1, at / count))) / 2
    )
    chance = Random(0)
    student.model.train()
    for epoch in range(_EPOCHS):
        losses = []
        for places in _batches(many, np.random.default_rng(epoch)):
            vectors = student.means([mistyped(many[place], chance) for place in places])
            loss = _unlike(vectors, wanted[places]) + 1 - cosine_similarity(onto(vectors), wanted[places]).mean()
            steps.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(learnt, 1.0)
            steps.step()
            pace.step()
            losses.append(loss.item())
        sys.stdout.write(f"Epoch {epoch + 1} of {_EPOCHS}: loss {np.mean(losses):.3f}\n")
        sys.stdout.flush()
    return [one.added() for one in narrow]


def _map(vectors: Any, wanted: Any) -> Any:
    """The linear map from the vectors of the one to those of the other, by least squares."""
    onto = nn.Linear(vectors.shape[1], wanted.shape[1])
    rows = torch.cat([vectors, torch.ones(len(vectors), 1)], dim=1)
    solved = torch.linalg.solve(rows.T @ rows + _RIDGE * torch.eye(rows.shape[1]), rows.T @ wanted)
    with torch.no_grad():
        onto.weight.copy_(solved[:-1].T)
        onto.bias.copy_(solved[-1])
    return onto


def _narrowed(layer: Any, name: str) -> Narrow:
    narrow = Narrow(layer.get_submodule(name), _RANK)
    layer.set_submodule(name, narrow)
    return narrow


def _batches(many: Sequence[str], chance: np.random.Generator) -> list[list[int]]:
    """All texts in batches of about the same length, in any order."""
    order, batches = torch.randperm(len(many)).tolist(), []
    for start in range(0, len(order), _BATCH * _AT_ONCE):
        near = sorted(order[start : start + _BATCH * _AT_ONCE], key=lambda place: len(many[place]))
        batches += [near[at : at + _BATCH] for at in range(0, len(near) - _LEAST + 1, _BATCH)]
    return [batches[at] for at in chance.permutation(len(batches))]


def _unlike(vectors: Any, wanted: Any) -> Any:
    """How far the likenesses within the batch are from those that are wanted."""
    alone = _ALONE * torch.eye(len(vectors))
    ours = log_softmax(vectors @ vectors.T / _TEMPERATURE + alone, dim=1)
    theirs = log_softmax(wanted @ wanted.T / _TEMPERATURE + alone, dim=1)
    return kl_div(ours, theirs, log_target=True, reduction="batchmean")


def keep(added: Sequence[Any], file: Path = FITTED) -> None:
    """Each as two narrow matrices of half precision."""
    arrays = {}
    for at, whole in enumerate(added):
        left, sizes, right = torch.linalg.svd(whole, full_matrices=False)
        roots = sizes[:_RANK].sqrt()
        arrays[f"down{at}"] = (left[:, :_RANK] * roots).numpy().astype(np.float16)
        arrays[f"up{at}"] = (roots[:, None] * right[:_RANK]).numpy().astype(np.float16)
    np.savez_compressed(file, **arrays)


def main() -> None:
    """Read, ask the larger encoder, fit the small one, keep what is to be added."""
    reader = argparse.ArgumentParser(description="Fit the encoder; writes fitted.npz.")
    for name, what in _GIVEN.items():
        reader.add_argument(name, type=Path, help=what)
    given = reader.parse_args()
    torch.manual_seed(0)
    many, said = texts(given.data, given.wordnet), given.teacher / "teacher.npy"
    if not said.exists():
        np.save(said, Sentences.of(given.teacher).all_means(many).numpy())
    keep(fit(Sentences.of(given.student), many, torch.tensor(np.load(said))))


if __name__ == "__main__":
    main()
