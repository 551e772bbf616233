// The product page: its plans, and the button that adds it to the basket.

import { ask, get } from "./api.js";
import { clear, during, find, problem, toast } from "./dom.js";
import { basketCount } from "./frame.js";
import "./matrix.js";
import { t } from "./texts.js";

const button = find("#add");
const product = button?.dataset.product;
if (product) sessionStorage.setItem("shop-seen", product);

async function add() {
  const place = find("#add-error");
  clear(place);
  try {
    const basket = await get("/shop/api/basket/");
    const line = basket.items.find((item) => String(item.product) === product);
    const quantity = Math.min((line?.quantity ?? 0) + 1, 99);
    const changed = await ask("PUT", `/shop/api/items/${product}/`, { quantity });
    basketCount(changed.count);
    toast(t("added", { name: find("h1").textContent }));
  } catch (failure) {
    problem(place, failure, failure.status === 409 ? null : () => during(button, add));
  }
}

button?.addEventListener("click", () => during(button, add));
