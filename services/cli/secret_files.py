"""`callcenter secrets`: makes the secrets of a deployment, each in its file, and leaves those that there are."""

import os
from base64 import b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from secrets import token_bytes, token_urlsafe
from typing import Annotated

import typer

from callcenter.http.signing import PREFIX
from services.cli.program import OUT, USAGE, Failed

MODE = 0o440
"""For the owner and the group alone: whoever reads them is put into the group."""


def _password() -> str:
    return token_urlsafe(32)


def _signing_key() -> str:
    return PREFIX + b64encode(token_bytes(32)).decode()


SECRETS: Mapping[str, Callable[[], str]] = {
    "rabbitmq_password": _password,
    "redis_password": _password,
    "webhook_secret": _signing_key,
    "actions_secret": _signing_key,
}
"""What can be made here; what others give to you, such as a key of a language model, is yours to put beside it."""


def secrets(
    folder: Annotated[Path, typer.Argument(help="Where the files are, or are to be.", metavar="FOLDER")],
) -> None:
    """Make the passwords and keys that a deployment needs, for its owner and group to read; none is made anew."""
    try:
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        made = [name for name, make in SECRETS.items() if _made(folder / name, make)]
    except OSError as error:
        raise Failed(f"{error.filename} cannot be written ({error.strerror}); name another folder.", USAGE) from None
    OUT.print(
        f"Made in {folder}: {', '.join(made)}." if made else f"All secrets are in {folder} already.", soft_wrap=True
    )


def _made(path: Path, make: Callable[[], str]) -> bool:
    """Whether it was not there yet. It has its name once it is whole: nobody reads half a secret."""
    if path.exists():
        return False
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(f"{make()}\n")
    draft.chmod(MODE)
    draft.rename(path)
    return True
