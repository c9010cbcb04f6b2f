"""`callcenter evaluate` on small files: its figures, and what it says to files that it cannot use."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli import app

KEYS = [
    *("accuracy", "macro_f1", "in_scope_accuracy", "out_of_scope_recall", "ece", "p50_ms", "p95_ms"),
    *("artifact_bytes", "engine"),
]
SAID = {"refund": "i want my money back for the", "late": "where is my late", "open": "when does the shop sell a"}
THINGS = ("lamp", "kettle", "rug", "chair", "table", "phone", "vase", "shirt", "boots", "blender", "book", "mirror")


def table(path: Path, rows: list[tuple[str, ...]], *header: str) -> Path:
    path.write_text("\n".join(",".join(row) for row in [header, *rows]) + "\n")
    return path


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    rows = [(f"{said} {thing}", code) for code, said in SAID.items() for thing in THINGS]
    train = table(tmp_path / "train.csv", rows[::2], "text", "category")
    return train, table(tmp_path / "test.csv", rows[1::2], "text", "label")


def evaluate(train: Path, test: Path, *more: str):
    return CliRunner().invoke(app, ["evaluate", "--train", str(train), "--test", str(test), "--engine", "lite", *more])


def test_it_gives_the_figures_as_json(files: tuple[Path, Path], tmp_path: Path):
    strange = table(tmp_path / "strange.csv", [("sing a song",), ("zzz",)], "text")
    ended = evaluate(*files, "--out-of-scope", str(strange), "--json")
    assert ended.exit_code == 0, ended.output
    figures = json.loads(ended.stdout)
    assert list(figures) == KEYS
    assert figures["accuracy"] == figures["macro_f1"] == 1
    assert figures["out_of_scope_recall"] == 1
    assert figures["engine"] == "lite"
    assert figures["artifact_bytes"] > 1000
    assert 0 < figures["p50_ms"] <= figures["p95_ms"]


def test_without_texts_out_of_scope_their_recall_is_null(files: tuple[Path, Path]):
    figures = json.loads(evaluate(*files, "--json").stdout)
    assert figures["out_of_scope_recall"] is None
    assert figures["in_scope_accuracy"] > 0.5


def test_a_wrong_label_costs_accuracy(files: tuple[Path, Path], tmp_path: Path):
    rows = [("where is my late sofa", "late"), ("where is my late bed", "refund"), ("hm", "oos"), ("hm", "no_class")]
    figures = json.loads(evaluate(files[0], table(tmp_path / "t.csv", rows, "text", "label"), "--json").stdout)
    assert figures["accuracy"] == pytest.approx(1 / 3)
    assert figures["out_of_scope_recall"] in (0, 1)


def test_rows_out_of_scope_in_training_are_no_class(files: tuple[Path, Path]):
    train, test = files
    train.write_text(train.read_text() + "sing a song,oos\nsing me a hymn,out_of_scope\n")
    assert json.loads(evaluate(train, test, "--json").stdout)["accuracy"] == 1


def test_a_person_gets_a_table(files: tuple[Path, Path]):
    assert "in_scope_accuracy" in evaluate(*files).output


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "does not exist"),
        ("", "has the columns (none)"),
        ("words,label\nx,y\n", "it needs text,label or text,category"),
        ("text,label\n", "is empty"),
        ("text,label\nx,a\ny,a\nz,b\n", "one row is not enough to learn a class from: b"),
        ("text,label\nx,a\ny,a\n", "at least two classes"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_in_a_sentence(
    files: tuple[Path, Path], tmp_path: Path, content: str | None, told: str
):
    wrong = tmp_path / "wrong.csv"
    if content is not None:
        wrong.write_text(content)
    ended = evaluate(wrong, files[1])
    assert ended.exit_code == 2
    assert told in ended.output
