/** The live conversation: you write as the customer, the agent answers; every message is shown at once.
 *
 * After its end the box stays: what is written then opens the next contact, and the conversation goes on there.
 */

import { byId, complain, el, panel, problemLine } from "./dom.js";
import { newKey, say } from "./api.js";
import { tooLong } from "./compose.js";
import { bubble, bubbles, legend } from "./conversation.js";
import { identityCard, pointAt } from "./customer.js";
import { contactLink } from "./kin.js";
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
  return turns.slice(ended(view) ? -1 : before.record.transcript?.length ?? 0).filter((turn) => turn.speaker !== "customer").map((turn) => `${turn.by ?? "Assistant"}: ${turn.text}`).join(" ");
}

/** The box of one conversation; `adopt` is given each view of it that the server answers with.
 *
 * `goOn` is given the id of the one that follows it, once a message has opened that, and how to learn what was begun since.
 */
export function openTalk(view, adopt, goOn) {
  const talk = { id: view.id, adopt, goOn, view, pending: [], queue: Promise.resolve(), failed: null, next: null, earlier: null, ...parts(isLive(view)) };
  talk.form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(talk);
  });
  talk.text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send(talk);
  });
  talk.text.addEventListener("input", () => object(talk, ""));
  return talk;
}

/** Show whom the person plays. */
export function showCustomer(talk, customer) {
  const card = identityCard(customer, (detail) => insert(talk, detail));
  talk.identity.replaceChildren(card);
  pointAt(card, asked(talk.view));
}

/** Show the conversation that this one continues. */
export function showEarlier(talk, view) {
  talk.earlier = view;
  drawTalk(talk, talk.view);
}

/** Bring the panel up to this view. */
export function drawTalk(talk, view) {
  talk.view = view;
  talk.pending = talk.pending.filter((message) => message.place >= customerTurns(view));
  const drawn = JSON.stringify([view.status, view.record, talk.pending, talk.earlier?.id]);
  if (talk.drawn === drawn) return;
  talk.drawn = drawn;
  talk.chat.replaceChildren(...before(talk), ...bubbles({ transcript: [], ...view.record }, SPEAKERS), ...talk.pending.map(onItsWay), ...writing(talk));
  talk.chat.scrollTop = talk.chat.scrollHeight;
  talk.legend.replaceChildren(...[legend(view.record)].filter(Boolean));
  talk.awaits.textContent = view.status === "waiting" && !talk.pending.length ? waitsFor(view.record) : "";
  if (talk.identity.firstChild) pointAt(talk.identity.firstChild, asked(view));
  if (!isOpen(view)) talk.closed.replaceChildren(...ending(view));
  talk.closed.hidden = isOpen(view);
}

/** Whose word it is: the customer's, unless a person is awaited. */
function waitsFor({ handoff, dialogue }) {
  if (handoff?.state === "offered") return `You are waiting for ${handoff.team}`;
  if (handoff?.state === "accepted") return `You are talking with ${handoff.owner}; the assistant is silent`;
  return `Waiting for: ${awaited(dialogue?.acts.at(-1))}`;
}

/** Let the person write, or go on with what was begun. */
export function focusTalk(talk, begun = "") {
  talk.text.value ||= begun;
  talk.text.focus({ preventScroll: true });
}

function parts(live) {
  const text = el("textarea", { id: "message", rows: 2, "aria-describedby": "message-problem message-keys", placeholder: "Write as the customer …", autocomplete: "off", enterkeyhint: "send" });
  const problem = problemLine();
  problem.id = "message-problem";
  const chat = el("ol", { class: "chat", tabindex: "0", "aria-label": "Conversation" });
  const [awaits, closed] = [el("span", { class: "quiet", "data-awaits": "" }), el("p", { class: "quiet closed", hidden: true })];
  const fields = el("fieldset", {}, el("label", { for: "message", class: "hidden-visually" }, "Your message to the agent"),
    el("div", { class: "say" }, text, el("button", { type: "submit", class: "primary" }, "Send")), problem);
  const keys = el("span", { id: "message-keys", class: "quiet keys" }, el("kbd", {}, "Enter"), " sends, ", el("kbd", {}, "Shift"), " ", el("kbd", {}, "Enter"), " starts a new line");
  const [marks, identity] = [el("div", {}), el("div", {})];
  const form = el("form", { novalidate: true }, identity, el("div", { class: "row" }, awaits, keys), fields);
  const whole = live ? panel("conversation", "Live conversation", chat, marks, closed, form) : panel("answer-box", "Answer as the customer", closed, form);
  return { text, problem, chat, awaits, closed, form, identity, legend: marks, panel: whole };
}

/** What was said in the contact that this one continues, and where it ends. */
function before({ view, earlier }) {
  if (!view.follows) return [];
  const link = contactLink(view.follows, "your earlier contact");
  return [...(earlier ? bubbles({ transcript: [], ...earlier.record }, SPEAKERS) : []), el("li", { class: "quiet continues" }, "This continues ", link)];
}

/** The fact that the agent waits for. */
function asked(view) {
  return view.status === "waiting" ? view.record.dialogue?.acts.at(-1)?.slot : null;
}

/** Put a detail into the message, where the person is writing. */
function insert({ text }, detail) {
  const space = text.selectionStart > 0 && !/\s$/.test(text.value.slice(0, text.selectionStart)) ? " " : "";
  text.setRangeText(space + detail, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input"));
  text.focus({ preventScroll: true });
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

function ending(view) {
  if (!isLive(view)) return ["Your message opens a live conversation that continues this contact."];
  if (!ended(view)) return ["The agent has heard enough; the answer comes in a moment."];
  const what = view.status === "failed" ? "This conversation could not be finished; what to do is said below. " : "This conversation has ended; the result is below. ";
  return [what, "What you write now continues it as a new contact. ",
    el("button", { type: "button", class: "plain", onclick: () => byId("text").focus() }, "Start another one")];
}

/** Messages go out one after another, in the order they were written. */
function send(talk) {
  const text = talk.text.value.trim();
  const wrong = text ? tooLong(text) : "Please write something first.";
  object(talk, wrong);
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
    const news = await say(talk.id, message.text, message.key);
    if (news.id === talk.id) talk.adopt(news);
    else talk.next = news.id;
  } catch (problem) {
    talk.failed = message;
    talk.text.value = [message.text, talk.text.value].filter(Boolean).join("\n");
    object(talk, problem.message);
  }
  talk.pending = talk.pending.filter((other) => other !== message);
  drawTalk(talk, talk.view);
  if (talk.next && !talk.pending.length && !talk.failed) talk.goOn(talk.next, () => talk.text.value);
}

function object(talk, message) {
  complain(talk.problem, message);
  if (message) talk.text.setAttribute("aria-invalid", "true");
  else talk.text.removeAttribute("aria-invalid");
}
