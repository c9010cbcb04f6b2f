/** The page of tickets: ties list and ticket together, keeps both up to date, and carries out what a person does. */

import { history, ticket } from "./api.js";
import { announce, byId, complain, el } from "./dom.js";
import { iAm, startMe, whoAmI } from "./me.js";
import { isTouched } from "./properties.js";
import { drawTicket, openTicket, showNothing, showProblem, showTicket } from "./ticket.js";
import { markOpen, ofCustomer, refresh, startList } from "./ticket-list.js";
import { startSession } from "./session.js";
import { sentence } from "./timeline.js";
import { GLOSSARY } from "./words.js";

const EVERY_MS = 4000;
const TITLE = document.title;

const state = { begun: false, page: null, unsaved: new Map(), opening: 0, queue: Promise.resolve(), list: null };
const desk = {
  act,
  people: () => [...state.list.people],
  ofCustomer: (customer) => {
    ofCustomer(state.list, customer);
    if (isNarrow()) location.hash = "";
  },
};

/** Show the ticket that the address names, or none. */
async function route() {
  const id = named();
  const opening = ++state.opening;
  document.body.toggleAttribute("data-open", Boolean(id));
  document.title = id ? `${id} · ${TITLE}` : TITLE;
  markOpen(state.list, id);
  leave();
  if (!id) return showNothing();
  try {
    const [shown, events] = await Promise.all([ticket(id), history(id)]);
    if (opening === state.opening) open(shown, events);
  } catch (problem) {
    if (opening === state.opening) showProblem(problem.status === 404 ? "There is no such ticket" : "This ticket cannot be shown now", problem.message, route);
  }
}

function named() {
  try {
    return decodeURIComponent(location.hash.slice(1)) || null;
  } catch {
    return location.hash.slice(1);
  }
}

/** A page with something unsaved waits for the person to come back. */
function leave() {
  const { page } = state;
  state.page = null;
  if (page && isTouched(page)) state.unsaved.set(page.id, page);
  else if (page) state.unsaved.delete(page.id);
}

function open(shown, events) {
  state.page = state.unsaved.get(shown.ticket_id) ?? openTicket(shown.ticket_id, desk);
  showTicket(state.page);
  drawTicket(state.page, shown, events);
  if (isNarrow()) scrollTo(0, 0);
  if (state.begun) byId("headline").focus({ preventScroll: true });
}

/** Whether list and ticket take turns. */
function isNarrow() {
  return matchMedia("(max-width: 860px)").matches;
}

/** Read the open ticket again, and draw it where it is newer than what is shown. */
async function reread(page) {
  const [shown, events] = await Promise.all([ticket(page.id), history(page.id)]);
  adopt(page, shown, events);
}

function adopt(page, shown, events) {
  if (state.page === page && shown.rev >= page.ticket.rev) drawTicket(page, shown, events.length < page.events.length ? page.events : events);
}

/** Carry out a change, one after another: `step(by)` asks the server, and `done(ticket)` says what came of it.
 *
 * A refusal is told at `place`, with the ticket as it stands by then. Returns whether it worked.
 */
function act(page, place, step, done) {
  complain(place, "");
  const result = state.queue.then(() => carryOut(page, place, step, done));
  state.queue = result;
  return result;
}

async function carryOut(page, place, step, done) {
  const by = await whoAmI();
  if (!by) return false;
  try {
    const after = await step(by);
    announce(done(after));
    await settle(page);
    return true;
  } catch (problem) {
    await settle(page);
    if (state.page === page) complain(place, refusal(problem, page));
    else tellElsewhere(`${page.id}: ${refusal(problem, page)}`);
    return false;
  }
}

/** Tell of a ticket that is no longer on the screen. */
function tellElsewhere(message) {
  if (state.page) complain(state.page.work.refusal, message);
  else announce(message);
}

/** Show what came of a change; where that cannot be read now, the next round shows it. */
async function settle(page) {
  refresh(state.list);
  await reread(page).catch(() => {});
}

function refusal(problem, page) {
  if (problem.status === 412) {
    const news = page.events.at(-1);
    return `Not saved, since the ticket changed in the meantime: ${news ? `${sentence(news)}.` : ""} You see it as it stands now; if you still want to, do it again.`;
  }
  return problem.status === 409 ? `${problem.message} You see the ticket as it stands now.` : problem.message;
}

/** Every few seconds, while somebody looks. */
async function keepUp() {
  if (!document.hidden) await Promise.all([refresh(state.list), state.page && reread(state.page).catch(() => {})]);
  setTimeout(keepUp, EVERY_MS);
}

/** What depends on who works here, or on what the list has seen. */
function redraw() {
  if (state.page) drawTicket(state.page, state.page.ticket, state.page.events);
}

byId("glossary").append(...Object.entries(GLOSSARY).map(([name, meaning]) => el("div", {}, el("dt", {}, name), el("dd", {}, meaning))));
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("ticket").focus();
});
byId("ticket").addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelector("#book a[aria-current]")?.focus();
});
addEventListener("hashchange", () => {
  state.begun = true;
  route();
});
addEventListener("visibilitychange", () => document.hidden || refresh(state.list));
state.list = startList(redraw);
startMe(() => {
  redraw();
  refresh(state.list);
});
startSession().then((who) => who && iAm(who.name));
route();
setTimeout(keepUp, EVERY_MS);
