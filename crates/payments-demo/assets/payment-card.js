// The card that pays: one of the customer's saved cards, or another one, known by its first digits.

import { ask } from "./api.js";
import { brandOf, digitsOf } from "./card-number.js";
import { find, make } from "./dom.js";
import { whenTyped } from "./leading-digits.js";
import { money, t } from "./texts.js";

const OTHER = "other";
const MOST_DIGITS = 8;
const state = { saved: [], chosen: null, bin: "" };

/** What listings and payments call the card: a saved card, typed digits, or nothing yet. */
export function paymentCard() {
  if (state.chosen !== OTHER) return { saved_card: state.chosen };
  return state.bin === "" ? {} : { bin: state.bin };
}

/** Loads the customer's cards, with their lowest plans for the pre-order. Without them, another card can still pay. */
export async function loadSavedCards(currency) {
  if (find("#account").dataset.customer === "true") {
    const answer = await ask("GET", "/payments/stored-cards/?for=pre-order").catch(() => null);
    if (answer) state.saved = answer.results;
  }
  const isThere = state.chosen === OTHER || state.saved.some((card) => card.pk === state.chosen);
  if (!isThere) state.chosen = state.saved[0]?.pk ?? OTHER;
  show(currency);
}

/** Calls `changed` when another card is chosen or typed. */
export function startPaymentCard(changed) {
  const typed = whenTyped((bin) => {
    state.bin = bin;
    changed();
  });
  find("#bin").addEventListener("input", ({ target }) => {
    // A whole number, pasted or filled in by the browser, is cut before anything reads it.
    const digits = digitsOf(target.value).slice(0, MOST_DIGITS);
    target.value = digits;
    typed(digits);
  });
  find("#saved").addEventListener("change", ({ target }) => {
    state.chosen = target.value === OTHER ? OTHER : Number(target.value);
    find("#other").hidden = state.chosen !== OTHER;
    changed();
  });
}

function show(currency) {
  const focused = find("#saved :focus")?.value;
  find("#saved").replaceChildren(...state.saved.map((card) => savedChoice(card, currency)), choice(OTHER, make("span", { className: "offer-name" }, t("another-card"))));
  find("#saved").hidden = state.saved.length === 0;
  find("#other").hidden = state.chosen !== OTHER;
  if (focused) find(`#saved [value="${focused}"]`)?.focus();
}

function choice(value, ...parts) {
  return make("label", { className: "choice" },
    make("input", { type: "radio", name: "saved", value, checked: value === state.chosen }), make("span", { className: "saved-choice" }, ...parts));
}

function savedChoice(saved, currency) {
  const { card, plans_from: from, masked_card_number: masked } = saved;
  const title = saved.name ?? card?.name ?? brandOf(masked);
  const plan = from && t("plans-from", { amount: money(from.single_installment_amount, currency), count: from.installment_count });
  const kind = card && t("card-of", { bank: card.bank.name, card: card.card_type.name });
  return choice(saved.pk, make("span", { className: "offer-name", dir: "auto" }, title), make("bdi", { className: "offer-bank", dir: "ltr" }, masked),
    ...[kind, plan].filter(Boolean).map((text) => make("span", { className: "offer-bank" }, text)));
}
