// How the service is, read when the page opens and when asked to.

import { get, post } from "./api.js";
import { charts } from "./chart.js";
import { during, find, hint, make, mark, table } from "./dom.js";
import { duration, moment, number, percent, t, word } from "./texts.js";

/** Outcomes of calls that are the provider's failures, or ours. A refused card is none. */
const FAILURES = ["misconfigured", "rate_limited", "unavailable", "unknown"];

const known = (value, show) => (value === null || value === undefined ? "–" : show(value));
const yes = (is, good, bad) => mark(is ? "good" : "bad", t(is ? good : bad));

function stores({ stores: { database, flows } }) {
  const reached = ({ is_reachable }) => yes(is_reachable, "reachable", "unreachable");
  const rows = [[t("database"), word("store", database.kind), reached(database)], [t("flow-store"), word("store", flows.kind), reached(flows)]];
  if (database.replica) {
    const { is_used, age_seconds } = database.replica;
    rows.push([t("replica"), t("replica-age", { time: duration(age_seconds) }), yes(is_used, "replica-used", "replica-unused")]);
  }
  return table(t("stores"), [t("store"), t("kind"), t("state")], rows);
}

function providers({ providers }) {
  if (providers.length === 0) return hint(t("no-providers"));
  const row = ({ provider, breaker_is_open, calls, last_success_at }) => {
    const all = Object.values(calls).reduce((sum, one) => sum + one, 0);
    const failed = FAILURES.reduce((sum, outcome) => sum + (calls[outcome] ?? 0), 0);
    const outcomes = Object.entries(calls).map(([outcome, count]) => `${word("outcome", outcome)}: ${number(count)}`);
    return [provider, yes(!breaker_is_open, "breaker-closed", "breaker-open"), all === 0 ? "–" : percent(failed / all), outcomes.join(", ") || "–", known(last_success_at, moment)];
  };
  const heads = ["provider", "breaker", "error-rate", "calls", "last-success"].map((name) => t(name));
  return table(t("providers"), heads, providers.map(row));
}

function backlog({ backlog }) {
  if (!backlog) return hint(t("unavailable"));
  const row = (name, { count, oldest_seconds }) => [t(name), number(count), known(oldest_seconds, duration)];
  const counts = table(t("backlog"), [t("kind"), t("number"), t("oldest")], [row("intents", backlog.intents), row("deletions", backlog.deletions)]);
  if (backlog.stuck.length === 0) return [counts, hint(t("nothing-stuck"))];
  const stuck = ({ kind, id, gateway, account, age_seconds, attempts, next_try_at, reason }) =>
    [`${t(kind)} ${id}`, `${gateway} (${account})`, duration(age_seconds), number(attempts), known(next_try_at, moment), known(reason, (name) => word("reason", name))];
  const heads = ["entry", "gateway", "age", "attempts", "next-try", "reason"].map((name) => t(name));
  return [counts, make("h3", {}, t("stuck")), table(t("stuck"), heads, backlog.stuck.map(stuck))];
}

function sms({ sms }) {
  if (!sms) return hint(t("unavailable"));
  const heads = ["sender", "sent", "on-its-way", "delivered", "failed"].map((name) => t(name));
  const row = (one) => [one.sender, ...[one.sent, one.on_its_way, one.delivered, one.failed].map((count) => number(count))];
  const senders = sms.senders.length === 0 ? hint(t("no-messages")) : table(t("sms"), heads, sms.senders.map(row));
  const share = (name) => [t(name), number(sms.daily_budget[name].left), number(sms.daily_budget[name].budget)];
  const budget = table(t("budget"), [t("budget"), t("left"), t("a-day")], [share("verified"), share("unverified")]);
  const paused = sms.paused.map(({ prefix, until }) => make("li", {}, mark("bad", t("paused", { name: prefix, time: moment(until) }))));
  return [hint(t("sms-since", { time: moment(sms.since) })), senders, budget, paused.length > 0 ? make("ul", {}, paused) : null];
}

function processes({ processes }) {
  const newest = Math.max(...processes.map(({ report }) => report?.catalog.version ?? 0));
  const row = ({ process, report }) => {
    if (!report) return [process, t("unreadable-report"), "–", "–", "–"];
    const { version, seen_at, is_failing } = report.catalog;
    const state = is_failing ? mark("bad", t("catalog-failing")) : yes(version === newest, "catalog-newest", "catalog-older");
    return [process, report.version, moment(report.started_at), [`${version} `, state], moment(seen_at)];
  };
  const heads = ["process", "program", "started", "catalog-version", "seen"].map((name) => t(name));
  return table(t("processes"), heads, processes.map(row));
}

function activity({ minutes: { from, ...series } }) {
  return charts(from, Object.entries(series).map(([name, counts]) => [word("series", name), counts]));
}

const SECTIONS = { activity, stores, providers, backlog, sms, processes };

async function show() {
  const status = await get("/manage/v1/status/");
  for (const [name, content] of Object.entries(SECTIONS)) find(`#${name} .place`).replaceChildren(...[content(status)].flat().filter(Boolean));
  if (status.unavailable.includes("processes")) find("#processes .place").append(hint(t("other-processes-unavailable")));
  find("#as-of").textContent = t("as-of", { time: moment(Date.now()) });
}

async function check() {
  const { results } = await post("/manage/v1/status/check-providers/");
  const row = (one) => [one.place, one.provider, yes(one.is_ok, "ok", "not-ok"), known(one.problem, (text) => make("span", { lang: "en" }, text))];
  const heads = ["place", "provider", "state", "problem"].map((name) => t(name));
  find("#checked").replaceChildren(make("h3", {}, t("checked")), results.length === 0 ? hint(t("none-to-check")) : table(t("checked"), heads, results.map(row)));
}

const [refresh, checking, problem] = ["#refresh", "#check", "#health-problem"].map((selector) => find(selector));
refresh.addEventListener("click", () => during(refresh, problem, show));
checking?.addEventListener("click", () => during(checking, problem, check));
during(refresh, problem, show);
