/** The five desks: who waits, who works, who is done, and how long it took. */

import { el, icon } from "./dom.js";
import { took } from "./clock.js";
import { DESKS, plain, term } from "./words.js";

const STATES = { waiting: "Waiting", listening: "Waiting for you", working: "Working", done: "Done", failed: "Failed", skipped: "Not reached" };
const SLOW_MS = 8000;

/** The state of each desk, told from the sections that the record has. */
export function deskStates(view) {
  const failed = DESKS.findIndex((desk) => desk.name === view.failure?.service);
  const current = DESKS.findIndex((desk) => !view.record?.[desk.section]);
  return DESKS.map((desk, at) => ({ ...desk, state: stateAt(view, at, failed, current), timing: timingOf(view, desk.name) }));
}

function stateAt(view, at, failed, current) {
  if (at === failed) return "failed";
  if (current < 0 || at < current) return "done";
  if (view.status === "failed") return "skipped";
  if (at !== current) return "waiting";
  return view.status === "waiting" ? "listening" : "working";
}

function timingOf(view, name) {
  return (view.timings ?? []).findLast((timing) => timing.service === name);
}

/** One sentence about where the interaction is, for a screen reader. */
export function progress(view) {
  if (view.status === "completed") return "All five desks are done. The result is ready.";
  if (view.status === "failed") return `Failed at the ${view.failure?.service ?? "unknown"} desk.`;
  if (view.record.request?.mode === "live") return ""; // its turns are told instead
  const at = deskStates(view).find((desk) => desk.state === "working");
  return at ? `${at.title} is working.` : "";
}

/** The row of desks. */
export function pipeline(view) {
  const list = el("ol", { class: "desks" }, deskStates(view).map(deskItem));
  return el("section", { class: "card pipeline", "aria-label": "Progress through the five desks" }, list);
}

function deskItem(desk) {
  return el("li", { class: `desk ${desk.state}`, "data-desk": desk.name, "data-state": desk.state },
    el("span", { class: "dot" }, dot(desk.state)),
    el("div", {},
      el("strong", {}, desk.title),
      el("span", { class: "quiet" }, desk.does),
      el("span", { class: "state" }, STATES[desk.state], desk.state === "working" && since()),
      desk.timing && el("span", { class: "quiet ms" },
        el("span", {}, term("Waited", "waited"), ` ${took(desk.timing.queue_ms)}`),
        el("span", {}, term("Worked", "worked"), ` ${took(desk.timing.work_ms)}`))));
}

function dot(state) {
  if (state === "done") return icon("check");
  if (state === "listening") return icon("person");
  return state === "failed" ? icon("alert") : null;
}

/** Counts from when it was drawn: the clocks of server and browser may differ. */
function since() {
  return el("span", { class: "since", "data-since": Date.now() });
}

/** Tell what to do when a desk takes long; `broker()` is the address of the broker's console, if known. */
export function startPatience(broker) {
  setInterval(() => {
    const node = document.querySelector("[data-since]");
    if (!node) return;
    const waited = Date.now() - Number(node.dataset.since);
    node.textContent = waited > 1000 ? ` ${Math.floor(waited / 1000)} s` : "";
    if (waited > SLOW_MS) complain(node.closest("[data-desk]").dataset.desk, broker());
  }, 500);
}

function complain(desk, broker) {
  const card = document.querySelector(".pipeline");
  if (card.querySelector(".slow")) return;
  card.append(el("p", { class: "slow", role: "status" },
    el("strong", {}, `The ${plain(desk).toLowerCase()} desk takes longer than usual. `),
    "The request is stored and nothing is lost: it goes on by itself when the service is back. Check that the service is running",
    broker ? [", or look at its queue in ", el("a", { href: broker }, "the RabbitMQ console"), "."] : "."));
}
