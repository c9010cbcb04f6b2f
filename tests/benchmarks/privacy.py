"""Recall and false spans of `callcenter.privacy` on labelled texts, by kind, on both halves of the file.

The file is a JSON list of `{"full_text": ..., "spans": [{"entity_type", "start_position", "end_position"}]}`.
"""

import argparse
import json
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from callcenter.privacy import find

STRUCTURED = (
    "EMAIL_ADDRESS",
    "PHONE_NUMBER",
    "CREDIT_CARD",
    "IBAN_CODE",
    "US_SSN",
    "IP_ADDRESS",
    "DOMAIN_NAME",
    "US_DRIVER_LICENSE",
)
"""Labels that have a form; names, places, organisations, dates, ages and postcodes are not looked for."""


@dataclass
class Score:
    """Counts over some texts."""

    there: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    spans: int = 0
    false: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def add(self, text: str, labels: Sequence[dict[str, Any]]) -> None:
        began = time.perf_counter()
        found = find(text)
        self.times.append((time.perf_counter() - began) * 1000)
        places = [(label["start_position"], label["end_position"], label["entity_type"]) for label in labels]
        for start, end, kind in places:
            if kind in STRUCTURED:
                hit = any(span.start < end and span.end > start for span in found)
                self.there[kind] += 1
                self.seen[kind] += hit
                if not hit:
                    self.missed.append(f"{kind}: {text[start:end]!r}")
        self.spans += len(found)
        wrong = [span for span in found if all(span.end <= start or span.start >= end for start, end, _ in places)]
        self.false += [f"{span.kind}: {text[span.start : span.end]!r}" for span in wrong]

    def show(self, name: str, *, details: bool) -> None:
        total, seen = self.there.total(), self.seen.total()
        print(f"{name}: recall {seen}/{total} = {seen / max(1, total):.1%}", end="; ")
        print(f"false spans {len(self.false)}/{self.spans} = {len(self.false) / max(1, self.spans):.1%}", end="; ")
        print(f"p50 {statistics.median(self.times):.3f} ms a text ({len(self.times)} texts)")
        for kind in STRUCTURED:
            print(f"  {kind:18} {self.seen[kind]:3}/{self.there[kind]:3}")
        for line in (*self.missed, *self.false) if details else ():
            print(f"    {line}")


def main() -> None:
    """Every other text belongs to the first half, which may be looked at; of the second only figures are told."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.privacy", description=__doc__)
    parser.add_argument("file", type=Path)
    rows = json.loads(parser.parse_args().file.read_text(encoding="utf-8"))
    find("warm up: a@example.com")
    for name, part, details in (("looked at", rows[0::2], True), ("held back", rows[1::2], False)):
        score = Score()
        for row in part:
            score.add(row["full_text"], row["spans"])
        score.show(name, details=details)


if __name__ == "__main__":
    main()
