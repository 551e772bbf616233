// A matrix of the management API as a table: cards down, numbers of installments across.

import { button, find, make } from "./dom.js";
import { reason, ruleLink } from "./reasons.js";
import { language, number, t } from "./texts.js";

/** Formats amounts of a currency. They are texts, so that no digit is lost. */
export function money(currency) {
  const formatter = new Intl.NumberFormat(language, { style: "currency", currency });
  return (text) => formatter.format(text);
}

/** The same without the currency, for tables. */
function amounts(currency) {
  const { maximumFractionDigits: digits } = new Intl.NumberFormat(language, { style: "currency", currency }).resolvedOptions();
  const formatter = new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return (text) => formatter.format(text);
}

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
export function matrixTable({ installment_counts: counts, results, currency }) {
  const amount = amounts(currency);
  const name = (one) => t(one === 1 ? "single-payment" : "installments-of", { count: number(one) });
  const heads = counts.map((one) => make("th", { scope: "col", title: name(one), "aria-label": name(one) }, number(one)));
  const head = make("thead", {}, make("tr", {}, make("th", { scope: "col" }, t("card")), heads));
  const rows = results.map((row) => make("tr", {},
    make("th", { scope: "row" }, row.card_name, make("small", {}, row.bank_name)),
    row.cells.map((one) => cell(row, one, amount))));
  const table = make("table", { className: "matrix" }, head, make("tbody", {}, rows));
  return make("div", { className: "wide", tabIndex: 0, role: "region", "aria-label": t("plans") }, table);
}
