/** The conversation as chat bubbles, with the words marked that the understanding rests on. */

import { hour } from "./clock.js";
import { el, facts, panel } from "./dom.js";
import { mood, outcome, plain, term } from "./words.js";

const SPEAKERS = { customer: "Customer", agent: "Assistant", human_agent: "Colleague", system: "System" };

/** The bubbles. */
export function conversation(record) {
  const bubbles = record.transcript.map((turn) => bubble(turn, marksOf(record, turn.turn), record.contact?.language));
  return panel("conversation", "Conversation", el("ol", { class: "chat", tabindex: "0", "aria-label": "Conversation" }, bubbles), legend(record));
}

function bubble(turn, marks, language) {
  const text = turn.speaker === "customer" ? marked(turn.text, marks) : turn.text;
  return el("li", { class: `turn ${turn.speaker}` },
    el("span", { class: "quiet who" }, `${SPEAKERS[turn.speaker] ?? plain(turn.speaker)} · `, hour(turn.at)),
    el("p", { dir: "auto", lang: language }, text));
}

/** Everything in this turn that something rests on, the reason before the facts. */
function marksOf(record, turn) {
  const reasons = [record.contact_reason, ...(record.secondary_reasons ?? [])].filter(Boolean);
  const marks = [
    ...reasons.flatMap((reason) => reason.evidence.map((where) => ({ ...where, kind: "reason", label: `Reason: ${reason.title}` }))),
    ...(record.entities ?? []).map((entity) => ({ ...entity.evidence, kind: "entity", label: `${plain(entity.name)}: ${entity.value}` })),
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

function legend(record) {
  if (!record.contact_reason && !record.entities?.length) return null;
  return el("p", { class: "quiet legend" }, el("mark", { class: "reason" }, "shows the reason"), " ", el("mark", { class: "entity" }, "states a fact"));
}

/** What was understood: reason, facts, mood. */
export function understanding(record) {
  return panel("understood", "What we understood",
    record.outcome !== "understood" && el("p", { class: "note warn" }, outcome(record.outcome)),
    reasonList(record), entityList(record.entities ?? []), missingList(record.missing ?? []),
    facts([
      [term("Sentiment"), moods(record.sentiment)],
      [term("Urgency"), record.urgency && plain(record.urgency)],
      ["Understood by", engine(record.understanding)],
    ]));
}

function reasonList(record) {
  const reasons = [record.contact_reason, ...(record.secondary_reasons ?? [])].filter(Boolean);
  return reasons.map((reason, at) => el("div", { class: "reason" },
    el("span", { class: "quiet" }, at ? "Also" : term("Contact reason")),
    el("strong", {}, reason.title), el("code", {}, reason.path), confidence(reason.confidence)));
}

function confidence(share) {
  const percent = Math.round(share * 100);
  return el("span", { class: "confidence" },
    el("meter", { min: 0, max: 1, low: 0.4, high: 0.7, optimum: 1, value: share, "aria-label": "Confidence" }), term("Confidence", `${percent} % sure`));
}

function entityList(entities) {
  if (!entities.length) return null;
  const rows = entities.map((entity) => [plain(entity.name), [el("strong", {}, entity.value), el("span", { class: "quiet" }, ` ${Math.round(entity.confidence * 100)} %`)]]);
  return el("div", { class: "entities" }, el("h4", {}, term("Entities", "Facts the customer stated")), facts(rows));
}

function missingList(missing) {
  if (!missing.length) return null;
  return el("div", {}, el("h4", {}, "Asked for and not obtained"),
    facts(missing.map((fact) => [plain(fact.name), fact.why])));
}

function moods(sentiment) {
  return sentiment && `${mood(sentiment.start)} at first, ${mood(sentiment.end)} at the end (${sentiment.start.toFixed(1)} → ${sentiment.end.toFixed(1)})`;
}

function engine(understood) {
  return understood && [understood.engine, understood.model].filter(Boolean).join(" · ");
}
