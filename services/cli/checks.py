"""What one check of the doctor found, and the checks that need no server: Python, settings, business folders."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Literal

from callcenter.access.provider.settings import ProviderSettings
from callcenter.errors import CallCenterError, SettingsError
from callcenter.messaging.serve import Runtime
from callcenter.settings import BusinessSettings, RuntimeSettings
from services.cli.settings import CliSettings

NEEDED_PYTHON = (3, 11)
VARIABLES = "Correct these environment variables; every setting has a default."


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; `fix` says what to do where it failed or is insecure."""

    name: str
    state: Literal["ok", "failed", "insecure", "skipped"]
    detail: str
    fix: str = ""


def passed(name: str, detail: str) -> Check:
    """It is as it should be."""
    return Check(name, "ok", detail)


def failed(name: str, detail: str, fix: str) -> Check:
    """It is not as it should be."""
    return Check(name, "failed", detail, fix)


def insecure(name: str, detail: str, fix: str) -> Check:
    """It works, and somebody may do harm by it."""
    return Check(name, "insecure", detail, fix)


def skipped(name: str, why: str) -> Check:
    """It could not be looked at, or need not be."""
    return Check(name, "skipped", why)


def python() -> Check:
    """The version of Python."""
    version = sys.version.split()[0]
    if sys.version_info >= NEEDED_PYTHON:
        return passed("Python", version)
    return failed("Python", f"{version} is too old", "Install Python 3.11 or newer, and make the venv again with it.")


def settings() -> Check:
    """Every setting that is read from the environment."""
    try:
        for kind in (RuntimeSettings, BusinessSettings, ProviderSettings, CliSettings):
            kind.read()
    except CallCenterError as error:
        return failed("settings", str(error), VARIABLES)
    return passed("settings", "all are valid")


def businesses() -> list[Check]:
    """Whether every service can load the business folders."""
    return [_loads(service, load) for service, load in _LOADERS.items()]


def _loads(service: str, load: Callable[[], object]) -> Check:
    name = f"businesses for {service}"
    try:
        load()
    except SettingsError as error:
        return failed(name, str(error), VARIABLES)
    except CallCenterError as error:
        return failed(name, str(error), "Correct the file and line named above.")
    return passed(name, "load")


def _desk(service: str) -> Callable[[], object]:
    """By name and only when called: the services take seconds to import, which no other command should wait for."""
    return lambda: import_module(f"services.{service}").build()


def _intake() -> object:
    return import_module("services.intake").build(Runtime.embedded(RuntimeSettings.read()))


_LOADERS: dict[str, Callable[[], object]] = {
    "intake": _intake,
    **{service: _desk(service) for service in ("agent", "policy", "ticketing", "summary")},
}
