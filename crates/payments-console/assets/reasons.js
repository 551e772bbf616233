// Why a plan is not offered, in the page's language.

import { make } from "./dom.js";
import { t } from "./texts.js";

const base = document.documentElement.dataset.base;

/** A link to a rule of the catalog. */
export const ruleLink = (slug, name = slug) => make("a", { href: `${base}/console/rules/?rule=${encodeURIComponent(slug)}` }, name);

function subject({ what, payment_option, card_slug }) {
  const name = { payment_option, card: card_slug }[what] ?? "";
  return t(`left-out-${what}`, { name });
}

/** A reason as a list item. What this version does not know is shown in the words of the API. */
export function reason(left) {
  const { kind, fact, rule, name, effect, limit, detail } = left.reason;
  if (kind === "fact") return make("li", {}, subject(left), ": ", t(`fact-${fact}`) || detail);
  return make("li", {}, subject(left), ": ", t(`rule-${effect}`, { count: limit, text: limit }) || detail, " (", ruleLink(rule, name), ")");
}
