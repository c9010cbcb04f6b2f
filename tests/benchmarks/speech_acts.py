"""How well speech acts are heard: precision and recall of each act on sentences that nothing was learnt from.

    python -m tests.benchmarks.speech_acts [DATA]

`tests/unit/agent/understanding/speech_acts.tsv` was written by another hand than the sentences that are learnt. DATA
is a folder with `nlupp-banking` (NLU++, CC BY 4.0): its intents that are speech acts, in all folds, none of it learnt.
"""

import asyncio
import json
import sys
import time
from pathlib import Path

import numpy as np

from services.agent.languages import speech_acts
from services.agent.settings import AgentSettings
from services.agent.understanding.choice import Engines
from services.agent.understanding.speech_acts import ACTS, Acts, Listening
from services.agent.understanding.speech_training import Labelled, precision_recall

HELD_OUT = Path(__file__).parent.parent / "unit" / "agent" / "understanding" / "speech_acts.tsv"
INTENTS = {
    "affirm": "affirm",
    "deny": "deny",
    "greet": "greet",
    "thank": "thanks",
    "end_call": "bye",
    "handoff": "person",
    "repeat": "ask_back",
}
"""Intents of NLU++ that are the same as an act; the others mix acts."""


def learnt_from(labelled: Labelled) -> set[str]:
    return {plainly(text) for text in labelled.texts}


def plainly(text: str) -> str:
    return text.lower().strip(" .!?")


def of_nlupp(folder: Path) -> Labelled:
    rows = [row for file in sorted(folder.glob("fold*.json")) for row in json.loads(file.read_text())]
    acts = [frozenset(INTENTS[name] for name in row.get("intents", ()) if name in INTENTS) for row in rows]
    return Labelled(tuple(row["text"] for row in rows), tuple(acts))


async def heard(listening: Listening, texts: list[str]) -> list[Acts]:
    return [(await listening.read([text]))[0] for text in texts]


def table(listening: Listening, labelled: Labelled, known: set[str], acts: tuple[str, ...]) -> None:
    rows = [
        (text, said) for text, said in zip(labelled.texts, labelled.acts, strict=True) if plainly(text) not in known
    ]
    began = time.perf_counter()
    read = asyncio.run(heard(listening, [text for text, _ in rows]))
    print(f"{len(rows)} sentences, {1000 * (time.perf_counter() - began) / len(rows):.1f} ms each")
    print(f"{'act':12} {'sentences':>9} {'threshold':>9} {'precision':>9} {'recall':>7}")
    for act in acts:
        wanted = np.array([act in said for _, said in rows])
        if wanted.any():
            precision, recall = precision_recall(wanted, np.array([one.says(act) for one in read]))
            print(f"{act:12} {wanted.sum():9} {read[0].thresholds[act]:9.2f} {precision:9.3f} {recall:7.3f}")


def main() -> None:
    settings = AgentSettings()
    labelled = speech_acts(settings.languages_dir)
    listening, known = Engines(settings).listening(labelled), learnt_from(labelled)
    print(f"{len(labelled.texts)} sentences were learnt.\n\nWritten by another hand:")
    table(listening, Labelled.read(HELD_OUT), known, ACTS)
    if len(sys.argv) > 1:
        print("\nNLU++, banking:")
        table(listening, of_nlupp(Path(sys.argv[1]) / "nlupp-banking"), known, tuple(INTENTS.values()))


if __name__ == "__main__":
    main()
