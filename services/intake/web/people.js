/** The page of people who take over: be on duty, accept who waits, talk, hand back or close. */

import { beOnDuty, handle, handoffs, interaction, newKey, teams } from "./api.js";
import { hour } from "./clock.js";
import { bubbles } from "./conversation.js";
import { announce, byId, complain, el, facts, panel, problemLine } from "./dom.js";
import { follow } from "./live.js";
import { me, startMe, whoAmI } from "./me.js";

const EVERY_MS = 2000;
const STILL_THERE_MS = 20000;

const state = { queues: new Map(), drawn: "", stop: () => {}, open: null };

/** The list of who waits, and whom somebody has. */
async function look() {
  const told = await handoffs().catch((problem) => ({ problem: problem.message, waiting: [], accepted: [] }));
  const drawn = JSON.stringify([told.problem, me(), [...told.waiting, ...told.accepted].map((one) => [one.id, one.handoff])]);
  if (drawn === state.drawn) return;
  state.drawn = drawn;
  const mine = told.accepted.filter((one) => one.handoff.owner === me());
  byId("waiting").replaceChildren(...told.waiting.map((one) => line(one, "Accept")), ...mine.map((one) => line(one, "Open")));
  byId("waiting-note").textContent = told.problem ?? (told.waiting.length ? "" : "Nobody waits.");
}

function line(one, label) {
  const who = `Contact ${one.number}, ${one.handoff.team ?? one.business}`;
  return el("li", {}, el("p", {}, el("strong", {}, who), " ", el("span", { class: "quiet" }, "since ", hour(one.handoff.since))),
    el("p", {}, one.briefing.situation),
    el("button", { type: "button", class: "small", "aria-label": `${label}: ${who}`, onclick: () => take(one.id) }, label));
}

async function take(id) {
  const by = await whoAmI();
  if (!by) return;
  try {
    show(await handle(id, "accept", { by }), await interaction(id));
  } catch (problem) {
    byId("waiting-note").textContent = problem.message;
    announce(problem.message);
  }
  state.drawn = "";
  look();
}

/** The contact with its briefing and the box to answer in. */
function show(handoff, view) {
  state.stop();
  const page = { id: handoff.id, key: newKey(), chat: el("ol", { class: "chat", tabindex: "0", "aria-label": "Conversation" }), problem: problemLine() };
  page.text = el("textarea", { id: "reply", rows: 2, "aria-label": "Your answer to the customer", placeholder: "Write to the customer …" });
  page.note = el("input", { id: "note", maxlength: 4000, autocomplete: "off" });
  page.done = el("input", { id: "done", type: "checkbox" });
  const form = el("form", { novalidate: true }, el("div", { class: "say" }, page.text, el("button", { type: "submit", class: "primary" }, "Send")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    say(page);
  });
  page.box = el("div", {}, form, el("div", { class: "field" }, el("label", { for: "note" }, "Note for the record"), page.note),
    el("p", {}, el("label", {}, page.done, " The customer has what they wanted")),
    el("div", { class: "buttons" }, button("Hand back", () => leave(page, "return")), button("Close", () => leave(page, "close"))));
  byId("contact").replaceChildren(briefing(handoff.briefing), panel("conversation", "Conversation", page.chat, page.problem, page.box));
  state.stop = follow(view, (changed) => draw(page, changed), (problem) => complain(page.problem, problem.message)).stop;
  draw(page, view);
  page.text.focus();
}

function button(label, onclick) {
  return el("button", { type: "button", class: "small", onclick }, label);
}

function briefing(told) {
  return panel("briefing", "Before you say a word", el("p", {}, told.situation), facts([
    ["Wants", told.wants.join("; ")],
    ["Told us", told.facts.map((one) => `${one.name.replaceAll("_", " ")} ${one.value}`).join("; ")],
    ["Identity", told.identity_proved ? "proved" : "not proved"],
    ["Decided", told.decided.map((one) => `${one.request}: ${one.verdict}`).join("; ")],
    ["Promised", told.promised.join("; ")],
    ["Mood", told.mood],
  ]));
}

function draw(page, view) {
  page.chat.replaceChildren(...bubbles({ transcript: [], ...view.record }));
  page.chat.scrollTop = page.chat.scrollHeight;
  const { state: stands, owner } = view.record.handoff ?? {};
  const mine = stands === "accepted" && owner === me();
  page.box.hidden = !mine;
  if (!mine) complain(page.problem, stands === "accepted" ? `${owner} has this contact now.` : "This contact is not yours any more.");
}

/** What could not be sent stays in the box, and goes out under the same key. */
async function say(page) {
  const text = page.text.value.trim();
  if (!text) return complain(page.problem, "Please write something first.");
  if (await step(page, "say", { text }, page.key)) Object.assign(page, { key: newKey() }).text.value = "";
  return page.text.focus();
}

async function leave(page, way) {
  if (await step(page, way, { note: page.note.value, done: page.done.checked })) announce(way === "return" ? "Handed back" : "Closed");
  look();
}

async function step(page, name, body, key) {
  complain(page.problem, "");
  try {
    await handle(page.id, name, { by: me(), ...body }, key);
    return true;
  } catch (problem) {
    complain(page.problem, problem.message);
    return false;
  }
}

/** Say that we are there, as long as the box is ticked. */
async function beThere() {
  const by = byId("duty").checked ? await whoAmI() : me();
  byId("duty").checked &&= Boolean(by);
  if (!by) return;
  const queues = byId("duty").checked ? state.queues.get(byId("business").value) : [];
  await beOnDuty(by, byId("business").value, queues).then(() => complain(byId("duty-problem"), ""), (problem) => complain(byId("duty-problem"), problem.message));
}

async function start() {
  for (const { business, queue } of await teams()) {
    state.queues.set(business, [...(state.queues.get(business) ?? []), queue]);
  }
  byId("business").replaceChildren(...[...state.queues.keys()].map((name) => el("option", { value: name }, name)));
  byId("duty").addEventListener("change", beThere);
  byId("business").addEventListener("change", () => {
    byId("duty").checked = false; // who was there for another one is not any more, after a while
  });
  setInterval(() => byId("duty").checked && beThere(), STILL_THERE_MS);
  setInterval(look, EVERY_MS);
}

startMe(() => {
  state.drawn = "";
  look();
});
start().catch((problem) => complain(byId("duty-problem"), problem.message));
