/** The console: ties request box, recent list and result together; the address says what is open. */

import { about, businesses, interaction } from "./api.js";
import { announce, byId, el } from "./dom.js";
import { fill, offer, startCompose } from "./compose.js";
import { ended, follow } from "./live.js";
import { progress, startPatience } from "./pipeline.js";
import { markOpen, refresh, startRecent } from "./recent.js";
import { draw, openPage, showEmpty, showNotice } from "./result.js";
import { focusTalk, isOpen, newWords } from "./talk.js";
import { GLOSSARY } from "./words.js";

const state = { stop: () => {}, opening: 0, started: null, broker: null };
const recent = startRecent();
const box = startCompose((accepted) => {
  state.started = accepted.id;
  location.hash = `#/i/${encodeURIComponent(accepted.id)}`;
});

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
}

function open(view) {
  const page = openPage(view, (request) => fill(box, request), (news) => following.adopt(news));
  const following = follow(view, (changed) => step(page, changed), missing);
  state.stop = following.stop;
  draw(page, view);
  refresh(recent);
  if (ended(view)) announce(progress(view)); // it was quicker than we were
  else if (isOpen(view)) announce(newWords({ record: {} }, view));
  if (matchMedia("(max-width: 860px)").matches) byId("result").scrollIntoView();
  if (page.talk && state.started === view.id) focusTalk(page.talk);
}

/** One more step of the open interaction. */
function step(page, view) {
  const before = page.view;
  draw(page, view);
  if (ended(before)) return;
  const news = [page.talk && newWords(before, view), progress(view) !== progress(before) && progress(view)].filter(Boolean);
  if (news.length) announce(news.join(" "));
  if (view.status !== before.status && (ended(view) || before.status === "queued")) refresh(recent);
}

/** Version, mode and links in the header. */
async function introduce() {
  const told = await about().catch(() => null);
  if (!told) return;
  const where = told.mode === "distributed" ? "five services on RabbitMQ" : "all five desks in one process";
  const mode = told.demo ? `${where}; a demo with sample customers` : where;
  byId("about").textContent = `Version ${told.version}, ${mode}`;
  if (/^https?:\/\//.test(told.rabbitmq_console ?? "")) {
    state.broker = told.rabbitmq_console;
    byId("tools").append(" ", el("a", { href: told.rabbitmq_console, rel: "noreferrer" }, "RabbitMQ console"));
  }
}

async function stock() {
  const known = await businesses().catch((problem) => {
    showNotice("The console could not load", problem.message, () => location.reload());
    return [];
  });
  offer(box, known);
}

byId("glossary").append(...Object.entries(GLOSSARY).map(([name, meaning]) => el("div", {}, el("dt", {}, name), el("dd", {}, meaning))));
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("result").focus();
});
addEventListener("hashchange", route);
startPatience(() => state.broker);
route();
refresh(recent);
introduce();
stock();
