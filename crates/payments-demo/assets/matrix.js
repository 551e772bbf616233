// The plans of a product in one table: a row for each count of installments, a column for each card. On a phone one
// column is shown at a time.

import { get } from "./api.js";
import { clear, find, findAll, logo, make, problem } from "./dom.js";
import { freeMark } from "./free-mark.js";
import { either, money, t } from "./texts.js";

const place = find("#matrix");
const { product, currency } = place?.dataset ?? {};

const planOf = (card, count) => card.installments.find((plan) => plan.installment_count === count);
const isLower = (one, other) => (one.single_installment_amount - other.single_installment_amount || one.total_amount - other.total_amount) < 0;

/** The plan with the lowest installment, and its card; among equal ones, the one with the lowest total. */
function lowestOf(cards) {
  const all = cards.flatMap((card) => card.installments.map((plan) => ({ card, plan })));
  return all.reduce((lowest, one) => (isLower(one.plan, lowest.plan) ? one : lowest));
}

function show(cards) {
  if (cards.length === 0) return place.replaceChildren(make("p", { className: "note" }, t("no-offers")));
  const lowest = lowestOf(cards);
  if (lowest.plan.installment_count === 1) return showSingle(cards, lowest.plan);
  showHeadline(lowest);
  const isSeveral = (card) => card.installments.some((plan) => plan.installment_count > 1);
  const others = cards.filter((card) => card !== lowest.card);
  const columns = [lowest.card, ...others.filter(isSeveral)];
  const single = others.filter((card) => !isSeveral(card)).map((card) => card.name);
  place.replaceChildren(tabs(columns), table(columns, lowest.plan),
    make("p", { className: "hint" }, t("matrix-marks")),
    ...(single.length === 0 ? [] : [make("p", { className: "hint" }, t("matrix-single-only", { card: either(single) }))]));
  showColumn(0);
}

function showSingle(cards, plan) {
  const amount = money(plan.total_amount, currency);
  find("#headline").replaceChildren(t("lowest-single", { amount }));
  place.replaceChildren(make("p", { className: "single" }, t("matrix-single", { amount, count: cards.length })));
}

/** The lowest installment with the name of its card, as a link to its cell. */
function showHeadline({ card, plan }) {
  const amount = money(plan.single_installment_amount, currency);
  const text = t("headline", { amount, count: plan.installment_count, card: card.name });
  find("#headline").replaceChildren(make("a", { href: "#lowest", onclick: () => {
    find("#matrix-tabs input").checked = true;
    showColumn(0);
  } }, text));
}

function tabs(cards) {
  const tab = (card, column) => make("label", { className: "tab", data: { programme: card.card_type.slug } },
    make("input", { type: "radio", name: "matrix-card", checked: column === 0, onchange: () => showColumn(column) }),
    logo(card.card_type), make("span", {}, card.name));
  return make("fieldset", { className: "tabs", id: "matrix-tabs" }, make("legend", { className: "quiet" }, t("card-kinds")), ...cards.map(tab));
}

/** On a phone, shows this column alone. */
function showColumn(column) {
  for (const cell of findAll("[data-column]", place)) cell.classList.toggle("shown", cell.dataset.column === String(column));
}

function table(cards, lowest) {
  const counts = [...new Set(cards.flatMap((card) => card.installments.map((plan) => plan.installment_count)))].sort((a, b) => a - b);
  const caption = make("caption", { className: "quiet", id: "matrix-caption" }, t("matrix-caption"));
  const head = make("thead", {}, make("tr", {}, make("th", { scope: "col" }, t("your-plan")), ...cards.map(heading)));
  const body = make("tbody", {}, counts.map((count) => row(count, cards, lowest)));
  const whole = make("table", { className: "matrix" }, caption, head, body);
  return focusWhileScrollable(make("div", { className: "matrix-place", role: "region", "aria-labelledby": "matrix-caption" }, whole));
}

function heading(card, column) {
  return make("th", { scope: "col", data: { column, programme: card.card_type.slug } }, logo(card.card_type),
    make("span", { className: "offer-name" }, card.name), make("span", { className: "offer-bank" }, card.bank.name));
}

function row(count, cards, lowest) {
  const plans = cards.map((card) => planOf(card, count));
  const totals = plans.filter(Boolean).map((plan) => plan.total_amount);
  const [least, most] = [Math.min(...totals), Math.max(...totals)];
  const label = mostFrequent(plans.filter(Boolean).map((plan) => plan.label));
  const cells = plans.map((plan, column) => cell(plan, column, { isLowest: plan === lowest, isBest: plan && least < most && plan.total_amount === least }));
  return make("tr", {}, make("th", { scope: "row" }, label), ...cells);
}

/** A card may have labels of its own; the row has the usual one. */
function mostFrequent(labels) {
  const times = (label) => labels.filter((other) => other === label).length;
  return labels.reduce((one, other) => (times(other) > times(one) ? other : one));
}

function cell(plan, column, { isLowest, isBest }) {
  if (!plan) return make("td", { className: "none", data: { column } }, make("span", { ariaHidden: "true" }, "–"), make("span", { className: "quiet" }, t("not-offered")));
  const node = make("td", { className: isBest ? "best" : "", data: { column } },
    make("span", { className: "monthly" }, money(plan.single_installment_amount, currency), isBest ? mark("matrix-best") : null, freeMark(plan)),
    plan.installment_count === 1 ? null : make("span", { className: "sum" }, make("span", { className: "quiet" }, `${t("total")} `), money(plan.total_amount, currency)),
    isLowest ? make("span", { className: "lowest" }, t("matrix-lowest")) : null);
  if (isLowest) Object.assign(node, { id: "lowest", tabIndex: -1 });
  return node;
}

const mark = (text) => [make("span", { className: "star", ariaHidden: "true", title: t(text) }, "★"), make("span", { className: "quiet" }, ` ${t(text)}`)];

/** What scrolls has to be reachable with the keyboard. */
function focusWhileScrollable(region) {
  const observer = new ResizeObserver(() => {
    if (region.scrollWidth > region.clientWidth) region.tabIndex = 0;
    else region.removeAttribute("tabindex");
  });
  observer.observe(region);
  return region;
}

async function load() {
  clear(find("#matrix-problem"));
  try {
    show((await get(`/payments/cards/product/${product}/`)).results);
  } catch (failure) {
    place.replaceChildren();
    problem(find("#matrix-problem"), failure, load);
  }
}

if (place) load();
