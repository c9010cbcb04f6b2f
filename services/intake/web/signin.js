/** The page where people sign in, by a password or by a provider; afterwards they are where they wanted to go. */

import { about, signIn } from "./api.js";
import { byId, complain } from "./dom.js";

/** Why somebody comes back from the provider without being signed in. */
const REFUSED = {
  away: "{provider} does not answer. Please try again in a moment, or sign in with a password.",
  untrusted: "{provider} answered, but not so that we can be sure that it was you. Whoever runs this call center finds the reason in the log.",
  denied: "{provider} did not sign you in: you did not agree, or you may not use this call center. Please try again, or ask whoever sees to accounts there.",
  ended: "This sign-in was used already, took longer than ten minutes, or was begun in another browser. Please begin again here.",
  "no-role": "{provider} knows you, but you have no role here. Ask whoever runs this call center for one; it comes from your account at {provider}.",
  taken: "Your name at {provider} belongs to somebody else here. Ask whoever runs this call center to see to it.",
  closed: "Your account here was closed. Ask whoever runs this call center to open it again.",
  unavailable: "A server of ours does not answer. Please try again in a moment.",
};

/** A place on this server, and nowhere else. */
function wanted() {
  const next = new URL(new URLSearchParams(location.search).get("next") ?? "/", location.origin);
  return next.origin === location.origin && !next.pathname.startsWith("/signin") ? next.pathname + next.search + next.hash : "/";
}

async function send() {
  const [name, password] = [byId("name").value.trim(), byId("password").value];
  if (!name || !password) {
    complain(byId("problem"), "Please write your name and your password.");
    return byId(name ? "password" : "name").focus();
  }
  byId("send").setAttribute("aria-disabled", "true");
  try {
    await signIn(name, password);
    location.replace(wanted());
  } catch (problem) {
    complain(byId("problem"), problem.message);
    byId("password").value = "";
    byId("password").focus();
  } finally {
    byId("send").removeAttribute("aria-disabled");
  }
}

/** Show the way to the provider, where there is one, and why it did not sign somebody in. */
async function offer() {
  const name = (await about().catch(() => null))?.provider;
  const sentence = REFUSED[new URLSearchParams(location.search).get("refused")];
  if (sentence) complain(byId("problem"), sentence.replaceAll("{provider}", name ?? "The provider"));
  if (!name) return;
  byId("provider").textContent = `Sign in with ${name}`;
  byId("provider").href = `/v1/session/provider?next=${encodeURIComponent(wanted())}`;
  byId("by-provider").hidden = false;
}

byId("signin").addEventListener("submit", (event) => {
  event.preventDefault();
  if (byId("send").getAttribute("aria-disabled") !== "true") send();
});
byId("name").focus();
offer();
