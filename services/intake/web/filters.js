/** Which tickets the list shows: chosen in the form, kept in the address, so that a link shows the same list. */

import { businesses } from "./api.js";
import { byId, el } from "./dom.js";
import { PRIORITIES } from "./lifecycle.js";
import { me, whoAmI } from "./me.js";
import { plain, SLA_STATES, STATUSES } from "./words.js";

const ANY = ["", "Any"];
const CHOICES = {
  status: [ANY, ...worded(STATUSES)],
  sla: [ANY, ...worded(SLA_STATES)],
  priority: [ANY, ...PRIORITIES.map((one) => [one, one])],
  queue: [ANY],
  whose: [["", "Anybody"], ["mine", "Me"], ["nobody", "Nobody"]],
  business: [ANY],
};
const LEARNED = ["queue", "business"]; // choices that come with the tickets
const ALSO = ["customer_id", "reason"]; // filters that have no control

/** Make the form work; `changed` is called with each other choice. */
export function startFilters(changed) {
  const filters = { also: {}, changed };
  for (const [name, choices] of Object.entries(CHOICES)) for (const [value, word] of choices) addChoice(name, value, word);
  readAddress(filters);
  byId("filters").addEventListener("change", (event) => choose(filters, event.target));
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("clear").addEventListener("click", () => {
    only(filters, {});
    control("status").focus();
  });
  stock();
  return filters;
}

/** The filters as the API knows them; null for any. */
export function wanted(filters) {
  const { whose, ...chosen } = selected();
  const assignee = { mine: me(), nobody: "" }[whose] ?? null;
  return { ...Object.fromEntries(Object.entries(chosen).map(([name, value]) => [name, value || null])), ...filters.also, assignee };
}

/** Let these be the only filters. */
export function only(filters, also) {
  for (const name of Object.keys(CHOICES)) control(name).value = "";
  filters.also = also;
  tell(filters);
}

/** Offer a value that was seen. */
export function addChoice(name, value, word) {
  const known = [...control(name).options].find((option) => option.value === value);
  if (known) known.textContent = word;
  else control(name).append(el("option", { value }, word));
}

/** Say what the list is narrowed to where no control says it, and offer the way back. */
export function drawFilters(filters) {
  const { customer_id: customer, reason } = filters.also;
  byId("narrowed").hidden = !chosen(filters).length;
  byId("narrowed-to").textContent = [customer && `Customer ${customer}`, reason && plain(reason)].filter(Boolean).join(" · ");
}

function worded(codes) {
  return Object.entries(codes).map(([code, { word }]) => [code, word]);
}

function control(name) {
  return byId("filters").elements[name];
}

function selected() {
  return Object.fromEntries(Object.keys(CHOICES).map((name) => [name, control(name).value]));
}

function chosen(filters) {
  return Object.entries({ ...selected(), ...filters.also }).filter(([, value]) => value);
}

async function choose(filters, changed) {
  if (changed.name === "whose" && changed.value === "mine" && !(await whoAmI())) changed.value = "";
  tell(filters);
}

function tell(filters) {
  const query = new URLSearchParams(chosen(filters)).toString();
  history.replaceState(null, "", location.pathname + (query && `?${query}`) + location.hash);
  filters.changed();
}

function readAddress(filters) {
  const asked = new URLSearchParams(location.search);
  filters.also = Object.fromEntries(ALSO.filter((name) => asked.get(name)).map((name) => [name, asked.get(name)]));
  for (const name of Object.keys(CHOICES)) {
    const value = asked.get(name) ?? "";
    if (value && LEARNED.includes(name)) addChoice(name, value, plain(value));
    control(name).value = value;
    if (control(name).selectedIndex < 0 || (value === "mine" && !me())) control(name).value = "";
  }
}

async function stock() {
  const known = await businesses().catch(() => []);
  for (const { name, title } of known) addChoice("business", name, title);
  byId("business-box").hidden = known.length < 2 && !control("business").value;
}
