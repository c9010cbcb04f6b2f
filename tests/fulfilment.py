"""A company's own system for the tests: `python -m tests.fulfilment PORT FILE SECRET` carries out orders until killed.

It writes each key down once, with what was ordered, and answers every repeat as the first time. It verifies with the
reference library of Standard Webhooks, and knows nothing of our code.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import uvicorn
from standardwebhooks import Webhook, WebhookVerificationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


def fulfilment(file: Path, secret: str) -> Starlette:
    """The application. Below /refuse it refuses, below /broken it does it and then fails to say so."""
    calls = file.with_suffix(".calls")

    async def take(request: Request) -> Response:
        body = await request.body()
        try:
            Webhook(secret).verify(body, dict(request.headers))
        except WebhookVerificationError as error:
            return Response(str(error), 401)
        key, manner = request.headers["idempotency-key"], request.path_params["manner"]
        written(calls, key)
        if manner == "refuse":
            return JSONResponse({"reason": "the\nwarehouse has it packed"}, 422)
        if manner.isdigit():
            return Response(b"no JSON", int(manner))
        done = carried_out(file)
        if all(one["key"] != key for one in done):
            done.append({"key": key, "order": json.loads(body)["data"]})
            written(file, json.dumps(done[-1]))
        number = [one["key"] for one in done].index(key) + 1
        return JSONResponse({"reference": f"F-{number}"}, 500 if manner == "broken" else 200)

    return Starlette(routes=[Route("/{manner}", take, methods=["POST"])])


def carried_out(file: Path) -> list[dict[str, Any]]:
    """All orders so far."""
    return [json.loads(line) for line in file.read_text().splitlines()]


def written(file: Path, line: str) -> None:
    """On the disk before it is answered."""
    with file.open("a") as out:
        out.write(line + "\n")
        out.flush()
        os.fsync(out.fileno())


if __name__ == "__main__":
    uvicorn.run(fulfilment(Path(sys.argv[2]), sys.argv[3]), port=int(sys.argv[1]), log_level="error")
