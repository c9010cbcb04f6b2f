"""The frame of all commands: the exit codes, and every error as a sentence."""

from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from callcenter import __version__
from callcenter.errors import BusinessError, CallCenterError, SettingsError, Unavailable

OK, FAILED, USAGE, UNREACHABLE, INSECURE = 0, 1, 2, 3, 4

OUT = Console(highlight=False)
ERR = Console(stderr=True, highlight=False)

HELP = """
Send customer requests to the call center, follow them, and look after it.

Exit codes:  0 all is well.  1 the interaction or a check failed, what you named does not exist, or is not for you.
2 the command, a setting or the request is not right.  3 a server cannot be reached.  4 the doctor found
something insecure, whatever else it found.
"""


class Failed(Exception):
    """Ends the command with a sentence and an exit code."""

    def __init__(self, sentence: str, code: int = FAILED) -> None:
        super().__init__(sentence)
        self.code = code


class _Program(TyperGroup):
    """Nobody at a terminal wants a traceback for a server that is away or a setting that is wrong."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Failed as end:
            sentence, code = str(end), end.code
        except CallCenterError as error:
            sentence, code = str(error), _code(error)
        ERR.print(sentence, style="red", markup=False, soft_wrap=True)
        raise typer.Exit(code)


def _code(error: CallCenterError) -> int:
    if isinstance(error, SettingsError | BusinessError):
        return USAGE
    return UNREACHABLE if isinstance(error, Unavailable) else FAILED


def program() -> typer.Typer:
    """The empty program, to which the commands are added."""
    made = typer.Typer(
        cls=_Program, help=HELP, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
    )
    made.callback()(_options)
    return made


def _told_version(wanted: bool) -> None:  # noqa: FBT001 - the signature of typer's callbacks
    if wanted:
        typer.echo(f"callcenter {__version__}")
        raise typer.Exit


def _options(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_told_version, is_eager=True, help="Tell the version, and end.")
    ] = False,
) -> None:
    """What can be said before every command."""
