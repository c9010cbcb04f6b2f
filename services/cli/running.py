"""`callcenter run`: the whole house in this process."""

from importlib import import_module
from typing import Annotated

import typer

from callcenter.messaging.serve import run_app
from callcenter.settings import RuntimeSettings
from services.cli.program import USAGE, Failed

DEFAULT_PORT = 8000


def run(
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Default: HTTP_PORT, or 8000.")] = None,
) -> None:
    """Run all five services in this process, with nothing to install, until Ctrl-C."""
    set_port = RuntimeSettings.read().http_port
    if port is not None and set_port not in (None, port):
        raise Failed(f"--port says {port}, but HTTP_PORT is set to {set_port}. Please give only one of them.", USAGE)
    # By name and only now: the services take seconds to import, which no other command should wait for.
    house = import_module("services.__main__")
    run_app(house.build, embedded=True, port=DEFAULT_PORT if port is None else port, announce=house.announcement)
