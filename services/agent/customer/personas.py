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
    confirms: tuple[str, ...]
    vague: tuple[str, ...]
    retorts: tuple[str, ...] = ("Whatever.", "I have nothing else to say.")
    only_asks: tuple[str, ...] = ("No, it's just a question.", "No, I only wanted to know how it works.")
    corrects: tuple[str, ...] = ("Sorry, no. I meant the {fact} {value}.",)
    forgets: bool = False
    pretends: bool = False
    mistypes: bool = False
    hesitates: bool = False
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
    confirms=("Yes, that's right.", "Yes, please do.", "That's correct, thank you."),
    vague=("I'm not sure how else to put it.", "I can't say it any better, sorry."),
    weight=35,
)
TERSE = Persona(
    "terse",
    answers=("{value}", "{value}.", "ok {value}"),
    lacks=("don't have it", "no idea", "can't find it", "don't know"),
    confirms=("yes", "right", "yep"),
    vague=("like I said", "same as before"),
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
    confirms=(
        "Yes, exactly! You're so quick, thank you!",
        "That's right, wonderful. Thanks a lot for your help!",
        "Yes, perfect, that's just what I need. You're very kind!",
    ),
    vague=(
        "Oh, it's hard to explain, you know? It's just that thing I meant.",
        "Let me think, how do I put it, it's just not what it was.",
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
    confirms=("Yes. About time.", "Yes, and I expect this to be fixed.", "Right. This has been really frustrating."),
    vague=("I already told you everything!", "This is ridiculous. You have all you need."),
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
    confirms=(
        "Yes, that's right. I had to look it up.",
        "Right, and thanks for being patient with me.",
        "Yes. Sorry for the trouble.",
    ),
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
    confirms=("Yes, please hurry.", "Yes, go ahead.", "Right."),
    vague=("Just look at my account.", "It's about the account."),
    pretends=True,
)
VAGUE = Persona(
    "vague",
    answers=(
        "Hmm, I suppose it's {value}.",
        "Well, probably it's {value}.",
        "Oh, I guess it's {value}.",
    ),
    lacks=(
        "Hmm, I'm not sure about the {fact}, it could be anywhere.",
        "I don't know the {fact}, I'd have to look.",
        "No idea what the {fact} is, to be honest.",
        "I'm not sure where I would find that.",
    ),
    confirms=("Yes, that.", "Right.", "ok yes"),
    vague=(
        "It's about that thing, you know.",
        "Well, it doesn't do what it should, or maybe it does.",
        "I had it all in my head a minute ago.",
    ),
    weight=5,
)
TYPO_PRONE = Persona(
    "typo_prone",
    answers=("my {fact} is {value}", "thats easy, it's {value}", "hold on, it is {value}"),
    lacks=("dont have the {fact} here", "sorry dont know it", "i cannot find the {fact}", "no idea sorry"),
    confirms=("yes thats correct", "yes please go ahead", "right thank you"),
    vague=("i cant explain it any better", "somthing is wrong with it"),
    mistypes=True,
    weight=8,
)
CHANGES_MIND = Persona(
    "changes_mind",
    answers=("Okay, {value}.", "Then it's {value}.", "Let me say it's {value}."),
    lacks=PLAIN.lacks,
    confirms=("Yes, now it's right.", "Yes, that one.", "Right, thank you."),
    vague=("I want it, or rather, no.", "Let me think about it again."),
    corrects=(
        "No, wait. I meant the {fact} {value}.",
        "Actually, no, make it the {fact} {value}.",
        "Sorry, not that one, I meant the {fact} {value}.",
    ),
    hesitates=True,
)
PERSONAS: dict[Name, Persona] = {
    persona.name: persona
    for persona in (PLAIN, TERSE, CHATTY, ANGRY, VAGUE, TYPO_PRONE, FORGETFUL, CHANGES_MIND, IMPOSTOR)
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
