// What support sees and does for a customer. The key is in the page's address, so that a link shows the same.

import { change, get, post } from "./api.js";
import { askFirst, button, clear, during, find, hint, make, mark, table } from "./dom.js";
import { duration, moment, number, t, word } from "./texts.js";

const PAGE_SIZE = "25";

const [form, problem, customer] = ["#choose", "#choose-problem", "#customer"].map((selector) => find(selector));
const [cards, flows, records, more] = ["#cards .place", "#flows .place", "#records .place", "#more"].map((selector) => find(selector));
const [asked, done, erasure] = ["#asked", "#done", "#erasure"].map((selector) => find(selector));
const workProblem = find("#work-problem");
/** The path of the customer that is shown. */
let path = null;
let next = null;

const known = (value, show = (text) => text) => (value === null || value === undefined ? "–" : show(value));

/** Asks before something is done for the customer; then says what was done, and shows the customer again. */
function offer(trigger, question, work) {
  done.textContent = "";
  askFirst(trigger, asked, question, workProblem, async () => {
    const said = await work();
    await show();
    done.textContent = said;
    done.focus();
  });
}

function card(one) {
  const expiry = `${String(one.card_month).padStart(2, "0")}/${one.card_year}`;
  const remove = button(t("delete"), () => offer(remove, t("delete-card", { name: one.masked_card_number }), async () => {
    await change("DELETE", `${path}saved-cards/${one.pk}/`);
    return t("card-deleted", { name: one.masked_card_number });
  }));
  return [one.masked_card_number, known(one.name), one.card_holder, expiry, known(one.bank), `${known(one.gateway)} (${one.pos})`, moment(one.created_at), moment(one.consented_at), remove];
}

function showCards({ results }) {
  const heads = ["card-number", "name", "card-holder", "expiry", "bank", "gateway", "saved-at", "consented-at", "action"].map((name) => t(name));
  cards.replaceChildren(results.length === 0 ? hint(t("no-saved-cards")) : table(t("saved-cards"), heads, results.map(card)));
}

function showFlows({ results, is_complete }) {
  const row = ({ step, seconds_left, tries_left, intent }) => [word("step", step), known(seconds_left, duration), known(tries_left, number), make("code", {}, intent)];
  const heads = ["step", "time-left", "codes-left", "reference"].map((name) => t(name));
  flows.replaceChildren(...[
    results.length === 0 ? hint(t("no-flows")) : table(t("flows"), heads, results.map(row)),
    is_complete ? null : hint(t("more-sessions")),
  ].filter(Boolean));
}

/** Outcomes that say that something went wrong. */
const FAILED = ["refused", "unknown", "void", "card_lost"];

function record(one) {
  const { at, kind, outcome, principal, request_id, intent, pos, gateway_code, changes } = one;
  const facts = [moment(at), principal ?? t("customer-or-service"), intent && `${t("reference")} ${intent}`, pos && `${t("one-of-pos")} ${pos}`, gateway_code && t("gateway-code", { text: gateway_code }),
    changes?.fields?.join(", "), changes?.order && t("order-of", { text: changes.order }), request_id && t("request", { text: request_id })];
  return make("li", { className: "change" },
    make("h3", {}, mark(FAILED.includes(outcome) ? "bad" : "plain", word(`record-${kind}`, outcome))),
    make("p", { className: "hint" }, facts.filter(Boolean).join(" · ")));
}

async function readRecords(query) {
  const page = await get(`${path}audit/?${query}`);
  next = page.next && new URL(page.next, location.href).search.slice(1);
  more.hidden = next === null;
  return page.results.map(record);
}

/** What an erasure has yet to do; nothing for a customer who was never erased. */
function showErasure({ erased_at, outstanding, has_returned }) {
  if (erased_at === null) {
    erasure.replaceChildren();
    return;
  }
  const left = outstanding.tokens + outstanding.open_intents;
  erasure.replaceChildren(
    mark(left === 0 ? "good" : "bad", t(left === 0 ? "erasure-complete" : "erasure-open", { count: number(left) })), " ",
    t("erased-at", { time: moment(erased_at) }), has_returned ? ` ${t("has-returned")}` : "");
}

async function show() {
  // The record of each look is part of the log, which is read last.
  showErasure(await get(`${path}erase/`));
  showCards(await get(`${path}saved-cards/`));
  showFlows(await get(`${path}flows/`));
  const entries = await readRecords(new URLSearchParams({ page_size: PAGE_SIZE }));
  records.replaceChildren(entries.length === 0 ? hint(t("no-records")) : make("ol", { className: "list" }, entries));
  customer.hidden = false;
}

/** Shows the customer of the page's address. */
async function open() {
  const key = new URLSearchParams(location.search).get("customer") ?? "";
  form.elements.customer.value = key;
  customer.hidden = true;
  asked.replaceChildren();
  done.textContent = "";
  clear(workProblem);
  if (key === "") return;
  path = `/manage/v1/customers/${encodeURIComponent(key)}/`;
  find("#customer-title").textContent = t("customer-of", { name: key });
  await show();
}

const submit = find("button", form);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  history.pushState(null, "", `?${new URLSearchParams({ customer: form.elements.customer.value.trim() })}`);
  during(submit, problem, open);
});
window.addEventListener("popstate", () => during(submit, problem, open));
more.addEventListener("click", () => during(more, workProblem, async () => {
  const entries = await readRecords(next);
  find("ol", records).append(...entries);
}));
find("#refresh").addEventListener("click", ({ currentTarget }) => during(currentTarget, workProblem, show));

const endSessions = find("#end-sessions");
endSessions.addEventListener("click", () => offer(endSessions, t("end-sessions-really"), async () => {
  const { ended } = (await change("DELETE", `${path}sessions/`)).body;
  return t("sessions-ended", { count: number(ended) });
}));
const erase = find("#erase");
erase.addEventListener("click", () => offer(erase, t("erase-really"), async () => {
  await post(`${path}erase/`);
  return t("customer-erased");
}));

during(submit, problem, open);
