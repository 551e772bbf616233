// The phone panel: the messages that the sandbox sent to this customer.

import { get } from "./api.js";
import { find, make } from "./dom.js";
import { language, t } from "./texts.js";

const KEY = "shop-phone";
const INTERVAL_MILLISECONDS = 1_500;
const panel = find("#phone");
const opener = find("#phone-button");
let timer = null;
let until = 0;
let newest = sessionStorage.getItem("shop-phone-read") ?? "";

/** Polls for a message to this number for a minute, and opens the phone when it arrives. */
export function expectMessage(number) {
  sessionStorage.setItem(KEY, number);
  poll();
}

/** Polls for the customer's messages, and opens the phone even for one that was read. */
export function expectMessageAgain() {
  newest = "";
  poll();
}

function poll() {
  until = Date.now() + 60_000;
  look();
}

/** Shows or hides the phone; it is closed at first. */
export function showPhone(isShown) {
  if (!isShown) {
    until = 0;
    if (!panel.hidden) toggle(false);
  }
  find("#phone-place").hidden = !isShown;
}

/** Stores the customer's number, unless there is one. */
export function rememberPhone(number) {
  if (!sessionStorage.getItem(KEY)) sessionStorage.setItem(KEY, number);
}

async function look() {
  clearTimeout(timer);
  try {
    const own = sessionStorage.getItem(KEY);
    const { results } = await get("/sandbox/outbox/");
    show(results.filter((message) => message.to === own).slice(0, 5));
  } catch (failure) {
    // There is no outbox without the sandbox.
    if (failure.status === 404) {
      opener.hidden = true;
      return;
    }
  }
  if (!panel.hidden || Date.now() < until) timer = setTimeout(look, INTERVAL_MILLISECONDS);
}

function show(messages) {
  const key = messages[0] ? messages[0].sent_at + messages[0].text : "";
  if (key === find("#phone-messages").dataset.newest) return;
  find("#phone-messages").dataset.newest = key;
  find("#phone-messages").replaceChildren(...messages.map(bubble));
  find("#phone-empty").hidden = messages.length > 0;
  if (key === newest || key === "") return;
  // The focus stays where the code is typed, and the phone must not cover it.
  if (panel.hidden) open();
  document.activeElement.scrollIntoView({ block: "center" });
  read();
  find("#phone-news").textContent = `${t("phone-news")} ${messages[0].text}`;
}

function read() {
  newest = find("#phone-messages").dataset.newest ?? "";
  sessionStorage.setItem("shop-phone-read", newest);
}

function bubble(message) {
  const digits = message.text.match(/\d{4,8}/)?.[0];
  const time = new Date(message.sent_at);
  const at = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(time);
  const use = digits && find("#otp") && make("button", { type: "button", className: "secondary", onclick: () => fill(digits) }, t("fill-code", { digits }));
  return make("li", {}, make("span", { dir: "auto" }, message.text), make("time", { dateTime: message.sent_at }, at), use || null);
}

function fill(digits) {
  toggle(false);
  document.dispatchEvent(new CustomEvent("shop-code", { detail: digits }));
}

function open() {
  panel.hidden = false;
  opener.setAttribute("aria-expanded", "true");
}

function toggle(isOpen) {
  if (isOpen) {
    open();
    read();
    look();
    find("#phone-close").focus();
    return;
  }
  panel.hidden = true;
  opener.setAttribute("aria-expanded", "false");
  if (panel.contains(document.activeElement) || document.activeElement === document.body) {
    opener.focus();
  }
}

opener.addEventListener("click", () => toggle(panel.hidden));
find("#phone-close").addEventListener("click", () => toggle(false));
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !panel.hidden) toggle(false); });
