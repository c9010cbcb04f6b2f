/** Somebody waits for a person: told on every page, in its navigation and its title; by sound and a notification on wish. */

import { whoWaits } from "./api.js";
import { el } from "./dom.js";

const EVERY_MS = 4000;
const KEY = "callcenter.call-me";
const CALLED = "callcenter.called";
const NOT_MINE = [401, 403]; // nobody is signed in, or they do not talk with customers

const link = document.querySelector('nav a[href$="people.html"]');
const words = link.textContent;
const said = el("p", { class: "hidden-visually", role: "status", "aria-live": "polite", id: "somebody-waits" });
const bell = el("button", { type: "button", id: "call-me", hidden: true }, "Call me");
const state = { known: null, sound: null };

/** Look who waits, tell whom we did not know of, and look again a little later. */
async function look() {
  try {
    const { waiting } = await whoWaits();
    bell.hidden = false;
    show(waiting);
  } catch (problem) {
    if (NOT_MINE.includes(problem.status)) return show([]);
  }
  setTimeout(look, EVERY_MS);
}

function show(waiting) {
  const count = waiting.length;
  link.textContent = count ? `${words} · ${count} waiting` : words;
  link.classList.toggle("urgent", count > 0);
  document.title = `${count ? `(${count}) ` : ""}${document.title.replace(/^\(\d+\) /, "")}`;
  const fresh = waiting.filter((one) => state.known && !state.known.has(one.id));
  state.known = new Set(waiting.map((one) => one.id));
  if (fresh.length) tell(fresh);
}

function tell(fresh) {
  const teams = [...new Set(fresh.map((one) => one.handoff.team ?? one.business))].join(", ");
  said.textContent = `A customer waits for a person: ${teams}.`;
  if (!wanted() || called(fresh[0].id)) return;
  ring();
  if (globalThis.Notification?.permission !== "granted") return;
  const note = new Notification("A customer waits for a person", { body: teams, tag: fresh[0].id });
  note.addEventListener("click", () => {
    focus();
    location.assign("/people.html");
  });
}

/** Whether another page of this browser has called for this customer already; from now on one has. */
function called(id) {
  try {
    const known = localStorage.getItem(CALLED) === id;
    localStorage.setItem(CALLED, id);
    return known;
  } catch {
    return false;
  }
}

/** Two short tones; a browser that was not clicked on yet may keep them to itself. */
function ring() {
  state.sound ??= new AudioContext();
  state.sound.resume();
  for (const [at, pitch] of [[0, 660], [0.18, 880]]) {
    const tone = state.sound.createOscillator();
    const volume = state.sound.createGain();
    volume.gain.value = 0.1;
    tone.frequency.value = pitch;
    tone.connect(volume).connect(state.sound.destination);
    tone.start(state.sound.currentTime + at);
    tone.stop(state.sound.currentTime + at + 0.15);
  }
}

/** Whether this browser is to call; it remembers that, if it keeps anything for us. */
function wanted() {
  return bell.getAttribute("aria-pressed") === "true";
}

async function choose() {
  const on = !wanted();
  press(on);
  try {
    localStorage.setItem(KEY, on ? "on" : "");
  } catch {
    // then it holds for this page alone
  }
  if (!on) return;
  ring(); // so that it is known how it sounds
  if (globalThis.Notification?.permission === "default") await Notification.requestPermission();
}

function press(on) {
  bell.setAttribute("aria-pressed", String(on));
  bell.title = on ? "This browser calls you when a customer waits for a person" : "Let this browser call you when a customer waits for a person";
}

function remembered() {
  try {
    return localStorage.getItem(KEY) === "on";
  } catch {
    return false;
  }
}

press(remembered());
bell.addEventListener("click", choose);
link.after(" ", bell);
document.body.append(said);
look();
