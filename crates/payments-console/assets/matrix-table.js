// A matrix of the management API as a table: cards down, numbers of installments across.

import { button, find, make } from "./dom.js";
import { reason, ruleLink } from "./reasons.js";
import { language, number, t } from "./texts.js";

/** Formats amounts with all of their digits: they are texts, and browsers show fewer digits of some currencies. */
function formatted(options) {
  const formatters = new Map();
  return (text) => {
    const digits = text.split(".")[1]?.length ?? 0;
    if (!formatters.has(digits)) formatters.set(digits, new Intl.NumberFormat(language, { ...options, minimumFractionDigits: digits, maximumFractionDigits: digits }));
    return formatters.get(digits).format(text);
  };
}

/** Formats amounts of a currency. */
export const money = (currency) => formatted({ style: "currency", currency });

/** The same without the currency, for tables. */
const amounts = formatted({});

function explain(row, cell) {
  const dialog = find("#why");
  find("h2", dialog).textContent = t("why-missing", { name: row.card_name, count: number(cell.installment_count) });
  find("ul", dialog).replaceChildren(...cell.left_out.map(reason));
  dialog.showModal();
}

function offered({ plan }, amount) {
  const { single_installment_amount: single, total_amount: total, interest_rate: rate, rate_rule: rule } = plan;
  const rated = rule ? [" · ", ruleLink(rule, t("rate-of-rule", { text: rate }))] : [];
  return make("td", {}, make("strong", {}, amount(single)), make("small", {}, amount(total), rated));
}

function cell(row, one, amount) {
  if (one.plan) return offered(one, amount);
  const label = t("why-missing", { name: row.card_name, count: number(one.installment_count) });
  const isByRule = one.left_out.some(({ reason: { kind } }) => kind === "rule");
  const why = button("", () => explain(row, one), "why");
  why.append(isByRule ? t("by-rule") : "–", make("span", { className: "quiet" }, ` ${label}`));
  return make("td", { className: "missing" }, why);
}

/** The table; a missing plan is a button that says why. */
export function matrixTable({ installment_counts: counts, results }) {
  const amount = amounts;
  const name = (one) => t(one === 1 ? "single-payment" : "installments-of", { count: number(one) });
  const heads = counts.map((one) => make("th", { scope: "col", title: name(one), "aria-label": name(one) }, number(one)));
  const head = make("thead", {}, make("tr", {}, make("th", { scope: "col" }, t("card")), heads));
  const rows = results.map((row) => make("tr", {},
    make("th", { scope: "row" }, row.card_name, make("small", {}, row.bank_name)),
    row.cells.map((one) => cell(row, one, amount))));
  const table = make("table", { className: "matrix" }, head, make("tbody", {}, rows));
  return make("div", { className: "wide", tabIndex: 0, role: "region", "aria-label": t("plans") }, table);
}
