"""The judgement: the rules of a reason in their order, the first that applies decides, and every look is recorded."""

from collections.abc import Iterable
from decimal import Decimal

from pydantic import JsonValue

from callcenter.business import Profile
from callcenter.events import Action, CaseAgreed, ContactReason, Decision, Policy, RuleCheck, Thing
from services.policy import under_way
from services.policy.agreement import Agreement
from services.policy.asking import Asked, asked
from services.policy.case import Case, Facts, about
from services.policy.expressions import LacksFact, Unreadable
from services.policy.facts import for_record, in_cents, money, value_at
from services.policy.judgement import Finding, Judgement, Look, Result, Stop
from services.policy.read_back import not_as_agreed
from services.policy.rulebook import Rulebook, Ruling
from services.policy.rules import Rule
from services.policy.wording import filled

GUESSED = "identity_guessed"
"""Why a person has to look: somebody stated too many wrong facts to prove who they are."""


class Judge:
    """Decides cases by the rules of one business. Pure: the same case gives the same decision."""

    def __init__(self, rulebook: Rulebook, profile: Profile) -> None:
        self.rulebook, self.profile = rulebook, profile

    def judge(self, case: Case) -> Policy:
        """One decision for each contact reason; the verdict of the contact is the one of its main reason."""
        return self.judgement(case).policy

    def judgement(self, case: Case) -> Judgement:
        """The decisions, with what the first one lacks that lacks anything."""
        found = tuple(self._findings(case))
        once = tuple(under_way.once((one.decision, one.agreed) for one in found))
        decided = tuple(decision for decision, _ in once)
        agreed = tuple(one for _, one in once if one and under_way.lasts(one, case, self.rulebook))
        policy = self._policy(case, decided)
        again = found[0].stop.again if found and found[0].stop else ()
        if again:
            sentence = filled(self.rulebook.identity.again, {"missing": self._named(again)}, case.say)
            return Judgement(policy, again[::-1], sentence, decided=decided)
        if not decided:
            return Judgement(policy, (), policy.decisions[-1].reason_customer)
        lacking = next((place for place, decision in enumerate(decided) if decision.missing), 0)
        wanted = decided[lacking]
        among = found[lacking].choices if wanted.missing else ()
        made = tuple(thing for one in found for thing in one.chosen)
        return Judgement(policy, wanted.missing, wanted.reason_customer, agreed, lacking, decided, among, made)

    def _policy(self, case: Case, decided: tuple[Decision, ...]) -> Policy:
        """All that was decided in the contact: what was settled while it went on comes first."""
        decisions = (*(one.decision for one in case.event.settled), *decided)
        return Policy(
            verdict=decisions[0].verdict,
            decisions=decisions,
            policy_version=self.rulebook.version,
            policy_hash=self.rulebook.hash,
            as_of=case.event.occurred_at,
        )

    def _findings(self, case: Case) -> Iterable[Finding]:
        if case.event.settled and not case.event.open_reasons and case.event.outcome == "understood":
            return []
        main, outcome = next(iter(case.event.open_reasons), None), case.event.outcome
        if outcome != "understood" or main is None:
            code = "unclear" if outcome == "understood" else outcome
            finding = self._answered(case, main, Stop(code, self.rulebook.answers.of(code), ""))
            named = case.past.named_for(case.facts["slots"]) if code == "unclear" else ()
            return [self._told(case, named, finding) if named else finding]
        return [self._of_its_own(case, reason) for reason in case.event.open_reasons]

    def _of_its_own(self, case: Case, reason: ContactReason) -> Finding:
        """By its own facts, which the decision names."""
        own = about(case, reason, self.rulebook)
        finding = self._decide(own, reason)
        if note := not_as_agreed(case.event, reason, finding.decision):
            finding = self._answered(own, reason, Stop("changed", self.rulebook.answers.changed, note))
        agreed, thing = finding.agreed, reason.own
        if agreed and isinstance(case.event, CaseAgreed):  # what comes later in the contact has to know it by its thing
            thing, agreed = agreed.about, agreed.model_copy(update={"own": agreed.about})
        return finding._replace(decision=finding.decision.model_copy(update={"about": thing}), agreed=agreed)

    def _decide(self, case: Case, reason: ContactReason) -> Finding:
        """By the rules; who only asked in general gets an answer, and nothing is done, refused or asked of them.

        Who asks what became of a request is told how it stands by the rules.
        """
        if case.stuck and reason.asks == "request":
            told = tuple(fact.name for fact in case.event.missing)
            return self._answered(
                case, reason, Stop("slots_untold", self.rulebook.answers.of("slots_untold"), "", told)
            )
        finding = self._ruled(case, reason)
        decision, asks = finding.decision, reason.asks == "question"
        stands = reason.follows_up and decision.rule_id is not None
        if case.past.named and not finding.told and (asks or reason.code in self.rulebook.under_way.asked_by):
            return self._told(case, case.past.named_for(case.facts["slots"]), finding)
        if finding.told or not asks or (decision.action is None and (stands or decision.verdict == "allow")):
            return finding
        return self._answered(case, reason, Stop("question", self.rulebook.answers.question, ""), decision.checks)

    def _ruled(self, case: Case, reason: ContactReason) -> Finding:
        checks, made = list[RuleCheck](), list[Thing]()
        for ruling in (ruling for ruling in self.rulebook.rulings if ruling.rule.is_about(reason)):
            if stop := self._stop(case, reason, ruling.rule):
                checks.append(_check(ruling.rule, "lacks_facts", note=stop.note))
                return self._answered(case, reason, stop, checks)
            look = self._look(case, reason, ruling)
            checks.append(look.check)
            made += look.chosen
            if look.decision:
                decision = look.decision.model_copy(update={"checks": tuple(checks)})
                return self._once(case, reason, ruling, Finding(decision, choices=look.choices, chosen=tuple(made)))
        return self._answered(case, reason, Stop("no_rule", self.rulebook.answers.no_rule, ""), checks)

    def _once(self, case: Case, reason: ContactReason, ruling: Ruling, finding: Finding) -> Finding:
        """What a rule decided, unless the same was agreed before."""
        agreed = under_way.agreement(case, reason, ruling, finding.decision, self.rulebook)
        earlier = under_way.earlier(agreed, case, reason, self.rulebook) if agreed else None
        return self._told(case, [earlier], finding) if earlier else finding._replace(agreed=agreed)

    def _told(self, case: Case, earlier: Iterable[Agreement], instead_of: Finding) -> Finding:
        decision = under_way.told_of(*earlier, case=case, book=self.rulebook, decision=instead_of.decision)
        return Finding(decision, told=True)

    def _stop(self, case: Case, reason: ContactReason, rule: Rule) -> Stop | None:
        if not case.proof.verified and (reason.identity_required or rule.needs.identity):
            return self._unproved(case)
        for name, subject in self.rulebook.subjects.items():
            stated = subject.slot in rule.needs.named and subject.slot in case.facts["slots"]
            outer_known = subject.of not in self.rulebook.subjects or subject.of in case.facts
            if stated and outer_known and name not in case.facts:
                return Stop(f"{name}_not_found", subject.not_found, f"needs a known {name}", (subject.slot,))
        if missing := rule.needs.lacking(case.facts["slots"], case.untold):
            note = f"needs {', '.join(missing)}"
            code = "slots_untold" if case.untold.issuperset(missing) else "slots_missing"
            return Stop(code, self.rulebook.answers.of(code), note, missing)
        return None

    def _unproved(self, case: Case) -> Stop:
        """What is told depends on what was stated alone: neither words nor course say whether there is an account.

        Who has stated some of the facts and cannot tell the others needs a person; who has stated none can still write.
        """
        proof, answers = case.proof, self.rulebook.answers
        note = "needs a customer whose identity is proved"
        if not proof.tried:
            if lacking := proof.open(case.untold if proof.stated else ()):
                return Stop("identity_missing", answers.identity_missing, note, lacking)
            return Stop("identity_unprovable", answers.identity_unprovable, note, proof.open() or ())
        if proof.guessing:
            told = f"{note}; after too many wrong tries nothing that is stated counts, and a person has to look"
            return Stop(GUESSED, answers.identity_wrong, told, again=proof.stated)
        if not proof.account_found:
            return Stop("identity_unknown", answers.identity_unknown, note, again=proof.stated)
        wrong = f"{', '.join(proof.wrong)} did not match" if proof.wrong else "the account holds too few of the facts"
        return Stop("identity_wrong", answers.identity_wrong, f"{note}; {wrong}", again=proof.stated)

    def _look(self, case: Case, reason: ContactReason, ruling: Ruling) -> Look:
        rule, facts, holds = ruling.rule, _read(case, ruling), False
        try:
            holds = case.value(ruling.when) is True
            if not holds:
                return Look(_check(rule, "not_applicable", facts))
            if ruling.asks:
                return self._ask(case, reason, ruling, asked(case, *ruling.asks), facts)
            action, note = self._action(case, ruling)
            decision = self._applied(case, reason, rule, action, note)
        except LacksFact as lacking:
            check = _check(rule, "lacks_facts", facts, str(lacking))
            doubtful = rule.verdict != "allow" and (holds or isinstance(lacking, Unreadable))
            return Look(check, self._answered(case, reason, self._doubt(check)).decision if doubtful else None)
        return Look(_check(rule, "applied", facts, note), decision.model_copy(update={"facts": facts}))

    def _ask(
        self, case: Case, reason: ContactReason, ruling: Ruling, asked: Asked, facts: dict[str, JsonValue]
    ) -> Look:
        """What they want of these; passed over where that is told, or there is nothing to ask and nothing was said."""
        rule = ruling.rule
        if asked.settled:
            return Look(_check(rule, "not_applicable", facts, asked.note), chosen=asked.offered)
        if asked.among and asked.slot not in case.untold:
            decision = self._applied(case, reason, rule, None, asked.note)
            update = {"verdict": "needs_info", "facts": facts, "missing": (asked.slot,)}
            return Look(_check(rule, "applied", facts, asked.note), decision.model_copy(update=update), asked.offered)
        check = _check(rule, "lacks_facts", facts, asked.note)
        untold = Stop("slots_untold", self.rulebook.answers.of("slots_untold"), asked.note, (asked.slot,))
        return Look(check, self._answered(case, reason, untold if asked.among else self._doubt(check)).decision)

    def _doubt(self, check: RuleCheck) -> Stop:
        """A refusal that would hold, or may: what comes below it may not be allowed then."""
        answer = self.rulebook.answers.no_rule
        told = f"Rule {check.rule_id} cannot be passed over, nor applied: {check.note}."
        return Stop("in_doubt", answer.model_copy(update={"internal": "{note}"}), told)

    def _action(self, case: Case, ruling: Ruling) -> tuple[Action | None, str]:
        """What the rule sets in motion, its amount held to the limit, and a note if the limit was needed."""
        step = ruling.rule.action
        if not step:
            return None, ""
        parameters = {name: for_record(in_cents(case.value(one))) for name, one in ruling.parameters.items()}
        if not ruling.amount:
            return Action(name=step.name, parameters=parameters), ""
        wanted = money(case.value(ruling.amount))
        limit = money(case.value(self.rulebook.limit(step.name)))
        amount = min(wanted, limit)
        if amount <= 0:
            raise LacksFact(f"nothing is left to {step.name}: the rule gives {wanted}, the limit is {limit}")
        note = f"Limited from {case.say(wanted)} to {case.say(limit)}." if amount < wanted else ""
        return Action(name=step.name, amount=amount, currency=self.profile.currency, parameters=parameters), note

    def _applied(self, case: Case, reason: ContactReason, rule: Rule, action: Action | None, note: str) -> Decision:
        said = _with_amount(case.facts, action.amount if action else None)
        return Decision(
            contact_reason=reason.code,
            verdict=rule.verdict,
            rule_id=rule.id,
            action=action,
            reason_customer=filled(rule.customer, said, case.say),
            reason_internal=f"{filled(rule.internal, said, case.say)} {note}".strip(),
        )

    def _answered(
        self, case: Case, reason: ContactReason | None, stop: Stop, checks: Iterable[RuleCheck] = ()
    ) -> Finding:
        said = {**case.facts, "missing": self._named(stop.missing), "note": stop.note}
        decision = Decision(
            contact_reason=reason.code if reason else None,
            verdict=stop.answer.verdict,
            rule_id=None,
            reason_customer=filled(stop.answer.customer, said, case.say),
            reason_internal=f"{stop.code}: {filled(stop.answer.internal, said, case.say)}",
            missing=stop.missing if stop.answer.verdict == "needs_info" else (),
            checks=tuple(checks),
            escalation=stop.code if stop.code == GUESSED else None,
        )
        return Finding(decision, stop)

    def _named(self, facts: Iterable[str]) -> str:
        """Facts as the business asks for them."""
        return " and ".join(self.rulebook.asks.get(name, name.replace("_", " ")) for name in facts)


def _read(case: Case, ruling: Ruling) -> dict[str, JsonValue]:
    """The facts that the rule speaks of, as far as they are known."""
    known = {name: value_at(case.facts, name) for name in ruling.reads}
    return {name: for_record(fact) for name, fact in known.items() if fact is not None}


def _check(rule: Rule, result: Result, facts: dict[str, JsonValue] | None = None, note: str = "") -> RuleCheck:
    return RuleCheck(rule_id=rule.id, title=rule.title, result=result, facts=facts or {}, note=note)


def _with_amount(facts: Facts, amount: Decimal | None) -> Facts:
    return facts if amount is None else {**facts, "amount": amount}
