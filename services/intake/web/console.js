/** The console: ties request box, recent list and result together; the address says what is open. */

import { about, businesses, interaction } from "./api.js";
import { announce, byId, el } from "./dom.js";
import { fill, offer, onlyLive, startCompose } from "./compose.js";
import { playable } from "./customer.js";
import { ended, follow } from "./live.js";
import { progress, startPatience } from "./pipeline.js";
import { markOpen, refresh, startRecent } from "./recent.js";
import { draw, openPage, showEmpty, showNotice } from "./result.js";
import { startSession } from "./session.js";
import { focusTalk, isLive, isOpen, newWords, showCustomer, showEarlier } from "./talk.js";
import { GLOSSARY } from "./words.js";

const state = { stop: () => {}, opening: 0, started: null, begun: () => "", broker: null };
const recent = startRecent();
const box = startCompose((accepted) => talkIn(accepted.id));

/** Open an interaction that the person goes on talking in, with what they have `begun` to write by then. */
function talkIn(id, begun = () => "") {
  Object.assign(state, { started: id, begun });
  location.hash = `#/i/${encodeURIComponent(id)}`;
}

/** Show what the address names: one interaction, or the start. */
async function route() {
  const id = location.hash.startsWith("#/i/") ? decodeURIComponent(location.hash.slice(4)) : null;
  const opening = ++state.opening;
  state.stop();
  markOpen(recent, id);
  if (!id) return showEmpty();
  try {
    const view = await interaction(id);
    if (opening === state.opening) open(view);
  } catch (problem) {
    if (opening === state.opening) missing(problem);
  }
}

/** Say why there is nothing to show. */
function missing(problem) {
  showNotice(problem.status === 404 ? "There is no such interaction" : "This cannot be shown now", problem.message, route);
  reveal();
}

function open(view) {
  const page = openPage(view, (request) => fill(box, request), (news) => following.adopt(news), talkIn);
  const following = follow(view, (changed) => step(page, changed), missing);
  state.stop = following.stop;
  draw(page, view);
  refresh(recent);
  if (ended(view)) announce(progress(view)); // it was quicker than we were
  else if (isOpen(view)) announce(newWords({ record: {} }, view));
  reveal();
  if (isLive(view) && state.started === view.id) focusTalk(page.talk, state.begun());
  surround(page.talk, view);
}

/** What belongs around a conversation: whom the person plays, and the contact that it continues. */
async function surround(talk, view) {
  const [known, earlier] = await Promise.all([stocked, view.follows && interaction(view.follows).catch(() => null)]);
  const customer = playable(known, view.record);
  if (customer) showCustomer(talk, customer);
  if (earlier) showEarlier(talk, earlier);
}

/** Let what was opened be seen from its beginning. */
function reveal() {
  const result = byId("result");
  if (matchMedia("(max-width: 860px)").matches || result.getBoundingClientRect().top < 0) result.scrollIntoView();
}

/** One more step of the open interaction. */
function step(page, view) {
  const before = page.view;
  draw(page, view);
  if (ended(before)) return;
  const news = [isLive(view) && newWords(before, view), progress(view) !== progress(before) && progress(view)].filter(Boolean);
  if (news.length) announce(news.join(" "));
  if (view.status !== before.status && (ended(view) || before.status === "queued")) refresh(recent);
}

/** Version, mode and links in the header. */
async function introduce() {
  const told = await about().catch(() => null);
  if (!told) return;
  const where = told.mode === "distributed" ? "five services on RabbitMQ" : "all five desks in one process";
  const mode = told.demo ? `${where}; a demo with sample customers` : where;
  byId("about").textContent = `Version ${told.version}, ${mode}${told.auth ? "" : "; no sign-in"}`;
  if (!told.auth) byId("about").title = "Whoever reaches this address may read and change everything; AUTH=on asks who they are.";
  if (told.demo === false) onlyLive();
  if (/^https?:\/\//.test(told.rabbitmq_console ?? "")) {
    state.broker = told.rabbitmq_console;
    byId("tools").append(" ", el("a", { href: told.rabbitmq_console, rel: "noreferrer" }, "RabbitMQ console"));
  }
}

/** The businesses, in the request box and for whoever asks. */
async function stock() {
  const known = await businesses().catch((problem) => {
    showNotice("The console could not load", problem.message, () => location.reload());
    return [];
  });
  offer(box, known);
  return known;
}

byId("glossary").append(...Object.entries(GLOSSARY).map(([name, meaning]) => el("div", {}, el("dt", {}, name), el("dd", {}, meaning))));
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("result").focus();
});
addEventListener("hashchange", route);
startPatience(() => state.broker);
const stocked = stock();
route();
refresh(recent);
introduce();
startSession();
