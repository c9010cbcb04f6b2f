"""The front door: takes requests over HTTP, publishes InteractionRequested, and shows the record as it grows.

It consumes InteractionCompleted and InteractionFailed, to close what it opened.
"""

from collections.abc import Sequence

from fastapi import FastAPI

from callcenter.messaging import Worker
from callcenter.messaging.serve import Runtime
from services.intake.api import Front
from services.intake.app import create_app
from services.intake.reception import Reception
from services.intake.samples import Showcase
from services.intake.settings import IntakeSettings
from services.intake.sweeper import Sweeper
from services.intake.worker import IntakeWorker


def build(runtime: Runtime, settings: IntakeSettings | None = None) -> tuple[Sequence[Worker], FastAPI]:
    """The worker and the HTTP app, wired to a runtime."""
    settings = settings or IntakeSettings.read()
    showcase = Showcase.load(settings.businesses_dir)
    reception = Reception(runtime.store, runtime.transport, showcase.names, settings)
    sweeper = Sweeper(runtime.store, runtime.transport, settings)
    return [IntakeWorker(runtime.store)], create_app(Front(runtime, reception, showcase, settings), sweeper)
