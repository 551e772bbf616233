// The checkout: delivery, card and plan. The choices are kept when the total changes.

import { ask, get } from "./api.js";
import { brandOf, cardOf, loadBins } from "./bins.js";
import { clear, find, findAll, make, problem, toast } from "./dom.js";
import { money, t } from "./texts.js";

const state = { basket: null, preOrder: null, offers: [], card: null, count: 1 };

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

/** Sets the delivery, and loads the plans of the new total. */
async function deliver(delivery) {
  state.preOrder = await ask("PUT", "/shop/api/pre-order/", { delivery });
  state.offers = (await get("/payments/cards/pre-order/")).results;
  if (!chosenCard()) state.card = state.offers[0]?.slug ?? null;
  showOffers();
  showSummary();
}

function showDeliveries() {
  for (const place of findAll("[data-delivery]")) {
    const amount = Number(place.dataset.delivery) / 100;
    place.textContent = amount === 0 ? t("free") : money(amount, state.basket.currency);
  }
  for (const input of findAll("input[name=delivery]")) {
    input.checked = input.value === state.preOrder.delivery;
    input.onchange = () => deliverAgain(input.value);
  }
}

async function deliverAgain(delivery) {
  clear(find("#problem"));
  try {
    await deliver(delivery);
  } catch (failure) {
    problem(find("#problem"), failure, () => deliverAgain(delivery));
  }
}

const chosenCard = () => state.offers.find((card) => card.slug === state.card);
const chosenPlan = () => {
  const plans = chosenCard()?.installments ?? [];
  return plans.find((plan) => plan.installment_count === state.count) ?? plans[0];
};

function offer(card) {
  const choose = () => { state.card = card.slug; showPlans(); showSummary(); };
  return make("label", { className: "choice" },
    make("input", { type: "radio", name: "card", value: card.slug, checked: card.slug === state.card, onchange: choose }),
    make("span", {}, make("span", { className: "offer-name" }, card.name), make("span", { className: "offer-bank" }, card.bank.name)));
}

function showOffers() {
  if (state.offers.length === 0) {
    find("#offers").replaceChildren(make("p", { className: "note" }, t("no-offers")));
    return;
  }
  const cards = make("div", { className: "offers", role: "radiogroup", ariaLabel: t("choose-card") }, state.offers.map(offer));
  find("#offers").replaceChildren(cards, make("fieldset", { className: "plans", id: "plans" }));
  showPlans();
}

function planChoice(plan) {
  const { currency } = state.preOrder;
  const choose = () => { state.count = plan.installment_count; showSummary(); };
  return make("label", { className: "choice" },
    make("input", { type: "radio", name: "plan", value: plan.pk, checked: plan === chosenPlan(), onchange: choose }),
    make("span", {}, plan.label),
    make("span", { className: "plan-sum" }, `${plan.installment_count} × ${money(plan.single_installment_amount, currency)}`,
      make("small", {}, money(plan.total_amount, currency))));
}

function showPlans() {
  const card = chosenCard();
  find("#plans").replaceChildren(make("legend", {}, t("plans-of", { card: card.name })), ...card.installments.map(planChoice));
}

const row = (label, value) => make("p", {}, make("span", {}, label), make("span", { className: "money" }, value));

function showSummary() {
  const { basket, preOrder } = state;
  const plan = chosenPlan();
  const delivery = Number(find(`input[value="${preOrder.delivery}"]`).closest("label").querySelector("[data-delivery]").dataset.delivery) / 100;
  find("#summary-lines").replaceChildren(
    row(t("goods"), money(basket.total, basket.currency)),
    row(t("delivery"), delivery === 0 ? t("free") : money(delivery, preOrder.currency)),
    ...(plan ? [row(t("your-plan"), `${plan.installment_count} × ${money(plan.single_installment_amount, preOrder.currency)}`)] : []),
    make("div", { className: "total-line" }, make("span", {}, t("total")), make("strong", {}, money(plan?.total_amount ?? preOrder.total, preOrder.currency))));
  find("#pay").disabled = !plan;
}

find("#pay").addEventListener("click", () => {
  const plan = chosenPlan();
  toast(t("paid", { card: chosenCard().name, name: plan.label, amount: money(plan.total_amount, state.preOrder.currency) }));
});

/** Choosing a saved card selects the plans of its catalog card. */
function savedChoice(saved) {
  const kind = cardOf(saved.masked_card_number.replaceAll("*", ""));
  const choose = () => {
    if (!kind || !state.offers.some((card) => card.slug === kind.slug)) return;
    state.card = kind.slug;
    showOffers();
    showSummary();
  };
  return make("label", { className: "choice" }, make("input", { type: "radio", name: "saved", onchange: choose }),
    make("span", {}, make("span", { className: "offer-name" }, saved.name ?? brandOf(saved.masked_card_number)), make("bdi", { className: "offer-bank" }, saved.masked_card_number)),
    make("span", { className: "offer-bank" }, kind ? t("card-of", { bank: kind.bank, card: kind.name }) : ""));
}

async function showSaved() {
  if (find("#account").dataset.customer !== "true") return;
  const [{ results }] = await Promise.all([ask("GET", "/payments/stored-cards/"), loadBins()]);
  if (results.length === 0) return;
  find("#saved").replaceChildren(...results.map(savedChoice));
  find("#saved-panel").hidden = false;
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

start();
showSaved().catch(() => {});
showMasterpass();
