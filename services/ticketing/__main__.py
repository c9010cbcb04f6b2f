"""Run the ticketing service: `python -m services.ticketing`."""

from callcenter.messaging.serve import run_app
from services.ticketing import assemble

run_app(assemble)
