/** Who works here: who signed in, else asked once and kept in this browser; named in the history of each changed ticket. */

import { byId, complain } from "./dom.js";

const KEY = "callcenter.me";
const memory = { name: null, signedIn: null, show: () => {} };

/** The name, or null as long as it is not known. */
export function me() {
  if (memory.signedIn) return memory.signedIn;
  try {
    return localStorage.getItem(KEY) || memory.name;
  } catch {
    return memory.name; // this browser keeps nothing for us
  }
}

/** The name, asked for where it is not known; null where the person would not say. */
export async function whoAmI() {
  return me() ?? ask();
}

/** Somebody signed in, so that nobody has to be asked. */
export function iAm(name) {
  memory.signedIn = name;
  byId("me").hidden = true;
  memory.show();
}

/** Make the button work that tells the name and changes it; `changed` is called after that. */
export function startMe(changed) {
  const show = () => {
    byId("me").textContent = me() ? `You are ${me()}` : "Who are you?";
    changed();
  };
  byId("me").addEventListener("click", ask);
  byId("me-form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (keep(byId("me-name").value.trim())) byId("me-dialog").close("known");
  });
  byId("me-cancel").addEventListener("click", () => byId("me-dialog").close(""));
  byId("me-dialog").addEventListener("close", show);
  memory.show = show;
  show();
}

function ask() {
  const dialog = byId("me-dialog");
  if (dialog.open) return Promise.resolve(null);
  byId("me-name").value = me() ?? "";
  complain(byId("me-problem"), "");
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue ? me() : null), { once: true });
  });
}

function keep(name) {
  const wrong = objection(name);
  complain(byId("me-problem"), wrong);
  if (wrong) return false;
  memory.name = name;
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // then it is asked again next time
  }
  return true;
}

function objection(name) {
  if (!name) return "Please say who you are, for example dana.";
  return name === "system" ? "That is the name of the clock; please take another one." : "";
}
