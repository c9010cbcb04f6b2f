import pytest

from services.agent.conversation.gist import gist

SAID = {
    "yes": "Yes|yep|Yeah, that's right.|ok|OK, go ahead|sure thing|Right. About time.|Yes, leave it like that.",
    "no": "No|nope|No, that's wrong.|not quite|wait, no|That's not it|wrong number",
    "cancel": "never mind|Forget it.|I changed my mind, leave it|no longer need it|it's sorted now, thanks",
    "repeat": "what?|Sorry?|Can you repeat that?|say it again|I don't understand the question|What do you mean"
    "|what number do you mean?",
    "wait": "hold on|Hang on a second|one moment please|ok, let me check|just a sec|I'll look it up"
    "|wait|give me a minute|let me find my card",
    "why": "why do you need that?|What do you need my birthday for|but why?|Why would you need all that|what for"
    "|is that really necessary?|do I have to?",
    "who": "are you a robot?|lol you are a robot right?|r u human|Am I talking to a real person?|Is this a bot|"
    "who is this?|You're just a machine|you sound like an AI|who am I chatting with|hi, are you real?|what are you?",
    "greeting": "hi|Hello!|good morning|Hey there|hello again",
    "none": "48213|where is my order|I don't have it|cancel order 48213|What is your return policy?|Let me say it's 9.|"
    "|why is my order late|why was I charged twice|what are you going to do about it|who is this charge from"
    "|is this machine still covered|why would you cancel my order|do I have to pay for the return|is this a real charge"
    "|hold on, it is 48213|can I talk to a human|is there a real person I can talk to"
    "|you are a real idiot|your robot vacuum broke"
    "|no idea where I put that receipt, but I can look for it tonight when I am back at home again",
}


@pytest.mark.parametrize(
    ("meant", "text"), [(meant, text) for meant, texts in SAID.items() for text in texts.split("|")]
)
def test_the_gist_of_a_reply(meant: str, text: str):
    assert gist(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("corect", "yes"),
        ("thats rihgt", "yes"),
        ("wrogn, it was the other one", "no"),
        ("nevermnd", "cancel"),
        ("repaet that please", "repeat"),
        ("let me chek", "wait"),
        ("are you a robto?", "who"),
        ("hello thre", "greeting"),
        ("the blendr", "none"),
    ],
)
def test_the_gist_of_a_mistyped_reply(text: str, meant: str):
    assert gist(text) == meant
