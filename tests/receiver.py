"""Another company's help desk for the tests: `python -m tests.receiver PORT FILE SECRET` takes webhooks until killed.

What is signed by us it writes to the file, one JSON line each, before it answers; anything else it refuses. It verifies
with the reference library of Standard Webhooks, and knows nothing of our code.
"""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import uvicorn
from standardwebhooks import Webhook, WebhookVerificationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.brokers import free_ports

SECRET = "whsec_" + "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0"  # made up, and long enough


class Receiver:
    """The process, on a port of its own, and what it wrote down."""

    def __init__(self, file: Path) -> None:
        self.port, self.file = free_ports(1)[0], file
        self.process: subprocess.Popen[bytes] | None = None
        self.file.touch()

    def url(self, manner: str = "hooks") -> str:
        return f"http://127.0.0.1:{self.port}/{manner}"

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.receiver", str(self.port), str(self.file), SECRET]
        self.process = subprocess.Popen(command)

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    def up(self) -> bool:
        try:
            return httpx2.get(self.url(), trust_env=False).status_code == 405
        except httpx2.HTTPError:
            return False

    def heard(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.file.read_text().splitlines()]


def receiver(file: Path, secret: str) -> Starlette:
    """The application. Below /refuse a request is answered 503, below /gone 410, below /slow after a minute."""
    answers = {"hooks": 204, "slow": 204, "refuse": 503, "gone": 410}

    async def take(request: Request) -> Response:
        body = await request.body()
        try:
            Webhook(secret).verify(body, dict(request.headers))
        except WebhookVerificationError as error:
            return Response(str(error), 401)
        line = {"id": request.headers["webhook-id"], "path": request.url.path, **json.loads(body)}
        with file.open("a") as out:
            out.write(json.dumps(line) + "\n")
            out.flush()
            os.fsync(out.fileno())
        await asyncio.sleep(60 if request.path_params["manner"] == "slow" else 0)
        return Response(status_code=answers[request.path_params["manner"]])

    return Starlette(routes=[Route("/{manner}", take, methods=["POST"])])


if __name__ == "__main__":
    uvicorn.run(receiver(Path(sys.argv[2]), sys.argv[3]), port=int(sys.argv[1]), log_level="error")
