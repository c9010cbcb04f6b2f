/** The ticket that was chosen: what it is about, how it stands, what was said and done; only what changed is drawn again. */

import { age, left, moment } from "./clock.js";
import { told } from "./deliveries.js";
import { badge, byId, copyButton, el, facts, icon, panel, put, slot } from "./dom.js";
import { duplicate, mainOf, repeat, ticketLink, ticketLinks } from "./kin.js";
import { isMerged, isOver } from "./lifecycle.js";
import { mailPanel } from "./mails.js";
import { plain, SLA_STATES, STATUSES, term } from "./words.js";
import { drawWork, openWork } from "./work.js";
import { timeline } from "./timeline.js";

/** An empty page for a ticket; `desk` is who carries out changes, see work.js. */
export function openTicket(id, desk) {
  const slots = { headline: slot(), comments: slot(), mails: slot("mails"), kin: slot(), ...Object.fromEntries(["sla", "wrapup", "history"].map((name) => [name, slot(name)])) };
  const page = { id, desk, slots, drawn: {}, ticket: null, events: [] };
  page.work = openWork(page);
  const { actions, properties, tasks, notes, merging } = page.work;
  const left = el("div", { class: "column" }, slots.wrapup, tasks, notesPanel(slots.comments, notes), slots.mails, slots.history, told(id));
  const right = el("div", { class: "column" }, slots.sla, properties, kinPanel(slots.kin, merging));
  page.parts = [back(), el("section", { class: "card headline", "aria-labelledby": "headline" }, slots.headline, actions), el("div", { class: "columns" }, left, right)];
  return page;
}

/** Put the page on the screen. */
export function showTicket(page) {
  byId("ticket").replaceChildren(...page.parts);
}

/** Bring the page up to this ticket and its history. */
export function drawTicket(page, ticket, events) {
  Object.assign(page, { ticket, events });
  put(page, "headline", ticket, () => headline(page));
  put(page, "sla", [ticket.sla, ticket.status], () => clocks(ticket));
  put(page, "wrapup", ticket.wrap_up, () => wrapUp(ticket.wrap_up));
  put(page, "comments", ticket.comments, () => comments(ticket));
  put(page, "mails", ticket.comments, () => ticket.mail && mailPanel(ticket.interaction_id, ticket.mail));
  put(page, "kin", [ticket.related, ticket.absorbed, ticket.duplicate_of], () => kin(ticket));
  put(page, "history", events, () => timeline(events));
  drawWork(page);
  page.slots.headline.parentElement.className = `card headline ${tone(ticket)}`;
}

/** What to see before a ticket was chosen. */
export function showNothing() {
  byId("ticket").replaceChildren(el("section", { class: "card empty", "data-panel": "empty" },
    el("h2", {}, "Choose a ticket from the list"),
    el("p", {}, "You see what the customer wants and what was promised, how much time is left, and what your colleagues did. Take it, answer, wait for the customer, resolve it, or merge it into the ticket that it repeats."),
    el("p", { class: "quiet" }, "There is no ticket yet? Each request in the ", el("a", { href: "/" }, "console"), " opens one.")));
}

/** Something that stands in the way of showing a ticket. */
export function showProblem(title, message, retry) {
  byId("ticket").replaceChildren(back(), el("section", { class: "card failure", "data-panel": "notice", role: "alert" },
    el("h2", {}, title), el("p", {}, message), el("button", { type: "button", class: "small", onclick: retry }, "Try again")));
}

function back() {
  return el("a", { class: "back", href: "#" }, "← All tickets");
}

function tone(ticket) {
  if (isOver(ticket.status)) return "good";
  return { breached: "bad", warning: "warn" }[ticket.sla_state] ?? "info";
}

function headline({ ticket, desk }) {
  const { word, tone: color, hint } = STATUSES[ticket.status];
  const sla = SLA_STATES[ticket.sla_state];
  return el("div", {},
    el("div", { class: "row" },
      el("p", { class: "ticket-id" }, el("strong", {}, ticket.ticket_id), badge(ticket.priority.toLowerCase(), ticket.priority), badge(color, word, hint), badge(sla.tone, ticket.sla_state === "met" ? "SLA met" : sla.word)),
      copyButton("Copy link", () => location.href)),
    el("h2", { id: "headline", tabindex: "-1", dir: "auto" }, ticket.title),
    notes(ticket),
    el("dl", { class: "glance" },
      cell("Assigned to", el("strong", { dir: "auto" }, ticket.assignee ?? "Nobody")),
      cell("Queue", [el("strong", {}, plain(ticket.queue)), el("span", { class: "quiet" }, plain(ticket.type))]),
      cell("Customer", customer(ticket, desk)),
      cell("Opened", [age(ticket.opened_at), el("a", { href: `/#/i/${encodeURIComponent(ticket.interaction_id)}` }, "Read the conversation")])));
}

function cell(name, value) {
  return el("div", { "data-cell": name }, el("dt", {}, name), el("dd", {}, value));
}

function customer({ customer_id: id, business, channel }, desk) {
  return [
    id ? el("button", { type: "button", class: "plain", id: "of-customer", title: "All tickets of this customer", onclick: () => desk.ofCustomer(id) }, id) : el("strong", {}, "Not known"),
    el("span", { class: "quiet" }, `${business} · ${channel}`),
  ];
}

/** What a colleague has to know first. */
function notes(ticket) {
  const opened = ticket.as_opened;
  const known = [opened.raised_for && repeat(opened), ticket.duplicate_of && !isMerged(ticket) && duplicate(ticket)].filter(Boolean);
  return [
    isMerged(ticket) && note("warn", [term("Merged"), " into ", ticketLink(ticket.merged_into), ", where its matter goes on. Nothing can be changed here."], "alert"),
    ticket.escalation && !isOver(ticket.status) && note("warn", [el("strong", {}, "A person has to take over. "), plain(ticket.escalation)], "person"),
    known.length > 0 && note("info", known.flatMap((words, at) => [at ? ". " : "", ...words])),
  ];
}

function note(color, words, sign) {
  return el("p", { class: `note ${color}` }, sign && icon(sign), el("span", {}, words));
}

function clocks({ sla, status }) {
  return panel("sla", term("SLA", "SLA targets"), el("dl", { class: "clocks" }, clock("First response", sla.first_response), clock("Resolution", sla.resolution)),
    status === "pending" && el("p", { class: "quiet" }, "The customer has the word; opening hours until the answer do not count."));
}

function clock(name, target) {
  const { state, words } = standing(target);
  return el("div", { "data-target": name }, el("dt", {}, name, " ", badge(SLA_STATES[state].tone, target.met_at && state === "breached" ? "Met late" : SLA_STATES[state].word)), el("dd", {}, words));
}

/** One target: its state and what there is to say. */
function standing(target) {
  const missed = target.breached_at || (target.met_at && Date.parse(target.met_at) > Date.parse(target.due));
  if (target.met_at) return { state: missed ? "breached" : "met", words: [moment(target.met_at), missed && el("span", { class: "quiet" }, "was due ", moment(target.due))] };
  if (target.paused_at) return { state: "paused", words: el("span", {}, "since ", moment(target.paused_at)) };
  const state = missed || Date.parse(target.due) < Date.now() ? "breached" : target.warned_at ? "warning" : "running";
  return { state, words: [el("strong", {}, left(target.due)), el("span", { class: "quiet" }, moment(target.due))] };
}

function wrapUp(wrap) {
  if (!wrap) return panel("wrapup", "Wrap-up", el("p", { class: "quiet" }, "It is being written."));
  return panel("wrapup", "Wrap-up",
    facts([["Situation", wrap.situation], ["Action", wrap.action], ["Resolution", wrap.resolution], ["Next step", wrap.next_step]], { class: "story", dir: "auto" }),
    el("div", { class: "row" }, el("h4", {}, "Reply to the customer"), copyButton("Copy reply", () => wrap.reply_to_customer)),
    el("blockquote", { class: "reply", dir: "auto" }, wrap.reply_to_customer),
    facts([[term("Disposition"), plain(wrap.disposition)]]));
}

function notesPanel(list, form) {
  return panel("comments", "Comments", list, form);
}

function comments(ticket) {
  if (!ticket.comments.length) return el("p", { class: "quiet" }, "Nobody wrote a comment yet.");
  return el("ol", { class: "notes" }, ticket.comments.map((comment) => el("li", { class: comment.public ? "told" : "" },
    el("p", { class: "quiet who" }, el("strong", { dir: "auto" }, comment.by), " ", age(comment.at), " ", badge(comment.public ? "info" : "muted", comment.public ? "Told to the customer" : "Internal")),
    el("p", { class: "words", dir: "auto" }, comment.text))));
}

function kinPanel(list, merging) {
  return panel("kin", "Related tickets", list, merging);
}

function kin(ticket) {
  const others = ticket.related.filter((id) => !ticket.absorbed.includes(id) && id !== ticket.duplicate_of);
  const [same, earlier] = [true, false].map((ours) => others.filter((id) => (mainOf(id) === mainOf(ticket.ticket_id)) === ours));
  const rows = [["Same contact", ticketLinks(same)], ["Same matter", ticket.duplicate_of && ticketLink(ticket.duplicate_of)], ["Merged into this", ticketLinks(ticket.absorbed)], ["Same customer and reason", ticketLinks(earlier)]];
  return rows.some(([, value]) => value) ? facts(rows) : el("p", { class: "quiet" }, "None are known.");
}
