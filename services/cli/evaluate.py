"""`callcenter evaluate`: what the understanding is worth on labelled texts, with the engines that serve customers."""

import asyncio
import json
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.table import Table

from services.cli.program import ERR, OUT


class EngineChoice(StrEnum):
    """The engines that learn from labelled texts."""

    LITE = "lite"
    STANDARD = "standard"


def evaluate(
    train: Annotated[Path, typer.Option(help="CSV to learn from: columns text,label or text,category.")],
    test: Annotated[Path, typer.Option(help="CSV to be measured on, with the same columns.")],
    *,
    out_of_scope: Annotated[Path | None, typer.Option(help="CSV of texts that are none of the classes.")] = None,
    engine: Annotated[EngineChoice, typer.Option(help="Which engine.")] = EngineChoice.STANDARD,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Measure the understanding on labelled texts: accuracy, calibration, rejection, time.

    It learns from the training file alone: weights, temperature and gate come from rows held out of it. Rows
    labelled oos or out_of_scope are no class; in the training file they teach the gate.
    """
    figures, curve = _measured(train, test, out_of_scope, engine)
    if engine != figures["engine"]:
        ERR.print("The weights are missing, so this is lite. Fetch them: python -m services.agent.weights", style="red")
    if as_json:
        typer.echo(json.dumps(figures, indent=2))
        return
    OUT.print(_table(figures))
    OUT.print(curve)


def _measured(train: Path, test: Path, out_of_scope: Path | None, engine: EngineChoice) -> tuple[dict[str, Any], Table]:
    """Imported only here: scikit-learn and onnxruntime take a second, which no other command should wait for."""
    from services.agent.settings import ModelSettings  # noqa: PLC0415
    from services.agent.understanding import choice, measuring  # noqa: PLC0415

    learnt_from = measuring.learnable(measuring.read(train), str(train))
    asked = measuring.read(test)
    strange = measuring.read(out_of_scope, labelled=False).strangers() if out_of_scope else None
    settings = ModelSettings.read()
    encoder = choice.encoder(settings) if engine is EngineChoice.STANDARD else None
    with TemporaryDirectory() as aside:
        settings = settings.model_copy(update={"models_cache": Path(aside)})
        chosen = choice.embedded(learnt_from, settings, encoder)
        size = choice.size(settings, with_weights=encoder is not None)
    answers = asyncio.run(measuring.answers(chosen, asked + strange if strange else asked))
    figures = measuring.figures(answers)
    told = {name: value for name, value in vars(figures).items() if name != "curve"}
    return told | {"artifact_bytes": size, "engine": chosen.name}, _curve(figures.curve)


def _table(figures: dict[str, Any]) -> Table:
    table = Table("figure", "value")
    for name, value in figures.items():
        table.add_row(name, f"{value:.4f}" if isinstance(value, float) else str(value if value is not None else "-"))
    return table


def _curve(bins: list[Any]) -> Table:
    table = Table("confidence", "texts", "right", title="Reliability")
    for one in bins:
        table.add_row(f"{one.confidence:.2f}", str(one.count), f"{one.accuracy:.2f}")
    return table
