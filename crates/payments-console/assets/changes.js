// Changes of objects, field by field.

import { count, make, mark, table } from "./dom.js";
import { t, word } from "./texts.js";

const shown = (value) => (typeof value === "string" ? value : JSON.stringify(value));

function values({ pointer, old, new: later }) {
  const isSecret = old === undefined && later === undefined;
  const cell = (value) => (value === undefined ? (isSecret ? t("secret") : "–") : make("code", {}, shown(value)));
  return [make("code", {}, pointer || "/"), cell(old), cell(later)];
}

/** The name of an object: its part and its key. */
export const objectName = (part, key) => `${word("one-of", part)} ${key}`;

/** What happened to an object. Its fields are shown when asked for. */
export function change({ part, key, outcome, changes }, ...more) {
  const heads = ["field", "old", "new"].map((name) => t(name));
  const state = { created: "good", deleted: "bad" }[outcome] ?? "plain";
  const fields = changes.length === 0 ? null : make("details", {},
    make("summary", {}, count("fields", changes.length)),
    table(objectName(part, key), heads, changes.map(values)));
  return make("li", { className: "change" }, make("h3", {}, objectName(part, key), " ", mark(state, word("outcome", outcome))), ...more, fields);
}
