/** The list of tickets: filters, newest first, brought up to date without moving what a person looks at. */

import { businesses, tickets } from "./api.js";
import { age, left } from "./clock.js";
import { badge, byId, el } from "./dom.js";
import { isOver, PRIORITIES } from "./lifecycle.js";
import { me, whoAmI } from "./me.js";
import { plain, SLA_STATES, STATUSES } from "./words.js";

const PAGE = 20;
const MOST_AT_ONCE = 100;
const ROUNDS = 10; // a page may be short where few tickets fit
const CHOICES = {
  status: [["", "Any"], ...Object.entries(STATUSES).map(([code, { word }]) => [code, word])],
  sla: [["", "Any"], ...Object.entries(SLA_STATES).map(([code, { word }]) => [code, word])],
  priority: [["", "Any"], ...PRIORITIES.map((one) => [one, one])],
  queue: [["", "Any"]],
  whose: [["", "Anybody"], ["mine", "Me"], ["nobody", "Nobody"]],
  business: [["", "Any"]],
};
const ALSO = ["customer_id", "reason"]; // filters that only an address sets

/** Make the list work; `shown` is called after each time it was loaded. */
export function startList(shown) {
  const list = { shown, cards: [], next: null, wanted: PAGE, open: null, round: 0, rows: new Map(), queues: new Map(), people: new Set() };
  for (const [name, choices] of Object.entries(CHOICES)) offer(name, choices);
  readAddress(list);
  byId("filters").addEventListener("change", (event) => narrow(list, event.target));
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("clear").addEventListener("click", () => widen(list));
  byId("more").addEventListener("click", () => { list.wanted += PAGE; refresh(list); });
  byId("book").addEventListener("keydown", walk);
  stock(list);
  return list;
}

/** Load the list again, as far as it was opened. */
export async function refresh(list) {
  const round = ++list.round;
  try {
    const page = await newest(list);
    if (round !== list.round) return;
    Object.assign(list, page);
    learn(list);
    show(list, list.cards.length ? "" : emptyNote(list));
  } catch (problem) {
    if (round === list.round) byId("book-note").textContent = `${problem.message} The list goes on by itself.`;
  }
  list.shown();
}

/** Mark the ticket that is open beside the list. */
export function markOpen(list, id) {
  list.open = id;
  for (const [number, { link }] of list.rows) mark(link, number === id);
}

/** Show the tickets of one customer. */
export function ofCustomer(list, customer) {
  clear(list);
  list.also.customer_id = customer;
  narrowed(list);
}

async function newest(list) {
  const filters = wanted(list);
  const found = { cards: [], next: null };
  for (let round = 0; round < ROUNDS && found.cards.length < list.wanted; round++) {
    const page = await tickets(filters, found.next, Math.min(MOST_AT_ONCE, list.wanted - found.cards.length));
    found.cards.push(...page.items);
    found.next = page.next;
    if (found.next === null) break;
  }
  return found;
}

/** The filters as the API knows them. */
function wanted(list) {
  const { whose, ...chosen } = selected();
  const assignee = { mine: me(), nobody: "" }[whose] ?? null;
  return { ...Object.fromEntries(Object.entries(chosen).filter(([, value]) => value)), ...list.also, assignee };
}

function selected() {
  return Object.fromEntries(Object.keys(CHOICES).map((name) => [name, control(name).value]));
}

function control(name) {
  return byId("filters").elements[name];
}

async function narrow(list, changed) {
  if (changed.name === "whose" && changed.value === "mine" && !(await whoAmI())) changed.value = "";
  narrowed(list);
}

function widen(list) {
  clear(list);
  narrowed(list);
  control("status").focus();
}

function clear(list) {
  for (const name of Object.keys(CHOICES)) control(name).value = "";
  list.also = {};
}

/** Keep the filters in the address, so that a reload or a link shows the same list. */
function narrowed(list) {
  const kept = Object.entries({ ...selected(), ...list.also }).filter(([, value]) => value);
  const query = kept.length ? `?${new URLSearchParams(kept)}` : "";
  window.history.replaceState(null, "", location.pathname + query + location.hash);
  list.wanted = PAGE;
  refresh(list);
}

function readAddress(list) {
  const asked = new URLSearchParams(location.search);
  list.also = Object.fromEntries(ALSO.filter((name) => asked.get(name)).map((name) => [name, asked.get(name)]));
  for (const name of Object.keys(CHOICES)) {
    const value = asked.get(name) ?? "";
    if (value && ["queue", "business"].includes(name)) addChoice(name, value, name === "queue" ? plain(value) : value);
    control(name).value = value;
    if (control(name).selectedIndex < 0 || (value === "mine" && !me())) control(name).value = "";
  }
}

function offer(name, choices) {
  control(name).replaceChildren(...choices.map(([value, word]) => el("option", { value }, word)));
}

function addChoice(name, value, word) {
  const known = [...control(name).options].find((option) => option.value === value);
  if (known) known.textContent = word;
  else control(name).append(el("option", { value }, word));
}

async function stock(list) {
  const known = await businesses().catch(() => []);
  for (const { name, title } of known) addChoice("business", name, title);
  byId("business-box").hidden = known.length < 2 && !control("business").value;
}

/** Remember which queues and people there are; nobody else tells us. */
function learn(list) {
  for (const { business, queue, assignee } of list.cards) {
    if (!list.queues.has(business)) list.queues.set(business, new Set());
    list.queues.get(business).add(queue);
    addChoice("queue", queue, plain(queue));
    if (assignee) list.people.add(assignee);
  }
}

function emptyNote(list) {
  return Object.values(wanted(list)).some((value) => value !== null) ? "No ticket fits these filters." : "No tickets yet. Every finished request in the console opens one.";
}

function show(list, note) {
  const rows = new Map(list.cards.map((card) => [card.ticket_id, row(list, card)]));
  for (const [id, { item }] of list.rows) if (!rows.has(id)) item.remove();
  [...rows.values()].forEach(({ item }, at) => {
    const there = byId("book").children[at] ?? null;
    if (there !== item) byId("book").insertBefore(item, there);
  });
  list.rows = rows;
  byId("book-note").textContent = note;
  byId("more").hidden = list.next === null;
  byId("narrowed").hidden = !Object.values({ ...selected(), ...list.also }).some(Boolean);
  byId("narrowed-to").textContent = [list.also.customer_id && `Customer ${list.also.customer_id}`, list.also.reason && plain(list.also.reason)].filter(Boolean).join(" · ");
  markOpen(list, list.open);
}

/** The row of a card: the one that is there already, with other words where the card changed. */
function row(list, card) {
  const known = list.rows.get(card.ticket_id) ?? fresh(card.ticket_id);
  const drawn = JSON.stringify(card);
  if (known.drawn !== drawn) known.link.replaceChildren(...lines(card));
  known.drawn = drawn;
  return known;
}

function fresh(id) {
  const link = el("a", { href: `#${encodeURIComponent(id)}`, "data-id": id });
  return { link, item: el("li", {}, link), drawn: null };
}

function lines(card) {
  const status = STATUSES[card.status];
  return [
    el("span", { class: "row" }, el("strong", {}, card.ticket_id), el("span", { class: "badges" }, badge(card.priority.toLowerCase(), card.priority), badge(status.tone, status.word))),
    el("span", { class: "line", title: card.title }, card.title),
    el("span", { class: "quiet meta" }, el("span", { class: "badges" }, slaBadge(card), timeLeft(card)), el("span", {}, `${plain(card.queue)} · ${card.assignee ?? "nobody yet"} · `, age(card.opened_at))),
  ];
}

function slaBadge({ sla }) {
  return badge(SLA_STATES[sla].tone, sla === "met" ? "SLA met" : SLA_STATES[sla].word);
}

function timeLeft(card) {
  if (isOver(card.status) || card.sla === "paused" || card.sla === "met") return null;
  return left(card.resolution_due);
}

function mark(link, isOpen) {
  if (isOpen) link.setAttribute("aria-current", "true");
  else link.removeAttribute("aria-current");
}

/** Arrow keys go from row to row. */
function walk(event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const links = [...byId("book").querySelectorAll("a")];
  const next = by && links[links.indexOf(document.activeElement) + by];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
