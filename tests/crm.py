"""A company's CRM for the tests: `python -m tests.crm PORT BUSINESSES DAY` serves the customers of all businesses.

It knows nothing of our adapters: it compares and writes as docs/technical_overview.md asks of a CRM.
"""

import re
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import uvicorn
import yaml
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


def crm(businesses: Path, today: date) -> Starlette:
    """The application."""
    customers = {
        path.parent.name: [written(one, today) for one in yaml.safe_load(path.read_text())["customers"]]
        for path in businesses.glob("*/accounts.yaml")
    }

    async def accounts(request: Request) -> Response:
        fact, value = request.query_params["fact"], request.query_params["value"]
        known = customers.get(request.path_params["business"], [])
        found = [one for one in known if value in {compared(fact, held) for name, held in pairs(one) if name == fact}]
        if len(found) == 1:
            return JSONResponse(found[0])
        return JSONResponse({"matches": len(found)}, 409 if found else 404)

    return Starlette(routes=[Route("/{business}/accounts", accounts)])


def written(fact: Any, today: date) -> Any:
    """As a CRM writes it: days as text."""
    if isinstance(fact, dict):
        return {name: written(part, today) for name, part in fact.items()}
    if isinstance(fact, list):
        return [written(part, today) for part in fact]
    if isinstance(fact, date):
        return fact.isoformat()
    if isinstance(fact, str) and (days := re.fullmatch(r"(\d+) days? ago|in (\d+) days?|today", fact)):
        return (today + timedelta(int(days[2] or 0) - int(days[1] or 0))).isoformat()
    return fact


def compared(fact: str, value: Any) -> str:
    """Without regard to case, spaces, and how a telephone number is written."""
    text = re.sub(r"\s", "", str(value)).casefold()
    return re.sub(r"\D", "", text)[-10:] if "phone" in fact else text


def pairs(facts: Any) -> Iterator[tuple[str, Any]]:
    """Every fact and its value, at whatever depth."""
    if isinstance(facts, dict):
        for name, fact in facts.items():
            yield from pairs(fact) if isinstance(fact, list | dict) else [(name, fact)]
    elif isinstance(facts, list):
        for part in facts:
            yield from pairs(part)


if __name__ == "__main__":
    port, folder, day = sys.argv[1:]
    uvicorn.run(crm(Path(folder), date.fromisoformat(day)), port=int(port), log_level="warning")
