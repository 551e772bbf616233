// The basket: changes quantities, and updates the total and the plans.

import { ask, get } from "./api.js";
import { clear, drawing, find, icon, make, problem, toast } from "./dom.js";
import { basketCount } from "./frame.js";
import { money, t } from "./texts.js";

const components = ["#basket-plans", "#basket-from"].map((selector) => find(selector));
let queue = Promise.resolve();

function line(item, currency) {
  const { name, quantity, product } = item;
  const step = (by, label, sign) => make("button", {
    type: "button", ariaLabel: t(label, { name }), data: { key: `${label}-${product}` }, disabled: quantity + by > 99,
    onclick: () => change(item, quantity + by),
  }, sign);
  const amount = make("span", { className: "amount", role: "group", ariaLabel: t("quantity", { name }) },
    step(-1, "less", "−"), make("output", {}, String(quantity)), step(1, "more", "+"));
  const remove = make("button", {
    type: "button", className: "quiet-button", ariaLabel: t("remove", { name }), onclick: () => change(item, 0),
  }, icon("bin"));
  const link = make("a", { href: `/shop/product/${product}/` }, name);
  return make("div", { className: "line" }, drawing(item.picture),
    make("span", { className: "line-name" }, link, make("span", { className: "hint" }, t("each", { amount: money(item.price, currency) }))),
    make("span", { className: "line-tools" }, amount, remove),
    make("span", { className: "line-total money" }, money(item.total, currency)));
}

/** Changes run one after another, so that the last one wins. */
function change(item, quantity) {
  queue = queue.then(async () => {
    try {
      show(await ask("PUT", `/shop/api/items/${item.product}/`, { quantity }));
      if (quantity === 0) toast(t("removed", { name: item.name }));
      for (const component of components) component.refresh();
    } catch (failure) {
      problem(find("#problem"), failure, () => change(item, quantity));
    }
  });
}

function show(basket) {
  clear(find("#problem"));
  basketCount(basket.count);
  const isEmpty = basket.items.length === 0;
  const focused = document.activeElement?.dataset?.key;
  find("#lines").replaceChildren(...(isEmpty
    ? [make("p", { className: "note" }, t("basket-empty"), " ", make("a", { href: "/" }, t("go-on-shopping")))]
    : basket.items.map((item) => line(item, basket.currency))));
  if (focused) (find(`[data-key="${focused}"]`) ?? find("#content")).focus();
  find("#total").textContent = money(basket.total, basket.currency);
  for (const component of components) component.setAttribute("currency", basket.currency);
  find("#summary").hidden = isEmpty;
  find("#plans").hidden = isEmpty;
}

async function load() {
  try {
    show(await get("/shop/api/basket/"));
  } catch (failure) {
    find("#lines").replaceChildren();
    problem(find("#problem"), failure, load);
  }
}

load();
