// The plans of the recognized card for the basket, or for a product if the basket is empty.

import { get } from "./api.js";
import { find, make } from "./dom.js";
import { money, t } from "./texts.js";

const EXAMPLE = "21";
let listing = null;
let shown = null;

async function load() {
  const basket = await get("/shop/api/basket/");
  if (basket.items.length > 0) {
    const { results } = await get("/payments/cards/basket/");
    return { results, amount: basket.total, currency: basket.currency };
  }
  const product = sessionStorage.getItem("shop-seen") ?? EXAMPLE;
  const { results } = await get(`/payments/cards/product/${product}/`);
  return { results, amount: results[0]?.installments[0]?.amount, currency: "TRY" };
}

/** Shows a card's plans, or nothing without a card. */
export async function showPlansOf(card) {
  const place = find("#card-plans");
  if (card?.slug === shown) return;
  shown = card?.slug ?? null;
  if (!card) return place.replaceChildren();
  try {
    listing ??= load();
    const { results, amount, currency } = await listing;
    if (shown !== card.slug || amount === undefined) return;
    const offer = results.find((one) => one.slug === card.slug);
    place.replaceChildren(offer ? table(offer, amount, currency) : make("p", { className: "hint" }, t("card-plans-none", { amount: money(amount, currency) })));
  } catch {
    // The plans are optional: the card can be saved without them.
    listing = null;
    shown = null;
    place.replaceChildren();
  }
}

function table(offer, amount, currency) {
  const rows = offer.installments.map((plan) => make("tr", {},
    make("th", { scope: "row" }, plan.label),
    make("td", {}, money(plan.single_installment_amount, currency)),
    make("td", {}, money(plan.total_amount, currency))));
  return make("table", { className: "small-plans" }, make("caption", {}, t("card-plans", { amount: money(amount, currency) })), make("tbody", {}, rows));
}
