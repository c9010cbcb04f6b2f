"""A secret in a file: what is wrong with the file is told, and never what stands in it."""

import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from callcenter.errors import SettingsError

OTHERS = stat.S_IROTH | stat.S_IWOTH
"""Who may read a secret is its owner and its group: a service that runs as another user is put into that group."""


def named(secrets: Iterable[str], environment: Mapping[str, str]) -> dict[str, Path]:
    """The files that LLM_KEY_FILE and the like name, by these variables; an empty one names none."""
    variables = sorted({f"{name}_FILE" for name in secrets})
    return {variable: Path(path) for variable in variables if (path := environment.get(variable))}


def found(secrets: Iterable[str], environment: Mapping[str, str]) -> dict[str, str]:
    """What stands in these files, by the names of the settings; raises SettingsError with one line per mistake."""
    read, mistakes = dict[str, str](), list[str]()
    for variable, path in named(secrets, environment).items():
        name = variable.removesuffix("_FILE")
        try:
            if environment.get(name):
                raise ValueError(f"{name} is set as well; unset one of the two")
            read[name.lower()] = secret_in(path)
        except ValueError as mistake:
            mistakes.append(f"\n  {variable}: {mistake}")
    if mistakes:
        raise SettingsError(f"Please correct these settings:{''.join(mistakes)}")
    return read


def secret_in(path: Path) -> str:
    """What stands there, without the end of its line; raises ValueError with what to do where it is no kept secret."""
    try:
        open_to, text = path.stat().st_mode, path.read_text()
    except FileNotFoundError:
        raise ValueError(f"there is no file {path}; make it, with the secret in it, or correct the path") from None
    except PermissionError:
        who = f"user {os.geteuid()}, group {os.getegid()}"
        raise ValueError(f"{path} may not be read by this service ({who}); give it to this group: chmod 440") from None
    except (OSError, UnicodeDecodeError):
        raise ValueError(f"{path} is not a file of text; name one that holds the secret and nothing else") from None
    if open_to & OTHERS:
        raise ValueError(f"{path} is open to everybody on its machine; close it: chmod 440 {path}")
    if not text.strip():
        raise ValueError(f"{path} is empty; write the secret into it")
    return text.strip()
