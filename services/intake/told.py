"""What somebody sees of an interaction: our own people all of it, its customer what is meant for them or was said.

A section is shown that is named here, and of each what its cut leaves: a new one stays inside until it is let out.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from callcenter.access.principal import ANYBODY, Principal

Json = dict[str, Any]
"""A section as JSON data."""

Cut = Callable[[Any, str], Any]
"""Of a section what is shown, by the section and all that was said, in small letters."""

_TICKET = ("ticket_id", "priority", "sla")
_OF_OURS = ("note", "mood")
"""Of a handoff, what our people noted and what we think of theirs."""
_ACTION = ("name", "amount", "currency")


def seen_by(who: Principal, view: Json, *, sends: bool = False) -> Json:
    """The view as it is, for who may read records; else its customer's part of it.

    `sends`: it answers what they just sent. Where nobody is told from anybody that may be the customer of a live talk.
    """
    if "read" not in who.may:
        return customer_view(view)
    return told_view(view) if sends and who == ANYBODY else view


def customer_view(view: Json) -> Json:
    """For who has the secret of a conversation: what was said, and nothing that we think."""
    return {**view, "record": _cut(view["record"], _MEANT), "timings": [], "failure": None}


def told_view(view: Json) -> Json:
    """For who sent something, in the console of a demo: also what was made of it. Of one that is not live all, as
    somebody else asks.
    """
    record = view["record"]
    if record["request"]["mode"] != "live":
        return view
    shown = _cut(record, _MADE_OF_IT)
    if any(one["escalation"] for one in record.get("policy", {}).get("decisions", ())):
        shown["escalation"] = {"state": "none"}  # who guesses is not told that it was noticed
    return {**view, "record": shown}


def _cut(record: Json, cuts: Mapping[str, Cut]) -> Json:
    said = "\n".join(turn["text"] for turn in record.get("transcript", ())).casefold()
    return {name: cut(record[name], said) for name, cut in cuts.items() if record.get(name) is not None}


def _as_it_is(section: Any, _: str) -> Any:
    return section


def _only(*names: str) -> Cut:
    return lambda section, _: {name: value for name, value in section.items() if name in names}


def _contact(contact: Json, _: str) -> Json:
    """Without what an earlier contact left open, the address of a mail, and the account that was proved theirs."""
    proved = {"customer_id"} if contact["verified"]["verified"] else set[str]()
    return _without(contact, {"unfinished", "client", "mail", *proved})


def _dialogue(dialogue: Json, said: str) -> Json:
    standing = dialogue.get("standing")
    settled = [{**one, "decision": _decision(one["decision"])} for one in dialogue["settled"]]
    return {**dialogue, "standing": standing and _standing(standing, said), "settled": settled}


def _standing(standing: Json, said: str) -> Json:
    """The things that were read out, and the actions that were read back."""
    asked = standing.get("question")
    return {
        **standing,
        "things": _things(standing["things"], said),
        "proposals": [_proposal(one) for one in _said_of(standing["proposals"], "words", said)],
        "question": asked and {**asked, "things": _things(asked["things"], said)},
    }


def _things(things: list[Json], said: str) -> list[Json]:
    """Those that were read out, by their names alone."""
    return [{**one, "known": [], "within": {}} for one in _said_of(things, "label", said)]


def _proposal(proposal: Json) -> Json:
    return {**proposal, "action": _action(proposal["action"])}


def _policy(policy: Json, _: str) -> Json:
    return {**policy, "decisions": [_decision(one) for one in policy["decisions"]]}


def _decision(decision: Json) -> Json:
    """What was told of it; the facts of the account that the rules read are for our own people."""
    told = {name: fact for name, fact in decision["facts"].items() if name == "under_way"}
    inside: Json = {"facts": told, "reason_internal": "", "checks": [], "escalation": None}
    return {**decision, **inside, "action": _action(decision["action"])}


def _action(action: Json | None) -> Json | None:
    return action and {name: action.get(name) for name in _ACTION}


def _said_of(things: list[Json], by: str, said: str) -> list[Json]:
    return [one for one in things if one[by] and one[by].casefold() in said]


def _without(section: Json, names: Collection[str]) -> Json:
    return {name: value for name, value in section.items() if name not in names}


def _handoff(handoff: Json, _: str) -> Json:
    """Who comes, why, until when that is waited for, and who is there."""
    return _without(handoff, _OF_OURS)


MEANT: Mapping[str, tuple[str, ...]] = {
    "contact": ("channel", "follows", "initiated_at", "ended_at"),
    "request": ("business", "mode", "text"),
    "ticket": ("ticket_id",),
    "summary": ("reply_to_customer",),
}
"""Of each section of a record what its customer sees, beside what was said."""

_MEANT: Mapping[str, Cut] = {name: _only(*seen) for name, seen in MEANT.items()} | {"transcript": _as_it_is}

_STATED = (
    "request",
    "transcript",
    "outcome",
    "contact_reason",
    "secondary_reasons",
    "entities",
    "missing",
    "sentiment",
    "urgency",
    "understanding",
)
"""What the customer said themselves, and what was made of it."""

_MADE_OF_IT: Mapping[str, Cut] = {
    **dict.fromkeys(_STATED, _as_it_is),
    "contact": _contact,
    "dialogue": _dialogue,
    "policy": _policy,
    "ticket": _only(*_TICKET),
    "escalation": _only("state"),
    "handoff": _handoff,
    "summary": _only("reply_to_customer"),
}
