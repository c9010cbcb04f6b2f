/** How a ticket or a contact stands to others: repeat contact, duplicate, merged, continued; each one is a link. */

import { el } from "./dom.js";
import { plain, term } from "./words.js";

const PAGE = "tickets.html";

/** The number of a ticket, as a link to it. */
export function ticketLink(id) {
  const here = location.pathname.endsWith(`/${PAGE}`);
  return el("a", { class: "number", href: `${here ? "" : PAGE}#${encodeURIComponent(id)}` }, id);
}

/** An interaction, as a link to it. */
export function contactLink(id, words) {
  return el("a", { href: `#/i/${encodeURIComponent(id)}` }, words);
}

/** Numbers of tickets as links; nothing where there are none. */
export function ticketLinks(ids) {
  return ids.length ? ids.flatMap((id, at) => [at ? ", " : "", ticketLink(id)]) : null;
}

/** The number of the contact that a ticket is of: that of its main ticket. */
export function mainOf(id) {
  return id.split("-").slice(0, 2).join("-");
}

/** The further tickets of a contact, each with its team: `RET-1001-2 (Delivery)`. */
export function furtherTickets(tickets = []) {
  return tickets.length > 1 ? tickets.slice(1).flatMap((one, at) => [at ? ", " : "", ticketLink(one.ticket_id), ` (${plain(one.queue)})`]) : null;
}

/** `Repeat contact of RET-1001: priority raised`. */
export function repeat({ related }) {
  return [term("Repeat contact"), ...(related.length ? [" of ", ticketLink(related[0])] : []), ": priority raised"];
}

/** `Duplicate of RET-1001`. */
export function duplicate({ duplicate_of: other }) {
  return [term("Duplicate"), " of ", ticketLink(other)];
}
