"""What stays inside: the front door, where everybody comes, says where the rules are asked instead."""

from typing import NoReturn

from fastapi import FastAPI

from callcenter.http.problems import Problem
from services.intake.forwarding import METHODS

ADDRESS = "/v1/policy"
"""What is answered there can name any customer, so only a demo has it at the front door."""

_INSTEAD = (
    "The rules are asked inside, since their answers speak of accounts: POST it to the policy service's own port, "
    "with `callcenter preview --url`. Only a demo answers here, too; DEMO=on makes this one."
)


def keep_inside(app: FastAPI) -> None:
    """Refuse what would ask the rules; has to come before whatever could answer it."""
    for path in (ADDRESS, f"{ADDRESS}/{{rest:path}}"):
        app.add_api_route(path, _refuse, methods=METHODS, include_in_schema=False, response_model=None)


async def _refuse() -> NoReturn:
    raise Problem(403, _INSTEAD)
