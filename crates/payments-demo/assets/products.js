// The products page: one request for the lowest plans of all its products.

import { get } from "./api.js";
import { findAll } from "./dom.js";
import "./frame.js";
import { money, t } from "./texts.js";

const places = new Map(findAll(".tile-plan").map((place) => [place.dataset.product, place]));

function sentence({ installment_count: count, single_installment_amount: single }, currency) {
  const amount = money(single, currency);
  return count > 1 ? t("lowest-plan", { amount, count }) : t("lowest-single", { amount });
}

async function show() {
  const { results } = await get(`/payments/cards/products/?pk=${[...places.keys()].join(",")}`);
  for (const { product, currency, lowest } of results) {
    const text = lowest ? sentence(lowest, currency) : t("no-offers");
    places.get(String(product)).textContent = text;
  }
}

// The plans are optional: a product can be opened and bought without them.
if (places.size > 0) show().catch(() => {});
