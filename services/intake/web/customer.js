/** Whom a visitor of a demo plays: a sample customer, with the details that the agent may ask for. */

import { el } from "./dom.js";

const EDGE = 15; // pixels before the first detail, where a phone shows one row of them

/** The sample customer of this contact, or else the one of its business; null where none is shown. */
export function playable(businesses, { contact, request }) {
  const business = businesses.find((one) => one.name === request.business);
  const all = [business?.customer, ...(business?.samples ?? []).map((sample) => sample.customer)].filter(Boolean);
  return contact.customer_id ? all.find((one) => one.customer_id === contact.customer_id) ?? null : business?.customer ?? null;
}

/** Who they are, and each detail as a button; `insert` is given the detail that was chosen. */
export function identityCard(customer, insert) {
  const chips = customer.facts.map(({ name, title, value }) =>
    el("button", { type: "button", class: "chip", "data-fact": name, onclick: () => insert(value) }, el("span", { class: "quiet" }, title), " ", value));
  return el("div", { class: "identity", role: "group", "aria-label": "Whom you play" },
    el("p", {}, "You are ", el("strong", {}, customer.name), ". ", el("span", { class: "quiet" }, "Choose what to insert:")),
    el("div", { class: "chips" }, chips));
}

/** Point at the detail that the agent has just asked for. */
export function pointAt(card, fact) {
  for (const chip of card.querySelectorAll("[data-fact]")) {
    const asked = chip.dataset.fact === fact;
    chip.classList.toggle("asked", asked);
    if (asked) chip.parentElement.scrollLeft = chip.offsetLeft - EDGE;
  }
}
