"""`callcenter completion`: what a shell needs to complete commands and options."""

from enum import StrEnum
from typing import Annotated

import typer
from typer._completion_classes import completion_init
from typer._completion_shared import get_completion_script


class Shell(StrEnum):
    """Those that can."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


PROGRAM, ASKED_BY = "callcenter", "_CALLCENTER_COMPLETE"

completion_init()  # or the shells would be answered in a form that the scripts do not read


def completion(shell: Annotated[Shell, typer.Argument(help="Which shell.")]) -> None:
    """Print the script for a shell; in bash: eval "$(callcenter completion bash)"."""
    typer.echo(get_completion_script(prog_name=PROGRAM, complete_var=ASKED_BY, shell=shell.value))
