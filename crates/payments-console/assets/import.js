// Importing a document. What it would change is shown first, and exactly that text is sent then.

import { change } from "./api.js";
import { objectName } from "./changes.js";
import { button, clear, count, during, find, make, mark } from "./dom.js";
import { waiting } from "./object-writer.js";
import { t, word } from "./texts.js";

const section = find("#import");
const [form, problem, place] = ["form", ".problem", ".place"].map((selector) => section && find(selector, section));
let imported = () => {};

/** A document that is sent as it was typed: the service says where it is broken. */
const send = (text, isDryRun) => change("POST", `/manage/v1/import/${isDryRun ? "?dry_run=1" : ""}`, text);

function effects({ warnings = {}, findings = [], ...parts }) {
  const lists = ["created", "updated"].map((effect) => [effect, Object.entries(parts).flatMap(([part, keys]) => keys[effect].map((key) => make("li", {}, objectName(part, key))))]);
  const unchanged = Object.values(parts).reduce((sum, { unchanged: keys }) => sum + keys.length, 0);
  const warned = Object.entries(warnings).flatMap(([pointer, texts]) => texts.map((text) => make("li", {}, make("code", {}, pointer), " ", text)));
  const found = findings.map(({ kind, rule, pointer, message }) => make("li", {}, mark("bad", word("finding", kind)), " ", make("code", {}, `${rule}${pointer}`), " ", message));
  return [
    ...lists.filter(([, items]) => items.length > 0).flatMap(([effect, items]) => [make("h3", {}, count(`would-be-${effect}`, items.length)), make("ul", { className: "keys" }, items)]),
    make("p", { className: "hint" }, count("stays-unchanged", unchanged)),
    ...(warned.length + found.length > 0 ? [make("h3", {}, t("warnings")), make("ul", { className: "findings", lang: "en" }, warned, found)] : []),
  ];
}

async function preview() {
  place.replaceChildren();
  const text = form.elements.document.value;
  const { body } = await send(text, true);
  const apply = button(t("import-button"), () => during(apply, problem, () => write(text)), "danger");
  const cancel = button(t("cancel"), () => { place.replaceChildren(); find("button", form).focus(); });
  place.replaceChildren(...effects(body), make("div", { className: "buttons" }, apply, cancel));
}

async function write(text) {
  try {
    await send(text, false);
  } catch (failure) {
    if (failure.code !== "approval_required") throw failure;
    place.replaceChildren(make("p", { className: "done" }, ...waiting(failure)));
    return;
  }
  place.replaceChildren(make("p", { className: "done" }, t("imported")));
  find("h2", section).focus();
  imported();
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  during(event.submitter, problem, preview);
});
form?.elements.file.addEventListener("change", async ({ target }) => {
  const [file] = target.files;
  if (file) form.elements.document.value = await file.text();
});
// What was shown is no longer what would be sent.
form?.addEventListener("input", () => { place.replaceChildren(); clear(problem); });

/** Calls `work` whenever a document was imported. */
export const onImported = (work) => { imported = work; };
