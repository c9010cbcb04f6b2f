"""Which of the facts that a customer stated are personal."""

from callcenter.privacy.finding import find

_TYPES = {"email", "phone", "address"}
_NAMES = {"date_of_birth", "name", "full_name", "customer_name"}
"""Personal whatever their form: an answer such as `4 May 1988` does not say that it is a birthday."""


def is_personal(name: str, kind: str, value: str) -> bool:
    """By its name or kind, or because its value has the form of an identifier."""
    return kind in _TYPES or name in _NAMES or bool(find(value))
