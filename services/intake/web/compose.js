/** The request box: text, samples, business and customer, checked before it is sent. */

import { announce, byId, el } from "./dom.js";
import { newKey, submit } from "./api.js";

const LIMIT = 4000;
const NUMBER = new Intl.NumberFormat("en");

/** Make the form work; `sent` is called with the accepted interaction. */
export function startCompose(sent) {
  const box = { key: newKey(), sent, sending: false };
  byId("text").addEventListener("input", () => edited(box));
  byId("customer").addEventListener("input", () => edited(box));
  byId("business").addEventListener("change", () => { edited(box); showSamples(box); });
  byId("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) byId("compose").requestSubmit();
  });
  for (const choice of choices()) choice.addEventListener("change", () => { edited(box); showMode(); });
  byId("compose").addEventListener("submit", (event) => {
    event.preventDefault();
    send(box);
  });
  edited(box);
  showMode();
  return box;
}

/** Offer these businesses and their samples. */
export function offer(box, businesses) {
  box.businesses = businesses;
  byId("business").replaceChildren(...businesses.map((b) => el("option", { value: b.name }, b.title)));
  byId("business-box").hidden = businesses.length < 2;
  showSamples(box);
}

/** Put a request into the box, to be looked at and sent again. */
export function fill(box, { text, customer_id: customer, business, mode }) {
  if (mode && !byId("modes").hidden) for (const choice of choices()) choice.checked = choice.value === mode;
  showMode();
  byId("text").value = text;
  byId("customer").value = customer ?? "";
  if (business) byId("business").value = business;
  edited(box);
  byId("text").focus();
}

/** Where nobody is simulated, there is nothing to choose. */
export function onlyLive() {
  for (const choice of choices()) choice.checked = choice.value === "live";
  byId("modes").hidden = true;
  showMode();
}

function showSamples(box) {
  const chosen = box.businesses.find((b) => b.name === byId("business").value) ?? box.businesses[0];
  const samples = chosen?.samples ?? [];
  byId("samples-box").hidden = samples.length === 0;
  byId("samples").replaceChildren(...samples.map((sample) =>
    el("button", { type: "button", class: "chip", title: sample.text, onclick: () => fill(box, sample) }, sample.label)));
}

/** A changed request is another request, so it gets another key. */
function edited(box) {
  box.key = newKey();
  const length = Array.from(byId("text").value).length;
  const over = length > LIMIT;
  byId("count").textContent = `${NUMBER.format(length)} / ${NUMBER.format(LIMIT)} characters${over ? ": too long" : ""}`;
  byId("count").classList.toggle("over", over);
  complain("");
}

function complain(message) {
  byId("problem").hidden = !message;
  byId("problem").textContent = message;
  byId("text").toggleAttribute("aria-invalid", Boolean(message));
  if (message) byId("text").setAttribute("aria-invalid", "true");
}

function choices() {
  return [...byId("compose").elements.mode];
}

function isLive() {
  return byId("compose").elements.mode.value === "live";
}

/** The words of the form for who plays the customer. */
function showMode() {
  byId("text-label").replaceChildren(...(isLive() ? ["Your first message ", el("span", { class: "quiet" }, "(optional)")] : ["What does the customer write?"]));
  byId("text").required = !isLive();
  byId("text").placeholder = isLive() ? "Leave it empty, and the agent greets you." : "For example: I was charged twice for order 48213 …";
  byId("send").textContent = sendWords();
}

function sendWords() {
  return isLive() ? "Start the conversation" : "Send request";
}

/** What keeps this text from being sent, if anything. */
function objection(text) {
  if (!text.trim()) return isLive() ? "" : "Please write what the customer wants, or pick a sample.";
  return tooLong(text);
}

/** That this text is too long, if it is. */
export function tooLong(text) {
  const length = Array.from(text).length;
  if (length > LIMIT) return `The text has ${NUMBER.format(length)} characters; ${NUMBER.format(LIMIT)} are the limit. Please shorten it.`;
  return "";
}

async function send(box) {
  const text = byId("text").value;
  const wrong = objection(text);
  complain(wrong);
  if (wrong) return byId("text").focus();
  if (box.sending) return;
  busy(box, true);
  try {
    box.sent(await submit(request(text), box.key));
    if (isLive()) byId("text").value = ""; // the conversation goes on in its own box
    edited(box);
    announce("Request accepted.");
  } catch (problem) {
    complain(problem.message);
  } finally {
    busy(box, false);
  }
}

function request(text) {
  const customer = byId("customer").value.trim();
  const business = byId("business").value;
  const said = isLive() ? { mode: "live", ...(text.trim() && { text }) } : { text };
  return { ...said, channel: "web", ...(business && { business }), ...(customer && { customer_id: customer }) };
}

function busy(box, sending) {
  box.sending = sending;
  byId("send").setAttribute("aria-disabled", String(sending));
  byId("send").textContent = sending ? "Sending …" : sendWords();
}
