"""The sentences that the agent composes its turns from, by what they do. `{about}` is the request, `{value}` a fact."""

from callcenter.events import ActKind

SORRY = (
    "I'm sorry about {about}, I know how annoying that is.",
    "I'm really sorry you have to deal with {about}.",
    "I can see why {about} is frustrating, and I'm sorry.",
    "That's not how it should be, and I'm sorry about {about}.",
)
TROUBLE = (
    "I'm sorry to hear about {about}.",
    "Thank you for telling me about {about}, I'll look into it right away.",
    "I'm sorry about {about}, let's look at it together.",
)
SOOTHE = (
    "I can see how frustrating this is, so let's get {about} settled.",
    "I hear that this has been frustrating, and I'm glad to help with {about}.",
    "I understand you're upset. Let me help with {about}.",
    "I'm sorry this has been such a hassle. I'll take care of {about} with you now.",
)
CALM = (
    "Of course, I'll be glad to look into {about}.",
    "You've come to the right place, let's take care of {about}.",
    "I'll gladly help with {about}.",
    "Thanks for reaching out, I can help with {about}.",
    "Sure, let's look at {about}.",
    "Happy to help with {about}.",
)
ALSO = (
    "I see you're also writing about {about}.",
    "I've made a note about {about} too.",
    "I'll pass on what you wrote about {about} as well.",
)
WHY_IDENTITY = (
    "So that nobody else gets at your account, I have to ask for a detail or two.",
    "To keep your account safe, I need to check a detail or two.",
    "Before I open your account, let me make sure it's really you.",
    "For your security I'd like to confirm a detail or two.",
)
WHY_NEEDED = (
    "I need it to find the right entry in our records.",
    "With that I can look up exactly what you mean.",
)
WHY_SAFE = (
    "It is how I make sure that nobody else can ask about your account.",
    "I compare it with what is on file, so that I only talk to you about your account.",
)
THANKS = (
    "All right, thank you.",
    "That helps, thanks.",
    "I've got that, thank you.",
    "Thank you.",
    "Got it, thanks.",
    "Perfect, thank you.",
    "Thanks, I have that.",
    "Great, thanks.",
    "Noted, thank you.",
)
THANKS_CALMLY = (
    "Thank you, I appreciate it.",
    "Thank you for bearing with me.",
    "I have that, thank you.",
    "Thanks, we're almost there.",
    "Noted, and thank you for your patience.",
)
NO_MATTER = (
    "I see.",
    "Fair enough.",
    "No problem.",
    "That's all right.",
    "Don't worry.",
    "No worries.",
    "That's fine.",
)
RETRY = (
    "Take your time and have another look.",
    "Maybe this helps you to find it.",
    "One more try, if you don't mind.",
    "Let me ask once more, in case it turns up.",
    "Perhaps you can find it after all.",
    "It may be easy to find.",
)
MOVE_ON = (
    "Let's see whether the next one is easier.",
    "Then another detail will have to do.",
    "We'll manage without that one.",
    "Then let's go on without it.",
    "We can continue without that for now.",
    "I'll make a note that we don't have it.",
)
CLARIFY = (
    "I want to be sure I get this right. Could you tell me in a sentence what you need?",
    "I didn't quite catch what you need. Could you describe it in a few more words?",
    "I'd like to help. What is it about: something you bought, a payment, your account, or something else?",
)
SETTLE = (
    "I understand that you're angry, and I do want to help. Tell me what went wrong, or just say so if you would rather"
    " talk to a colleague.",
    "I can tell you're upset. Tell me what happened and I'll do my best; a colleague can take over at any time.",
)
CONFIRM = (
    "To sum up, {what}. Shall I go ahead?",
    "Before I go on, {what}. Is that right, and shall I go ahead?",
    "Just to be sure, {what}. Shall I go ahead with that?",
    "Let me make sure that I have it right, {what}. May I go ahead like this?",
    "So {what}. Is that correct, and may I go ahead?",
)
CONFIRM_AGAIN = (
    "Once more, {what}. Shall I do that, yes or no?",
    "Then {what}. Can I go ahead with that?",
    "Let me read it back: {what}. Do you want me to go ahead?",
)
UNDECIDED = (
    "Take your time: nothing is done before you say yes.",
    "There is no hurry, I won't do anything without your yes.",
)
QUESTIONED = (
    "I can't tell you that before our records are checked, and nothing has been done yet.",
    "That is more than I can say at this point; so far nothing has been done.",
)
CONDITIONAL = (
    "I can't promise that from here, so I won't do anything on that condition.",
    "Whether that holds I can't see yet, so nothing is done for now.",
)
UNSURE = (
    "I'm not sure that I understood you, and I don't want to do anything you don't want.",
    "I didn't quite get that, and nothing is done without your yes.",
)
OFFER = (
    "Is that a question in general, or shall I take care of {about} for you now?",
    "Do you only want to know how it works, or shall I see to {about} for you now?",
)
DECLINED = (
    "Understood, I won't touch {about}.",
    "All right, I'm leaving {about} out of it.",
)
UNUSABLE = {
    "too_short": ("{said} is too short for the {fact}.", "I'm afraid {said} is too short to be the {fact}."),
    "too_long": ("{said} is too long for the {fact}.", "I'm afraid {said} is too long to be the {fact}."),
    "two_ways": ("{said} can be read two ways: as {readings}.", "I could read {said} as {readings}."),
    "no_such_day": (
        "There is no such day as {said}.",
        "I'm afraid {said} isn't on the calendar, there is no such day.",
    ),
    "unreadable": ("I can't read {said} as the {fact}.", "I'm afraid I can't make the {fact} out of {said}."),
}
"""What is wrong with an answer, by the kind of trouble."""

EMERGENCY = {
    "self_harm": (
        "I'm so sorry that you are going through this, and I'm glad you told me. You are not alone, and there is"
        " someone to talk to right now: {crisis}. If you are in immediate danger, please call {emergency}. A person"
        " here is told at once; everything else can wait.",
    ),
    "emergency": (
        "Your safety comes first. Please get yourself and others to safety, don't touch or use it any more, and if"
        " anybody is hurt or there is fire, smoke or gas, call {emergency} now. A person here takes over at once;"
        " everything else can wait.",
    ),
    "threat": (
        "I'm ending this chat here, because what you write is a threat, and a person in charge is told at once. If"
        " anybody is in danger, please call {emergency}.",
    ),
    "fraud": (
        "Please stop and hang up now. Don't give anybody a code, a PIN or a password, don't pay anything, and let"
        " nobody onto your device: nobody here ever asks for that. A person here takes over at once, with the highest"
        " priority.",
    ),
}
"""What helps now, by the kind of danger."""

AMEND = (
    "Then nothing is done. What should I change?",
    "All right, I won't. What is different?",
)
OFFER_PERSON = (
    "I'm afraid I still don't understand. Would you like me to pass you on to a colleague?",
    "I'm sorry, I can't quite make out what you need. Shall a colleague take over?",
)
GREET = ("How can I help you today?", "What can I do for you?")
FOLLOWS = ("This continues your earlier contact.", "I see that you have written to us before.")
REPEAT = ("Of course.", "Sure, once more.", "No problem, here it is again.")
REPEAT_UNDIRECTED = (
    "Tell me in your own words what you need, and I'll take it from there.",
    "I only need to know what I can do for you.",
)
WHO = (
    "I'm an automated assistant, not a person. A colleague can take over at any time, just say so.",
    "You're talking to an automated assistant; if you would rather have a person, just tell me.",
)
WAIT = (
    "Of course, take your time.",
    "Sure, no hurry. I'll be here.",
    "Take all the time you need.",
)
CORRECTED = (
    "Thanks, I've changed that to {value}.",
    "Got it, {value} then.",
    "I've corrected that to {value}.",
)
WHERE = (
    "That is easy to find.",
    "Here is where to look.",
)
BESIDES = (
    "I'll look into {about} as well.",
    "And I'll take care of {about} too.",
    "I've added {about} to it.",
)
CALMLY = (
    "I understand that you're angry, and I'm doing my best to sort this out.",
    "I hear you, and I want to get this solved.",
)
CHECK = (
    "All right, I'm looking into {about} as we speak.",
    "Good, then I'll see what I can do about {about}.",
    "Then let me take {about} from here.",
    "I'll check {about} against our records now.",
    "Great, let me look into {about} right away.",
    "Perfect. I'm checking {about} now, it takes just a moment.",
)
CHECK_LACKING = (
    "Let me see how far I get with {about} as it is.",
    "Then I'll work with what we have and check {about} now.",
    "All right, let me see what I can do about {about} with what I know.",
)
CHECK_SHORT = (
    "Give me just a moment and you'll have our answer.",
    "One moment, please. I'll be right back with an answer.",
    "Let me see to that now, you'll have the answer in a moment.",
)
WITHDRAW = (
    "All right, then I'll leave everything as it is.",
    "No problem, I won't change anything.",
)
TIME_OUT = ("I haven't heard from you for a while, so I'm closing our chat for now.",)
HAND_OVER = (
    "Of course. I'm handing you to a colleague right away with what you wrote, so you won't have to repeat it.",
    "Sure, a colleague will take it from here. I've added your message, so you don't need to start over.",
)
UNCLEAR = (
    "I'm sorry, I still can't tell what you need. I'll pass your message to a colleague who will get back to you.",
    "I'm afraid I couldn't work it out. A colleague will read your message and write to you.",
)
ABUSIVE = (
    "I'd like to leave it here for now. If there is something we can do for you, write to us: a person will read it.",
    "I'm ending our chat at this point. Our team has your message, and you are welcome to write again at any time.",
)
SINGLE: dict[ActKind, tuple[str, ...]] = {
    "greet": GREET,
    "clarify": CLARIFY,
    "calm": SETTLE,
    "offer_person": OFFER_PERSON,
    "amend": AMEND,
    "hand_over": HAND_OVER,
    "unclear": UNCLEAR,
    "abusive": ABUSIVE,
    "withdraw": WITHDRAW,
    "time_out": TIME_OUT,
    "wait": WAIT,
}
"""Acts that one sentence is enough for."""
UNSUPPORTED = {
    "es": "Gracias por su mensaje. Todavía no puedo atenderle en español; un colega lo leerá y le responderá.",
    "fr": "Merci pour votre message. Je ne parle pas encore français : un collègue le lira et vous répondra.",
    "de": "Vielen Dank für Ihre Nachricht. Ich kann noch kein Deutsch; ein Kollege liest sie und antwortet Ihnen.",
    "it": "Grazie per il suo messaggio. Non posso ancora aiutarla in italiano; un collega lo leggerà e le risponderà.",
    "pt": "Obrigado pela sua mensagem. Ainda não consigo atender em português; um colega vai lê-la e responder.",
}
UNSUPPORTED_ENGLISH = "I can only chat in English so far. A colleague will read your message and get back to you."
NAMED = (
    "You named {values}. Tell me which of them you mean, or whether it is all of them.",
    "That is {values}. Which of them is it about, or is it about all?",
)
FOR_ONE = (
    "Now for {about}.",
    "This one is for {about}.",
)
