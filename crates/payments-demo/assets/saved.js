// The customer's saved cards: rename, delete.

import { ask } from "./api.js";
import { brandOf, expiryOf } from "./card-number.js";
import { brandMark, clear, during, find, make, problem, toast } from "./dom.js";
import { t } from "./texts.js";

const list = find("#saved");
const trouble = find("#saved-problem");

export async function showSaved() {
  clear(trouble);
  try {
    const { results } = await ask("GET", "/payments/stored-cards/");
    list.replaceChildren(...(results.length === 0 ? [make("li", { className: "note" }, t("saved-none"))] : results.map(item)));
  } catch (failure) {
    list.replaceChildren();
    problem(trouble, failure, showSaved);
  }
}

const tail = (card) => `•••• ${card.masked_card_number.slice(-4)}`;

function item(card) {
  const node = make("li", { data: { card: card.pk } });
  show(node, card);
  return node;
}

function show(node, card) {
  const kind = card.card;
  const digits = tail(card);
  const time = expiryOf(card);
  node.dataset.bank = kind?.bank.slug ?? "";
  const tool = (name, work) => make("button", { type: "button", className: "secondary", ariaLabel: t(`${name}-of`, { digits }), onclick: work }, t(name));
  node.replaceChildren(
    make("span", { className: "saved-head" }, make("span", { dir: "auto" }, card.name ?? kind?.name ?? card.card_holder), brandMark(brandOf(card.masked_card_number))),
    make("bdi", { className: "saved-number", dir: "ltr" }, card.masked_card_number),
    make("span", { className: "hint" }, [kind && t("card-of", { bank: kind.bank.name, card: kind.card_type.name }), t("expires", { time })].filter(Boolean).join(" — ")),
    make("span", { className: "buttons" }, tool("rename", () => rename(node, card)), tool("delete", () => sure(node, card))));
}

function rename(node, card) {
  const id = `name-${card.pk}`;
  const input = make("input", { id, value: card.name ?? "", maxLength: 50 });
  const trouble = make("p", { className: "error", hidden: true, role: "alert" });
  const save = make("button", { className: "primary" }, t("save"));
  const back = () => { show(node, card); find("button", node).focus(); };
  const form = make("form", { className: "fields", noValidate: true },
    make("div", { className: "field" }, make("label", { htmlFor: id }, t("rename-of", { digits: tail(card) })), input, trouble),
    make("span", { className: "buttons" }, save, make("button", { type: "button", className: "secondary", onclick: back }, t("cancel"))));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    during(save, async () => {
      try {
        card = await ask("PATCH", `/payments/stored-cards/${card.pk}/`, { name: input.value.trim() || null });
        toast(t("card-renamed"));
        back();
      } catch (failure) {
        trouble.textContent = Object.values(failure.errors).flat().join(" ") || failure.text;
        trouble.hidden = false;
      }
    });
  });
  node.replaceChildren(form);
  input.focus();
}

function sure(node, card) {
  const trouble = make("p", { className: "error", hidden: true, role: "alert" });
  const yes = make("button", { type: "button", className: "danger" }, t("delete-yes"));
  const no = make("button", { type: "button", className: "secondary" }, t("cancel"));
  no.addEventListener("click", () => { show(node, card); find("button:last-of-type", node).focus(); });
  yes.addEventListener("click", () => during(yes, async () => {
    try {
      await ask("DELETE", `/payments/stored-cards/${card.pk}/`);
    } catch (failure) {
      // It is already deleted.
      if (failure.status !== 404) {
        trouble.textContent = failure.text;
        trouble.hidden = false;
        return;
      }
    }
    toast(t("card-deleted"));
    await showSaved();
    find("#saving-title").focus();
  }));
  node.replaceChildren(make("p", {}, t("delete-sure", { digits: tail(card) })), trouble,
    make("span", { className: "buttons" }, no, yes));
  no.focus();
}
