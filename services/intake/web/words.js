/** The words of the page: how each code is said, and what each field term means. */

import { el } from "./dom.js";

/** The five desks in order; a desk is done once the record has its `section`. */
export const DESKS = [
  { name: "intake", title: "Intake", does: "takes the request", section: "request" },
  { name: "agent", title: "Agent", does: "understands", section: "understanding" },
  { name: "policy", title: "Policy", does: "applies the rules", section: "policy" },
  { name: "ticketing", title: "Ticketing", does: "opens the ticket", section: "ticket" },
  { name: "summary", title: "Summary", does: "wraps up", section: "summary" },
];

const VERDICTS = {
  allow: { word: "Allowed", tone: "good", icon: "check", meaning: "The rules allow it; it goes ahead." },
  deny: { word: "Declined", tone: "bad", icon: "cross", meaning: "A rule says no." },
  needs_review: { word: "Needs review", tone: "warn", icon: "person", meaning: "A person has to decide." },
  needs_info: { word: "Needs information", tone: "info", icon: "question", meaning: "A fact is missing before the rules can decide." },
};

export const RESULTS = {
  applied: { word: "Applied", tone: "info", icon: "check" },
  not_applicable: { word: "Not applicable", tone: "muted", icon: "dash" },
  lacks_facts: { word: "Lacks facts", tone: "warn", icon: "question" },
};

const SATISFACTION = { very_low: "very low", low: "low", neutral: "neutral", high: "high", very_high: "very high" };

const OUTCOMES = {
  understood: "Understood",
  unclear: "Not understood with certainty",
  human_requested: "The customer asked for a person",
  abusive: "Ended because of abuse",
  unsupported_language: "Language not supported",
  withdrawn: "The customer took the request back",
  emergency: "Somebody may be in danger",
  abandoned: "The customer said nothing more",
};

/** Where a ticket stands, and what a person does to bring it there. */
export const STATUSES = {
  new: { word: "New", tone: "info", step: "New" },
  open: { word: "Open", tone: "info", step: "Set to open", hint: "It is being worked on." },
  pending: { word: "Pending", tone: "muted", step: "Set to pending", hint: "The customer has the word; the clock stands still until then." },
  resolved: { word: "Resolved", tone: "good", step: "Resolve", hint: "The matter is settled; it closes by itself if nobody comes back." },
  closed: { word: "Closed", tone: "muted", step: "Close", hint: "Nothing is left to do." },
  reopened: { word: "Reopened", tone: "warn", step: "Reopen", hint: "The matter is not settled after all; the clock starts anew." },
};

/** How a ticket stands with its SLA: the worst of its two targets. */
export const SLA_STATES = {
  running: { word: "On time", tone: "muted" },
  warning: { word: "Due soon", tone: "warn" },
  breached: { word: "Late", tone: "bad" },
  paused: { word: "Paused", tone: "muted" },
  met: { word: "Met", tone: "good" },
};

/** What the agent waits for after an act that asks for no fact. */
const AWAITED = {
  greet: "what it is about",
  clarify: "what it is about",
  calm: "what it is about",
  offer_person: "a yes or a no",
  confirm: "a yes or a no",
  amend: "what to change",
  anything_else: "another request, or goodbye",
};

/** Term -> its explanation: used as a hint on the term and in the glossary at the foot of the page. */
export const GLOSSARY = {
  "Contact reason": "Why the customer contacted us, from the fixed list of this business.",
  "Live conversation": "You are the customer and the agent answers you; otherwise a simulated customer does the talking.",
  Confidence: "How sure the understanding engine is, from 0 to 100 %.",
  Entities: "Facts that the customer stated, such as an order number; the marked words show where.",
  Sentiment: "The mood of the customer at the first and at the last message, from −1 (very negative) to 1 (very positive).",
  Withdrawn: "How a conversation ends in which the customer takes the request back.",
  Abandoned: "How a conversation ends in which the customer says nothing more for some minutes.",
  Verdict: "What the business rules say: allowed, declined, needs review by a person, or needs more information.",
  Rule: "One business rule that was looked at, with the facts it read. The first rule that applies decides.",
  Priority: "P1 (most urgent) to P4: impact times urgency, by the table of the business.",
  Impact: "How much harm this kind of request means.",
  Urgency: "How soon the customer needs an answer.",
  Queue: "The team that works on the ticket.",
  SLA: "Service level agreement: when a first response and a solution are due, counted in opening hours.",
  Pending: "The customer has the word: the clock of the resolution stands still.",
  "Repeat contact": "The customer came again for the same reason within some days, so the priority was raised by one step.",
  Duplicate: "A ticket about the very same matter as another one that is still being worked on.",
  Merged: "Closed, because its matter goes on in another ticket of the same customer.",
  "Follow-up": "Something that was promised, with who does it and until when.",
  Escalation: "Whether a person has to take over, and why.",
  Disposition: "The wrap-up code: how the contact ended.",
  Contained: "Handled to the end without a person.",
  "First contact resolution": "Whether the matter was settled in this one contact. Often nobody can know yet.",
  "Satisfaction estimate": "Estimated from the conversation. It is not a survey answer (CSAT).",
  Waited: "Time that the request lay in the queue before a desk took it.",
  Worked: "Time that the desk itself needed.",
  "Policy hash": "Fingerprint of the rules that made the decision: the same hash means the same rules.",
};

/** A field term with its explanation as a hint. */
export function term(name, shown = name) {
  return el("abbr", { title: GLOSSARY[name] }, shown);
}

/** A verdict in words; an unknown one is shown as it is. */
export function verdict(code) {
  return VERDICTS[code] ?? { word: plain(code), tone: "muted", icon: "dash", meaning: "" };
}

/** `delivery_late` -> `Delivery late`. */
export function plain(code) {
  const words = String(code ?? "").replaceAll(/[_.-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A fact by its name: `order_id` -> `order number`. */
export function fact(name) {
  return plain(name.replace(/_id$/, "_number")).toLowerCase();
}

/** What the agent expects to hear next, by its last act. */
export function awaited(act) {
  return act?.slot ? fact(act.slot) : AWAITED[act?.kind] ?? "your answer";
}

/** How the conversation ended, in words. */
export function outcome(code) {
  return OUTCOMES[code] ?? plain(code);
}

/** The estimate in words. */
export function satisfaction(code) {
  return SATISFACTION[code] ?? plain(code);
}

/** A mood from -1 to 1 in one word. */
export function mood(score) {
  if (score <= -0.5) return "very negative";
  if (score < -0.15) return "negative";
  if (score <= 0.15) return "neutral";
  return score < 0.5 ? "positive" : "very positive";
}

/** What an allowed request sets in motion: `Refund 129.00 USD`. */
export function action(act) {
  if (!act) return null;
  const amount = act.amount === null || act.amount === undefined ? "" : ` ${act.amount} ${act.currency ?? ""}`;
  return plain(act.name) + amount.trimEnd();
}

/** How the customer was identified. */
export function identity(verified) {
  if (!verified?.verified) return "not verified";
  return verified.method ? `verified by ${verified.method.split("+").map((m) => m.replaceAll("_", " ")).join(" and ")}` : "verified";
}
