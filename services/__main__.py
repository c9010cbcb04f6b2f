"""`python -m services`: all five desks in one process, with nothing to install."""

from collections.abc import Sequence

from fastapi import FastAPI

from callcenter.messaging import Worker
from callcenter.messaging.serve import Runtime, run_app
from services import agent, intake, policy, summary, ticketing

ANNOUNCEMENT = """
  Call Center AI Assistant is ready, all five desks in this process.

    Console   {address}/
    API docs  {address}/docs
    Try       curl -s {address}/v1/interactions -H 'Prefer: wait=10' \\
                -d '{{"text": "I was charged twice for order 48260, please fix this"}}'

  Records live in memory and end with this process. For RabbitMQ and Redis: docker compose up
"""


def build(runtime: Runtime) -> tuple[Sequence[Worker], FastAPI]:
    """Every worker, and intake's HTTP app."""
    judge, tickets = policy.build(), ticketing.build(book=runtime.book)
    workers, app = intake.build(runtime, desks=(policy.router(judge), ticketing.router))
    app.state.office = tickets.office
    return [*workers, agent.build(), judge, tickets, summary.build()], app


def main() -> None:
    """Run until Ctrl-C."""
    run_app(build, embedded=True, port=8000, announce=ANNOUNCEMENT)


if __name__ == "__main__":
    main()
