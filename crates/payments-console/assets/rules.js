// The list of rules, each as a sentence. The rule that is open is in the page's address.

import { count, during, find, hint, make, mark } from "./dom.js";
import { all } from "./objects.js";
import { onChanged, open } from "./rule-editor.js";
import { suggest } from "./rule-fields.js";
import { learnNames, sentence } from "./rule-sentence.js";
import { t } from "./texts.js";

/** The most rules that are shown at first, and the rules that each click adds. */
const SHOWN = 50;

const section = find("#rules");
const [form, problem, place, found, more] = ["#search", ".problem", ".place", "#found", "#more"].map((selector) => find(selector, section));
let rules = [];
let matching = [];

/** A rule with what the search looks in. */
const prepared = (rule) => {
  const said = sentence(rule);
  return { rule, said, words: `${rule.name} ${rule.slug} ${said} ${JSON.stringify(rule.when)}`.toLocaleLowerCase() };
};

const STATES = {
  active: ({ is_active }) => is_active,
  inactive: ({ is_active }) => !is_active,
  dated: ({ valid_from, valid_until, when }) => Boolean(valid_from || valid_until || when.date),
};

function entry({ rule, said }) {
  const link = make("a", { href: `?rule=${encodeURIComponent(rule.slug)}` }, rule.name);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    history.pushState(null, "", link.href);
    during(more, problem, () => open(rule.slug));
  });
  return make("li", { className: "change" }, make("h3", {}, link, " ", rule.is_active ? null : mark("plain", t("is-inactive"))), make("p", {}, said), make("p", { className: "hint" }, make("code", {}, rule.slug)));
}

function showMore() {
  const list = find("ol", place);
  const start = list.children.length;
  list.append(...matching.slice(start, start + SHOWN).map(entry));
  more.hidden = list.children.length >= matching.length;
}

function search() {
  const { words, effect, activity, order } = form.elements;
  const asked = words.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ rule, words: text }) => asked.every((word) => text.includes(word))
    && (effect.value === "" || effect.value in rule.then) && (STATES[activity.value]?.(rule) ?? true);
  const key = ({ rule }) => rule[order.value] ?? (order.value === "valid_until" ? "9999" : "");
  matching = rules.filter(fits).sort((one, other) => key(one).localeCompare(key(other), document.documentElement.lang));
  found.textContent = count("rules-found", matching.length);
  place.replaceChildren(matching.length === 0 ? hint(t("no-rules")) : make("ol", { className: "list" }));
  if (matching.length > 0) showMore();
  else more.hidden = true;
}

async function load() {
  rules = (await all("rules")).map(prepared);
  search();
}

async function learn() {
  const [banks, types, options, cards] = await Promise.all(["banks", "card-types", "payment-options", "cards"].map(all));
  learnNames("bank", banks);
  learnNames("card_type", types);
  const slugs = (objects) => objects.map(({ slug }) => slug);
  for (const [kind, objects] of [["bank", banks], ["card_type", types], ["payment_option", options], ["card", cards]]) suggest(kind, slugs(objects));
}

form.addEventListener("input", search);
form.addEventListener("submit", (event) => event.preventDefault());
more.addEventListener("click", showMore);
find("#new")?.addEventListener("click", () => open(null));
onChanged((closed) => {
  if (closed === null) history.pushState(null, "", location.pathname);
  else during(more, problem, load);
});
window.addEventListener("popstate", () => location.reload());

during(more, problem, async () => {
  await learn();
  await load();
  const asked = new URLSearchParams(location.search).get("rule");
  if (asked !== null) await open(asked);
});
