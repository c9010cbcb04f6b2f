/** The conversation as chat bubbles, with the words marked that the understanding rests on. */

import { hour } from "./clock.js";
import { el, facts, panel } from "./dom.js";
import { fact, mood, outcome, plain, term } from "./words.js";

const SPEAKERS = { customer: "Customer", agent: "Assistant", human_agent: "Colleague", system: "System" };

/** A conversation that ran by itself. */
export function conversation(record) {
  return panel("conversation", "Conversation", el("ol", { class: "chat", "aria-label": "Conversation" }, bubbles(record)), legend(record));
}

/** One bubble for each turn; the last one of a finished record is what the customer was told in the end. */
export function bubbles(record, speakers = SPEAKERS) {
  const told = record.summary && record.transcript.findLast((turn) => turn.speaker === "agent");
  return record.transcript.map((turn) => {
    const name = turn.by ?? speakers[turn.speaker] ?? SPEAKERS[turn.speaker] ?? plain(turn.speaker);
    const text = turn.speaker === "customer" ? marked(turn.text, marksOf(record, turn.turn)) : turn.text;
    return bubble(turn.speaker, [`${name} · `, hour(turn.at)], text, { language: record.contact?.language, answer: turn === told });
  });
}

/** A bubble; `who` stands above it. */
export function bubble(speaker, who, text, { language, answer = false, state } = {}) {
  return el("li", { class: ["turn", speaker, answer && "answer", state].filter(Boolean).join(" ") },
    el("span", { class: "quiet who" }, who, answer && el("span", { class: "badge info" }, "The answer")),
    el("p", { dir: "auto", lang: language }, text));
}

/** What is known of the case: as it was concluded or, while a conversation is open, as the agent has it in mind. */
export function known(record) {
  if (!record.understanding && record.dialogue) return soFar(record.dialogue);
  return { reasons: [record.contact_reason, ...(record.secondary_reasons ?? [])].filter(Boolean), entities: record.entities ?? [], missing: record.missing ?? [] };
}

/** What was settled in an open conversation, and what is open. */
function soFar({ settled = [], reasons = [], entities = [], missing = [] }) {
  const before = settled.map((one) => one.reason);
  return { reasons: [...before, ...reasons], entities: [...before.flatMap((one) => one.entities), ...entities], missing };
}

/** Everything in this turn that something rests on, the reason before the facts. */
function marksOf(record, turn) {
  const { reasons, entities } = known(record);
  const marks = [
    ...reasons.flatMap((reason) => reason.evidence.map((where) => ({ ...where, kind: "reason", label: `Reason: ${reason.title}` }))),
    ...entities.map((entity) => ({ ...entity.evidence, kind: "entity", label: `${plain(fact(entity.name))}: ${entity.value}` })),
  ];
  return marks.filter((mark) => mark.turn === turn && mark.end > mark.start);
}

/** The text in pieces, marked or not; positions count code points, as Python does. */
function marked(text, marks) {
  const letters = Array.from(text);
  const cuts = [0, letters.length, ...marks.flatMap((mark) => [mark.start, mark.end])].filter((cut) => cut >= 0 && cut <= letters.length);
  const edges = [...new Set(cuts)].sort((a, b) => a - b);
  return edges.slice(0, -1).map((start, at) => piece(letters.slice(start, edges[at + 1]).join(""), marks.filter((mark) => mark.start <= start && mark.end > start)));
}

function piece(text, marks) {
  if (!marks.length) return text;
  const kind = marks.some((mark) => mark.kind === "entity") ? "entity" : "reason";
  return el("mark", { class: kind, title: marks.map((mark) => mark.label).join("; ") }, text);
}

/** What the colors of the marks mean. */
export function legend(record) {
  const { reasons, entities } = known(record);
  if (!reasons.length && !entities.length) return null;
  return el("p", { class: "quiet legend" }, el("mark", { class: "reason" }, "shows the reason"), " ", el("mark", { class: "entity" }, "states a fact"));
}

/** What was understood: reason, facts, mood; so far, while a conversation is open. */
export function understanding(record) {
  const { reasons, entities, missing } = known(record);
  return panel("understood", record.understanding ? "What we understood" : "What the agent understood so far",
    record.outcome && record.outcome !== "understood" && el("p", { class: "note warn" }, outcome(record.outcome)),
    reasonList(reasons), entityList(entities), missingList(missing),
    facts([
      [term("Sentiment"), moods(record.sentiment)],
      [term("Urgency"), record.urgency && plain(record.urgency)],
      ["Understood by", engine(record.understanding)],
    ]));
}

function reasonList(reasons) {
  return reasons.map((reason, at) => el("div", { class: "reason" },
    el("span", { class: "quiet" }, at ? "Also" : term("Contact reason")),
    el("strong", {}, [reason.title, ...things(reason)].join(", ")), el("code", {}, reason.path), confidence(reason.confidence)));
}

/** What a reason is about, where another of the same contact is about something else. */
function things(reason) {
  return (reason.entities ?? []).map((entity) => `${fact(entity.name)} ${entity.value}`);
}

function confidence(share) {
  const percent = Math.round(share * 100);
  return el("span", { class: "confidence" },
    el("meter", { min: 0, max: 1, low: 0.4, high: 0.7, optimum: 1, value: share, "aria-label": "Confidence" }), term("Confidence", `${percent} % sure`));
}

function entityList(entities) {
  if (!entities.length) return null;
  const rows = entities.map((entity) => [plain(fact(entity.name)), [el("strong", {}, entity.value), el("span", { class: "quiet" }, ` ${Math.round(entity.confidence * 100)} %`)]]);
  return el("div", { class: "entities" }, el("h4", {}, term("Entities", "Facts the customer stated")), facts(rows));
}

function missingList(missing) {
  if (!missing.length) return null;
  return el("div", {}, el("h4", {}, "Asked for and not obtained"),
    facts(missing.map((lacking) => [plain(fact(lacking.name)), lacking.why])));
}

function moods(sentiment) {
  return sentiment && `${mood(sentiment.start)} at first, ${mood(sentiment.end)} at the end (${sentiment.start.toFixed(1)} → ${sentiment.end.toFixed(1)})`;
}

function engine(understood) {
  return understood && [understood.engine, understood.model].filter(Boolean).join(" · ");
}
