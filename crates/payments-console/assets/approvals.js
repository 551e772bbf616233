// Changes that wait for the approval of a second person.

import { get, post } from "./api.js";
import { change } from "./changes.js";
import { button, during, find, hint, make, mark } from "./dom.js";
import { moment, t } from "./texts.js";

const section = find("#proposals");
const [form, problem, place, more, decided] = ["form", ".problem", ".place", "#more", "#decided"].map((selector) => find(selector, section));
const mayDecide = section.dataset.decides === "true";
let next = null;

function buttons(proposal) {
  const decide = (decision, className, text) => {
    const clicked = button(t(text), () => during(clicked, problem, async () => {
      await post(`/manage/v1/proposals/${proposal.pk}/${decision}/`);
      await show();
      decided.textContent = t(`was-${decision}`);
    }), className);
    return clicked;
  };
  const isOwn = proposal.principal === find("#principal").textContent;
  const approve = isOwn || proposal.is_stale ? null : decide("approve", "primary", "approve");
  return make("div", { className: "buttons" }, approve, decide("reject", "secondary", isOwn ? "withdraw" : "reject"));
}

async function entry({ pk }) {
  const proposal = await get(`/manage/v1/proposals/${pk}/`);
  const { principal, created_at, state, decided_by, decided_at, is_stale, changes, writes, deletes } = proposal;
  const who = t("proposed-by", { name: principal, time: moment(created_at) });
  const isOpen = state === "open";
  const objects = [...writes, ...deletes.map((one) => ({ ...one, outcome: "deleted" }))];
  const shown = isOpen ? changes : objects.map((one) => ({ outcome: "updated", changes: [], ...one }));
  return make("li", { className: "change" },
    make("h3", {}, t("proposal", { count: pk }), " ", is_stale ? mark("bad", t("stale")) : null),
    make("p", { className: "hint" }, isOpen ? who : `${who} · ${t(`decided-${state}`, { name: decided_by, time: moment(decided_at) })}`),
    is_stale ? hint(t("stale-help")) : null,
    make("ul", { className: "list" }, shown.map((one) => change(one))),
    isOpen && mayDecide ? buttons(proposal) : null);
}

async function read(query) {
  const page = await get(`/manage/v1/proposals/?${query}`);
  next = page.next && new URL(page.next, location.href).search.slice(1);
  more.hidden = next === null;
  return Promise.all(page.results.map(entry));
}

async function show() {
  decided.textContent = "";
  const entries = await read(new URLSearchParams({ state: form.elements.state.value, page_size: "20" }));
  place.replaceChildren(entries.length === 0 ? hint(t("no-proposals")) : make("ol", { className: "list" }, entries));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  during(event.submitter, problem, show);
});
more.addEventListener("click", () => during(more, problem, async () => find("ol", place).append(...await read(next))));

during(find("button", form), problem, show);
