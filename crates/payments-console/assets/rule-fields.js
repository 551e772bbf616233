// The fields of a rule beside its JSON. Each of them is one value in it, and either can be edited.

import { find } from "./dom.js";
import { momentOf, setMoment } from "./moment.js";

const isList = (name) => /^when-(category|item-category|bank|card_type|card|payment_option|card_payment_type|currency|context|basket_state|customer_segment|weekday)$/.test(name);
const isNumber = (name) => /^(then-cap_installments|when-(installment_count|item_count|hour)-\w+)$/.test(name);
const isAttributes = (name) => name.endsWith("-attribute");

const split = (text, separator) => text.split(separator).map((one) => one.trim()).filter((one) => one !== "");

/** Attributes as `brand = acme, other; refurbished = true`. */
const attributesText = (attributes) => Object.entries(attributes).map(([name, values]) => `${name} = ${[values].flat().join(", ")}`).join("; ");

/** A text that is none of attributes is kept, and the service says what is wrong with it. */
function toAttributes(text) {
  const pairs = split(text, ";").map((pair) => pair.split("="));
  if (pairs.some((pair) => pair.length !== 2)) return text;
  return Object.fromEntries(pairs.map(([name, values]) => [name.trim(), split(values, ",")]));
}

/** Whether a text says the same: a value may contain what separates values. */
const isSame = (attributes) => JSON.stringify(toAttributes(attributesText(attributes))) === JSON.stringify(Object.fromEntries(Object.entries(attributes).map(([name, values]) => [name, [values].flat().map(String)])));

/** Only digits are a number. Anything else is kept as text, and the service says what is wrong with it. */
const toNumber = (text) => (/^\d+$/.test(text) ? Number(text) : text);

function read(field) {
  const { name } = field;
  if (field.type === "checkbox") return name === "is_active" ? field.checked : field.checked || undefined;
  if (field.type === "datetime-local") return momentOf(field) || undefined;
  const text = field.value.trim();
  if (text === "") return undefined;
  if (isList(name)) return split(text, ",");
  if (isAttributes(name)) return toAttributes(text);
  if (name === "when-commercial") return { true: true, false: false }[text] ?? text;
  return isNumber(name) ? toNumber(text) : text;
}

function write(field, value) {
  if (isAttributes(field.name)) {
    const isText = value === undefined || typeof value === "string";
    const isShown = isText || (typeof value === "object" && value !== null && isSame(value));
    field.value = isText ? value ?? "" : isShown ? attributesText(value) : "";
    field.disabled = !isShown;
  } else if (field.type === "checkbox") field.checked = value ?? field.name === "is_active";
  else if (field.type === "datetime-local") {
    if (value && !Number.isNaN(Date.parse(value))) setMoment(field, value);
    else field.value = "";
  } else field.value = Array.isArray(value) ? value.join(", ") : value === undefined || value === null ? "" : String(value);
}

const pathOf = (name) => name.split("-");

function at(object, path) {
  return path.reduce((inner, key) => inner?.[key], object);
}

/** Sets a value; without one, removes it and what is empty then. `when` and `then` stay. */
function set(object, [key, ...rest], value, depth = 0) {
  if (rest.length === 0) {
    if (value === undefined) delete object[key];
    else object[key] = value;
    return;
  }
  object[key] ??= {};
  set(object[key], rest, value, depth + 1);
  if (depth > 0 && Object.keys(object[key]).length === 0) delete object[key];
}

const fieldsOf = (form) => [...form.elements].filter((field) => field.name !== "");

/** Shows a rule in the fields. */
export function showFields(form, rule) {
  for (const field of fieldsOf(form)) write(field, at(rule, pathOf(field.name)));
}

/** The rule with the value of one field. */
export function withField(rule, field) {
  const changed = structuredClone(rule);
  set(changed, pathOf(field.name), read(field));
  return changed;
}

/** The fields that lists of the catalog have suggestions for. */
export function suggest(kind, slugs) {
  const list = find(`#known-${kind}`);
  list.replaceChildren(...slugs.map((slug) => Object.assign(document.createElement("option"), { value: slug })));
  find(`#when-${kind}`).setAttribute("list", list.id);
}
