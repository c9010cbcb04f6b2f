"""`python -m tests.cases URL FILE`: play the cases of a file against a running system, or in an embedded one."""

import argparse
import asyncio
import json
from functools import partial
from pathlib import Path

from callcenter import telemetry
from tests.cases.case import Case, read
from tests.cases.door import Opening, at, embedded
from tests.cases.playing import Result
from tests.cases.results import line, play_all, table


def main() -> None:
    """Say of each case that did not come out right why, then the figures by kind."""
    args = _arguments()
    telemetry.configure("ERROR", "text")
    results = asyncio.run(play_all(_chosen(args), _opening(args.url), args.jobs, partial(_show, verbose=args.verbose)))
    print(f"\n{table(results)}")
    if args.json:
        args.json.write_text(json.dumps([_plain(result) for result in results], indent=1, ensure_ascii=False))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.cases", description=__doc__)
    parser.add_argument("url", help="where the system is, or `embedded`: in this process")
    parser.add_argument("file", type=Path, help="the cases, in YAML")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the results, with the talks, to this file")
    parser.add_argument("--only", help="only these ids, with commas between")
    parser.add_argument("--kind", help="only these kinds, with commas between")
    parser.add_argument("--jobs", type=int, default=4, help="so many cases at a time (4)")
    parser.add_argument("--verbose", action="store_true", help="show the talk of each case that did not come out right")
    return parser.parse_args()


def _chosen(args: argparse.Namespace) -> list[Case]:
    ids, kinds = (text.split(",") if text else None for text in (args.only, args.kind))
    cases = read(args.file)
    return [case for case in cases if (not ids or case.id in ids) and (not kinds or case.kind in kinds)]


def _opening(url: str) -> Opening:
    return embedded if url == "embedded" else partial(at, url)


def _show(result: Result, *, verbose: bool) -> None:
    if result.verdict != "right":
        print(line(result), *(result.talk if verbose else ()), sep="\n          ", flush=True)


def _plain(result: Result) -> dict[str, object]:
    record = result.record
    return {
        "id": result.case.id,
        "kind": result.case.kind,
        "class": result.verdict,
        "problems": [problem.what for problem in result.problems],
        "outcome": record.outcome,
        "reasons": record.reasons,
        "done": [str(done) for done in record.done],
        "facts": record.facts,
        "priority": record.priority,
        "talk": result.talk,
        "seconds": round(result.seconds, 2),
    }


if __name__ == "__main__":
    main()
