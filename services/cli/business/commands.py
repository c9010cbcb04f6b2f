"""The commands. Each imports what it needs when called: the services take seconds that others should not wait for."""

from pathlib import Path
from typing import Annotated

import typer

from callcenter.business import folders
from callcenter.settings import BusinessSettings
from services.cli.interactions import Json, Url
from services.cli.program import FAILED, OUT, USAGE, Failed

app = typer.Typer(no_args_is_help=True, help="Make, check, test and replay a business: a folder of YAML, no code.")

Business = Annotated[str, typer.Argument(metavar="NAME|FOLDER", help="Name of a business, or the path of its folder.")]


@app.command()
def check(business: Business, *, as_json: Json = False) -> None:
    """Read all files of a business and say each mistake, with its line and what is allowed."""
    from services.cli.business import checking  # noqa: PLC0415

    found = checking.check(folder_of(business))
    checking.report_json(found) if as_json else checking.report(found)
    if found.mistakes:
        raise typer.Exit(FAILED)


@app.command("test")
def run_scenarios(
    business: Business,
    *,
    seed: Annotated[
        list[int] | None, typer.Option(min=1, max=1_000_000, help="May be given several times. Default: 3 and 7.")
    ] = None,
    persona: Annotated[
        list[str] | None, typer.Option(help="Who calls; may be given several times. Default: plain.")
    ] = None,
    one_shot: Annotated[
        bool, typer.Option("--one-shot", help="Nobody calls: the agent makes the customers up itself.")
    ] = False,
    coverage: Annotated[bool, typer.Option("--coverage", help="Show how often each rule decided.")] = False,
    mutate: Annotated[bool, typer.Option("--mutate", help="Turn each rule's verdict; does a scenario notice?")] = False,
    as_json: Json = False,
) -> None:
    """Run the scenarios of a business through all five desks, and compare what comes out."""
    from services.cli.business import checking, testing  # noqa: PLC0415
    from services.cli.business.runs import who  # noqa: PLC0415

    called = who(seed or testing.SEEDS, persona or (), one_shot=one_shot)
    folder = folder_of(business)
    found = checking.check(folder)
    if found.mistakes:
        checking.report(found)
        raise typer.Exit(FAILED)
    result = testing.run(folder, called, mutate=mutate)
    if as_json:
        testing.report_json(result)
    else:
        testing.report(result, coverage=coverage)
    if not result.passed:
        raise typer.Exit(FAILED)


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Lower case, like city-gym: the name of the folder and of the business.")],
    *,
    title: Annotated[str | None, typer.Option(help="What customers call it. Default: from the name.")] = None,
    source: Annotated[str | None, typer.Option("--from", help="Copy this business instead of the small one.")] = None,
) -> None:
    """Write a small business that works, with comments that teach, to be changed into yours."""
    from services.cli.business import starting  # noqa: PLC0415

    root = BusinessSettings.read().businesses_dir
    folder = starting.create(root, name, title, folder_of(source) if source else None)
    OUT.print(
        f"Written: {folder}\nNow change its files; after each change:\n"
        f"  callcenter business check {name}\n  callcenter business test {name}",
        soft_wrap=True,
    )


@app.command()
def replay(
    business: Annotated[str, typer.Argument(metavar="NAME", help="The business as the records call it.")],
    *,
    changed: Annotated[Path, typer.Option("--with", help="Folder with the changed rules and accounts.")],
    since: Annotated[str | None, typer.Option(help="Only contacts since: 7d, 12h, or a day like 2026-11-01.")] = None,
    file: Annotated[Path | None, typer.Option(help="Read records from this file, one JSON in each line.")] = None,
    as_json: Json = False,
    url: Url = None,
) -> None:
    """Judge recorded interactions by changed rules, and list the decisions that flip. Exit code 1: some do."""
    from services.cli.business import replaying  # noqa: PLC0415

    result = replaying.replay(business, folder_of(str(changed)), replaying.moment(since), file, url)
    if as_json:
        replaying.report_json(result)
    else:
        replaying.report(result)
    if result.flips:
        raise typer.Exit(FAILED)


def folder_of(business: str) -> Path:
    """The folder of a business that was named, or whose path was given."""
    given = Path(business)
    if (given / "business.yaml").is_file():
        return given.resolve()
    root = BusinessSettings.read().businesses_dir
    known = folders(root)
    if business in known:
        return known[business].resolve()
    raise Failed(
        f"There is no business {business!r}: no folder of that name in {root} has a business.yaml. "
        f"There are: {', '.join(known)}.",
        USAGE,
    )
