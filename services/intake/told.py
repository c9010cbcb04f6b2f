"""What the customer of a live conversation reads of its record: what was said in it, and nothing else of their account.

Our own people read all of it. Here a section is shown that is named, and of each only what is named.
"""

from collections.abc import Callable, Collection
from typing import Any

Json = dict[str, Any]
"""A section as JSON data."""

_AS_IT_IS = (
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

_TICKET = ("ticket_id", "priority", "sla")
_OF_OURS = ("note", "mood")
"""Of a handoff, what our people noted and what we think of theirs."""
_ACTION = ("name", "amount", "currency")


def told_view(view: Json) -> Json:
    """The view of an interaction as its customer may have it; of one that is not live all, as somebody else asks."""
    record = view["record"]
    if record["request"]["mode"] != "live":
        return view
    shown = {name: record[name] for name in _AS_IT_IS if name in record}
    said = "\n".join(turn["text"] for turn in record.get("transcript", ())).casefold()
    for name, cut in _CUT.items():
        if record.get(name) is not None:
            shown[name] = cut(record[name], said)
    if any(one["escalation"] for one in record.get("policy", {}).get("decisions", ())):
        shown["escalation"] = {"state": "none"}  # who guesses is not told that it was noticed
    return {**view, "record": shown}


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


def _ticket(ticket: Json, _: str) -> Json:
    return {name: ticket[name] for name in _TICKET}


def _escalation(escalation: Json, _: str) -> Json:
    return {"state": escalation["state"]}


def _handoff(handoff: Json, _: str) -> Json:
    """Who comes, why, until when that is waited for, and who is there."""
    return _without(handoff, _OF_OURS)


def _summary(summary: Json, _: str) -> Json:
    return {"reply_to_customer": summary["reply_to_customer"]}


_CUT: dict[str, Callable[[Json, str], Json]] = {
    "contact": _contact,
    "dialogue": _dialogue,
    "policy": _policy,
    "ticket": _ticket,
    "escalation": _escalation,
    "handoff": _handoff,
    "summary": _summary,
}
"""What is shown in part, and how: by the section and all that was said, in small letters."""
