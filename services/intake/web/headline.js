/** The top of a result: who wants what, the decision, the ticket and the next step, at one glance. */

import { age, due } from "./clock.js";
import { badge, copyButton, el, icon } from "./dom.js";
import { contactLink, duplicate, furtherTickets, repeat, ticketLink } from "./kin.js";
import { isOver } from "./lifecycle.js";
import { today } from "./today.js";
import { action, identity, plain, term, verdict } from "./words.js";

/** The headline card of one interaction. */
export function headline(view) {
  const { record } = view;
  return el("section", { class: `card headline ${tone(view)}`, "aria-labelledby": "headline" },
    el("div", { class: "row" }, el("p", { class: "quiet" }, origin(view)), copyButton("Copy link", () => location.href)),
    el("h2", { id: "headline" }, title(view)),
    !record.transcript && record.request && el("blockquote", { dir: "auto" }, record.request.text),
    el("dl", { class: "glance" },
      cell("Customer wants", wants(record)),
      cell("Decision", decision(record)),
      cell("Ticket", ticket(record)),
      cell("Next step", record.summary ? el("span", {}, record.summary.next_step) : pending(view))));
}

function tone(view) {
  if (view.status === "failed") return "bad";
  return view.record.policy ? verdict(view.record.policy.verdict).tone : "muted";
}

function title({ status, record }) {
  if (record.summary) return record.summary.short;
  if (status === "failed") return "This request could not be finished";
  return record.contact_reason ? `${record.contact_reason.title}: in progress` : "Working on the request …";
}

function origin({ record, follows, created_at: created }) {
  const { contact, request } = record;
  return [contact && `Contact ${contact.number} · ${contact.channel} · `, request && `${request.business} · `, age(created),
    ...(follows ? [" · continues ", contactLink(follows, "an earlier contact")] : [])];
}

function cell(name, value) {
  return el("div", { "data-cell": name }, el("dt", {}, name), el("dd", {}, value));
}

function pending(view) {
  return el("span", { class: "quiet" }, view.status === "failed" ? "See below what to do" : "Not yet known");
}

function wants({ contact, contact_reason: reason, outcome }) {
  const what = reason?.title ?? (outcome ? "Not clear" : "Being found out");
  return [el("strong", {}, what), el("span", { class: "quiet" }, `${contact?.customer_id ?? "Unknown customer"}, ${identity(contact?.verified)}`)];
}

function decision({ policy }) {
  if (!policy) return el("span", { class: "quiet" }, "Not decided");
  const { word, tone: color, icon: sign } = verdict(policy.verdict);
  return [
    el("strong", { class: `verdict ${color}` }, icon(sign), word),
    el("span", { class: "quiet" }, action(policy.decisions[0]?.action) ?? policy.decisions[0]?.reason_internal ?? ""),
  ];
}

function ticket({ ticket: opened, tickets, escalation }) {
  if (!opened) return el("span", { class: "quiet" }, "Not opened");
  return [
    el("strong", {}, ticketLink(opened.ticket_id), " ", badge(opened.priority.toLowerCase(), opened.priority)),
    el("span", { class: "quiet" }, `${plain(opened.queue)} queue`),
    !isOver(opened.status) && el("span", { class: "quiet" }, term("SLA", "due"), " ", due(opened.sla.resolution_due).firstChild),
    today(opened.ticket_id),
    tickets?.length > 1 && el("span", { class: "quiet" }, "Also ", furtherTickets(tickets)),
    escalation?.state === "requested" && badge("warn", "Escalated"),
    opened.raised_for && el("span", { class: "quiet" }, repeat(opened)),
    opened.duplicate_of && el("span", { class: "quiet" }, duplicate(opened)),
  ];
}
