/** Working on a ticket: steps, fields, follow-ups, comments, merging; what a person has begun to write is never drawn over. */

import { change, comment, followUp, merge, newKey } from "./api.js";
import { age, moment } from "./clock.js";
import { complain, el, panel, problemLine, put, slot } from "./dom.js";
import { drawProperties, openProperties } from "./properties.js";
import { isMerged, isOver } from "./lifecycle.js";
import { me } from "./me.js";
import { forget, kept, keep } from "./drafts.js";
import { plain, STATUSES, term } from "./words.js";

/** The controls of a page; `page.desk.act(page, where, step, done)` carries out a change. */
export function openWork(page) {
  page.slots.steps = slot("steps");
  page.slots.tasks = slot("tasks");
  page.slots.duplicate = slot("duplicate");
  const refusal = problemLine();
  return {
    refusal,
    taskRefusal: problemLine(),
    properties: openProperties(page),
    actions: el("div", { class: "actions" }, page.slots.steps, refusal),
    tasks: page.slots.tasks,
    notes: commentForm(page),
    merging: mergeForm(page),
  };
}

/** Bring the controls up to the ticket of the page. */
export function drawWork(page) {
  const { ticket, work } = page;
  put(page, "steps", [ticket.status, ticket.assignee, ticket.merged_into, me()], () => stepButtons(page));
  put(page, "tasks", [ticket.follow_ups, ticket.merged_into], () => ticket.follow_ups.length > 0 && tasks(page));
  put(page, "duplicate", [ticket.duplicate_of, ticket.merged_into], () => ticket.duplicate_of && mergeButton(page, ticket.duplicate_of));
  drawProperties(page);
  work.notes.querySelector("#comment-told").textContent = ticket.mail ? " Send it to the customer by mail" : " The customer was given this answer";
  work.notes.hidden = work.merging.hidden = isMerged(ticket);
}

function stepButtons(page) {
  const { ticket } = page;
  if (isMerged(ticket)) return null;
  return el("div", { class: "buttons", role: "group", "aria-label": "What to do with this ticket" },
    ticket.assignee !== me() || !ticket.assignee ? stepButton(page, "take", "Assign to me", "", (by) => ({ assignee: by }), isOver(ticket.status) ? "small" : "go") : null,
    ticket.assignee && stepButton(page, "give-back", "Assign to nobody", "", () => ({ assignee: null })),
    el("span", { class: "divider", "aria-hidden": "true" }),
    ticket.choices.status.map((status) => stepButton(page, `to-${status}`, STATUSES[status].step, STATUSES[status].hint, () => ({ status }))));
}

function stepButton(page, id, word, hint, wish, kind = "small") {
  const step = (by) => change(page.id, page.ticket.rev, by, wish(by));
  return el("button", { type: "button", class: kind, id, title: hint || null, onclick: () => page.desk.act(page, page.work.refusal, step, standing) }, word);
}

/** How a ticket stands, for a screen reader. */
function standing(ticket) {
  return `${ticket.ticket_id} is ${STATUSES[ticket.status].word.toLowerCase()}, assigned to ${ticket.assignee ?? "nobody"}.`;
}

function tasks(page) {
  const refusal = page.work.taskRefusal;
  return panel("tasks", term("Follow-up", "Follow-ups"), el("ul", { class: "tasks" }, page.ticket.follow_ups.map((task, at) => taskItem(page, task, at + 1, refusal))), refusal);
}

function taskItem(page, task, number, refusal) {
  const id = `follow-up-${number}`;
  const box = el("input", { type: "checkbox", id, checked: Boolean(task.done_at), disabled: isMerged(page.ticket), "aria-describedby": `${id}-more` });
  box.addEventListener("change", async () => {
    const step = (by) => followUp(page.id, number, by, box.checked);
    const done = await page.desk.act(page, refusal, step, () => `Follow-up ${number} is ${box.checked ? "done" : "open again"}.`);
    if (!done) box.checked = Boolean(page.ticket.follow_ups[number - 1].done_at);
  });
  return el("li", { class: task.done_at ? "done" : "" }, box,
    el("div", {}, el("label", { for: id, dir: "auto" }, task.title),
      el("span", { id: `${id}-more`, class: "quiet" }, task.done_at ? ["done by ", task.done_by, ", ", age(task.done_at)] : [`${plain(task.owner)} · until `, moment(task.due_at)]),
      el("details", {}, el("summary", {}, "Details"), el("p", { dir: "auto" }, task.description))));
}

function commentForm(page) {
  const text = el("textarea", { id: "comment", rows: 3, maxlength: 8000, placeholder: "For your colleagues, or what the customer was told …" });
  const told = el("input", { id: "comment-public", type: "checkbox" });
  const refusal = problemLine();
  const send = el("button", { type: "submit", class: "go" }, "Add comment");
  const form = el("form", { novalidate: true },
    el("div", { class: "field" }, el("label", { for: "comment" }, "New comment"), text),
    el("label", { class: "check" }, told, el("span", { id: "comment-told" }, " The customer was given this answer")), refusal, el("div", { class: "buttons" }, send));
  text.value = kept(page.id);
  text.addEventListener("input", () => { keep(page.id, text.value); complain(refusal, ""); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!text.value.trim()) { complain(refusal, "Please write something first."); return text.focus(); }
    if (send.getAttribute("aria-disabled") !== "true") write(page, { text, told, refusal, send });
  });
  return form;
}

async function write(page, { text, told, refusal, send }) {
  const said = text.value;
  page.noteKey ??= newKey(); // the same for every try, so that an answer that got lost does not double the note
  send.setAttribute("aria-disabled", "true");
  const done = await page.desk.act(page, refusal, (by) => comment(page.id, by, said, told.checked, page.noteKey), () => "The comment was added.");
  send.setAttribute("aria-disabled", "false");
  if (!done) return;
  page.noteKey = null;
  if (text.value === said) text.value = "";
  told.checked = false;
  if (text.value) keep(page.id, text.value);
  else forget(page.id);
}

function mergeForm(page) {
  const into = el("input", { id: "into", autocomplete: "off", spellcheck: "false", maxlength: 64, placeholder: "RET-1001", "aria-describedby": "into-hint" });
  const refusal = (page.mergeRefusal = problemLine());
  const form = el("form", { novalidate: true },
    el("div", { class: "field" }, el("label", { for: "into" }, "Number of the ticket that goes on"), into),
    el("p", { id: "into-hint", class: "quiet" }, "This ticket is closed for good; its matter goes on in the other one, which has to be of the same customer."),
    el("div", { class: "buttons" }, el("button", { type: "submit", class: "small" }, "Merge")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const other = into.value.trim().toUpperCase();
    if (other) return mergeInto(page, other);
    complain(refusal, "Please write the number of the other ticket.");
    into.focus();
  });
  return el("div", { class: "merging" }, page.slots.duplicate, el("details", {}, el("summary", {}, "Merge into another ticket"), form), refusal);
}

function mergeButton(page, other) {
  if (isMerged(page.ticket)) return null;
  return el("div", {}, el("button", { type: "button", class: "small", id: "merge-duplicate", "aria-describedby": "merge-hint", onclick: () => mergeInto(page, other) }, `Merge into ${other}`),
    el("p", { id: "merge-hint", class: "quiet" }, "This ticket is closed for good; its matter goes on there."));
}

async function mergeInto(page, other) {
  const merged = await page.desk.act(page, page.mergeRefusal, (by) => merge(page.id, by, other), () => `${page.id} was merged into ${other}.`);
  if (merged) location.hash = `#${encodeURIComponent(other)}`;
}
