// The mark of installments without interest.

import { make } from "./dom.js";
import { language, t } from "./texts.js";

/** A badge, with its meaning for screen readers; null for a single payment, and with interest. */
export function freeMark(plan) {
  if (plan.installment_count === 1 || plan.interest_amount > 0) return null;
  const percent = new Intl.NumberFormat(language, { style: "percent" }).format(0);
  return make("span", { className: "free" }, make("span", { ariaHidden: "true", title: t("no-interest") }, percent),
    make("span", { className: "quiet" }, ` ${t("no-interest")}`));
}
