/** The list of recent interactions. */

import { age } from "./clock.js";
import { byId, el } from "./dom.js";
import { interactions } from "./api.js";
import { plain, verdict } from "./words.js";

/** Make the list work. */
export function startRecent() {
  const list = { items: [], next: null, open: null };
  byId("refresh").addEventListener("click", () => refresh(list));
  byId("more").addEventListener("click", () => load(list, list.next));
  return list;
}

/** Load the newest again. */
export function refresh(list) {
  return load(list, null);
}

/** Mark the interaction that is open on the right. */
export function markOpen(list, id) {
  list.open = id;
  for (const link of byId("recent").querySelectorAll("a")) mark(link, id);
}

async function load(list, cursor) {
  try {
    const page = await interactions(cursor);
    list.items = cursor ? [...list.items, ...page.items] : page.items;
    list.next = page.next;
    show(list, list.items.length ? "" : "Nothing yet. Your first request will appear here.");
  } catch (problem) {
    show(list, problem.message);
  }
}

function show(list, note) {
  byId("recent").replaceChildren(...list.items.map(row));
  byId("recent-note").textContent = note;
  byId("more").hidden = !list.next;
  markOpen(list, list.open);
}

function row(item) {
  const link = el("a", { href: `#/i/${encodeURIComponent(item.id)}`, "data-id": item.id },
    el("span", { class: "row" },
      el("strong", {}, item.reason ? plain(item.reason) : "New request"), badge(item)),
    el("span", { class: "line" }, item.text || "Live conversation"),
    el("span", { class: "quiet meta" }, age(item.created_at), [item.ticket_id, item.priority, item.follows && "continued"].filter(Boolean).map((part) => ` · ${part}`)));
  return el("li", {}, link);
}

/** How the interaction stands: its verdict once there is one. */
function badge(item) {
  if (item.status === "failed") return el("span", { class: "badge bad" }, "Failed");
  if (item.status === "waiting") return el("span", { class: "badge warn" }, "Waiting for you");
  if (item.status !== "completed") return el("span", { class: "badge info" }, "In progress");
  const { word, tone } = verdict(item.verdict);
  return el("span", { class: `badge ${tone}` }, word);
}

function mark(link, id) {
  if (link.dataset.id === id) link.setAttribute("aria-current", "true");
  else link.removeAttribute("aria-current");
}
