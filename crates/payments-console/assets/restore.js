// Restoring one object or the whole catalog. What it would change is shown first, and exactly that request is sent then.

import { post } from "./api.js";
import { objectName } from "./changes.js";
import { button, clear, count, during, find, hint, make } from "./dom.js";
import { momentOf, setMoment } from "./moment.js";
import { moment, t } from "./texts.js";

const OUTCOMES = ["created", "updated", "deleted"];

const section = find("#restore");
const [form, problem, place] = ["form", ".problem", ".place"].map((selector) => section && find(selector, section));

const path = (isDryRun) => `/manage/v1/history/restore/${isDryRun ? "?dry_run=1" : ""}`;

function asked() {
  const { at, part, key } = form.elements;
  // A part without a key, or the reverse, is refused and not taken for the whole catalog.
  const only = [["part", part.value], ["key", key.value.trim()]].filter(([, value]) => value !== "");
  return { at: momentOf(at), ...Object.fromEntries(only) };
}

/** What restoring changes, and the warnings about it. */
function effects({ warnings = {}, ...parts }, tense) {
  const keys = (part, outcome) => parts[part][outcome].map((key) => make("li", {}, objectName(part, key)));
  const lists = OUTCOMES.map((outcome) => [outcome, Object.keys(parts).flatMap((part) => keys(part, outcome))]);
  const shown = lists.filter(([, items]) => items.length > 0).flatMap(([outcome, items]) => [make("h3", {}, count(`${tense}-${outcome}`, items.length)), make("ul", { className: "keys" }, items)]);
  const warned = Object.entries(warnings).flatMap(([pointer, texts]) => texts.map((text) => make("li", {}, make("code", {}, pointer), " ", text)));
  return { isNothing: shown.length === 0, nodes: [...shown, ...(warned.length > 0 ? [make("h3", {}, t("warnings")), make("ul", { lang: "en" }, warned)] : [])] };
}

async function preview() {
  place.replaceChildren();
  const request = asked();
  const { isNothing, nodes } = effects(await post(path(true), request), "would-be");
  if (isNothing) {
    place.replaceChildren(hint(t("nothing-to-restore")));
    return;
  }
  const restore = button(t("restore-button"), () => during(restore, problem, () => apply(request)), "danger");
  const cancel = button(t("cancel"), () => { place.replaceChildren(); find("button", form).focus(); });
  place.replaceChildren(hint(t("would-restore", { time: moment(request.at) })), ...nodes, make("div", { className: "buttons" }, restore, cancel));
}

async function apply(request) {
  const { nodes } = effects(await post(path(false), request), "was");
  place.replaceChildren(make("p", { className: "done" }, t("restored", { time: moment(request.at) })), ...nodes);
  find("h2", section).focus();
  section.dispatchEvent(new Event("restored"));
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  during(event.submitter, problem, preview);
});
// What was shown is no longer what was asked for.
form?.addEventListener("input", () => { place.replaceChildren(); clear(problem); });

/** Shows what restoring an object as of a moment would change. */
export function previewRestoration(at, part, key) {
  setMoment(form.elements.at, at);
  form.elements.part.value = part;
  form.elements.key.value = key;
  form.requestSubmit(find("button", form));
  find("h2", section).focus();
}

/** Calls `work` whenever something was restored. */
export const onRestored = (work) => section?.addEventListener("restored", work);
