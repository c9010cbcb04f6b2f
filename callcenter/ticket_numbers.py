"""Ticket numbers: how those of one contact are made, and whether somebody says one."""

import re


def numbered(prefix: str, contact: int, place: int) -> str:
    """The number of a contact's ticket, counted from 1: `RET-1240`, then `RET-1240-2`."""
    return f"{prefix}-{contact}" if place == 1 else f"{prefix}-{contact}-{place}"


def main_of(ticket_id: str) -> str:
    """The number of the main ticket of the same contact."""
    return "-".join(ticket_id.split("-")[:2])


def is_said(ticket_id: str, text: str) -> bool:
    """Whether a text says this number and no longer one, also as `ret 1240`."""
    prefix, _, number = ticket_id.partition("-")
    said = rf"(?<![a-z0-9]){re.escape(prefix)}[\s#-]*{re.escape(number)}(?!\d|-\d)"
    return bool(number) and re.search(said, text, re.IGNORECASE) is not None
