// The texts of the page's language, and its numbers and times.

const page = document.documentElement;

export const language = page.lang;

const texts = await fetch(page.dataset.texts).then((answer) => answer.json()).catch(() => ({}));

/** A text with its variables replaced. */
export const t = (name, values = {}) => (texts[name] ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");

/** A word of the management API in the page's language; the word itself if it is a new one. */
export const word = (kind, name) => t(`${kind}-${name}`) || name;

const format = (kind, options) => {
  const formatter = new Intl[kind](language, options);
  return (value) => formatter.format(value);
};

export const number = format("NumberFormat", {});
export const percent = format("NumberFormat", { style: "percent", maximumFractionDigits: 1 });
export const clock = format("DateTimeFormat", { hour: "2-digit", minute: "2-digit" });
const dateTime = format("DateTimeFormat", { dateStyle: "medium", timeStyle: "medium" });

/** A moment of the management API in the time zone of the browser. */
export const moment = (text) => dateTime(new Date(text));

/** A length of time in the largest unit of which there are at least two. */
export function duration(seconds) {
  const units = [["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]];
  const [unit, length] = units.find(([, one]) => seconds >= 2 * one) ?? units.at(-1);
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(Math.floor(seconds / length));
}
