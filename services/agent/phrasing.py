"""One way to say something, as a line of a business file; and what is written there as a regular expression."""

import re
from typing import Annotated

from pydantic import AfterValidator

LONGEST_PHRASING = 300
"""Characters of one way to say something; what is longer is not one."""

_SHOWN = 40


def _one_phrasing(said: str) -> str:
    """Several that YAML has folded into one are refused: only the first of them would be learned, and as nonsense."""
    begins = f'"{said[:_SHOWN]}{"..." if len(said) > _SHOWN else ""}"'
    if " - " in said:
        raise ValueError(
            f'{begins} holds " - ": a line below it is indented further and so became a part of it; '
            "begin the `- ` of each in the same column (where a dash is meant, write a comma)"
        )
    if len(said) > LONGEST_PHRASING:
        raise ValueError(f"{begins} has {len(said)} characters; write what one says, of {LONGEST_PHRASING} at most")
    return said


def expression(text: str) -> str:
    """The text, where it is a regular expression; else a ValueError that says why not."""
    try:
        re.compile(text)
    except re.error as mistake:
        raise ValueError(f"{text!r} is not a regular expression: {mistake}") from None
    return text


Phrasing = Annotated[str, AfterValidator(_one_phrasing)]
"""One way in which a customer or the agent says something."""
