"""Run the ticketing service: `python -m services.ticketing`."""

from callcenter.messaging.serve import run
from services.ticketing import build

run(build)
