"""Runs the agent service."""

from callcenter.messaging.serve import run
from services.agent import build

run(build)
