/** Times in words: how long, until when, at what hour; countdowns tick on their own. */

import { el } from "./dom.js";

const DAY_AND_TIME = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** Milliseconds as a person reads them. */
export function took(ms) {
  if (ms === null || ms === undefined) return "–";
  if (ms < 1) return "<1 ms";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : span(ms);
}

/** A length of time in its two largest units: `3 h 12 min`. */
function span(ms) {
  const minutes = Math.floor(Math.abs(ms) / 60_000);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)];
  if (days) return `${days} d ${hours} h`;
  return hours ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}

/** `in 3 h 12 min`, `overdue by 2 d 1 h`. */
function countdown(until) {
  const left = until - Date.now();
  if (Math.abs(left) < 60_000) return "due now";
  return left > 0 ? `in ${span(left)}` : `overdue by ${span(left)}`;
}

/** `5 min ago`. */
function ago(since) {
  const gone = Date.now() - since;
  return gone < 60_000 ? "just now" : `${span(gone)} ago`;
}

/** A clock time, as `14:03:22`. */
export function hour(iso) {
  return el("time", { datetime: iso }, TIME.format(new Date(iso)));
}

/** A day and a time. */
export function moment(iso) {
  return el("time", { datetime: iso }, DAY_AND_TIME.format(new Date(iso)));
}

/** A due time: the countdown large, the absolute time below. */
export function due(iso) {
  const late = Date.parse(iso) < Date.now();
  return el("span", { class: late ? "due late" : "due" },
    el("strong", { "data-due": iso }, countdown(Date.parse(iso))), moment(iso));
}

/** How much time is left, as a phrase: `due in 3 h 12 min`, `late by 20 min`. */
export function left(iso) {
  return el("span", { "data-left": iso }, phrase(Date.parse(iso)));
}

function phrase(until) {
  return countdown(until).replace(/^in/, "due in").replace(/^overdue/, "late");
}

/** An age that keeps itself current. */
export function age(iso) {
  const full = DAY_AND_TIME.format(new Date(iso));
  return el("time", { datetime: iso, title: full, "data-age": iso }, ago(Date.parse(iso)));
}

/** Bring all countdowns and ages of the page up to date. */
function tick() {
  for (const node of document.querySelectorAll("[data-due]")) node.textContent = countdown(Date.parse(node.dataset.due));
  for (const node of document.querySelectorAll("[data-left]")) node.textContent = phrase(Date.parse(node.dataset.left));
  for (const node of document.querySelectorAll("[data-age]")) node.textContent = ago(Date.parse(node.dataset.age));
}

setInterval(tick, 15_000);
