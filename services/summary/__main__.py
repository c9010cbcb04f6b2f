"""Run the summary service: `python -m services.summary`."""

from callcenter.messaging.serve import run
from services.summary import build

run(build)
