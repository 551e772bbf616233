// The fields of an object of the catalog beside its JSON, made from the object itself. What they do not show is in the JSON.

import { make, table } from "./dom.js";
import { t, word } from "./texts.js";

const KINDS = ["credit", "debit"];

/** Scripts would change numbers with more digits. */
const hasLongNumber = (text) => /\d{16}/.test(text);

const label = (key) => word("field", key);

/** Only digits that scripts can hold are a number. Anything else is kept as text, and the service says what is wrong with it. */
const number = (text) => (/^\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : text);
const list = (text) => text.split(",").map((one) => one.trim()).filter((one) => one !== "");

/** The fields that may be null. */
const NULLABLE = ["logo", "logo_path"];

function input(value, changed, properties = {}) {
  const isNullable = NULLABLE.includes(properties.name);
  if (typeof value === "boolean") return make("input", { type: "checkbox", checked: value, oninput: ({ target }) => changed(target.checked), ...properties });
  const orNull = (text) => (text === "" && (value === null || isNullable) ? null : text);
  const read = Array.isArray(value) ? list : typeof value === "number" ? number : orNull;
  const shown = Array.isArray(value) ? value.join(", ") : value ?? "";
  return make("input", { value: shown, autocomplete: "off", spellcheck: false, oninput: ({ target }) => changed(read(target.value.trim())), ...properties });
}

function select(value, options, changed, id) {
  const node = make("select", { id, oninput: ({ target }) => changed(options.find(([one]) => String(one) === target.value)[0]) },
    options.map(([one, text]) => make("option", { value: String(one) }, text)));
  node.value = String(value);
  return node;
}

function field(key, value, choices, changed) {
  const id = `field-${key}`;
  if (typeof value === "boolean") return make("label", { className: "flag" }, input(value, changed, { name: key }), " ", label(key));
  const options = choices[key]?.some(([one]) => one === value) ? choices[key] : null;
  const control = options ? select(value, options, changed, id) : input(value, changed, { id, name: key });
  return make("div", { className: "field" }, make("label", { htmlFor: id }, label(key)), control);
}

/** The rates of a card's plans, one row each. */
function plans(installments, changed) {
  const row = (plan) => {
    const set = (key) => (value) => { plan[key] = value; changed(); };
    const named = (key) => ({ "aria-label": `${label(key)}, ${t("installments-of", { count: plan.installment_count })}` });
    return [String(plan.installment_count), input(plan.interest_rate, set("interest_rate"), named("interest_rate")), input(plan.is_active ?? true, set("is_active"), named("is_active"))];
  };
  return table(label("installments"), ["installment_count", "interest_rate", "is_active"].map(label), installments.map(row));
}

const isSimple = ([key, value]) => key !== "installments" && (value === null || typeof value !== "object" || (Array.isArray(value) && value.every((one) => typeof one === "string")));

/**
 * The fields of an object, given as JSON. `choices` has pairs of a value and its name by field. `changed` is called with the
 * object when a field was edited.
 */
export function fieldsOf(json, choices, changed) {
  if (hasLongNumber(json)) return [];
  const object = JSON.parse(json);
  const set = (key) => (value) => { object[key] = value; changed(object); };
  const known = { ...choices, card_payment_type: KINDS.map((kind) => [kind, t(`card-kind-${kind}`)]) };
  const simple = Object.entries(object).filter(isSimple).map(([key, value]) => field(key, value, known, set(key)));
  const { installments } = object;
  const isList = Array.isArray(installments) && installments.every((one) => one !== null && typeof one === "object");
  return [make("div", { className: "filters" }, simple), isList && installments.length > 0 ? plans(installments, () => changed(object)) : null].filter(Boolean);
}
