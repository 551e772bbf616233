// Dated rules as lanes over six months, and the rules in force at a moment.

import { post } from "./api.js";
import { during, find, hint, make, mark } from "./dom.js";
import { momentOf, setMoment } from "./moment.js";
import { all } from "./objects.js";
import { ruleLink } from "./reasons.js";
import { learnNames, sentence } from "./rule-sentence.js";
import { language, t, word } from "./texts.js";

const MONTHS = 6;
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
/** Findings about two rules at one moment. */
const COLLISIONS = ["two_rates", "overridden", "nothing_offered"];

const [section, inForce] = ["#calendar", "#in-force"].map((selector) => find(selector));
const [problem, place] = [".problem", ".place"].map((selector) => find(selector, section));
const month = new Intl.DateTimeFormat(language, { month: "short", year: "numeric" });

let rules = [];
let collisions = new Map();
let start = monthOf(new Date(), -1);

function monthOf(date, more) {
  return new Date(date.getFullYear(), date.getMonth() + more, 1);
}

const day = (text, more = 0) => {
  const [year, month, date] = text.split("-").map(Number);
  return new Date(year, month - 1, date + more).getTime();
};

/** When a rule can hold: its validity and its days, in milliseconds. */
function span({ valid_from, valid_until, when: { date = {} } }) {
  const starts = [valid_from && Date.parse(valid_from), date.from && day(date.from)].filter(Boolean);
  const ends = [valid_until && Date.parse(valid_until), date.until && day(date.until, 1)].filter(Boolean);
  return { from: starts.length > 0 ? Math.max(...starts) : -Infinity, until: ends.length > 0 ? Math.min(...ends) : Infinity };
}

const isDated = (rule) => Object.values(span(rule)).some(Number.isFinite);

/** Whether a rule can hold at a moment, by its dates, weekdays and hours. Those in `all`, `any` and `not` are not looked at. */
function canHold(rule, at) {
  const { from, until } = span(rule);
  const { weekday, hour } = rule.when;
  const time = new Date(at);
  const isDay = !weekday || weekday.includes(WEEKDAYS[time.getDay()]);
  const isHour = !hour || (time.getHours() >= hour.from && time.getHours() < hour.until);
  return from <= at && at < until && isDay && isHour;
}

function lane(rule, from, until) {
  const share = (time) => (Math.min(Math.max(time, from), until) - from) / (until - from);
  const stretch = (className, begins, ends) => {
    const node = make("span", { className });
    node.style.insetInlineStart = `${share(begins) * 100}%`;
    node.style.inlineSize = `${Math.max((share(ends) - share(begins)) * 100, 0.5)}%`;
    return node;
  };
  const { from: begins, until: ends } = span(rule);
  const now = make("span", { className: "now" });
  now.style.insetInlineStart = `${share(Date.now()) * 100}%`;
  const isNow = Date.now() >= from && Date.now() < until;
  const others = collisions.get(rule.slug) ?? [];
  const overlaps = others.map(({ slug }) => rules.find((one) => one.slug === slug)).filter(Boolean).map(span)
    .map((other) => [Math.max(begins, other.from, from), Math.min(ends, other.until, until)]).filter(([first, last]) => first < last);
  return make("li", { className: "lane" },
    make("div", {}, ruleLink(rule.slug, rule.name), " ", rule.is_active ? null : mark("plain", t("is-inactive")),
      others.map(({ kind, slug }) => make("div", {}, mark("bad", word("finding", kind)), " ", ruleLink(slug)))),
    make("div", { className: "track", "aria-hidden": "true" }, stretch("bar", begins, ends), overlaps.map(([first, last]) => stretch("collision", first, last)), isNow ? now : null),
    make("p", { className: "hint" }, sentence(rule)));
}

function show() {
  const from = start.getTime();
  const until = monthOf(start, MONTHS).getTime();
  const last = monthOf(start, MONTHS - 1);
  find("#span").textContent = `${month.format(start)} – ${month.format(last)}`;
  const shown = rules.filter((rule) => isDated(rule) && span(rule).until > from && span(rule).from < until);
  // What begins or ends in these months comes first.
  const coversAll = (rule) => span(rule).from <= from && span(rule).until >= until;
  shown.sort((one, other) => coversAll(one) - coversAll(other) || span(one).from - span(other).from || one.name.localeCompare(other.name, language));
  const heads = Array.from({ length: MONTHS }, (_, index) => make("span", {}, month.format(monthOf(start, index))));
  place.replaceChildren(shown.length === 0 ? hint(t("no-dated-rules")) : make("div", {}, make("div", { className: "months", "aria-hidden": "true" }, heads), make("ul", { className: "list" }, shown.map((rule) => lane(rule, from, until)))));
}

async function load() {
  const [found, banks, types, { findings }] = await Promise.all([all("rules"), all("banks"), all("card-types"), post("/manage/v1/lint-rules/", {})]);
  learnNames("bank", banks);
  learnNames("card_type", types);
  rules = found;
  const pairs = findings.filter(({ kind }) => COLLISIONS.includes(kind)).flatMap(({ kind, rule, other_rules }) => other_rules.map((slug) => [rule, { kind, slug }]));
  collisions = Map.groupBy(pairs, ([rule]) => rule);
  for (const [rule, of] of collisions) collisions.set(rule, of.map(([, one]) => one));
  show();
}

const move = (by) => () => { start = by === 0 ? monthOf(new Date(), -1) : monthOf(start, by); show(); };
find("#earlier").addEventListener("click", move(-MONTHS));
find("#later").addEventListener("click", move(MONTHS));
find("#today").addEventListener("click", move(0));

const form = find("form", inForce);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const at = Date.parse(momentOf(form.elements.moment));
  const holds = rules.filter((rule) => rule.is_active && canHold(rule, at));
  const items = holds.map((rule) => make("li", { className: "change" }, make("h3", {}, ruleLink(rule.slug, rule.name)), make("p", {}, sentence(rule))));
  find(".place", inForce).replaceChildren(items.length === 0 ? hint(t("no-rules")) : make("ul", { className: "list" }, items));
});

setMoment(form.elements.moment, new Date().toISOString());
during(find("#today"), problem, load);
