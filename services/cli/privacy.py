"""`callcenter privacy`: all that is kept about a customer, and erasing it, on RabbitMQ and Redis."""

import asyncio
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Annotated, TypeVar

import typer

from callcenter import telemetry
from callcenter.business import folders
from callcenter.messaging.serve import Runtime
from callcenter.rights import Erasure, Person, erase, tell
from callcenter.rights.finding import SERVICES
from callcenter.settings import RuntimeSettings
from callcenter.storage.audit import Act
from services.cli.audit import typed
from services.cli.program import OUT, USAGE, Failed

T = TypeVar("T")

app = typer.Typer(
    no_args_is_help=True, help="Tell customers what is kept about them, and erase it (on AMQP_URL and REDIS_URL)."
)

Customer = Annotated[str, typer.Argument(help="Customer id, e-mail address or telephone number.")]
Business = Annotated[str, typer.Option(help="Whose customer it is.")]


@app.command()
def export(customer: Customer, *, business: Business) -> None:
    """Everything that is kept about a customer, as one JSON document with a list of where it was found."""
    told = _run(business, customer, "privacy.export", tell)
    typer.echo(told.model_dump_json(indent=2))


@app.command("erase")
def erase_customer(
    customer: Customer,
    *,
    business: Business,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Erase a customer. What has to stay is masked, and told with the reason. After an interruption, run it again."""
    done = _run(business, customer, "privacy.erase", erase)
    if as_json:
        typer.echo(done.model_dump_json(indent=2))
    else:
        _show(done)


def _show(done: Erasure) -> None:
    lines = [f"Erased, {one.place}: {', '.join(one.ids)}" for one in done.erased] or ["Nothing was there to be erased."]
    lines += [f"Stays, {one.place}: {', '.join(one.ids)}. {one.reason}" for one in done.kept]
    for line in [*lines, *done.elsewhere]:
        OUT.print(line, markup=False, soft_wrap=True)


def _run(business: str, customer: str, what: str, act: Callable[[Runtime, Person, Act], Awaitable[T]]) -> T:
    telemetry.configure("ERROR", "text")
    return asyncio.run(_acted(business, customer, what, act))


async def _acted(business: str, customer: str, what: str, act: Callable[[Runtime, Person, Act], Awaitable[T]]) -> T:
    policy = import_module("services.policy")  # by name and only now: it takes seconds to import
    settings = policy.PolicySettings.read()
    if business not in (known := folders(settings.businesses_dir)):
        raise Failed(f"There is no business {business!r}. Choose one of: {', '.join(known)}.", USAGE)
    runtime, desk = Runtime.distributed(RuntimeSettings.read()), policy.build(settings)
    try:
        await runtime.transport.depths(SERVICES)  # a broker that is away is told here, before anything is done
        async with runtime:
            whose: Person = await policy.person(desk, business, customer)
            about = whose.under(await runtime.store.secret())
            return await act(runtime, whose, typed(what, about))
    finally:
        await desk.release()
