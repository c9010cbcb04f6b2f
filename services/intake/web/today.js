/** How the ticket of a record stands today; the record itself tells only how it was opened. */

import { ticket } from "./api.js";
import { badge, el } from "./dom.js";
import { isMerged } from "./lifecycle.js";
import { ticketLink } from "./kin.js";
import { STATUSES } from "./words.js";

const EVERY_MS = 10_000;

/** A line that fills itself and keeps up for as long as it is on the page; empty while nothing can be told. */
export function today(id) {
  const line = el("span", { class: "quiet", "data-today": id });
  keepUp(line, id);
  return line;
}

async function keepUp(line, id) {
  const found = document.hidden ? null : await ticket(id).catch(() => null);
  if (found) line.replaceChildren(...words(found).flat().filter(Boolean));
  setTimeout(() => line.isConnected && keepUp(line, id), EVERY_MS);
}

function words(found) {
  const { word, tone, hint } = STATUSES[found.status];
  return ["Now ", badge(tone, word, hint), isMerged(found) ? [" in ", ticketLink(found.merged_into)] : found.assignee && [" with ", el("bdi", {}, found.assignee)]];
}
