/** The live conversation: you write as the customer, the agent answers; every message is shown at once. */

import { byId, el, panel } from "./dom.js";
import { newKey, say } from "./api.js";
import { tooLong } from "./compose.js";
import { bubble, bubbles, legend } from "./conversation.js";
import { ended } from "./live.js";
import { awaited } from "./words.js";

const SPEAKERS = { customer: "You", agent: "Assistant" };

/** Whether a person plays the customer. */
export function isLive(view) {
  return view.record.request?.mode === "live";
}

/** Whether the agent still listens. */
export function isOpen(view) {
  return isLive(view) && !ended(view) && !view.record.outcome;
}

/** What the agent said since `before`, for a screen reader; at the end its last words, since news come fast then. */
export function newWords(before, view) {
  const turns = view.record.transcript ?? [];
  return turns.slice(ended(view) ? -1 : before.record.transcript?.length ?? 0).filter((turn) => turn.speaker === "agent").map((turn) => `Assistant: ${turn.text}`).join(" ");
}

/** The panel of one conversation; `adopt` is given each view that the server answers with. */
export function openTalk(id, adopt) {
  const talk = { id, adopt, view: null, pending: [], queue: Promise.resolve(), failed: null, ...parts() };
  talk.form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(talk);
  });
  talk.text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send(talk);
  });
  talk.text.addEventListener("input", () => complain(talk, ""));
  return talk;
}

/** Bring the panel up to this view. */
export function drawTalk(talk, view) {
  talk.view = view;
  talk.pending = talk.pending.filter((message) => message.place >= customerTurns(view));
  const drawn = JSON.stringify([view.status, view.record, talk.pending]);
  if (talk.drawn === drawn) return;
  talk.drawn = drawn;
  talk.chat.replaceChildren(...bubbles({ transcript: [], ...view.record }, SPEAKERS), ...talk.pending.map(onItsWay), ...writing(talk));
  talk.chat.scrollTop = talk.chat.scrollHeight;
  talk.legend.replaceChildren(...[legend(view.record)].filter(Boolean));
  talk.awaits.textContent = view.status === "waiting" && !talk.pending.length ? `Waiting for: ${awaited(view.record.dialogue?.acts.at(-1))}` : "";
  if (!isOpen(view)) close(talk);
}

/** Let the person write. */
export function focusTalk(talk) {
  (talk.fields.disabled ? talk.closed : talk.text).focus({ preventScroll: true });
}

function parts() {
  const text = el("textarea", { id: "message", rows: 2, "aria-describedby": "message-problem message-keys", placeholder: "Write as the customer …", autocomplete: "off", enterkeyhint: "send" });
  const problem = el("p", { id: "message-problem", class: "problem", role: "alert", hidden: true });
  const chat = el("ol", { class: "chat", tabindex: "0", "aria-label": "Conversation" });
  const [awaits, closed] = [el("span", { class: "quiet", "data-awaits": "" }), el("p", { class: "quiet closed", tabindex: "-1", hidden: true })];
  const fields = el("fieldset", {}, el("label", { for: "message", class: "hidden-visually" }, "Your message to the agent"),
    el("div", { class: "say" }, text, el("button", { type: "submit", class: "primary" }, "Send")), problem);
  const keys = el("span", { id: "message-keys", class: "quiet keys" }, el("kbd", {}, "Enter"), " sends, ", el("kbd", {}, "Shift"), " ", el("kbd", {}, "Enter"), " starts a new line");
  const form = el("form", { novalidate: true }, el("div", { class: "row" }, awaits, keys), fields);
  const marks = el("div", {});
  return { text, problem, chat, awaits, closed, fields, form, legend: marks, panel: panel("conversation", "Live conversation", chat, marks, form, closed) };
}

function customerTurns(view) {
  return (view.record.transcript ?? []).filter((turn) => turn.speaker === "customer").length || (view.record.request.text ? 1 : 0);
}

function onItsWay({ text }) {
  return bubble("customer", "You · sending …", text, { state: "pending" });
}

/** Dots where the agent's next words will stand. */
function writing({ view }) {
  if (ended(view) || view.status === "waiting") return [];
  return [el("li", { class: "turn agent writing" }, el("p", {}, "The agent is writing ", el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"))))];
}

function close(talk) {
  const within = talk.form.contains(document.activeElement);
  talk.fields.disabled = talk.form.hidden = true;
  talk.closed.hidden = false;
  talk.closed.replaceChildren(...ending(talk.view));
  if (within) talk.closed.focus({ preventScroll: true });
}

function ending(view) {
  if (!ended(view)) return ["The agent has heard enough and takes no more messages; the answer comes in a moment."];
  const what = view.status === "failed" ? "This conversation could not be finished; what to do is said below. " : "This conversation has ended; the result is below. ";
  return [what, el("button", { type: "button", class: "plain", onclick: () => byId("text").focus() }, "Start another one")];
}

/** Messages go out one after another, in the order they were written. */
function send(talk) {
  const text = talk.text.value.trim();
  const wrong = text ? tooLong(text) : "Please write something first.";
  complain(talk, wrong);
  talk.text.focus();
  if (wrong) return;
  const key = talk.failed?.text === text ? talk.failed.key : newKey(); // it may have arrived the first time
  const message = { text, key, place: customerTurns(talk.view) + talk.pending.length };
  talk.failed = null;
  talk.text.value = "";
  talk.pending.push(message);
  drawTalk(talk, talk.view);
  talk.queue = talk.queue.then(() => deliver(talk, message));
}

async function deliver(talk, message) {
  try {
    talk.adopt(await say(talk.id, message.text, message.key));
  } catch (problem) {
    talk.failed = message;
    talk.text.value = [message.text, talk.text.value].filter(Boolean).join("\n");
    complain(talk, problem.message);
  }
  talk.pending = talk.pending.filter((other) => other !== message);
  drawTalk(talk, talk.view);
}

function complain(talk, message) {
  talk.problem.hidden = !message;
  talk.problem.textContent = message;
  if (message) talk.text.setAttribute("aria-invalid", "true");
  else talk.text.removeAttribute("aria-invalid");
}
