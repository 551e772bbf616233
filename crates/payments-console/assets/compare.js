// Two moments compared.

import { get } from "./api.js";
import { change } from "./changes.js";
import { count, during, find, hint, make } from "./dom.js";
import { momentOf, setMoment } from "./moment.js";
import { moment, t } from "./texts.js";

const section = find("#compare");
const [form, problem, place] = ["form", ".problem", ".place"].map((selector) => find(selector, section));
const { from, to, part } = form.elements;

async function compare() {
  place.replaceChildren();
  const asked = { from: momentOf(from), to: momentOf(to), part: part.value };
  const query = new URLSearchParams(Object.entries(asked).filter(([, value]) => value !== ""));
  const compared = await get(`/manage/v1/history/compare/?${query}`);
  const between = t("between", { name: moment(compared.from), text: moment(compared.to) });
  const { results } = compared;
  place.replaceChildren(hint(`${between} ${results.length === 0 ? t("no-difference") : count("differences", results.length)}`), make("ul", { className: "list" }, results.map((one) => change(one))));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  during(event.submitter, problem, compare);
});

/** Compares a moment with now. */
export function compareSince(at) {
  setMoment(from, at);
  to.value = "";
  form.requestSubmit(find("button", form));
  find("h2", section).scrollIntoView();
}
