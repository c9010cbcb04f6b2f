/** Building the page: every string becomes a text node, so nothing that a customer wrote can act. */

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  check: "M5 12.5l4.5 4.5L19 7.5",
  cross: "M7 7l10 10M17 7L7 17",
  dash: "M6 12h12",
  question: "M9 9.2a3 3 0 1 1 4.2 2.8c-.9.5-1.2 1-1.2 2M12 17.6v.1",
  person: "M12 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM5 20c.6-3.6 3.4-5.5 7-5.5s6.4 1.9 7 5.5",
  alert: "M12 7v6M12 16.6v.1",
};

/** An element with attributes, listeners (`onclick`) and children; null children are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** A small line icon; it is decoration, the words beside it carry the meaning. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** The element with this id, which the page is known to have. */
export function byId(id) {
  return document.getElementById(id);
}

/** A list of names and values as a description list; empty values are left out. */
export function facts(pairs, attributes = { class: "facts" }) {
  const known = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return el("dl", attributes, known.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}

/** A card with a heading; `key` names it for styles and tests. */
export function panel(key, title, ...children) {
  const id = `panel-${key}`;
  return el("section", { class: `card panel ${key}`, "data-panel": key, "aria-labelledby": id },
    el("h3", { id }, title), ...children);
}

/** A place on the page whose content comes and goes; see `put`. */
export function slot(name = "") {
  return el("div", { class: `slot ${name}` });
}

/** Draw one slot of a page again, if what it is made from changed; a control that has the focus keeps it. */
export function put(page, key, inputs, build) {
  const signature = JSON.stringify(inputs);
  if (page.drawn[key] === signature) return;
  page.drawn[key] = signature;
  const place = page.slots[key];
  const focused = place.contains(document.activeElement) ? document.activeElement.id : null;
  place.replaceChildren(...[build()].filter(Boolean));
  if (focused !== null) ((focused && byId(focused)) || place.querySelector("a, button, input"))?.focus({ preventScroll: true });
}

/** A line where it is told what is wrong; see `complain`. */
export function problemLine() {
  return el("p", { class: "problem", role: "alert", hidden: true });
}

/** Say at `place` what is wrong, or that all is well again. */
export function complain(place, message) {
  place.hidden = !message;
  place.textContent = message;
}

/** A small label: a word on a quiet color. */
export function badge(tone, word, title) {
  return el("span", { class: `badge ${tone}`, title }, word);
}

/** Tell a screen reader, politely. */
export function announce(message) {
  byId("announcer").textContent = message;
}

/** A button that copies what `text()` returns and says so. */
export function copyButton(label, text) {
  const button = el("button", { type: "button", class: "small" }, label);
  button.addEventListener("click", async () => {
    const done = await copied(text());
    button.textContent = done ? "Copied" : "Copying is blocked here";
    announce(button.textContent);
    setTimeout(() => { button.textContent = label; }, 1800);
  });
  return button;
}

/** Put text on the clipboard; pages without a secure context have only the old way. */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = el("textarea", { class: "hidden-visually", "aria-hidden": "true" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
