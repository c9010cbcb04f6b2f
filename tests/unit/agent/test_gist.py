import pytest

from services.agent.conversation.gist import gist

SAID = {
    "yes": "Yes|yep|Yeah, that's right.|ok|OK, go ahead|sure thing|That's correct.|Right. About time.|please do",
    "no": "No|nope|No, that's wrong.|not quite|wait, no|That's not it|wrong number",
    "cancel": "never mind|Forget it.|I changed my mind, leave it|no longer need it|it's sorted now, thanks",
    "repeat": "what?|Sorry?|Can you repeat that?|say it again|I don't understand the question|What do you mean",
    "greeting": "hi|Hello!|good morning|Hey there|hello again",
    "none": "48213|where is my order|I don't have it|cancel order 48213|What is your return policy?|Let me say it's 9.|"
    "|no idea where I put that receipt, but I can look for it tonight when I am back at home again",
}


@pytest.mark.parametrize(
    ("meant", "text"), [(meant, text) for meant, texts in SAID.items() for text in texts.split("|")]
)
def test_the_gist_of_a_reply(meant: str, text: str):
    assert gist(text) == meant
