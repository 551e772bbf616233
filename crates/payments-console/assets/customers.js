// What support sees and does for a customer. The key is in the page's address, so that a link shows the same.

import { change, get, post } from "./api.js";
import { askFirst, button, clear, during, find, hint, make, mark, showProblem, table } from "./dom.js";
import { duration, moment, number, t, word } from "./texts.js";

const PAGE_SIZE = "25";

const [form, problem, customer] = ["#choose", "#choose-problem", "#customer"].map((selector) => find(selector));
const [cards, flows, records, more] = ["#cards .place", "#flows .place", "#records .place", "#more"].map((selector) => find(selector));
const [asked, done, erasure] = ["#asked", "#done", "#erasure"].map((selector) => find(selector));
const workProblem = find("#work-problem");
/** The key of the customer that was asked for last; what is read for another one is not shown. */
let key = "";
/** The query of the next records. */
let next = null;

const pathOf = (of) => `/manage/v1/customers/${encodeURIComponent(of)}/`;

const known = (value, show = (text) => text) => (value === null || value === undefined ? "–" : show(value));

/** Asks before something is done for the customer; then says what was done, and shows the customer again. */
function offer(trigger, question, work) {
  const of = key;
  done.textContent = "";
  askFirst(trigger, asked, question, workProblem, async () => {
    const said = await work(pathOf(of));
    if (!await show(of)) return;
    done.textContent = said;
    done.focus();
  });
}

function card(one) {
  const expiry = `${String(one.card_month).padStart(2, "0")}/${one.card_year}`;
  const remove = button(t("delete"), () => offer(remove, t("delete-card", { name: one.masked_card_number }), async (path) => {
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

function addRecords(page) {
  next = page.next && new URL(page.next, location.href).search.slice(1);
  more.hidden = next === null;
  return page.results.map(record);
}

/** Reads and shows a customer, unless another one was requested meanwhile. Returns whether it is shown. */
async function show(of) {
  const path = pathOf(of);
  const erased = await get(`${path}erase/`);
  const saved = await get(`${path}saved-cards/`);
  const under = await get(`${path}flows/`);
  // The records of these looks are part of the log, which is read last.
  const log = await get(`${path}audit/?page_size=${PAGE_SIZE}`);
  if (of !== key) return false;
  find("#customer-title").textContent = t("customer-of", { name: of });
  showErasure(erased);
  showCards(saved);
  showFlows(under);
  const entries = addRecords(log);
  records.replaceChildren(entries.length === 0 ? hint(t("no-records")) : make("ol", { className: "list" }, entries));
  customer.hidden = false;
  return true;
}

/** Shows the customer of the page's address, also while another one is being read. */
async function open() {
  key = new URLSearchParams(location.search).get("customer") ?? "";
  form.elements.customer.value = key;
  customer.hidden = true;
  asked.replaceChildren();
  done.textContent = "";
  clear(problem);
  clear(workProblem);
  if (key === "") return;
  const of = key;
  try {
    await show(of);
  } catch (failure) {
    if (!failure.text) throw failure;
    if (of === key) showProblem(problem, failure);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  history.pushState(null, "", `?${new URLSearchParams({ customer: form.elements.customer.value.trim() })}`);
  open();
});
window.addEventListener("popstate", open);
more.addEventListener("click", () => during(more, workProblem, async () => {
  const of = key;
  const page = await get(`${pathOf(of)}audit/?${next}`);
  if (of === key) find("ol", records).append(...addRecords(page));
}));
find("#refresh").addEventListener("click", ({ currentTarget }) => during(currentTarget, workProblem, () => show(key)));

const endSessions = find("#end-sessions");
endSessions.addEventListener("click", () => offer(endSessions, t("end-sessions-really", { name: key }), async (path) => {
  const { ended } = (await change("DELETE", `${path}sessions/`)).body;
  return t("sessions-ended", { count: number(ended) });
}));
const erase = find("#erase");
erase.addEventListener("click", () => offer(erase, t("erase-really", { name: key }), async (path) => {
  await post(`${path}erase/`);
  return t("customer-erased");
}));

open();
