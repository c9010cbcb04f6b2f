/** What comes out: the ticket, the wrap-up, the follow-ups and the figures. */

import { due, moment, took } from "./clock.js";
import { badge, copyButton, el, facts, icon, panel } from "./dom.js";
import { isOver } from "./lifecycle.js";
import { duplicate, mainOf, repeat, ticketLink, ticketLinks } from "./kin.js";
import { DESKS, plain, satisfaction, term } from "./words.js";

/** The ticket card, with the escalation on top where there is one, and the tickets of further teams below. */
export function ticket({ ticket: opened, tickets = [], escalation }) {
  return panel("ticket", "Ticket",
    escalation?.state === "requested" && el("p", { class: "note warn" }, icon("person"),
      el("span", {}, el("strong", {}, "A person has to take over. "), escalation.reason_code && plain(escalation.reason_code))),
    el("p", { class: "ticket-id" }, el("strong", {}, ticketLink(opened.ticket_id)), badge(opened.priority.toLowerCase(), opened.priority)),
    el("p", {}, opened.title),
    opened.raised_for && el("p", { class: "note info" }, el("span", {}, repeat(opened))),
    opened.duplicate_of && el("p", { class: "note info" }, el("span", {}, duplicate(opened))),
    facts([
      [term("Priority"), [opened.priority, el("span", { class: "quiet" }, " = ", term("Impact", `impact ${opened.impact}`), " × ", term("Urgency", `urgency ${opened.urgency}`))]],
      [term("Queue"), plain(opened.queue)],
      ["Type", plain(opened.type)],
      ["Status", plain(opened.status)],
      [term("SLA", "First response"), isOver(opened.status) ? "Given in the contact" : due(opened.sla.first_response_due)],
      [term("SLA", "Resolution"), isOver(opened.status) ? "Reached in the contact" : due(opened.sla.resolution_due)],
      ["Related", ticketLinks(opened.related.filter((id) => mainOf(id) !== mainOf(opened.ticket_id)))],
      [term("Escalation"), escalation?.state === "requested" ? "Requested" : "None"],
    ]),
    tickets.length > 1 && [el("h4", {}, "For other teams"), el("ul", { class: "further-tickets" }, tickets.slice(1).map(further))]);
}

function further(one) {
  return el("li", {}, ticketLink(one.ticket_id), " ", badge(one.priority.toLowerCase(), one.priority), " ", one.title,
    el("span", { class: "quiet" }, ` ${plain(one.queue)} · ${plain(one.status)} · `, moment(one.sla.resolution_due)));
}

/** The wrap-up: what a colleague has to know, and the reply to the customer. */
export function summary({ summary: wrap, disposition, follow_ups: followUps = [] }) {
  return panel("summary", "Summary",
    facts([["Situation", wrap.situation], ["Action", wrap.action], ["Resolution", wrap.resolution], ["Next step", wrap.next_step]], { class: "story" }),
    wrap.open_questions.length > 0 && [el("h4", {}, "Open questions"), el("ul", {}, wrap.open_questions.map((question) => el("li", {}, question)))],
    el("div", { class: "row" }, el("h4", {}, "Reply to the customer"), copyButton("Copy reply", () => wrap.reply_to_customer)),
    el("blockquote", { class: "reply", dir: "auto" }, wrap.reply_to_customer),
    followUps.length > 0 && [el("h4", {}, "Follow-ups"), el("ul", { class: "follow-ups" }, followUps.map(followUp))],
    facts([
      [term("Disposition"), [plain(disposition.code), " ", el("code", {}, disposition.path)]],
      [term("Satisfaction estimate"), plain(satisfaction(wrap.satisfaction_estimate))],
    ]));
}

function followUp(task) {
  return el("li", {}, el("strong", {}, task.title), el("span", {}, task.description),
    el("span", { class: "quiet" }, `${plain(task.owner)} · `, moment(task.due_at)));
}

/** The figures, and where the record comes from. */
export function figures({ metrics, provenance, contact }) {
  return panel("figures", "Figures and origin",
    facts([
      ["Handled in", took(metrics.handle_ms)],
      ["Messages", metrics.turns],
      [term("Contained"), metrics.contained ? "Yes" : "No, a person takes over"],
      [term("First contact resolution"), yesNo(metrics.first_contact_resolution)],
    ]),
    timings(metrics),
    facts([
      ["Language", contact?.language],
      ["Understood by", [provenance.understanding, provenance.model].filter(Boolean).join(" · ")],
      ["Business", `${provenance.business}, version ${provenance.business_version}`],
      ["Rules", [`version ${provenance.policy_version}, `, term("Policy hash", "hash"), " ", el("code", {}, provenance.policy_hash.slice(0, 12))]],
      ["Record format", `version ${provenance.schema_version}`],
    ]));
}

function yesNo(value) {
  if (value === null || value === undefined) return "Not yet known";
  return value ? "Yes" : "No";
}

function timings({ queue_ms: queue, work_ms: work }) {
  const desks = DESKS.filter((desk) => desk.name in queue || desk.name in work);
  return el("table", {},
    el("caption", {}, "Milliseconds at each desk"),
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Desk"), el("th", { scope: "col" }, term("Waited")), el("th", { scope: "col" }, term("Worked")))),
    el("tbody", {}, desks.map((desk) => el("tr", {},
      el("th", { scope: "row" }, desk.title), el("td", {}, took(queue[desk.name])), el("td", {}, took(work[desk.name]))))));
}
