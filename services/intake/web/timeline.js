/** What happened to a ticket, as sentences: `dana changed the status from open to pending`. */

import { age } from "./clock.js";
import { el, panel } from "./dom.js";
import { ticketLink } from "./kin.js";
import { plain, STATUSES } from "./words.js";

const OURS = { system: "The clock", assistant: "The assistant" };
const TARGETS = { first_response: "first response", resolution: "resolution" };

/** Kind of event -> its sentence, without the full stop. */
const TOLD = {
  "ticket.opened": () => ["The ticket was opened"],
  "ticket.wrapped_up": () => ["The wrap-up of the contact was added"],
  "ticket.updated": (event) => [who(event), " ", changes(event), event.comment && " and noted what the customer said"],
  "ticket.commented": (event) => [who(event), event.comment?.public ? " noted an answer that the customer was given" : " wrote an internal comment"],
  "ticket.merged": (event) => [who(event), " merged this ticket into ", ticketLink(event.ticket.merged_into)],
  "ticket.absorbed": (event) => [who(event), " merged another ticket into this one", event.changes.priority && [" and ", changes(event)]],
  "ticket.sla_warning": (event) => [`The ${TARGETS[event.target]} is due soon`],
  "ticket.sla_breached": (event) => [`The ${TARGETS[event.target]} is late`],
};

/** The timeline, the newest on top. */
export function timeline(events) {
  return panel("history", "History", el("ol", { class: "timeline" }, events.toReversed().map(moment)));
}

/** One event as plain text. */
export function sentence(event) {
  return el("p", {}, told(event)).textContent;
}

function told(event) {
  return [TOLD[event.type]?.(event) ?? [who(event), `: ${plain(event.type)}`]].flat(3).filter(Boolean);
}

function moment(event) {
  return el("li", { "data-event": event.type },
    el("p", {}, el("span", { dir: "auto" }, told(event)), el("span", { class: "quiet" }, ", ", age(event.at))),
    event.note && event.type !== "ticket.merged" && el("p", { class: "quiet", dir: "auto" }, event.note));
}

function who({ by }) {
  return OURS[by] ?? by;
}

function changes(event) {
  const said = Object.entries(event.changes).map(([name, [before, after]]) => changed(name, before, after, event.by));
  if (!said.length) return "worked on a follow-up";
  return said.length > 1 ? `${said.slice(0, -1).join(", ")} and ${said.at(-1)}` : said[0];
}

function changed(name, before, after, by) {
  if (name === "status") return `changed the status from ${status(before)} to ${status(after)}`;
  if (name === "queue") return `moved it from the queue ${plain(before)} to ${plain(after)}`;
  if (name === "assignee") return assigned(before, after, by);
  return `changed the ${name.replaceAll("_", " ")} from ${before ?? "nothing"} to ${after ?? "nothing"}`;
}

function assigned(before, after, by) {
  if (after === by) return before ? `took the ticket over from ${before}` : "took the ticket";
  if (after) return `gave the ticket to ${after}`;
  return before === by ? "gave the ticket back" : `took the ticket away from ${before}`;
}

function status(code) {
  return (STATUSES[code]?.word ?? plain(code)).toLowerCase();
}
