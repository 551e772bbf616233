// The checkout: delivery, card, plan and payment. The choices are kept when the total changes.

import { ask, get } from "./api.js";
import { clear, during, find, findAll, make, problem } from "./dom.js";
import { chosenCard, chosenPlan, openCards, showOffers } from "./offers.js";
import { dropSavedCard, loadSavedCards, paymentCard, startPaymentCard } from "./payment-card.js";
import { money, t } from "./texts.js";

/** The statuses of a payment whose card or plan is no longer there. */
const GONE = 404;
const CHANGED = 409;
/** `paysWith` is the card that the shown offers are for; null while they are not current. */
const state = { basket: null, preOrder: null, paysWith: null };
let listing = new AbortController();
let deliveries = 0;

async function start() {
  clear(find("#problem"));
  try {
    state.basket = await get("/shop/api/basket/");
    if (state.basket.items.length === 0) return showEmpty();
    const before = await get("/shop/api/pre-order/");
    await deliver(before?.delivery ?? "standard");
    showDeliveries();
  } catch (failure) {
    problem(find("#problem"), failure, start);
  }
}

function showEmpty() {
  find("#checkout").replaceChildren(make("p", { className: "note" }, t("basket-empty"), " ", make("a", { href: "/" }, t("go-on-shopping"))));
}

/** Sets the delivery, and loads the plans of the new total. A later delivery takes its place. */
async function deliver(delivery) {
  const turn = ++deliveries;
  offersAreOld();
  const preOrder = await ask("PUT", "/shop/api/pre-order/", { delivery });
  if (turn !== deliveries) return;
  state.preOrder = preOrder;
  await loadSavedCards(preOrder.currency);
  if (turn === deliveries) await loadOffers();
}

/** Until current plans are shown, none can be chosen or paid. */
function offersAreOld() {
  listing.abort();
  state.paysWith = null;
  find("#offers").inert = true;
  find("#pay").disabled = true;
}

function showDeliveries() {
  for (const place of findAll("[data-delivery]")) {
    const amount = Number(place.dataset.delivery) / 100;
    place.textContent = amount === 0 ? t("free") : money(amount, state.basket.currency);
  }
  for (const input of findAll("input[name=delivery]")) {
    input.checked = input.value === state.preOrder.delivery;
    input.onchange = () => applyChoice(() => deliver(input.value));
  }
}

/** Runs `work`; if it fails, shows the error with a button that runs it again. */
async function retriably(work) {
  clear(find("#problem"));
  try {
    await work();
  } catch (failure) {
    problem(find("#problem"), failure, () => retriably(work));
  }
}

/** Loads the plans of the chosen card, and ends an earlier request. */
async function loadOffers() {
  offersAreOld();
  listing = new AbortController();
  const { signal } = listing;
  const card = paymentCard();
  try {
    let paysWith = card;
    let { results } = await get(listingOf(card), signal);
    const isUnknown = results.length === 0 && card.bin !== undefined;
    if (isUnknown) {
      paysWith = {};
      ({ results } = await get(listingOf(paysWith), signal));
    }
    find("#bin-unknown").hidden = !isUnknown;
    state.paysWith = paysWith;
    find("#offers").inert = false;
    const none = t(paysWith.saved_card === undefined ? "no-offers" : "no-offers-saved");
    const isOfAll = Object.keys(paysWith).length === 0;
    showOffers(results, state.preOrder.currency, none, { isOfAll, changed: () => applyChoice(showSummary) });
    if (isUnknown) openCards();
    showSummary();
  } catch (failure) {
    if (signal.aborted) return;
    if (failure.status !== GONE || card.saved_card === undefined) throw failure;
    // The card was deleted elsewhere.
    dropSavedCard(state.preOrder.currency);
    await loadOffers();
  }
}

/** Follows a choice of the customer. A message about the last payment was about what was chosen then. */
async function applyChoice(work) {
  clear(find("#pay-problem"));
  await retriably(work);
}

const listingOf = (card) => {
  const query = new URLSearchParams(card).toString();
  return `/payments/cards/pre-order/${query && `?${query}`}`;
};

const row = (label, value) => make("p", {}, make("span", {}, label), make("span", { className: "money" }, value));

function showSummary() {
  const { basket, preOrder } = state;
  const { currency } = preOrder;
  const plan = chosenPlan();
  const delivery = Number(find(`input[value="${preOrder.delivery}"]`).closest("label").querySelector("[data-delivery]").dataset.delivery) / 100;
  const total = money(plan?.total_amount ?? preOrder.total, currency);
  find("#summary-lines").replaceChildren(
    row(t("goods"), money(basket.total, basket.currency)),
    row(t("delivery"), delivery === 0 ? t("free") : money(delivery, currency)),
    ...(plan ? planRows(plan, currency) : []),
    make("div", { className: "total-line" }, make("span", {}, t("total")), make("strong", {}, total)));
  find("#pay").disabled = !plan || state.paysWith === null;
  find("#pay").textContent = plan ? t("pay-amount", { amount: total }) : t("pay");
}

const planRows = (plan, currency) => [
  ...(plan.installment_count > 1 ? [row(t("your-plan"), `${plan.installment_count} × ${money(plan.single_installment_amount, currency)}`)] : []),
  ...(plan.interest_amount === 0 ? [] : [row(t("interest"), money(plan.interest_amount, currency))]),
];

/** Pays what the page shows. If the price has changed, the new plans are shown and nothing is paid. */
async function pay() {
  const [place, steps] = [find("#pay-problem"), find("#steps")];
  const { installment_count, total_amount } = chosenPlan();
  clear(place);
  steps.inert = true;
  try {
    const { result } = await ask("POST", "/shop/api/pay/", {
      order: find("#checkout").dataset.order, ...state.paysWith, card: chosenCard().pk, installment_count,
      total_amount: String(total_amount), currency: state.preOrder.currency,
    });
    location.assign(result);
  } catch (failure) {
    problem(place, failure);
    if (![GONE, CHANGED].includes(failure.status)) return;
    await retriably(start);
    // While they were disabled they lost the focus.
    steps.inert = false;
    (find("#pay:enabled") ?? find("#bin"))?.focus();
  } finally {
    steps.inert = false;
  }
}

async function showMasterpass() {
  const place = find("#masterpass");
  try {
    const config = await get("/masterpass-js/");
    const fact = ([name, value]) => [make("dt", {}, make("code", {}, name)), make("dd", { dir: "ltr" }, value || t("merchant-custom"))];
    place.replaceChildren(make("dl", { className: "facts" }, Object.entries(config).map(fact).flat()));
  } catch (failure) {
    place.replaceChildren(make("p", { className: "hint" }, failure.status === 404 ? t("masterpass-none") : failure.text));
  }
}

// A page that the browser kept has the number of an order that may be paid.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
find("#pay").addEventListener("click", (event) => during(event.currentTarget, pay));
startPaymentCard(() => applyChoice(loadOffers));
start();
showMasterpass();
