// The parts of every page: language, login, basket count.

import "/static/component/payments-installments.js";
import { ask } from "./api.js";
import { during, find, toast } from "./dom.js";

const languages = find("#languages");

function closeLanguages() {
  if (languages.contains(document.activeElement)) find("summary", languages).focus();
  languages.open = false;
}

languages.addEventListener("keydown", (event) => { if (event.key === "Escape") closeLanguages(); });
document.addEventListener("click", (event) => { if (!languages.contains(event.target)) languages.open = false; });

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
