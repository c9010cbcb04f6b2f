"""What each address needs: every method and address of the house that is served over HTTP. What is not here is refused.

A permission is one of `principal.py`. `customer`: the secret of the conversation that is named does as well. `whole`:
only for who is tied to no businesses, as it tells of all of them.
"""

from dataclasses import dataclass
from typing import Literal

from starlette.routing import compile_path

from callcenter.access.principal import Permission, Principal

Needs = Permission | Literal["nothing", "a name"]
"""`nothing`: for all. `a name`: whoever signed in or has a key, whatever they may do."""


_OF_OUR_PEOPLE: frozenset[Needs] = frozenset({"work", "take over", "operate", "manage", "privacy"})


@dataclass(frozen=True, slots=True)
class Rule:
    """What one method of one address needs."""

    method: str
    path: str
    needs: Needs
    customer: bool = False
    whole: bool = False

    @property
    def noted(self) -> bool:
        """Whether the audit log tells who asked for it: what changes something for others, or takes much away."""
        return self.needs == "export" or (self.method != "GET" and self.needs in _OF_OUR_PEOPLE)

    def admits(self, who: Principal, path: str) -> bool:
        """Whether they may."""
        if self.needs == "nothing":
            return True
        if who.conversation is not None:
            return self.customer and _named(self.path, path) == who.conversation
        if self.whole and who.businesses is not None:
            return False
        return self.needs == "a name" or self.needs in who.may


RULES: tuple[Rule, ...] = (
    # sign-in
    Rule("POST", "/v1/session", "nothing"),
    Rule("GET", "/v1/session", "a name"),
    Rule("DELETE", "/v1/session", "a name"),
    Rule("GET", "/v1/session/provider", "nothing"),
    Rule("GET", "/v1/session/callback", "nothing"),
    # staff and keys
    Rule("GET", "/v1/staff", "manage", whole=True),
    Rule("POST", "/v1/staff", "manage", whole=True),
    Rule("PATCH", "/v1/staff/{name}", "manage", whole=True),
    Rule("GET", "/v1/keys", "manage", whole=True),
    Rule("POST", "/v1/keys", "manage", whole=True),
    Rule("DELETE", "/v1/keys/{key_id}", "manage", whole=True),
    # interactions
    Rule("POST", "/v1/interactions", "submit"),
    Rule("GET", "/v1/interactions", "read"),
    Rule("GET", "/v1/interactions/export", "export"),
    Rule("GET", "/v1/interactions/{interaction_id}", "read", customer=True),
    Rule("GET", "/v1/interactions/{interaction_id}/events", "read", customer=True),
    Rule("GET", "/v1/interactions/{interaction_id}/print", "read"),
    Rule("GET", "/v1/interactions/{interaction_id}/mails", "read"),
    Rule("POST", "/v1/interactions/{interaction_id}/messages", "converse", customer=True),
    # people who take over
    Rule("GET", "/v1/handoffs", "work"),
    Rule("GET", "/v1/handoffs/teams", "work"),
    Rule("GET", "/v1/handoffs/duty", "work"),
    Rule("PUT", "/v1/handoffs/duty", "work"),
    Rule("GET", "/v1/handoffs/{interaction_id}", "work"),
    Rule("POST", "/v1/handoffs/{interaction_id}/accept", "work"),
    Rule("POST", "/v1/handoffs/{interaction_id}/take", "take over"),
    Rule("POST", "/v1/handoffs/{interaction_id}/say", "work"),
    Rule("POST", "/v1/handoffs/{interaction_id}/return", "work"),
    Rule("POST", "/v1/handoffs/{interaction_id}/close", "work"),
    # tickets
    Rule("GET", "/v1/tickets", "read"),
    Rule("GET", "/v1/tickets/{ticket_id}", "read"),
    Rule("GET", "/v1/tickets/{ticket_id}/events", "read"),
    Rule("PATCH", "/v1/tickets/{ticket_id}", "work"),
    Rule("POST", "/v1/tickets/{ticket_id}/comments", "work"),
    Rule("POST", "/v1/tickets/{ticket_id}/merge", "work"),
    Rule("PATCH", "/v1/tickets/{ticket_id}/follow-ups/{number}", "work"),
    # what other systems are told
    Rule("GET", "/v1/tickets/{ticket_id}/deliveries", "read"),
    Rule("POST", "/v1/tickets/{ticket_id}/redeliver", "operate", whole=True),
    Rule("GET", "/v1/webhooks", "operate", whole=True),
    Rule("GET", "/v1/webhooks/deliveries", "operate", whole=True),
    # the rules, of any account
    Rule("POST", "/v1/policy/preview", "ask", whole=True),
    # what is kept about a customer; whose business it is the body tells
    Rule("POST", "/v1/privacy/export", "privacy"),
    Rule("POST", "/v1/privacy/erase", "privacy"),
    # the deployment
    Rule("GET", "/v1/businesses", "a name"),
    Rule("GET", "/v1/about", "nothing"),
    Rule("GET", "/livez", "nothing"),
    Rule("GET", "/readyz", "nothing"),
    Rule("GET", "/metrics", "operate", whole=True),
    # pages, which hold nothing but themselves
    Rule("GET", "/openapi.json", "nothing"),
    Rule("GET", "/docs", "nothing"),
    Rule("GET", "/", "nothing"),
    Rule("GET", "/{page}", "nothing"),
    Rule("GET", "/vendor/{folder}/{file}", "nothing"),
)

_PATTERNS = [(compile_path(rule.path)[0], rule) for rule in RULES]


def rule_for(method: str, path: str) -> Rule | None:
    """The first rule that is about this; HEAD is as good as GET."""
    asked = "GET" if method == "HEAD" else method
    return next((rule for pattern, rule in _PATTERNS if rule.method == asked and pattern.match(path)), None)


def methods_at(path: str) -> list[str]:
    """What can be asked at an address."""
    return sorted({rule.method for pattern, rule in _PATTERNS if pattern.match(path)})


def _named(template: str, path: str) -> str | None:
    """The interaction that a path names."""
    found = compile_path(template)[0].match(path)
    return found.groupdict().get("interaction_id") if found else None
