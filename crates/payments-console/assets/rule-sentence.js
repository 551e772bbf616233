// A rule as a sentence: "on cards of Garanti, in phones: at most 6 installments".

import { moment, t, word } from "./texts.js";

const and = (texts) => texts.join(", ");
const or = (values) => values.join(` ${t("or")} `);

/** The names of banks and card types by slug, as far as they are known. */
const names = { bank: new Map(), card_type: new Map() };
export const learnNames = (kind, objects) => objects.forEach(({ slug, name }) => names[kind].set(slug, name));

const named = (kind, slugs) => or(slugs.map((slug) => names[kind]?.get(slug) ?? slug));

function range(name, { min, max, from, until }) {
  const [low, high] = [min ?? from, max ?? until];
  if (low !== undefined && high !== undefined) return low === high ? t(`${name}-exactly`, { text: low }) || t(`${name}-between`, { text: low, name: high }) : t(`${name}-between`, { text: low, name: high });
  return low === undefined ? t(`${name}-most`, { text: high }) : t(`${name}-least`, { text: low });
}

const attributes = (tests) => and(Object.entries(tests).map(([name, values]) => t("with-attribute", { name, text: or(values) })));

const CONDITIONS = {
  date: (test) => range("on-days", test),
  weekday: (days) => t("on-weekdays", { text: or(days.map((day) => word("weekday", day))) }),
  hour: (test) => range("in-hours", { from: test.from ?? 0, until: test.until ?? 24 }),
  context: (words) => t("for-contexts", { text: or(words.map((one) => word("context-for", one))) }),
  basket_state: (states) => t("in-states", { text: or(states) }),
  customer_segment: (slugs) => t("for-segments", { text: or(slugs) }),
  category: (paths) => t("in-categories", { text: or(paths) }),
  attribute: attributes,
  item: ({ category, attribute }) => t("with-item", { text: and([...(category ? [t("in-categories", { text: or(category) })] : []), ...(attribute ? [attributes(attribute)] : [])]) }),
  item_count: (test) => range("of-items", test),
  amount: (test) => [range("of-amount", test), test.currency].filter(Boolean).join(" "),
  currency: (codes) => t("in-currencies", { text: or(codes) }),
  bank: (slugs) => t("on-banks", { text: named("bank", slugs) }),
  card_type: (slugs) => t("on-card-types", { text: named("card_type", slugs) }),
  card: (slugs) => t("on-cards", { text: named("card", slugs) }),
  payment_option: (slugs) => t("by-options", { text: or(slugs) }),
  card_payment_type: (kinds) => t("on-kinds", { text: or(kinds.map((kind) => word("card-kind", kind))) }),
  commercial: (is) => t(is ? "on-commercial" : "on-personal"),
  installment_count: (test) => range("in-installments", test),
  all: (tests) => and(tests.map(condition)),
  any: (tests) => t("either", { text: or(tests.map((test) => `(${condition(test)})`)) }),
  not: (test) => t("unless", { text: condition(test) }),
};

const EFFECTS = {
  exclude: () => t("effect-exclude"),
  cap_installments: (count) => (count === 1 ? t("at-most-one") : t("at-most", { count })),
  minimum_installment_amount: (text) => t("at-least", { text }),
  replace_rate: (text) => t("at-rate", { text }),
};

/** Each known part in words; an unknown one as JSON. */
function parts(object, known) {
  const given = Object.entries(object ?? {});
  return given.map(([name, value]) => {
    try {
      return known[name](value);
    } catch {
      return `${name} ${JSON.stringify(value)}`;
    }
  });
}

function condition(when) {
  const order = Object.keys(CONDITIONS);
  const sorted = Object.fromEntries(Object.entries(when).sort(([one], [other]) => order.indexOf(one) - order.indexOf(other)));
  return and(parts(sorted, CONDITIONS));
}

function validity({ valid_from: from, valid_until: until }) {
  const test = { ...(from ? { from: moment(from) } : {}), ...(until ? { until: moment(until) } : {}) };
  return from || until ? range("valid", test) : "";
}

/** The sentence of a rule as the management API has it. */
export function sentence(rule) {
  const when = [validity(rule), condition(rule.when ?? {})].filter((text) => text !== "");
  const then = parts(rule.then, EFFECTS);
  const effect = then.length === 0 ? t("no-effect") : and(then);
  const text = `${when.length === 0 ? t("always") : and(when)}: ${effect}.`;
  return text[0].toLocaleUpperCase(document.documentElement.lang) + text.slice(1);
}
