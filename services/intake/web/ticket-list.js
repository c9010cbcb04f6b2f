/** The list of tickets, newest first, brought up to date without moving what a person looks at. */

import { tickets } from "./api.js";
import { age, left } from "./clock.js";
import { announce, badge, byId, el } from "./dom.js";
import { addChoice, drawFilters, only, startFilters, wanted } from "./filters.js";
import { plain, SLA_STATES, STATUSES } from "./words.js";

const PAGE = 20;
const MOST_AT_ONCE = 100;
const ROUNDS = 10; // a page may be short where few tickets fit

/** Make the list work; `shown` is called after each time it was loaded. */
export function startList(shown) {
  const list = { shown, cards: [], next: null, wanted: PAGE, open: null, round: 0, rows: new Map(), people: new Set() };
  list.filters = startFilters(() => narrowed(list));
  byId("more").addEventListener("click", () => { list.wanted += PAGE; refresh(list); });
  byId("book").addEventListener("keydown", walk);
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
  only(list.filters, { customer_id: customer });
}

async function narrowed(list) {
  list.wanted = PAGE;
  await refresh(list);
  announce(byId("book-note").textContent || `The list shows ${list.cards.length}${list.next === null ? "" : " or more"} ${list.cards.length === 1 ? "ticket" : "tickets"}.`);
}

async function newest(list) {
  const filters = wanted(list.filters);
  const found = { cards: [], next: null };
  for (let round = 0; round < ROUNDS && found.cards.length < list.wanted; round++) {
    const page = await tickets(filters, found.next, Math.min(MOST_AT_ONCE, list.wanted - found.cards.length));
    found.cards.push(...page.items);
    found.next = page.next;
    if (found.next === null) break;
  }
  return found;
}

/** Remember which queues and people there are; nobody else tells us. */
function learn(list) {
  for (const { queue, assignee } of list.cards) {
    addChoice("queue", queue, plain(queue));
    if (assignee) list.people.add(assignee);
  }
}

function emptyNote(list) {
  return Object.values(wanted(list.filters)).some((value) => value !== null) ? "No ticket fits these filters." : "No tickets yet. Every finished request in the console opens one.";
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
  drawFilters(list.filters);
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
    el("span", { class: "row" },
      el("span", {}, el("strong", {}, card.ticket_id), " ", el("span", { class: "quiet" }, age(card.opened_at))),
      el("span", { class: "badges" }, badge(card.priority.toLowerCase(), card.priority), badge(status.tone, status.word))),
    el("span", { class: "line", title: card.title }, card.title),
    el("span", { class: "row quiet meta" },
      el("span", { class: "badges" }, slaBadge(card), timeLeft(card)),
      el("span", { class: "whose" }, `${plain(card.queue)} · ${card.assignee ?? "nobody"}`)),
  ];
}

function slaBadge({ sla }) {
  return badge(SLA_STATES[sla].tone, sla === "met" ? "SLA met" : SLA_STATES[sla].word);
}

/** How much time is left for the target that is due first. */
function timeLeft(card) {
  return card.next_due && el("span", {}, left(card.next_due));
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
