// Helpers for elements, errors and messages.

import { t } from "./texts.js";

export const find = (selector, within = document) => within.querySelector(selector);
export const findAll = (selector, within = document) => [...within.querySelectorAll(selector)];

/** Creates an element; a property that the element does not have is set as an attribute. */
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

/** The logo of a card type, if this service has it; beside it is its name, so it has no text. */
export function logo(type) {
  return type?.logo_path ? make("img", { className: "logo", alt: "", src: `/static/${type.logo_path}`, width: 60, height: 20 }) : null;
}

/** Parses a drawing. Only markup from this service may be passed. */
export function drawing(markup) {
  return document.adoptNode(new DOMParser().parseFromString(markup, "text/html").body.firstElementChild);
}

/** An icon from the sprite that the page already uses. */
export function icon(name) {
  const sheet = find(".icon use").getAttribute("href").split("#")[0];
  return drawing(`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use href="${sheet}#${name}"></use></svg>`);
}

/** The mark of a card network with its name; a network without a mark is its name. */
export function brandMark(brand) {
  const sheet = find(".icon use").getAttribute("href").replace(/icons\.svg.*/, "brands.svg");
  return brand && drawing(`<svg class="brand-mark" viewBox="0 0 48 30" role="img" aria-label="${brand}"><title>${brand}</title><use href="${sheet}#${brand.toLowerCase()}"></use></svg>`);
}

let toastTimer;

/** Shows a message for six seconds. */
export function toast(text) {
  clearTimeout(toastTimer);
  find("#toast").textContent = text;
  toastTimer = setTimeout(() => { find("#toast").textContent = ""; }, 6_000);
}

/** Shows an error, with a retry button if `retry` is given. */
export function problem(place, failure, retry) {
  const again = retry && make("button", { type: "button", className: "secondary", onclick: () => { clear(place); retry(); } }, t("retry"));
  place.replaceChildren(make("span", {}, failure.text), ...(again ? [again] : []));
  place.hidden = false;
}

export function clear(place) {
  place.hidden = true;
  place.replaceChildren();
}

/** Marks the button as busy until `work` is done. Further clicks do nothing. */
export async function during(button, work) {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    await work();
  } finally {
    button.removeAttribute("aria-busy");
  }
}
