"""`callcenter`: everything that a person does with the call center from a terminal.

running.py        run: all five services in this process
interactions.py   submit, show, preview: over the HTTP API
dead_letters.py   dead-letters list, show, replay: on RabbitMQ and Redis
staff.py          staff add, list, disable, password; keys add, list, revoke: on Redis
accounts.py       accounts migrate, load: customers in PostgreSQL
privacy.py        privacy export, erase: a customer, on RabbitMQ and Redis
audit.py          audit list, verify, export: who did what, on Redis
evaluate.py       evaluate: what the understanding is worth, on labelled texts
simulate.py       simulate: simulated customers of simulation/ call a running demo, and are judged
doctor.py         doctor: what is wrong, and how to mend it, by the checks of checks.py and servers.py
business/         business check, test, new, replay: a business without code
client.py         the HTTP API as the commands use it
screen.py         how an interaction looks on a terminal
"""

from services.cli import (
    accounts,
    audit,
    business,
    dead_letters,
    doctor,
    evaluate,
    interactions,
    privacy,
    running,
    simulate,
    staff,
)
from services.cli.program import program

app = program()
app.command("run")(running.run)
app.command("submit")(interactions.submit)
app.command("show")(interactions.show)
app.command("preview")(interactions.preview)
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(business.app, name="business")
app.add_typer(accounts.app, name="accounts")
app.add_typer(audit.app, name="audit")
app.add_typer(privacy.app, name="privacy")
app.add_typer(staff.staff, name="staff")
app.add_typer(staff.keys, name="keys")
app.command("evaluate")(evaluate.evaluate)
app.command("simulate")(simulate.simulate)
app.command("doctor")(doctor.doctor)

__all__ = ["app"]
