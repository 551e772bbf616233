// The matrix of a purchase. What was asked is in the page's address, so that a link shows the same.

import { get } from "./api.js";
import { count, during, find, hint, make } from "./dom.js";
import { matrixTable, money } from "./matrix-table.js";
import { momentOf, setMoment } from "./moment.js";
import { moment, t } from "./texts.js";

const NAMES = ["context", "pk", "amount", "currency", "categories", "state", "segments", "at", "bank"];
const DESCRIBED = ["amount", "currency", "categories", "state", "segments"];

const form = find("#ask");
const [problem, done, place, about] = [".problem", "#done", "#result .place", "#about"].map((selector) => find(selector));
const [previous, next] = ["#previous", "#next"].map((selector) => find(selector));
const links = { previous: null, next: null };

/** What the form asks: a purchase of the store by its key, or one that it describes. */
function asked() {
  const value = (name) => (name === "at" ? momentOf(form.elements.at) : form.elements[name].value.trim());
  const isStored = value("pk") !== "";
  const names = NAMES.filter((name) => !(isStored && DESCRIBED.includes(name)));
  return names.map((name) => [name, value(name)]).filter(([, text]) => text !== "");
}

const queryOf = (url) => url && new URL(url, location.href).search;

async function show(query) {
  const matrix = await get(`/manage/v1/matrix/${query}`);
  about.textContent = [money(matrix.currency)(matrix.amount), moment(matrix.at), count("cards-of", matrix.count)].join(" · ");
  place.replaceChildren(matrix.results.length === 0 ? hint(t("no-cards")) : matrixTable(matrix));
  Object.assign(links, { previous: queryOf(matrix.previous), next: queryOf(matrix.next) });
  previous.hidden = links.previous === null;
  next.hidden = links.next === null;
}

function readAsked() {
  const given = new URLSearchParams(location.search);
  for (const name of NAMES) {
    const value = given.get(name);
    if (name === "at" && !Number.isNaN(Date.parse(value))) setMoment(form.elements.at, value);
    else if (value !== null && name !== "at") form.elements[name].value = value;
  }
  return NAMES.some((name) => given.has(name));
}

async function listBanks() {
  const { results } = await get("/manage/v1/banks/?page_size=1000");
  const names = results.map(({ slug, name }) => make("option", { value: slug }, name));
  form.elements.bank.append(...names);
}

/** A cell of a CSV file. A spreadsheet takes none of them for a formula. */
function csvCell(value) {
  const text = String(value ?? "");
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

async function exportCsv() {
  const heads = ["bank", "card", "installment_count", "single_installment_amount", "total_amount", "interest_rate", "rate_rule", "left_out"];
  const lines = [heads];
  for (let query = `?${new URLSearchParams(asked())}`; query; ) {
    const page = await get(`/manage/v1/matrix/${query}`);
    for (const row of page.results) {
      for (const { installment_count, plan, left_out } of row.cells) {
        const why = left_out.map(({ reason }) => reason.rule ?? reason.fact).join(" ");
        lines.push([row.bank, row.card_slug, installment_count, plan?.single_installment_amount, plan?.total_amount, plan?.interest_rate, plan?.rate_rule, why]);
      }
    }
    query = queryOf(page.next);
  }
  const file = new Blob([lines.map((line) => line.map(csvCell).join(",")).join("\r\n")], { type: "text/csv" });
  const url = URL.createObjectURL(file);
  make("a", { href: url, download: "matrix.csv" }).click();
  URL.revokeObjectURL(url);
  done.textContent = t("exported");
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const query = `?${new URLSearchParams(asked())}`;
  history.pushState(null, "", query);
  during(event.submitter, problem, () => show(query));
});
form.addEventListener("input", () => { done.textContent = ""; });
find("#copy").addEventListener("click", async () => {
  await navigator.clipboard.writeText(new URL(`?${new URLSearchParams(asked())}`, location.href).href);
  done.textContent = t("link-copied");
});
find("#export").addEventListener("click", (event) => during(event.currentTarget, problem, exportCsv));
previous.addEventListener("click", () => during(previous, problem, () => show(links.previous)));
next.addEventListener("click", () => during(next, problem, () => show(links.next)));

const first = find("button.primary", form);
during(first, problem, async () => {
  await listBanks();
  if (readAsked()) await show(location.search);
});
window.addEventListener("popstate", () => location.reload());
