/** Priority, queue and assignee, saved together; a field that a person touched keeps what they chose until it is saved. */

import { change } from "./api.js";
import { complain, el, panel, problemLine } from "./dom.js";
import { isMerged, PRIORITIES } from "./lifecycle.js";
import { plain, term } from "./words.js";

/** The form of a page. */
export function openProperties(page) {
  const form = { fields: { priority: priorityField(), queue: queueField(), assignee: assigneeField() }, saved: {}, ...parts() };
  form.element.append(...Object.values(form.fields).map((field) => field.element), form.why, form.refusal, form.moved, form.buttons);
  form.element.addEventListener("input", () => { complain(form.refusal, ""); touch(form); });
  form.element.addEventListener("submit", (event) => {
    event.preventDefault();
    if (wish(form)) save(page, form);
  });
  form.undo.addEventListener("click", () => { restore(form); form.fields.priority.focus(); });
  page.form = form;
  form.panel = panel("properties", "Who and how soon", form.element);
  return form.panel;
}

/** Bring the fields that nobody touched up to the ticket, and tell of those that changed under a person's hands. */
export function drawProperties(page) {
  const { ticket, form } = page;
  const moved = [];
  form.fields.queue.offer(ticket.choices.queue);
  form.fields.assignee.offer(page.desk.people());
  for (const [name, field] of Object.entries(form.fields)) {
    const now = ticket[name] ?? "";
    const [before, mine] = [form.saved[name], field.read()];
    form.saved[name] = now;
    if (before === undefined || mine === before) field.write(now);
    else if (now !== before && now !== mine) moved.push(`Meanwhile somebody changed the ${name} to ${now || "nobody"}; your choice, ${mine || "nobody"}, is not saved yet.`);
  }
  if (moved.length) complain(form.moved, moved.join(" "));
  form.why.replaceChildren(...why(ticket));
  form.panel.hidden = isMerged(ticket);
  touch(form);
}

/** Whether a person chose something that is not saved. */
export function isTouched(page) {
  return wish(page.form) !== null;
}

function parts() {
  const undo = el("button", { type: "button", class: "small" }, "Undo");
  const buttons = el("div", { class: "buttons" }, el("button", { type: "submit", class: "go" }, "Save"), undo);
  const moved = el("p", { class: "note warn", role: "status", hidden: true });
  return { undo, buttons, moved, refusal: problemLine(), why: el("p", { class: "quiet" }), element: el("form", { class: "properties", novalidate: true }) };
}

/** Save and Undo are there as long as something is to be saved. */
function touch(form) {
  const touched = Boolean(wish(form));
  form.buttons.hidden = !touched;
  if (!touched) complain(form.moved, "");
}

/** The fields that differ from the ticket; null where none does. */
function wish(form) {
  const changed = Object.entries(form.fields).map(([name, field]) => [name, field.read()]).filter(([name, value]) => value !== form.saved[name]);
  return changed.length ? Object.fromEntries(changed.map(([name, value]) => [name, name === "assignee" ? value || null : value])) : null;
}

function restore(form) {
  for (const [name, field] of Object.entries(form.fields)) field.write(form.saved[name]);
  complain(form.refusal, "");
  touch(form);
}

async function save(page, form) {
  const wanted = wish(form);
  const within = form.buttons.contains(document.activeElement);
  const done = await page.desk.act(page, form.refusal, (by) => change(page.id, page.ticket.rev, by, wanted), () => `Saved: ${Object.keys(wanted).join(", ")}.`);
  if (done && within) form.fields[Object.keys(wanted)[0]].focus();
}

function why({ priority, impact, urgency, as_opened: opened }) {
  if (priority !== opened.priority) return [`The priority was ${opened.priority} when the ticket was opened.`];
  return [`${priority} = `, term("Impact", `impact ${impact}`), " × ", term("Urgency", `urgency ${urgency}`), opened.raised_for ? ", one step higher for the repeat contact" : ""];
}

function priorityField() {
  const select = el("select", { id: "priority" }, PRIORITIES.map((one) => el("option", { value: one }, one)));
  return { element: labelled("priority", term("Priority"), select), read: () => select.value, write: (value) => { select.value = value; }, focus: () => select.focus() };
}

function assigneeField() {
  const names = el("datalist", { id: "people" });
  const input = el("input", { id: "assignee", list: "people", maxlength: 64, autocomplete: "off", spellcheck: "false", placeholder: "nobody" });
  return {
    element: labelled("assignee", "Assigned to", input, names), read: () => input.value.trim(), write: (value) => { input.value = value; }, focus: () => input.focus(),
    offer: (people) => names.replaceChildren(...people.map((value) => el("option", { value }))),
  };
}

/** A choice among the queues of the business. */
function queueField() {
  const select = el("select", { id: "queue" });
  const offer = (queues) => {
    if (select.options.length) return;
    select.replaceChildren(...Object.entries(queues).map(([value, title]) => el("option", { value }, title)));
  };
  return { element: labelled("queue", term("Queue"), select), offer, read: () => select.value, write: (value) => { select.value = value; }, focus: () => select.focus() };
}

function labelled(id, title, ...controls) {
  return el("div", { class: "field" }, el("label", { for: id }, title), controls);
}
