/** The right side: pipeline, headline and the cards of one interaction; only what changed is drawn again. */

import { byId, copyButton, el, icon, put, slot } from "./dom.js";
import { conversation, known, understanding } from "./conversation.js";
import { decision, decisions } from "./decision.js";
import { headline } from "./headline.js";
import { pipeline } from "./pipeline.js";
import { DESKS, plain } from "./words.js";
import { ended } from "./live.js";
import { mailPanel } from "./mails.js";
import { drawTalk, isLive, isOpen, openTalk } from "./talk.js";
import { figures, summary, ticket } from "./wrapup.js";

/** Card -> its column, the sections it is made from, those that only change how it looks, and its builder. */
const CARDS = [
  { key: "conversation", column: "left", reads: ["transcript"], marks: ["summary"], build: conversation },
  { key: "understood", column: "left", reads: ["understanding", "dialogue"], build: understanding },
  { key: "decision", column: "right", reads: ["policy", "dialogue"], build: decision },
  { key: "ticket", column: "right", reads: ["ticket"], build: ticket },
  { key: "mails", column: "left", reads: ["contact"], marks: ["transcript", "summary"], build: ({ contact }, { id }) => mailPanel(id, contact.mail) },
  { key: "summary", column: "left", reads: ["summary", "disposition"], build: summary },
  { key: "figures", column: "right", reads: ["metrics", "provenance"], build: figures },
];

/** An empty page for this interaction; `again` is called with a request to hand in once more; see `openTalk`. */
export function openPage(view, again, adopt, goOn) {
  const talk = openTalk(view, adopt, goOn);
  const slots = { pipeline: slot(), headline: slot(), failure: slot(), reply: slot("reply") };
  const columns = { left: el("div", { class: "column" }), right: el("div", { class: "column" }) };
  for (const card of CARDS) columns[card.column].append((slots[card.key] = slot(card.key)));
  slots.conversation.after(slots.reply);
  const page = { slots, talk, drawn: {}, again, json: el("pre", { tabindex: 0, role: "region", "aria-label": "The record as JSON" }), view: null };
  byId("result").replaceChildren(...(isLive(view) ? [talk.panel] : []), slots.headline, slots.pipeline, slots.failure, tabs(page, columns));
  return page;
}

/** Bring the page up to this view. */
export function draw(page, view) {
  page.view = view;
  drawTalk(page.talk, view);
  put(page, "headline", [view.status, view.record], () => !isOpen(view) && headline(view));
  put(page, "pipeline", [view.status, view.rev, view.timings, view.failure], () => pipeline(view));
  put(page, "failure", [view.failure], () => view.failure && failure(page, view));
  put(page, "reply", [ended(view)], () => ended(view) && !isLive(view) && page.talk.panel);
  for (const card of CARDS) {
    const made = [...card.reads, ...(card.marks ?? [])].map((name) => view.record[name]);
    put(page, card.key, made, () => ready(view, card) && card.build(view.record, view));
  }
  page.json.textContent = JSON.stringify(view, null, 2);
}

function ready(view, card) {
  const { record } = view;
  if (card.key === "conversation" && isLive(view)) return false;
  if (card.key === "understood" && !record.understanding) return Boolean(known(record).reasons?.length || known(record).entities?.length);
  if (card.key === "mails") return Boolean(record.contact?.mail);
  if (card.key === "decision") return decisions(record).length > 0;
  return card.reads.every((name) => record[name]);
}

function failure(page, { failure: failed, record }) {
  const desk = DESKS.find((one) => one.name === failed.service)?.title ?? plain(failed.service);
  return el("section", { class: "card failure", role: "alert", "data-panel": "failure" },
    el("h3", {}, icon("alert"), `The ${desk.toLowerCase()} desk could not finish this request`),
    el("p", {}, el("strong", {}, `${plain(failed.reason)}: `), failed.error),
    el("p", {}, `It was tried ${failed.attempts} ${failed.attempts === 1 ? "time" : "times"}, on ${failed.input_type}. Nothing that was done before is lost: it is shown below.`),
    el("h4", {}, "What to do"), el("p", {}, failed.advice),
    record.request && el("button", { type: "button", class: "small", onclick: () => page.again({ ...record.request, customer_id: record.contact?.customer_id }) },
      "Put the request back into the box"));
}

function tabs(page, columns) {
  const shown = el("div", { class: "columns" }, columns.left, columns.right);
  const json = el("div", { class: "card" }, el("div", { class: "row" }, el("h3", {}, "The record as JSON"), copyButton("Copy JSON", () => page.json.textContent)), page.json);
  const panels = [tabPanel("cards", shown), tabPanel("json", json)];
  const buttons = [tab("cards", "Result"), tab("json", "JSON")];
  const bar = el("div", { class: "tabs", role: "tablist", "aria-label": "Views of the record" }, buttons);
  const choose = (at) => select(buttons, panels, at);
  buttons.forEach((button, at) => button.addEventListener("click", () => choose(at)));
  bar.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
    const next = buttons[0].getAttribute("aria-selected") === "true" ? 1 : 0;
    choose(next);
    buttons[next].focus();
  });
  choose(0);
  return el("div", {}, bar, panels);
}

function tab(name, title) {
  return el("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `view-${name}` }, title);
}

function tabPanel(name, content) {
  return el("div", { role: "tabpanel", id: `view-${name}`, "aria-labelledby": `tab-${name}` }, content);
}

function select(buttons, panels, at) {
  buttons.forEach((button, index) => {
    button.setAttribute("aria-selected", String(index === at));
    button.tabIndex = index === at ? 0 : -1;
    panels[index].hidden = index !== at;
  });
}

/** What to see before anything was asked. */
export function showEmpty() {
  const desks = DESKS.map((desk) => el("li", {}, el("strong", {}, desk.title), el("span", { class: "quiet" }, desk.does)));
  byId("result").replaceChildren(el("section", { class: "card empty", "data-panel": "empty" },
    el("h2", {}, "Send a request and watch five desks work on it"),
    el("p", {}, "Pick a sample, or write what a customer would write, and send it. You will see the conversation with the agent, what the rules allow and why, the ticket and the wrap-up."),
    el("ol", { class: "tour" }, desks),
    el("p", { class: "quiet" }, "Some things to try: ask for a refund without an order number, mention two matters at once, or ask for a person.")));
}

/** Something that stands in the way of showing a result. */
export function showNotice(title, message, retry) {
  byId("result").replaceChildren(el("section", { class: "card failure", "data-panel": "notice" },
    el("h2", {}, title), el("p", {}, message),
    el("p", { class: "row" }, retry && el("button", { type: "button", class: "small", onclick: retry }, "Try again"), el("a", { href: "#/" }, "Start over"))));
}
