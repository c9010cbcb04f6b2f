/** Who is signed in, told in the header; without sign-in it says that everybody may do everything. */

import { session, signOut } from "./api.js";
import { byId, el } from "./dom.js";

/** Who is signed in, or null where nobody has to. */
export async function startSession() {
  const who = await session().catch(() => null);
  if (!who?.auth) return null;
  const out = el("button", { type: "button", class: "plain", id: "sign-out", title: `${who.name}, ${who.role}` }, `Sign out ${who.name}`);
  out.addEventListener("click", async () => {
    await signOut().catch(() => {});
    location.assign("/signin.html");
  });
  byId("tools").append(" ", out);
  return who;
}
