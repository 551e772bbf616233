// The card that pays: one of the customer's saved cards, or another one, known by its first digits.

import { ask } from "./api.js";
import { brandOf, digitsOf, expiryOf, isExpired } from "./card-number.js";
import { find, logo, make } from "./dom.js";
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
  show(currency);
}

/** Takes the chosen saved card, which no longer exists, out of the choices. */
export function dropSavedCard(currency) {
  state.saved = state.saved.filter((card) => card.pk !== state.chosen);
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
  const usable = state.saved.filter((card) => !isExpired(card));
  const isThere = state.chosen === OTHER || usable.some((card) => card.pk === state.chosen);
  if (!isThere) state.chosen = usable[0]?.pk ?? OTHER;
  const focused = find("#saved :focus")?.value;
  find("#saved").replaceChildren(...state.saved.map((card) => savedChoice(card, currency)), otherChoice());
  find("#saved").hidden = state.saved.length === 0;
  find("#other").hidden = state.chosen !== OTHER;
  if (focused) find(`#saved [value="${focused}"]`)?.focus();
}

function choice(value, content, isDisabled = false) {
  return make("label", { className: "choice" },
    make("input", { type: "radio", name: "saved", value, checked: value === state.chosen, disabled: isDisabled }), content);
}

function otherChoice() {
  return choice(OTHER, make("span", { className: "offer-name" }, t("another-card")));
}

function savedChoice(saved, currency) {
  const { card, plans_from: from, masked_card_number: masked } = saved;
  const title = saved.name ?? card?.name ?? brandOf(masked);
  const isOver = isExpired(saved);
  const expiry = t(isOver ? "expired" : "expires", { time: expiryOf(saved) });
  const plan = from && !isOver && t("plans-from", { amount: money(from.single_installment_amount, currency), count: from.installment_count });
  return choice(saved.pk, make("span", { className: "saved-choice" }, logo(card?.card_type),
    make("span", { className: "saved-name" }, make("span", { className: "offer-name" }, make("bdi", {}, title)),
      make("span", { className: "offer-bank saved-facts" }, make("bdi", { dir: "ltr" }, masked), make("span", {}, expiry))),
    plan ? make("span", { className: "offer-bank" }, plan) : null), isOver);
}
