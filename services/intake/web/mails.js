/** What became of the mails to a customer who wrote one; looked at again and again, since a server of others has the word. */

import { mails } from "./api.js";
import { age } from "./clock.js";
import { badge, el, facts, panel } from "./dom.js";

const STATES = { waiting: ["warn", "Waiting to go out"], sent: ["good", "Sent"], failed: ["bad", "Not delivered"] };
const AGAIN = 4000; // milliseconds

/** The panel of a contact that came by `mail`. */
export function mailPanel(id, mail) {
  const list = el("div", {});
  const known = facts([["Written by", mail.address], ["Attached, not kept", mail.attachments.join(", ")]]);
  fill(list, id);
  return panel("mails", "Mails to the customer", known, list);
}

async function fill(list, id) {
  try {
    const all = await mails(id);
    list.replaceChildren(all.length ? el("ol", { class: "timeline" }, all.map(line)) : el("p", { class: "quiet" }, "None yet."));
  } catch (problem) {
    list.replaceChildren(el("p", { class: "problem" }, problem.message));
  }
  setTimeout(() => list.isConnected && fill(list, id), AGAIN);
}

function line({ name, by, state, at, why }) {
  const [tone, words] = STATES[state];
  const what = name.startsWith("turn-") ? "In the conversation" : `On the ticket, ${name}`;
  return el("li", {},
    el("p", {}, el("strong", { dir: "auto" }, by ?? "The assistant"), " ", badge(tone, words)),
    el("p", { class: "quiet" }, `${what}, `, age(at), why && `: ${why}`));
}
