"""People who take over live contacts, at the door of a house; and businesses that are open whenever a test runs."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import yaml

BUSINESSES = Path(__file__).resolve().parent.parent / "businesses"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def businesses(root: Path, hours: str = "00:00-24:00") -> Path:
    """A copy of all businesses with these hours on every day, and no holidays."""
    shutil.copytree(BUSINESSES, root / "businesses")
    for file in (root / "businesses").glob("*/business.yaml"):
        profile = yaml.safe_load(file.read_text())
        profile["opening_hours"] = dict.fromkeys(DAYS, hours)
        profile["holidays"] = {}
        file.write_text(yaml.safe_dump(profile))
    return root / "businesses"


@dataclass
class Person:
    """Somebody who helps customers; every step names them."""

    client: httpx2.AsyncClient
    name: str = "Dana"

    async def be_there(self, *queues: str, business: str = "retail") -> dict[str, Any]:
        """On duty for these queues; for none: not any more."""
        body = {"by": self.name, "business": business, "queues": [*queues]}
        answer = await self.client.put("/v1/handoffs/duty", json=body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def ask(self, interaction_id: str, step: str, key: str = "", **body: Any) -> httpx2.Response:
        """Take a step with a contact."""
        headers = {"Idempotency-Key": key} if key else {}
        said = {"by": self.name, **body}
        return await self.client.post(f"/v1/handoffs/{interaction_id}/{step}", json=said, headers=headers)

    async def does(self, interaction_id: str, step: str, **body: Any) -> dict[str, Any]:
        """The same, and it is done."""
        answer = await self.ask(interaction_id, step, **body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def waiting(self, **query: str) -> list[str]:
        """Who waits, in the order of the list."""
        answer = await self.client.get("/v1/handoffs", params=query)
        assert answer.status_code == 200, answer.text
        return [one["id"] for one in answer.json()["waiting"]]
