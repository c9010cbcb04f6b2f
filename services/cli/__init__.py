"""`callcenter`: everything that a person does with the call center from a terminal.

running.py        run: all five services in this process
interactions.py   submit, show, watch, preview: over the HTTP API
chat.py           chat: a live conversation as its customer, by talk.py
listing.py        list, export: interactions in short, and all of them to take away
tickets.py        tickets list, show, comment, resolve, ...: over the HTTP API
dead_letters.py   dead-letters list, show, replay: on RabbitMQ and Redis
staff.py          staff add, list, disable, password; keys add, list, revoke: on Redis
accounts.py       accounts migrate, load: customers in PostgreSQL
secret_files.py   secrets: the passwords and keys of a deployment, in files
privacy.py        privacy export, erase: a customer, on RabbitMQ and Redis
audit.py          audit list, verify, export: who did what, on Redis
evaluate.py       evaluate: what the understanding is worth, on labelled texts
simulate.py       simulate: simulated customers of simulation/ call a running demo, and are judged
doctor.py         doctor: what is wrong, and how to mend it, by the checks of checks.py, servers.py and safety.py
insecure.py       the table of what is insecure, which safety.py looks for in a deployment
completion.py     completion: what a shell needs to complete commands
business/         business check, test, new, replay: a business without code
client.py         the HTTP API as the commands use it
screen.py         how an interaction looks on a terminal; ticket_screen.py: a ticket; tables.py: lists
"""

from services.cli import (
    accounts,
    audit,
    business,
    chat,
    completion,
    dead_letters,
    doctor,
    evaluate,
    interactions,
    listing,
    privacy,
    running,
    secret_files,
    simulate,
    staff,
    tickets,
)
from services.cli.program import program

app = program()
app.command("run")(running.run)
app.command("submit")(interactions.submit)
app.command("show")(interactions.show)
app.command("watch")(interactions.watch)
app.command("chat")(chat.chat)
app.command("list")(listing.list_interactions)
app.command("export")(listing.export)
app.add_typer(tickets.app, name="tickets")
app.command("preview")(interactions.preview)
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(business.app, name="business")
app.add_typer(accounts.app, name="accounts")
app.add_typer(audit.app, name="audit")
app.add_typer(privacy.app, name="privacy")
app.add_typer(staff.staff, name="staff")
app.add_typer(staff.keys, name="keys")
app.command("secrets")(secret_files.secrets)
app.command("evaluate")(evaluate.evaluate)
app.command("simulate")(simulate.simulate)
app.command("doctor")(doctor.doctor)
app.command("completion")(completion.completion)

__all__ = ["app"]
