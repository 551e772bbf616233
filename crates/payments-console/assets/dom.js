// Helpers for elements.

import { t } from "./texts.js";

export const find = (selector, within = document) => within.querySelector(selector);
export const findAll = (selector, within = document) => [...within.querySelectorAll(selector)];

/** Creates an element; a property that the element does not have is set as an attribute. */
export function make(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in node) node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

export const hint = (text) => make("p", { className: "hint" }, text);

/** A word that is good, bad or neither, said by more than its colour. */
export const mark = (state, text) => make("span", { className: `mark ${state}` }, text);

/** A table that scrolls by itself where it is too wide. A cell is a text or an element. */
export function table(label, heads, rows) {
  const head = make("thead", {}, make("tr", {}, heads.map((text) => make("th", { scope: "col" }, text))));
  const cells = ([first, ...rest]) => [make("th", { scope: "row" }, first), ...rest.map((cell) => make("td", {}, cell))];
  const body = make("tbody", {}, rows.map((row) => make("tr", {}, cells(row))));
  return make("div", { className: "wide", tabIndex: 0, role: "region", "aria-label": label }, make("table", {}, head, body));
}

/** Shows what the service refused, field by field, in the language that it was said in. */
export function showProblem(place, failure) {
  const lines = failure.lines.map(([pointer, text]) => make("li", {}, make("code", {}, pointer), " ", text));
  const said = make("div", { lang: failure.language }, make("p", {}, failure.text), lines.length > 0 ? make("ul", {}, lines) : null);
  place.replaceChildren(said);
  place.hidden = false;
}

export function clear(place) {
  place.hidden = true;
  place.replaceChildren();
}

/** Marks the button as busy until `work` is done, and shows why it failed. Further clicks do nothing. */
export async function during(button, problem, work) {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    await work();
    clear(problem);
  } catch (failure) {
    if (!failure.text) throw failure;
    showProblem(problem, failure);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

/** A button that does something once. */
export const button = (text, onclick, className = "secondary") => make("button", { type: "button", className, onclick }, text);

/** Asks in `place` before `work` is done, which a click on `asking` cannot take back. */
export function askFirst(asking, place, text, problem, work) {
  const cancel = button(t("cancel"), () => { asked.remove(); asking.focus(); });
  const sure = button(text, () => during(sure, problem, async () => { await work(); asked.remove(); }), "danger");
  const asked = make("div", { className: "buttons" }, sure, cancel);
  place.replaceChildren(asked);
  sure.focus();
}

/** The number of things, as `name-one` or `name`. */
export const count = (name, number) => t(number === 1 ? `${name}-one` : name, { count: number });
