/** The HTTP API of the same origin; a failed call becomes a Problem with a sentence for people. */

const DOOR = "/signin.html";
const secrets = new Map();

/** A call that did not work out; `message` can be shown as it is. */
export class Problem extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}

/** Who is signed in; `auth` is false where nobody has to. */
export function session() {
  return call("/v1/session");
}

/** Sign in; the browser keeps the session. */
export function signIn(name, password) {
  return send("POST", "/v1/session", { name, password });
}

/** Sign out, here and wherever else this session is known; `leads_to` where a provider has to be told by the browser. */
export function signOut() {
  return call("/v1/session", { method: "DELETE" });
}

/** Which businesses there are, with their sample requests. */
export function businesses() {
  return call("/v1/businesses");
}

/** Version, mode and links of this installation. */
export function about() {
  return call("/v1/about");
}

/** One interaction as far as it came. */
export function interaction(id) {
  return call(`/v1/interactions/${encodeURIComponent(id)}`);
}

/** One page of interactions, newest first. */
export function interactions(cursor) {
  const query = new URLSearchParams({ limit: "12", ...(cursor ? { cursor } : {}) });
  return call(`/v1/interactions?${query}`);
}

/** Where the live events of one interaction come from. */
export function eventsUrl(id) {
  return `/v1/interactions/${encodeURIComponent(id)}/events`;
}

/** Hand in a request; the same key twice is the same request. */
export async function submit(request, key) {
  return kept(await send("POST", "/v1/interactions", request, { "Idempotency-Key": key }));
}

/** Say something in a live conversation, as its customer; the same key twice is the same message. */
export async function say(id, text, key) {
  const secret = secrets.get(id);
  const headers = { "Idempotency-Key": key, ...(secret && { Authorization: `Bearer ${secret}` }) };
  const there = kept(await send("POST", `/v1/interactions/${encodeURIComponent(id)}/messages`, { text }, headers));
  return secret ? interaction(there.id) : there; // a customer is shown less than who works here
}

/** Who waits for a person, and which contacts a person has. */
export function handoffs() {
  return call("/v1/handoffs");
}

/** The same, for whom it may not concern: nobody is sent to sign in for it. */
export function whoWaits() {
  return call("/v1/handoffs", {}, { door: null });
}

/** The queues that people can be on duty for. */
export function teams() {
  return call("/v1/handoffs/teams");
}

/** Be on duty for these queues of a business until the answer's `until`; for none: not any more. */
export function beOnDuty(by, business, queues) {
  return send("PUT", "/v1/handoffs/duty", { by, business, queues });
}

/** Take a step with a contact: accept, say, return or close. */
export function handle(id, step, body, key = newKey()) {
  return send("POST", `/v1/handoffs/${encodeURIComponent(id)}/${step}`, body, { "Idempotency-Key": key });
}

/** One page of tickets, newest first; filters that are null are left out. */
export function tickets(filters, cursor, limit) {
  const wanted = Object.entries({ ...filters, cursor, limit }).filter(([, value]) => value !== null && value !== undefined);
  return call(`/v1/tickets?${new URLSearchParams(wanted)}`);
}

/** One ticket as it stands. */
export function ticket(id) {
  return call(ticketUrl(id));
}

/** All that happened to a ticket, oldest first. */
export function history(id) {
  return call(`${ticketUrl(id)}/events`);
}

/** Who is told of every event of a ticket. */
export function hooks() {
  return call("/v1/webhooks");
}

/** What became of the mails to the customer of an interaction. */
export function mails(id) {
  return call(`/v1/interactions/${encodeURIComponent(id)}/mails`);
}

/** What other systems were told of a ticket, the newest attempt first. */
export function deliveries(id) {
  return call(`${ticketUrl(id)}/deliveries`);
}

/** Give a ticket other values; refused with status 412 where it is no longer at revision `rev`. */
export function change(id, rev, by, wish) {
  return send("PATCH", ticketUrl(id), { by, ...wish }, { "If-Match": `"${rev}"` });
}

/** Add a note to a ticket, once for each key; a public one is an answer that the customer was given. */
export function comment(id, by, text, isPublic, key) {
  return send("POST", `${ticketUrl(id)}/comments`, { by, text, public: isPublic }, { "Idempotency-Key": key });
}

/** Merge a duplicate into another ticket; answers the other one. */
export function merge(id, by, into) {
  return send("POST", `${ticketUrl(id)}/merge`, { by, into });
}

/** Mark a follow-up, counted from 1, as done or not. */
export function followUp(id, number, by, done) {
  return send("PATCH", `${ticketUrl(id)}/follow-ups/${number}`, { by, done });
}

/** A random key; randomUUID would be missing on pages without a secure context. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function atTheDoor() {
  return location.pathname === DOOR;
}

function ticketUrl(id) {
  return `/v1/tickets/${encodeURIComponent(id)}`;
}

function send(method, url, body, headers = {}) {
  return call(url, { method, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body) });
}

/** The answer, once the secret is kept by which its customer goes on; another page has its own. */
function kept(view) {
  if (view.token) secrets.set(view.id, view.token);
  return view;
}

/** What the API answers; whoever has to sign in for that is sent to the `door`. */
async function call(url, options = {}, { door = DOOR } = {}) {
  const response = await fetch(url, { headers: { Accept: "application/json" }, ...options }).catch(() => null);
  if (!response) throw new Problem("The server does not answer. Check that it is running, then try again.");
  if (response.status === 204) return {};
  const body = await response.json().catch(() => null);
  if (response.status === 401 && door && !atTheDoor()) location.replace(`${door}?next=${encodeURIComponent(location.pathname + location.search + location.hash)}`);
  if (!response.ok) throw new Problem(sentence(response, body), response.status);
  if (body === null) throw new Problem("The server's answer was not readable. Try again.", response.status);
  return body;
}

/** What went wrong in plain words, from problem+json where there is one. */
function sentence(response, problem) {
  const said = problem?.detail || problem?.title || `The server answered with status ${response.status}.`;
  const errors = (Array.isArray(problem?.errors) ? problem.errors : []).map(oneError).filter((line) => line && !String(said).includes(line));
  return [String(said), ...errors, waitHint(response)].filter(Boolean).join(" ");
}

function oneError(error) {
  return typeof error === "string" ? error : error?.detail ?? error?.message ?? error?.msg ?? "";
}

function waitHint(response) {
  const seconds = Number(response.headers.get("Retry-After"));
  return seconds > 0 ? `Please try again in ${seconds} ${seconds === 1 ? "second" : "seconds"}.` : "";
}
