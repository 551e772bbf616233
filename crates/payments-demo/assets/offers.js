// The offered cards and plans as choices. The chosen card and count are kept when the offers change.

import { find, logo, make } from "./dom.js";
import { freeMark } from "./free-mark.js";
import { money, t } from "./texts.js";

const state = { offers: [], currency: "TRY", card: null, count: 1, isOpen: false, changed: () => {} };

/** The only card, or the chosen one of several. */
export const chosenCard = () => (state.offers.length === 1 ? state.offers[0] : state.offers.find((card) => card.slug === state.card));

export const chosenPlan = () => {
  const plans = chosenCard()?.installments ?? [];
  return plans.find((plan) => plan.installment_count === state.count) ?? plans[0];
};

/**
 * Shows a listing, or `none` if it is empty. One card needs no choice, so only its plans are shown; a list of every card
 * (`isOfAll`) is closed at first. `changed` is called for every choice.
 */
export function showOffers(offers, currency, none, { isOfAll, changed }) {
  Object.assign(state, { offers, currency, changed });
  const place = find("#offers");
  if (offers.length === 0) {
    place.replaceChildren(make("p", { className: "note" }, none));
    return;
  }
  const cards = make("fieldset", { className: "offers" }, make("legend", {}, t("card-kinds")), ...offers.map(cardChoice));
  place.replaceChildren(...(offers.length > 1 ? [isOfAll ? folded(cards) : cards] : []), make("fieldset", { className: "plans", id: "plans" }));
  showPlans();
}

/** Opens the list of cards, if there is one. */
export function openCards() {
  find("#all-cards")?.setAttribute("open", "");
}

function folded(cards) {
  return make("details", { id: "all-cards", open: state.isOpen, ontoggle: (event) => { state.isOpen = event.target.open; } },
    make("summary", {}, t("card-not-at-hand")), cards);
}

function cardChoice(card) {
  const choose = () => { state.card = card.slug; showPlans(); state.changed(); };
  return make("label", { className: "choice" },
    make("input", { type: "radio", name: "card", value: card.slug, checked: card === chosenCard(), onchange: choose }),
    make("span", {}, make("span", { className: "offer-name" }, card.name), make("span", { className: "offer-bank" }, card.bank.name)), logo(card.card_type));
}

function showPlans() {
  const card = chosenCard();
  find("#plans").hidden = !card;
  if (!card) return;
  find("#plans").replaceChildren(make("legend", {}, t("plans-of", { card: card.name })), ...card.installments.map(planChoice));
}

function planChoice(plan) {
  const choose = () => { state.count = plan.installment_count; state.changed(); };
  const total = make("span", { className: "plan-total" }, money(plan.total_amount, state.currency));
  const sum = plan.installment_count === 1 ? [total] : [
    `${plan.installment_count} × ${money(plan.single_installment_amount, state.currency)}`,
    make("small", {}, t("total"), " ", total),
  ];
  return make("label", { className: "choice" },
    make("input", { type: "radio", name: "plan", value: plan.pk, checked: plan === chosenPlan(), onchange: choose }),
    make("span", {}, plan.label, freeMark(plan)), make("span", { className: "plan-sum" }, sum));
}
