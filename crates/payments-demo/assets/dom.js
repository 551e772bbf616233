// Building pages: nodes, problems, messages.

import { t } from "./texts.js";

export const find = (selector, within = document) => within.querySelector(selector);
export const findAll = (selector, within = document) => [...within.querySelectorAll(selector)];

/** A node: properties and attributes by name, listeners as `onclick`. */
export function make(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === "data") Object.assign(node.dataset, value);
    else if (key in node) node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/** A drawing the server wrote. It is of this service's own files only. */
export function drawing(markup) {
  return document.adoptNode(new DOMParser().parseFromString(markup, "text/html").body.firstElementChild);
}

/** An icon like those of the server's pages. */
export function icon(name) {
  const sheet = find(".icon use").getAttribute("href").split("#")[0];
  return drawing(`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use href="${sheet}#${name}"></use></svg>`);
}

let toastTimer;

/** Says something that went well, for a while. */
export function toast(text) {
  clearTimeout(toastTimer);
  find("#toast").textContent = text;
  toastTimer = setTimeout(() => { find("#toast").textContent = ""; }, 6_000);
}

/** Says what went wrong, and offers to try again. */
export function problem(place, failure, retry) {
  const again = retry && make("button", { type: "button", className: "secondary", onclick: () => { clear(place); retry(); } }, t("retry"));
  place.replaceChildren(make("span", {}, failure.text), ...(again ? [again] : []));
  place.hidden = false;
}

export function clear(place) {
  place.hidden = true;
  place.replaceChildren();
}

/** While `work` is done, its button waits. */
export async function during(button, work) {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    await work();
  } finally {
    button.removeAttribute("aria-busy");
  }
}
