// The editor of a rule. Its JSON is what counts; the fields are a view of it.

import { post, read } from "./api.js";
import { askFirst, clear, during, find, make, mark } from "./dom.js";
import { Stored, pretty, waiting } from "./object-writer.js";
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
let isLinting = false;
let isLintAsked = false;

const pathOf = (slug) => `/manage/v1/rules/${encodeURIComponent(slug)}/`;

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

/** Analyses the rule; while an answer is on its way, only the last edit is analysed after it. */
async function lint() {
  if (isLinting) {
    isLintAsked = true;
    return;
  }
  isLinting = true;
  try {
    do {
      isLintAsked = false;
      if (rule !== null) findings.replaceChildren(...await analysed(structuredClone(rule)));
    } while (isLintAsked);
  } finally {
    isLinting = false;
  }
}

async function analysed(draft) {
  let nodes = [];
  try {
    const { findings: all, undecided } = await post("/manage/v1/lint-rules/", { rules: [draft] });
    const mine = all.filter((one) => one.rule === draft.slug || one.other_rules.includes(draft.slug));
    nodes = mine.map((one) => make("li", { lang: "en" }, mark(one.is_new ? "bad" : "plain", word("finding", one.kind)), " ",
      one.rule === draft.slug ? make("code", {}, one.pointer) : ruleLink(one.rule), " ", one.message));
    if (undecided.includes(draft.slug)) nodes.push(make("li", {}, t("undecided")));
  } catch (failure) {
    if (!failure.text) throw failure;
    if (failure.status === 400) nodes = ofRule(failure).lines.map(([pointer, text]) => make("li", { lang: failure.language }, make("code", {}, pointer), " ", text));
  }
  return nodes.length > 0 ? [make("ul", { className: "findings" }, nodes)] : [];
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

function say(...nodes) {
  saved.replaceChildren(...nodes);
  saved.hidden = false;
}

/** Writes the stored rule; shows a conflict, or that the change waits for approval. */
async function apply(work, done) {
  const stored = new Stored(pathOf(rule.slug), tag);
  try {
    await work(stored);
  } catch (failure) {
    if (failure.status === 412) {
      const mine = structuredClone(rule);
      const take = (present) => (present ? show(present.body, present.etag) : show(mine, null));
      return stored.showConflict(conflict, mine, take, () => { tag = stored.tag; save.focus(); });
    }
    if (failure.code !== "approval_required") throw ofRule(failure);
    return say(...waiting(failure));
  }
  await done(stored);
  changed();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (save && rule) during(save, problem, () => apply((stored) => stored.put(rule), async (stored) => {
    const { body, etag } = await stored.present();
    show(body, etag);
    say(t("rule-saved"));
  }));
});
remove?.addEventListener("click", () => {
  const close = async () => { section.hidden = true; };
  askFirst(remove, conflict, t("delete-really", { name: rule?.name ?? "" }), problem, () => apply((stored) => stored.remove(), close));
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
