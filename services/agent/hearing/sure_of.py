"""How sure the agent must be of what it hears, before it acts on it or asks."""

HAND_OVER = 0.6
"""How sure the agent must be that somebody who has already told what they need asks for a person."""

DIGRESSION = 0.6
"""How sure it must be that a reply holds a further request, and is not just an odd answer."""

SHORTEST_DIGRESSION = 4
"""Words: what is shorter answers the question that was asked."""

NEVER = 2.0
"""More than anything can be."""

BESIDES = 0.85
"""How sure it must be that a reply which answers the question holds a further request, and not just small talk."""

WITHOUT_ROLE = 0.8
"""How sure a request that would act on an account must be, where its words neither ask nor tell anything."""

TO_ANSWER = 0.5
"""The same for a request that is only answered."""

OF_STORY = 0.6
"""How sure a request in a long text must be that would act on an account; one that is only answered need not be."""

QUESTION = 0.9
"""How sure it must be that a question is about what could be done, and not about something near to it."""

REFUSAL = 0.15
"""How likely a request must be meant by words that refuse something, where it is one that the conversation is about."""

NAMED_REFUSAL = 0.05
"""The same where its own words are said: `I don't want more data` may sound like ending what one has, too."""

STRANGE_REFUSAL = 0.4
"""The same where nobody has spoken of that request before."""


def refusal(spoken_of: bool, named: bool) -> float:  # noqa: FBT001 - two of a kind, and named where it is called
    """How likely a request must be meant by words that refuse something."""
    if not spoken_of:
        return STRANGE_REFUSAL
    return NAMED_REFUSAL if named else REFUSAL
