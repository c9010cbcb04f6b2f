"""How the agent puts it: acknowledgment, a word for the mood, and one question; no sentence twice in a conversation."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from callcenter.business import Profile
from services.agent.dialogue import Act
from services.agent.reasons import ContactReasons, Reason

_UPSET = -0.25
_GLAD = 0.3

_SORRY = (
    "I'm sorry about {about}, I know how annoying that is.",
    "I'm really sorry you have to deal with {about}.",
    "I can see why {about} is frustrating, and I'm sorry.",
    "That's not how it should be, and I'm sorry about {about}.",
)
_TROUBLE = (
    "I'm sorry to hear about {about}.",
    "Thank you for telling me about {about}, I'll look into it right away.",
    "I'm sorry about {about}, let's look at it together.",
)
_SOOTHE = (
    "I hear that this has been frustrating, and I'm glad to help with {about}.",
    "I understand you're upset. Let me help with {about}.",
    "I'm sorry this has been such a hassle. I'll take care of {about} with you now.",
)
_CALM = (
    "I'll gladly help with {about}.",
    "Thanks for reaching out, I can help with {about}.",
    "Sure, let's look at {about}.",
    "Happy to help with {about}.",
)
_ALSO = (
    "I see you're also writing about {about}.",
    "I've made a note about {about} too.",
    "I'll pass on what you wrote about {about} as well.",
)
_WHY_IDENTITY = (
    "To keep your account safe, I need to check a detail or two.",
    "Before I open your account, let me make sure it's really you.",
    "For your security I'd like to confirm a detail or two.",
)
_THANKS = (
    "Thank you.",
    "Got it, thanks.",
    "Perfect, thank you.",
    "Thanks, I have that.",
    "Great, thanks.",
    "Noted, thank you.",
)
_THANKS_CALMLY = (
    "Thank you, I appreciate it.",
    "Thank you for bearing with me.",
    "I have that, thank you.",
    "Thanks, we're almost there.",
    "Noted, and thank you for your patience.",
)
_NO_MATTER = ("No problem.", "That's all right.", "Don't worry.", "No worries.", "That's fine.")
_RETRY = ("Let me ask once more, in case it turns up.", "Perhaps you can find it after all.", "It may be easy to find.")
_MOVE_ON = (
    "Then let's go on without it.",
    "We can continue without that for now.",
    "I'll make a note that we don't have it.",
)
_CLARIFY = (
    "I want to be sure I get this right. Could you tell me in a sentence what you need?",
    "I didn't quite catch what you need. Could you describe it in a few more words?",
    "I'd like to help. What is it about: something you bought, a payment, your account, or something else?",
)
_SETTLE = (
    "I understand that you're angry, and I do want to help. Tell me what went wrong, or just say so if you would rather"
    " talk to a colleague.",
    "I can tell you're upset. Tell me what happened and I'll do my best; a colleague can take over at any time.",
)
_RECAP = ("I have everything I need now.", "That's all I need from you.", "Good, now I have the full picture.")
_RECAP_LACKING = ("I've written down everything you could tell me.", "I'll work with what we have.")
_NEXT = (
    "I'll check {about} against our records and give you the answer in a moment.",
    "Next I'll look into {about} and come straight back to you with the answer.",
    "Let me check {about} now. You'll have our answer shortly.",
)
_NEXT_SHORT = (
    "Give me just a moment and you'll have our answer.",
    "One moment, please. I'll be right back with an answer.",
    "Let me see to that now, you'll hear back in a moment.",
)
_HAND_OVER = (
    "Of course. I'm handing you to a colleague right away with what you wrote, so you won't have to repeat it.",
    "Sure, a colleague will take it from here. I've added your message, so you don't need to start over.",
)
_UNCLEAR = (
    "I'm sorry, I still can't tell what you need. I'll pass your message to a colleague who will get back to you.",
    "I'm afraid I couldn't work it out. A colleague will read your message and write to you.",
)
_ABUSIVE = (
    "I'd like to leave it here for now. If there is something we can do for you, write to us: a person will read it.",
    "I'm ending our chat at this point. Our team has your message, and you are welcome to write again at any time.",
)
_SINGLE = {"clarify": _CLARIFY, "calm": _SETTLE, "hand_over": _HAND_OVER, "unclear": _UNCLEAR, "abusive": _ABUSIVE}
_UNSUPPORTED = {
    "es": "Gracias por su mensaje. Todavía no puedo atenderle en español; un colega lo leerá y le responderá.",
    "fr": "Merci pour votre message. Je ne parle pas encore français : un collègue le lira et vous répondra.",
    "de": "Vielen Dank für Ihre Nachricht. Ich kann noch kein Deutsch; ein Kollege liest sie und antwortet Ihnen.",
    "it": "Grazie per il suo messaggio. Non posso ancora aiutarla in italiano; un collega lo leggerà e le risponderà.",
    "pt": "Obrigado pela sua mensagem. Ainda não consigo atender em português; um colega vai lê-la e responder.",
}
_UNSUPPORTED_ENGLISH = "I can only chat in English so far. A colleague will read your message and get back to you."


@dataclass(frozen=True)
class Moment:
    """The point of a conversation at which the agent speaks; `answered` says whether the last question got its fact."""

    act: Act
    requests: Sequence[Reason]
    mood: float
    previous: Act | None = None
    answered: bool = False
    language: str = "en"

    @property
    def lacking(self) -> bool:
        """The last question was not answered."""
        return self.previous is not None and self.previous.slot is not None and not self.answered

    @property
    def request_is_new(self) -> bool:
        """The customer has only just told what they need."""
        return (
            bool(self.requests)
            and (self.previous is None or self.previous.slot is None)
            and self.act.kind in ("ask", "recap")
        )


class Wording:
    """Composes the agent turns of one conversation."""

    def __init__(self, profile: Profile, reasons: ContactReasons, rng: Random) -> None:
        self._profile, self._reasons, self._rng = profile, reasons, rng
        self._said: set[str] = set()

    def compose(self, moment: Moment) -> str:
        """The text of one agent turn."""
        if moment.act.kind == "unsupported":
            return self._in_their_language(moment.language)
        greeting = [] if moment.previous else [self._profile.voice.greeting]
        return " ".join([*greeting, *self._react(moment), *self._say(moment)])

    def _react(self, moment: Moment) -> list[str]:
        if moment.request_is_new:
            return self._acknowledge(moment)
        if moment.lacking:
            again = moment.previous is not None and moment.act.slot == moment.previous.slot
            return [self._pick(_NO_MATTER), self._pick(_RETRY if again else _MOVE_ON)]
        if moment.answered:
            return [self._pick(_THANKS_CALMLY if moment.mood <= _UPSET else _THANKS)]
        return []

    def _acknowledge(self, moment: Moment) -> list[str]:
        main, *others = moment.requests
        upset = _SORRY if main.trouble else _SOOTHE
        usual = _TROUBLE if main.trouble and moment.mood < _GLAD else _CALM
        also = [self._pick(_ALSO, about=other.about) for other in others]
        return [self._pick(upset if moment.mood <= _UPSET else usual, about=main.about), *also]

    def _say(self, moment: Moment) -> list[str]:
        match moment.act.kind:
            case "ask":
                return self._question(moment.act, moment.previous)
            case "recap" if moment.request_is_new:
                return [self._pick(_NEXT_SHORT)]
            case "recap":
                opening = self._pick(_RECAP_LACKING if moment.lacking else _RECAP)
                return [opening, self._pick(_NEXT, about=moment.requests[0].about)]
            case "farewell":
                return [self._profile.voice.farewell]
            case kind:
                return [self._pick(_SINGLE[kind])]

    def _question(self, act: Act, previous: Act | None) -> list[str]:
        slot = self._reasons.slots[act.slot or ""]
        facts = self._reasons.identity.facts
        opens_identity = act.slot in facts and not (previous and previous.slot in facts)
        before = [slot.hint] if act.again else [self._pick(_WHY_IDENTITY)] if opens_identity else []
        return [*before, self._pick(slot.questions)]

    def _in_their_language(self, language: str) -> str:
        own = _UNSUPPORTED.get(language)
        return f"{own} ({_UNSUPPORTED_ENGLISH})" if own else f"{self._profile.voice.greeting} {_UNSUPPORTED_ENGLISH}"

    def _pick(self, sentences: Sequence[str], **values: str) -> str:
        fresh = [text for text in sentences if text not in self._said] or list(sentences)
        chosen = self._rng.choice(fresh)
        self._said.add(chosen)
        return chosen.format(**values)
