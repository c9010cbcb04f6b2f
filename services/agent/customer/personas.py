"""The characters that a simulated customer can have: small sets of phrases, and one trait each."""

from dataclasses import dataclass
from random import Random

from callcenter.events import Persona as Name


@dataclass(frozen=True)
class Persona:
    """How somebody talks. `{value}` and `{fact}` stand for the answer and the name of what was asked."""

    name: Name
    answers: tuple[str, ...]
    lacks: tuple[str, ...]
    closings: tuple[str, ...]
    vague: tuple[str, ...]
    retorts: tuple[str, ...] = ("Whatever.", "I have nothing else to say.")
    forgets: bool = False
    pretends: bool = False
    weight: int = 0


PLAIN = Persona(
    "plain",
    answers=("It's {value}.", "The {fact} is {value}.", "Sure, {value}.", "That would be {value}."),
    lacks=(
        "I don't have the {fact} with me.",
        "Sorry, I can't find the {fact}.",
        "I can't tell you the {fact}.",
        "I don't have that one either.",
    ),
    closings=("Thank you.", "Great, thanks for your help.", "Okay, thank you."),
    vague=("I'm not sure how else to put it.", "Never mind, I'll write again when I have it all together."),
    weight=35,
)
TERSE = Persona(
    "terse",
    answers=("{value}", "{value}.", "ok {value}"),
    lacks=("don't have it", "no idea", "can't find it", "don't know"),
    closings=("ok", "fine thx"),
    vague=("like I said", "forget it"),
    weight=20,
)
CHATTY = Persona(
    "chatty",
    answers=(
        "Oh sure, let me look it up... here we go: {value}. I'm at work, so it took me a second!",
        "Of course! The {fact} is {value}. I hope that's the one you need.",
        "Let me see, I have it right here. It's {value}. I should really tidy up my notes, by the way!",
    ),
    lacks=(
        "Hmm, I've looked everywhere on my desk, but I don't have the {fact}. Sorry about that!",
        "You know what, I can't find the {fact}. My inbox is a mess these days.",
        "Oh dear, I can't tell you the {fact} right now. You must think I'm very disorganized!",
        "I've asked around here, but no idea about the {fact}, I'm afraid.",
    ),
    closings=("Wonderful, thank you so much! Have a lovely day!", "Great, that was quick. Thanks a lot for your help!"),
    vague=(
        "Oh, it's hard to explain, you know? It's just that thing I meant.",
        "Let me think about it and write to you again later.",
    ),
    weight=20,
)
ANGRY = Persona(
    "angry",
    answers=(
        "It's {value}. Can we get on with it?",
        "{value}. I can't believe I have to type all of this.",
        "Fine. {value}. Now please fix this!!",
    ),
    lacks=(
        "I don't have the {fact}. Shouldn't you know that?!",
        "No idea. Look it up yourself, this is ridiculous.",
        "I can't tell you the {fact}!",
        "Don't have it. Next question?",
    ),
    closings=("About time. I expect this to be fixed.", "I hope so. This has been really frustrating."),
    vague=("I already told you everything!", "This is ridiculous. Forget it."),
    retorts=("This is a joke. Bye.", "Get lost."),
    weight=15,
)
FORGETFUL = Persona(
    "forgetful",
    answers=("Hmm, one second... I think it's {value}.", "Let me check... yes, {value}.", "Right, that was {value}."),
    lacks=(
        "Oh, I don't remember the {fact}.",
        "I really don't know the {fact} by heart, sorry.",
        "I can't find the {fact}, not even on my phone.",
        "No idea, sorry.",
    ),
    closings=("Okay, thanks for being patient with me.", "Thank you, and sorry for the trouble."),
    vague=("What did I want to ask again...", "I don't remember exactly, sorry."),
    forgets=True,
    weight=10,
)
IMPOSTOR = Persona(
    "impostor",
    answers=("It's {value}.", "The {fact} should be {value}.", "I think it is {value}."),
    lacks=(
        "I don't have the {fact} in front of me.",
        "I can't find the {fact} right now.",
        "I can't tell you the {fact}.",
        "I don't have that one.",
    ),
    closings=("Okay, please hurry.", "Good."),
    vague=("Just look at my account.", "It's about the account."),
    pretends=True,
)
PERSONAS: dict[Name, Persona] = {
    persona.name: persona for persona in (PLAIN, TERSE, CHATTY, ANGRY, FORGETFUL, IMPOSTOR)
}
_UPSET = -0.4


def cast(name: Name | None, mood: float, rng: Random) -> Persona:
    """The persona asked for, else one that fits the mood of the first words; only who is asked for pretends."""
    if name is not None:
        return PERSONAS[name]
    if mood <= _UPSET:
        return rng.choice((ANGRY, ANGRY, TERSE))
    drawn = [persona for persona in PERSONAS.values() if persona.weight]
    return rng.choices(drawn, [persona.weight for persona in drawn])[0]
