"""A language model may choose the words of a wrap-up, and nothing else."""

from collections.abc import Callable

import pytest

from callcenter.events import Summary
from callcenter.language_model import ChatServer, Messages, Rephrasing
from callcenter.settings import LanguageModelSettings
from services.summary import SummarySettings, build
from services.summary.composer import Composer
from services.summary.rewording import QUOTES, REWORDED, Rewording

from .conftest import make_decision, make_event

Say = Callable[[str], str]


class Model(ChatServer):
    """A language model that says what the test wants."""

    def __init__(self, say: Say) -> None:
        super().__init__(LanguageModelSettings())
        self.say, self.read = say, list[str]()

    async def complete(self, messages: Messages, tokens: int, schema: object = None) -> str:
        self.read.append(messages[-1]["content"])
        return self.say(self.read[-1])


async def reworded(composer: Composer, say: Say, verdict: str = "allow") -> tuple[Summary, Summary, list[str]]:
    """The wrap-up before and after, and what the model was given to read."""
    event, model = make_event(make_decision(verdict)), Model(say)
    rephrasing = Rephrasing(model, names=(composer.profile.voice.agent_name,), patterns=[QUOTES])
    before = composer.summary(event)
    return before, await Rewording(rephrasing, composer.faithfulness).put(event, before), model.read


async def test_its_notes_are_put_in_other_words_and_the_reply_is_not(composer: Composer) -> None:
    before, after, read = await reworded(composer, lambda marked: f"In short: {marked}")
    assert {name for name in REWORDED if getattr(after, name) == f"In short: {getattr(before, name)}"} == set(REWORDED)
    assert after.model_dump(exclude=set(REWORDED)) == before.model_dump(exclude=set(REWORDED))
    assert not [text for text in read if "48213" in text or "money back" in text or "129" in text]


@pytest.mark.parametrize(
    ("verdict", "say"),
    [
        ("allow", lambda marked: marked + " It was refused."),
        ("allow", lambda marked: marked.replace("pproved", "ccepted")),
        ("deny", lambda marked: marked.replace("efused", "pproved")),
        ("allow", lambda marked: marked.replace(".", ", but it was not so.", 1)),
        ("allow", lambda marked: f"{marked} The customer said “I am rich”."),
        ("allow", lambda marked: f"{marked} It takes 3 days."),
        ("allow", lambda marked: marked.replace("[[1]]", "")),
        ("allow", lambda _: ""),
    ],
    ids=["another verdict", "no verdict", "turned", "negated", "a quote", "a figure", "a lost fact", "nothing"],
)
async def test_what_cannot_be_trusted_is_not_written(composer: Composer, verdict: str, say: Say) -> None:
    before, after, _ = await reworded(composer, say, verdict)
    changed = {name for name in REWORDED if getattr(after, name) != getattr(before, name)}
    told = {name for name in REWORDED if composer.faithfulness.verdicts_in(getattr(before, name))}
    assert told, "nothing to be turned"
    assert not changed & told
    for name in changed:
        composer.faithfulness.check(make_event(make_decision(verdict)), [getattr(after, name)])


async def test_a_record_names_the_model_that_worded_it_and_no_other() -> None:
    plain = await build(SummarySettings()).wrap_up(make_event())
    assert plain.provenance.wording is None
    away = SummarySettings(llm_wrap_up=True, llm_url="http://127.0.0.1:9/v1", llm_timeout=1, llm_model="tiny")
    unworded = await build(away).wrap_up(make_event())
    assert (unworded.provenance.wording, unworded.summary) == (None, plain.summary)
    worker = build(SummarySettings())
    for name, composer in worker.composers.items():
        rephrasing = Rephrasing(Model(lambda marked: f"Note: {marked}"), patterns=[QUOTES])
        worker.rewordings = {**worker.rewordings, name: Rewording(rephrasing, composer.faithfulness, "tiny")}
    assert (await worker.wrap_up(make_event())).provenance.wording == "tiny"
