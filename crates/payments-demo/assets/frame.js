// The parts of every page: amounts, language, login, basket count, phone panel.

import "/static/component/payments-installments.js";
import { ask } from "./api.js";
import { during, find, findAll, toast } from "./dom.js";
import "./phone.js";
import { money } from "./texts.js";

for (const amount of findAll("data.money")) amount.textContent = money(amount.value, amount.dataset.currency);

find("#language").addEventListener("change", (event) => event.target.form.submit());

/** Logs in or out, and reloads the page. */
export async function account(button, isCustomer) {
  await during(button, async () => {
    try {
      await ask("POST", isCustomer ? "/shop/api/log-out/" : "/shop/api/log-in/");
      sessionStorage.clear();
      location.reload();
    } catch (failure) {
      toast(failure.text);
    }
  });
}

const button = find("#account");
button.addEventListener("click", () => account(button, button.dataset.customer === "true"));
find("#log-in")?.addEventListener("click", (event) => account(event.target, false));

export function basketCount(count) {
  const place = find("#basket-count");
  place.textContent = count;
  place.hidden = count === 0;
}
