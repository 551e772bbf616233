// The list of changes. Its filters are in the page's address, so that a link shows the same.

import { get } from "./api.js";
import { change } from "./changes.js";
import { compareSince } from "./compare.js";
import { button, during, find, hint, make } from "./dom.js";
import { before, momentOf, setMoment } from "./moment.js";
import { onRestored, previewRestoration } from "./restore.js";
import { moment, t } from "./texts.js";

const PAGE_SIZE = "25";
const FILTERS = ["part", "key", "principal", "from", "to"];
const MOMENTS = ["from", "to"];

const section = find("#changes");
const [form, problem, place, more] = ["form", ".problem", ".place", "#more"].map((selector) => find(selector, section));
const mayRestore = section.dataset.restores === "true";
let next = null;

function entry(one) {
  const { at, part, key, principal, request_id } = one;
  const who = [moment(at), principal ?? t("unknown-principal"), request_id && t("request", { text: request_id })];
  const restore = mayRestore ? [
    button(t("restore-before"), () => previewRestoration(before(at), part, key)),
    button(t("restore-after"), () => previewRestoration(at, part, key)),
  ] : [];
  return change(one, make("p", { className: "hint" }, who.filter(Boolean).join(" · ")),
    make("div", { className: "buttons" }, button(t("compare-since"), () => compareSince(before(at))), restore));
}

/** Reads a page of changes; `query` is that of the API. */
async function read(query) {
  const page = await get(`/manage/v1/history/?${query}`);
  next = page.next && new URL(page.next, location.href).search.slice(1);
  more.hidden = next === null;
  return page.results.map(entry);
}

async function show() {
  const asked = [...new URLSearchParams(location.search)].filter(([name]) => FILTERS.includes(name));
  const entries = await read(new URLSearchParams([...asked, ["page_size", PAGE_SIZE]]));
  place.replaceChildren(entries.length === 0 ? hint(t("no-changes")) : make("ol", { className: "list" }, entries));
}

function readFilters() {
  const asked = new URLSearchParams(location.search);
  for (const name of FILTERS) {
    const value = asked.get(name) ?? "";
    if (MOMENTS.includes(name) && !Number.isNaN(Date.parse(value))) setMoment(form.elements[name], value);
    else form.elements[name].value = MOMENTS.includes(name) ? "" : value;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const value = (name) => (MOMENTS.includes(name) ? momentOf(form.elements[name]) : form.elements[name].value.trim());
  const given = FILTERS.map((name) => [name, value(name)]).filter(([, text]) => text !== "");
  history.pushState(null, "", `?${new URLSearchParams(given)}`);
  during(event.submitter, problem, show);
});
more.addEventListener("click", () => during(more, problem, async () => {
  const entries = await read(next);
  find("ol", place).append(...entries);
  find("button", entries[0])?.focus();
}));
window.addEventListener("popstate", () => { readFilters(); during(more, problem, show); });
onRestored(() => during(more, problem, show));

readFilters();
during(find("button", form), problem, show);
