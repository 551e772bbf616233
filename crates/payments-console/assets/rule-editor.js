// The editor of a rule. Its JSON is what counts; the fields are a view of it.

import { change, post, read } from "./api.js";
import { button, clear, during, find, make, mark, showProblem } from "./dom.js";
import { showFields, withField } from "./rule-fields.js";
import { ruleLink } from "./reasons.js";
import { sentence } from "./rule-sentence.js";
import { t, word } from "./texts.js";
import { comparison } from "./what-if.js";

const LINT_DELAY_MILLISECONDS = 400;
const NEW = { slug: "", name: "", is_active: true, when: {}, then: {} };

const section = find("#editor");
const [form, title, said, json, jsonProblem, findings, conflict, saved, compared] =
  ["#rule", "#rule-title", "#sentence", "#json", "#json-problem", "#lint", "#conflict", "#saved", "#comparison"].map((selector) => find(selector, section));
const problem = find(".problem", form);
const [save, compare, remove, close] = ["#save", "#compare", "#delete", "#close"].map((selector) => find(selector, section));

/** The rule as it is edited; null while the JSON is broken. */
let rule = null;
/** The entity tag of the stored rule; null for a new one. */
let tag = null;
let changed = () => {};
let lintTimer = 0;
let lintNumber = 0;

const pathOf = (slug) => `/manage/v1/rules/${encodeURIComponent(slug)}/`;
const pretty = (value) => JSON.stringify(value, null, 2);

/** The pointers of a document with one rule, as pointers of the rule. */
const ofRule = (failure) => Object.assign(failure, { lines: failure.lines.map(([pointer, text]) => [pointer.replace(/^\/rules\/0/, "") || "/", text]) });

function shown() {
  const isRule = rule !== null;
  said.textContent = isRule ? sentence(rule) : "";
  jsonProblem.textContent = isRule ? "" : t("json-broken");
  json.setAttribute("aria-invalid", String(!isRule));
  for (const one of [save, compare]) if (one) one.disabled = !isRule;
}

function edited() {
  saved.hidden = true;
  clear(problem);
  compared.replaceChildren();
  conflict.replaceChildren();
  shown();
  clearTimeout(lintTimer);
  if (rule !== null) lintTimer = setTimeout(lint, LINT_DELAY_MILLISECONDS);
}

async function lint() {
  const asked = ++lintNumber;
  let nodes;
  try {
    const { findings: all, undecided } = await post("/manage/v1/lint-rules/", { rules: [rule] });
    const mine = all.filter((one) => one.rule === rule.slug || one.other_rules.includes(rule.slug));
    nodes = mine.map((one) => make("li", { lang: "en" }, mark(one.is_new ? "bad" : "plain", word("finding", one.kind)), " ",
      one.rule === rule.slug ? make("code", {}, one.pointer) : ruleLink(one.rule), " ", one.message));
    if (undecided.includes(rule.slug)) nodes.push(make("li", {}, t("undecided")));
  } catch (failure) {
    nodes = failure.status === 400 ? ofRule(failure).lines.map(([pointer, text]) => make("li", { lang: failure.language }, make("code", {}, pointer), " ", text)) : [];
  }
  if (asked !== lintNumber) return;
  findings.replaceChildren(...(nodes.length > 0 ? [make("ul", { className: "findings" }, nodes)] : []));
}

function show(given, givenTag) {
  rule = given;
  tag = givenTag;
  title.textContent = tag === null ? t("new-rule") : given.name;
  json.value = pretty(given);
  showFields(form, given);
  form.elements.slug.readOnly = tag !== null;
  if (remove) remove.hidden = tag === null;
  section.hidden = false;
  edited();
}

/** Opens a stored rule, or a new one. */
export async function open(slug) {
  if (slug === null) show(structuredClone(NEW), null);
  else {
    const { body, etag } = await read(pathOf(slug));
    show(body, etag);
  }
  title.focus();
}

/** What is stored and what was typed, side by side: neither is lost. */
async function showConflict() {
  let stored = null;
  try {
    stored = await read(pathOf(rule.slug));
  } catch (failure) {
    if (failure.status !== 404) throw failure;
  }
  const mine = structuredClone(rule);
  const take = button(t("take-stored"), () => (stored ? show(stored.body, stored.etag) : show(mine, null)));
  const keep = button(t("keep-mine"), () => { tag = stored?.etag ?? null; conflict.replaceChildren(); save.focus(); });
  conflict.replaceChildren(
    make("p", { className: "problem" }, t(stored ? "changed-meanwhile" : "deleted-meanwhile")),
    make("div", { className: "columns" },
      make("div", {}, make("h3", {}, t("stored-version")), make("pre", {}, stored ? pretty(stored.body) : "–")),
      make("div", {}, make("h3", {}, t("your-version")), make("pre", {}, pretty(mine)))),
    make("div", { className: "buttons" }, take, keep));
  take.focus();
}

function say(text, ...more) {
  saved.replaceChildren(text, ...more);
  saved.hidden = false;
}

/** Does something to the stored rule; says if somebody else changed it, or if it waits for approval. */
async function apply(work, done) {
  const condition = tag === null ? { "If-None-Match": "*" } : { "If-Match": tag };
  try {
    await work(condition);
  } catch (failure) {
    if (failure.status === 412) return showConflict();
    if (failure.code !== "approval_required") throw ofRule(failure);
    const approvals = make("a", { href: "../approvals/" }, t("approvals"));
    return say(failure.text, " ", approvals);
  }
  await done();
  changed();
}

async function write(condition) {
  const { etag } = await change("PUT", pathOf(rule.slug), rule, condition);
  tag = etag;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (save && rule) during(save, problem, () => apply(write, async () => {
    const stored = await read(pathOf(rule.slug));
    show(stored.body, stored.etag);
    say(t("rule-saved"));
  }));
});
remove?.addEventListener("click", () => {
  const sure = button(t("delete-really", { name: rule?.name ?? "" }), () => during(sure, problem, () => apply((condition) => change("DELETE", pathOf(rule.slug), undefined, condition), async () => { section.hidden = true; })), "danger");
  conflict.replaceChildren(make("div", { className: "buttons" }, sure, button(t("cancel"), () => { conflict.replaceChildren(); remove.focus(); })));
  sure.focus();
});
compare?.addEventListener("click", () => during(compare, problem, async () => {
  const found = await post(`/manage/v1/what-if/${rule.valid_from ? `?at=${encodeURIComponent(laterOf(rule.valid_from))}` : ""}`, { rules: [rule] }).catch((failure) => { throw ofRule(failure); });
  compared.replaceChildren(...comparison(found));
}));
close.addEventListener("click", () => { section.hidden = true; changed(null); });
json.addEventListener("input", () => {
  try {
    rule = JSON.parse(json.value);
    if (typeof rule !== "object" || rule === null || Array.isArray(rule)) rule = null;
  } catch {
    rule = null;
  }
  if (rule) showFields(form, rule);
  edited();
});
form.addEventListener("input", ({ target }) => {
  if (target === json || rule === null) return;
  rule = withField(rule, target);
  json.value = pretty(rule);
  edited();
});

/** A rule that begins later is compared at its beginning. */
const laterOf = (from) => (Date.parse(from) > Date.now() ? from : new Date().toISOString());

/** Calls `work` with nothing when a rule was changed, and with null when the editor was closed. */
export const onChanged = (work) => { changed = work; };
/** Whether something is typed that is not saved. */
export const isOpen = () => !section.hidden;
export const report = (failure) => showProblem(problem, failure);
