/** The page where people sign in; afterwards they are where they wanted to go. */

import { signIn } from "./api.js";
import { byId, complain } from "./dom.js";

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

byId("signin").addEventListener("submit", (event) => {
  event.preventDefault();
  if (byId("send").getAttribute("aria-disabled") !== "true") send();
});
byId("name").focus();
