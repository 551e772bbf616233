// The shop's texts in the page's language.

const page = document.documentElement;

export const language = page.lang;

async function load() {
  try {
    return await (await fetch(page.dataset.texts)).json();
  } catch {
    return {};
  }
}

const texts = await load();

/** A text with its variables replaced. */
export function t(name, values = {}) {
  return (texts[name] ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

/** An amount in the page's language. */
export function money(amount, currency = "TRY") {
  const options = { style: "currency", currency, currencyDisplay: "narrowSymbol" };
  return new Intl.NumberFormat(language, options).format(amount);
}

/** Formats seconds as `m:ss`. */
export function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** A time such as "in 5 minutes", in the largest unit of which there are at least two. */
export function wait(seconds) {
  const [unit, length] = [["hour", 3_600], ["minute", 60], ["second", 1]].find(([, one]) => seconds >= 2 * one) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(language).format(Math.ceil(seconds / length), unit);
}

/** Joins alternatives in the page's language: "Bonus or Axess". */
export function either(names) {
  return new Intl.ListFormat(language, { type: "disjunction" }).format(names);
}
