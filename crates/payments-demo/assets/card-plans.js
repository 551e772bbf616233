// The plans of the typed card for the basket, or for a product if the basket is empty.

import { get } from "./api.js";
import { find, make } from "./dom.js";
import { freeMark } from "./free-mark.js";
import { money, t } from "./texts.js";

const EXAMPLE = "21";
let purchase = null;

async function load() {
  const basket = await get("/shop/api/basket/");
  if (basket.items.length > 0) return { path: "/payments/cards/basket/", currency: basket.currency };
  return { path: `/payments/cards/product/${sessionStorage.getItem("shop-seen") ?? EXAMPLE}/`, currency: "TRY" };
}

/**
 * Shows the plans of the cards that the digits can mean, and returns these cards. Returns null if the service did not
 * answer, or if more digits were typed in the meantime.
 */
export async function showPlansOf(bin, signal) {
  const place = find("#card-plans");
  if (bin === "") {
    place.replaceChildren();
    return [];
  }
  try {
    purchase ??= load();
    const { path, currency } = await purchase;
    const { results } = await get(`${path}?bin=${bin}`, signal);
    place.replaceChildren(...results.map((card) => table(card, results.length > 1, currency)));
    return results;
  } catch {
    if (signal.aborted) return null;
    // The plans are optional: the card can be saved without them.
    purchase = null;
    place.replaceChildren();
    return null;
  }
}

function table(card, isOneOfMany, currency) {
  const rows = card.installments.map((plan) => make("tr", {},
    make("th", { scope: "row" }, plan.label, freeMark(plan)),
    make("td", {}, money(plan.single_installment_amount, currency)),
    make("td", {}, money(plan.total_amount, currency))));
  const amount = money(card.installments[0].amount, currency);
  const title = `${isOneOfMany ? `${card.name}: ` : ""}${t("card-plans", { amount })}`;
  const head = ["your-plan", "monthly", "total"].map((text) => make("th", { scope: "col" }, t(text)));
  return make("table", { className: "small-plans" }, make("caption", {}, title), make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, rows));
}
