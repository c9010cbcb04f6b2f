/** Who is signed in, told in the header; without sign-in it says that everybody may do everything. */

import { session, signOut } from "./api.js";
import { byId, el } from "./dom.js";

/** Who is signed in, or null where nobody has to. */
export async function startSession() {
  const who = await session().catch(() => null);
  if (!who?.auth) return null;
  const out = el("button", { type: "button", class: "plain", id: "sign-out", title: `${who.name}, ${who.role}` }, `Sign out ${who.name}`);
  out.addEventListener("click", async () => {
    const { leads_to } = await signOut().catch(() => ({}));
    location.assign(leads_to ?? "/signin.html"); // the provider signs out, too, and leads back there
  });
  byId("tools").append(" ", out);
  return who;
}
