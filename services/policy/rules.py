"""What `policy.yaml` is written in: rules, what they need and set in motion, and answers where no rule can speak."""

from collections.abc import Collection
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from callcenter.business import Sheet
from callcenter.conditions import covers
from callcenter.events import ContactReason
from callcenter.ways import Ways, nearest


class Answer(Sheet):
    """What we say where no rule can speak. It can never allow anything."""

    verdict: Literal["deny", "needs_review", "needs_info"]
    customer: str
    internal: str


class Answers(Sheet):
    """One answer for each way in which a contact does not come as far as a rule, or a rule is not what was asked for.

    `question`: the customer only asked in general, and the rules would have done something, or needed to know more.
    `changed`: the rules would now do something else than what was read back to the customer and agreed to.
    `slots_untold`: they were asked for the facts and could not tell them, so that a person has to find another way;
    where it is left out, `no_rule` is said.
    `identity_wrong` and `identity_unknown` differ in what they tell our own people alone: who is not proved to be the
    owner must not learn whether there is an account. `identity_unprovable`: the customer has not the facts to prove it.
    """

    no_rule: Answer
    slots_missing: Answer
    slots_untold: Answer | None = None
    identity_missing: Answer
    identity_wrong: Answer
    identity_unknown: Answer
    identity_unprovable: Answer
    unclear: Answer
    human_requested: Answer
    abusive: Answer
    unsupported_language: Answer
    withdrawn: Answer
    abandoned: Answer
    emergency: Answer
    question: Answer
    changed: Answer = Answer(
        verdict="needs_review",
        customer="Something about this has changed since I read it back to you, so nothing was done. "
        "One of our team will look at it and get back to you.",
        internal="{note}",
    )

    @model_validator(mode="after")
    def _tell_no_stranger(self) -> Self:
        wrong, unknown = self.identity_wrong, self.identity_unknown
        if (wrong.verdict, wrong.customer) != (unknown.verdict, unknown.customer):
            what = "give them the same verdict and the same words for the customer"
            raise ValueError(f"identity_wrong and identity_unknown would tell whether there is an account; {what}")
        return self

    def of(self, code: str) -> Answer:
        """The answer by its name."""
        answer: Answer | None = getattr(self, code)
        return answer or self.no_rule


class Identity(Sheet):
    """Where to look for the account, and which facts prove that the customer is its owner.

    It takes `required` of the `facts`, or all of one of the ways of `any_of`, whose facts are among these. `again` asks
    once for facts that lead to nobody or do not match; it is one sentence for both, and tells neither.
    """

    find_by: tuple[str, ...]
    facts: tuple[str, ...]
    required: int = Field(ge=1)
    any_of: tuple[tuple[str, ...], ...] = ()
    again: str = "We couldn't match these details to an account. Please check them once more and send us {missing}."


class Subject(Sheet):
    """What a slot names: the one entry of a list whose `key` is what the customer said.

    The list is of the account (`customer.orders`), a table (`tables.promo_codes`), or what an earlier subject names
    (`order.items`): an item of the order. Once they have proved who they are, the agent may say an entry of their
    account as `shown` (`{paths}` into it), and knows it by what is at the paths `known_by`; without these it has to be
    named.
    """

    slot: str
    among: str = Field(pattern=r"^[a-z_]\w*\.\w+$")
    key: str
    shown: str | None = None
    known_by: tuple[str, ...] = ()
    not_found: Answer

    @property
    def of(self) -> str:
        """Where its list lies: `customer`, `tables`, or the subject that it is a part of."""
        return self.among.partition(".")[0]


class Needs(Sheet):
    """What must be known before a rule is looked at: all `slots`, and all that one of the ways of `any_of` lists."""

    identity: Literal["verified"] | None = None
    slots: tuple[str, ...] = ()
    any_of: Ways = ()

    @property
    def named(self) -> tuple[str, ...]:
        """Every slot that it speaks of."""
        return tuple(dict.fromkeys((*self.slots, *(slot for way in self.any_of for slot in way))))

    def lacking(self, stated: Collection[str], untold: Collection[str]) -> tuple[str, ...]:
        """What is not stated, of the way that is nearest to what the customer can tell."""
        return tuple(slot for slot in (*self.slots, *nearest(self.any_of, stated, untold)) if slot not in stated)


class Step(Sheet):
    """What an allowed request sets in motion; `amount` is an expression, and so is each of the `parameters`.

    `about` are the slots that say of which thing, where it is not all that the rule needs and reads.
    """

    name: str
    amount: str | None = None
    about: tuple[str, ...] | None = None
    parameters: dict[str, str] = {}


class Ask(Sheet):
    """A question that a rule asks: which of the `choices`, a list of entries, shall it be?

    The answer is the fact `slot`: what an entry has at `key`. The agent says an entry as `label` (`{paths}` into it),
    and knows it by what is at the paths `known_by`.
    """

    slot: str
    text: str
    choices: str
    key: str
    label: str
    known_by: tuple[str, ...] = ()


class UnderWay(Sheet):
    """For how many days what was agreed is not agreed again, and what is said then.

    `repeatable` actions are done as often as they are asked for, and once for each time. `asked_by` are the reasons of
    who asks how something stands. `words` say what an action does, with `{amount}`, slots and parameters; without, its
    name is said. In the sentences, `{told}` is what was agreed when, its ticket and by when it is done. They are told
    of what is `agreed`, of what should have been done by now (`late`, which goes to a person), of what a machine has
    `done`, and of a ticket that is `waiting` for our team.
    """

    days: int = Field(30, ge=1, le=365)
    repeatable: tuple[str, ...] = ()
    asked_by: tuple[str, ...] = ()
    words: dict[str, str] = {}
    agreed: str = "{told}. There is nothing more you have to do, and nothing is done twice."
    late: str = "{told}. It should be done by now: one of our team will look into it and get back to you."
    done: str = "{told}. There is nothing more you have to do, and nothing is done twice."
    waiting: str = "{told}. Our team has it."


class Rule(Sheet):
    """One rule. `reasons` are codes of contact reasons or subtrees like `/orders`; without `when` it applies always.

    One that asks applies until one of its choices is made, and is passed over from then on, or where there are none.
    `done` is what the customer is told in place of `customer` once a machine has carried the action out.
    """

    id: str = Field(pattern=r"^[a-z_]+(\.[a-z0-9_]+)+$")
    title: str
    reasons: tuple[str, ...] = Field(min_length=1)
    needs: Needs = Needs()
    when: str = "true"
    verdict: Literal["allow", "deny", "needs_review"]
    action: Step | None = None
    ask: Ask | None = None
    customer: str
    done: str | None = None
    internal: str

    def is_about(self, reason: ContactReason) -> bool:
        """Whether one of the rule's codes or subtrees covers the reason."""
        return any(covers(named, reason.code, reason.path) for named in self.reasons)

    @model_validator(mode="before")
    @classmethod
    def _says_what_it_asks(cls, written: Any) -> Any:
        """What a rule that asks leaves unsaid: it says its question, and a person helps who cannot tell."""
        ask = written.get("ask") if isinstance(written, dict) else None
        if not isinstance(ask, dict):
            return written
        if given := [name for name in ("verdict", "action", "customer") if name in written]:
            raise ValueError(f"a rule that asks decides nothing and says its `text`: take out {', '.join(given)}")
        internal = f"The customer has not said which {ask.get('slot')} they want."
        return {"verdict": "needs_review", "customer": ask.get("text"), "internal": internal, **written}

    @model_validator(mode="after")
    def _acts_only_where_allowed(self) -> Self:
        if self.action and self.verdict != "allow":
            raise ValueError(f"rule {self.id}: only a rule that allows can have an action")
        return self
