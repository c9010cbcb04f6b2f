/** The decision: verdict, both reasons, and every rule that was looked at with the facts it read. */

import { known } from "./conversation.js";
import { el, facts, icon, panel } from "./dom.js";
import { action, fact, plain, RESULTS, term, verdict } from "./words.js";

/** The decision card: the main decision first, then those about secondary reasons. */
export function decision(record) {
  const { policy } = record;
  const made = decisions(record);
  return panel("decision", "Decision", made.map((each) => one(each, titleOf(record, each), made.length > 1)),
    el("p", { class: "quiet small-print" }, policy ? rulesOf(policy) : "Decided so far; the contact goes on."));
}

function rulesOf(policy) {
  return [`Rules of version ${policy.policy_version}, `, term("Policy hash", "hash"), " ", el("code", {}, policy.policy_hash.slice(0, 12))];
}

/** What was decided: at the end, or in a contact that goes on. */
export function decisions({ policy, dialogue }) {
  return policy?.decisions ?? dialogue?.settled?.map((settled) => settled.decision) ?? [];
}

function titleOf(record, made) {
  const { reasons } = known(record);
  const title = reasons.find((reason) => reason.code === made.contact_reason)?.title ?? plain(made.contact_reason ?? "No clear reason");
  return [title, ...Object.entries(made.about ?? {}).map(([name, value]) => `${fact(name)} ${value}`)].join(", ");
}

function one(made, title, several) {
  const { word, tone, icon: sign, meaning } = verdict(made.verdict);
  return el("article", { class: "made" },
    several && el("h4", {}, title),
    el("p", { class: `verdict big ${tone}` }, icon(sign), el("span", {}, el("strong", {}, word), el("small", {}, action(made.action) ?? meaning))),
    el("h4", {}, "What the customer is told"), el("blockquote", { dir: "auto" }, made.reason_customer),
    el("h4", {}, "Why, for colleagues"), el("p", {}, made.reason_internal),
    made.carried_out && done(made.carried_out),
    made.missing.length > 0 && el("p", { class: "note info" }, "Still needed: ", made.missing.map(fact).join(", ")),
    rules(made));
}

/** What came of an action that was for a machine. */
function done({ state, by, reference, reason }) {
  const told = state === "done" ? `Done by ${by}${reference ? ` (${reference})` : ""}` : `Not done by ${by}, so a person takes over: ${reason}`;
  return el("p", { class: `note ${state === "done" ? "info" : "warn"}`, "data-carried-out": state }, told);
}

/** The rule that decided in full; the others one click away. */
function rules(made) {
  const deciding = made.checks.filter((check) => check.rule_id === made.rule_id);
  const others = made.checks.filter((check) => check.rule_id !== made.rule_id);
  return [
    el("h4", {}, term("Rule", deciding.length ? "The rule that decided" : "No rule decided this")),
    deciding.length > 0 && el("ul", { class: "rules" }, deciding.map((check) => rule(check, made.facts))),
    others.length > 0 && el("details", { class: "others" },
      el("summary", {}, `${others.length} other ${others.length === 1 ? "rule was" : "rules were"} looked at`),
      el("ul", { class: "rules" }, others.map((check) => rule(check)))),
  ];
}

function rule(check, extra = {}) {
  const { word, tone, icon: sign } = RESULTS[check.result] ?? { word: plain(check.result), tone: "muted", icon: "dash" };
  const read = Object.entries({ ...extra, ...check.facts });
  return el("li", { "data-result": check.result },
    el("div", { class: "row" }, el("strong", {}, check.title), el("span", { class: `badge ${tone}` }, icon(sign), word)),
    el("code", {}, check.rule_id),
    check.note && el("p", {}, check.note),
    read.length > 0 && facts(read.map(([name, value]) => [el("code", {}, name), shown(value)]), { class: "facts read" }));
}

/** A fact as it was read; text is shown plainly, everything else as JSON. */
function shown(value) {
  return typeof value === "string" ? value : JSON.stringify(value);
}
