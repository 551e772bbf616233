// The objects of the catalog, each as JSON; and the BINs that no card has.

import { get, read } from "./api.js";
import { askFirst, button, clear, count, during, find, make, mark, table } from "./dom.js";
import { fieldsOf } from "./object-fields.js";
import { Stored, editable, pretty, waiting } from "./object-writer.js";
import { all } from "./objects.js";
import { onImported } from "./import.js";
import { number, t } from "./texts.js";

const SHOWN = 50;
/** The fields that a new object needs. */
const NEW = {
  banks: { name: "", slug: "" },
  "card-types": { name: "", slug: "" },
  cards: { name: "", slug: "", card_payment_type: "credit", bank: 1, card_type: 1, pos: 1, bins: [], installments: [] },
  "payment-options": { name: "", slug: "", payment_type: "credit_card", pos: 1 },
  pos: { name: "", slug: "", gateway: "sandbox", config: {} },
};

const [section, editor, coverage] = ["#objects", "#editor", "#coverage"].map((selector) => find(selector));
const [search, problem, place, found, more] = ["#search", ".problem", ".place", "#found", "#more"].map((selector) => find(selector, section));
const [form, title, fields, json, jsonProblem, refused, conflict, saved, save, remove] =
  ["form", "h2", "#fields", "#json", "#json-problem", ".problem", "#conflict", "#saved", "#save", "#delete"].map((selector) => find(selector, editor));
const part = () => search.elements.part.value;
const pathOf = (of, pk) => `/manage/v1/${of}/${encodeURIComponent(pk)}/`;

let objects = [];
let matching = [];
/** The part whose objects are listed; the chosen one may still be loading. */
let listed = part();
let stored = null;
/** What a card can refer to, as pairs of a primary key and a name. */
let choices = {};

const detail = (object) => [object.slug, object.bins?.join(" "), object.installments?.map(({ installment_count }) => installment_count).join(" "), object.gateway].filter(Boolean).join(" · ");

function entry(object) {
  const open = Number.isSafeInteger(object.pk) ? button(object.name, () => during(open, problem, () => edit(listed, object.pk)), "link") : object.name;
  return make("li", { className: "change" }, make("h3", {}, open, " ", object.is_active === false ? mark("plain", t("is-inactive")) : null), make("p", { className: "hint" }, `${object.pk} · ${detail(object)}`));
}

function showMore() {
  const list = find("ol", place);
  list.append(...matching.slice(list.children.length, list.children.length + SHOWN).map(entry));
  more.hidden = list.children.length >= matching.length;
}

function show() {
  const asked = search.elements.words.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  matching = objects.filter(({ text }) => asked.every((word) => text.includes(word))).map(({ object }) => object);
  found.textContent = count("objects-found", matching.length);
  place.replaceChildren(make("ol", { className: "list" }));
  showMore();
}

/** Loads the chosen part, again if another one was chosen meanwhile. */
async function load() {
  let of;
  let found;
  do {
    of = part();
    found = await all(of);
  } while (of !== part());
  listed = of;
  objects = found.map((object) => ({ object, text: JSON.stringify(object).toLocaleLowerCase() }));
  show();
}

/** Shows the fields of what is typed as JSON; none while it is broken. */
function showFields() {
  if (parsed() === null) fields.replaceChildren();
  else fields.replaceChildren(...fieldsOf(json.value, choices, (object) => { json.value = pretty(object); edited(); }));
}

function edited() {
  jsonProblem.textContent = "";
  saved.hidden = true;
}

async function loadChoices(of) {
  if (of !== "cards") return;
  const [banks, types] = await Promise.all([all("banks"), all("card-types")]);
  const pairs = (objects) => objects.map(({ pk, name }) => [pk, name]);
  choices = { bank: pairs(banks), card_type: pairs(types) };
}

function open(name, text, of) {
  stored = of;
  title.textContent = name;
  json.value = text;
  edited();
  showFields();
  clear(refused);
  conflict.replaceChildren();
  if (remove) remove.hidden = stored.tag === null;
  editor.hidden = false;
  title.focus();
}

async function edit(of, pk) {
  const at = new Stored(pathOf(of, pk), null);
  const present = await at.present();
  if (present === null) {
    await load();
    return;
  }
  at.tag = present.etag;
  await loadChoices(of);
  open(present.body.name, editable(present), at);
}

/** The object that is typed as JSON; null if it is none. */
function parsed() {
  try {
    const object = JSON.parse(json.value);
    return typeof object === "object" && !Array.isArray(object) ? object : null;
  } catch {
    return null;
  }
}

function typed() {
  const object = parsed();
  if (object === null) jsonProblem.textContent = t("object-broken");
  return object;
}

/** Writes the stored object; shows a conflict, or that the change waits for approval. */
async function apply(work, done) {
  try {
    await work();
  } catch (failure) {
    if (failure.code === "approval_required") {
      saved.replaceChildren(...waiting(failure));
      saved.hidden = false;
      return;
    }
    if (failure.status !== 412) throw failure;
    const take = (present) => { if (present) { stored.tag = present.etag; open(present.body.name, editable(present), stored); } else { stored.tag = null; conflict.replaceChildren(); } };
    await stored.showConflict(conflict, json.value, take, () => save.focus());
    return;
  }
  await done();
  await load();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const object = save && typed();
  if (!object) return;
  if (stored.part) stored.path = pathOf(stored.part, object.pk ?? "");
  during(save, refused, () => apply(() => stored.put(json.value), async () => {
    const present = await stored.present();
    stored.part = undefined;
    stored.tag = present.etag;
    open(present.body.name, editable(present), stored);
    saved.textContent = t("object-saved");
    saved.hidden = false;
  }));
});
json.addEventListener("input", () => { edited(); showFields(); });
remove?.addEventListener("click", () => {
  const close = async () => { editor.hidden = true; };
  askFirst(remove, conflict, t("delete-really", { name: title.textContent }), refused, () => apply(() => stored.remove(), close));
});
find("#close").addEventListener("click", () => { editor.hidden = true; });
find("#new")?.addEventListener("click", ({ currentTarget }) => during(currentTarget, problem, async () => {
  await loadChoices(listed);
  const at = new Stored(null, null);
  at.part = listed;
  open(t("new-object"), pretty({ pk: Math.max(0, ...objects.map(({ object }) => object.pk)) + 1, ...NEW[listed] }), at);
}));

search.addEventListener("input", ({ target }) => (target.name === "part" ? during(more, problem, load) : show()));
search.addEventListener("submit", (event) => event.preventDefault());
more.addEventListener("click", showMore);
onImported(() => during(more, problem, load));

find("#export")?.addEventListener("click", (event) => during(event.currentTarget, problem, async () => {
  const file = new Blob([(await read("/manage/v1/export/")).text], { type: "application/json" });
  const url = URL.createObjectURL(file);
  make("a", { href: url, download: "store.json" }).click();
  URL.revokeObjectURL(url);
}));

async function showCoverage() {
  const { counted, covered, missing } = await get("/manage/v1/bin-coverage/");
  const rows = missing.map(({ bin, count: many }) => [bin, number(many)]);
  find(".place", coverage).replaceChildren(
    make("p", {}, counted === 0 ? t("nothing-typed") : t("covered", { count: number(covered), text: number(counted) })),
    ...(rows.length > 0 ? [table(t("coverage"), [t("missing-bin"), t("number")], rows)] : []));
}

during(more, problem, load);
during(find(".place", coverage), find(".problem", coverage), showCoverage);
