/** What other systems were told of a ticket; asked for when somebody wants to know. */

import { deliveries, hooks } from "./api.js";
import { age } from "./clock.js";
import { badge, el } from "./dom.js";
import { plain } from "./words.js";

const TONES = { delivered: "good", failed: "warn", given_up: "bad" };

/** A list to be opened; it stays away where nobody is told of tickets. */
export function told(id) {
  const list = el("div", {});
  const box = el("details", { class: "card panel told-others", hidden: true }, el("summary", {}, "What other systems were told"), list);
  box.addEventListener("toggle", () => box.open && fill(list, id));
  hooks().then((known) => { box.hidden = known.length === 0; }, () => {});
  return box;
}

async function fill(list, id) {
  try {
    const lines = await deliveries(id);
    list.replaceChildren(lines.length ? el("ol", { class: "timeline" }, lines.map(line)) : el("p", { class: "quiet" }, "Nothing yet."));
  } catch (problem) {
    list.replaceChildren(el("p", { class: "problem" }, problem.message));
  }
}

function line({ event, hook, attempt, at, outcome, error }) {
  return el("li", {},
    el("p", {}, el("code", {}, event), ` to ${hook} `, badge(TONES[outcome] ?? "muted", plain(outcome))),
    el("p", { class: "quiet" }, `Attempt ${attempt}, `, age(at), error && `: ${error}`));
}
