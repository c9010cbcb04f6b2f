"""`python -m services`: all five desks in one process, with nothing to install."""

from collections.abc import Sequence

from fastapi import FastAPI

from callcenter.http.hosts import only_from_here
from callcenter.messaging import Worker
from callcenter.messaging.serve import Runtime, run_app
from callcenter.settings import RuntimeSettings
from services import agent, intake, policy, summary, ticketing
from services.agent.settings import AgentSettings
from services.intake.settings import IntakeSettings
from services.policy.settings import PolicySettings

ANNOUNCEMENT = """
  Call Center AI Assistant is ready, all five desks in this process.

    Console   {address}/
    API docs  {address}/docs
    Try       curl -s {address}/v1/interactions -H 'Prefer: wait=10' \\
                -d '{{"text": "I was charged twice for order 48260, please fix this"}}'

  {demo}
  {auth}
  Records live in memory and end with this process. For RabbitMQ and Redis: docker compose up
"""
DEMO = "This is a demo: whoever comes sees and plays the sample customers. DEMO=off ends that."
AUTH = "Sign in as admin, with ADMIN_PASSWORD; programs need a key."
NO_AUTH = "No sign-in: whoever reaches this port reads and changes everything. AUTH=on asks who they are."
NO_DEMO = "This is no demo: you are the customer, and no sample customer is shown. DEMO=on makes it one."


def build(runtime: Runtime) -> tuple[Sequence[Worker], FastAPI]:
    """Every worker, and intake's HTTP app."""
    demo = is_demo(runtime.settings.http_host)
    judge = policy.on(runtime, PolicySettings.read(demo=demo))
    tickets = ticketing.build(book=runtime.book, post=runtime.post)
    desks = [ticketing.router, policy.privacy(judge, runtime), *([policy.router(judge)] if demo else [])]
    workers, app = intake.build(runtime, IntakeSettings.read(demo=demo), desks)
    app.state.office = tickets.office
    talker = agent.build(AgentSettings.read(demo=demo))
    return [*workers, talker, judge, tickets, summary.build()], app


def is_demo(host: str) -> bool:
    """What DEMO says; without it, whether only this machine is listened to, and the customers are samples."""
    settings = PolicySettings.read()
    if "demo" in settings.model_fields_set:
        return settings.demo
    return settings.accounts_url is None and only_from_here(host)


def announcement(address: str) -> str:
    """What whoever started it should know."""
    settings = RuntimeSettings.read()
    demo, auth = is_demo(settings.http_host), settings.auth
    return ANNOUNCEMENT.format(address=address, demo=DEMO if demo else NO_DEMO, auth=AUTH if auth else NO_AUTH)


def main() -> None:
    """Run until Ctrl-C."""
    run_app(build, embedded=True, port=8000, announce=announcement)


if __name__ == "__main__":
    main()
