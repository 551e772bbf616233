// The card form: recognizes the card, validates the input, and never keeps the CVV.

import { brandOf, digitsOf, isLuhn } from "./card-number.js";
import { showPlansOf } from "./card-plans.js";
import { brandMark, find, make } from "./dom.js";
import { clearErrors, forgive, showErrors } from "./form.js";
import { whenTyped } from "./leading-digits.js";
import { either, t } from "./texts.js";

const form = find("#step-card");
const number = form.elements.card_number;
const expiry = form.elements.card_expiry;

const NUMBERS = [
  ["5528790000000008", "number-ok"], ["5549600000000129", "number-ok"], ["4543590000000121", "number-ok"],
  ["4111111111111129", "number-declined"], ["4130111111111118", "number-error"], ["4125111111111115", "number-timeout"],
  ["4124111111111116", "number-late"], ["4128111111111112", "number-garbage"],
];

/** Formats a field during input, and keeps the caret behind the same digit, or at the end. */
function keepFormat(input, format) {
  const typed = input.value;
  const isAtEnd = input.selectionStart === typed.length;
  const before = digitsOf(typed.slice(0, input.selectionStart)).length;
  input.value = format(digitsOf(typed), typed);
  // The format may have added a digit before the caret.
  if (isAtEnd) return;
  let place = 0;
  for (let seen = 0; seen < before && place < input.value.length; place += 1) {
    if (/\d/.test(input.value[place])) seen += 1;
  }
  if (place === input.value.trimEnd().length) place = input.value.length;
  input.setSelectionRange(place, place);
}

const grouped = (digits) => digits.slice(0, 19).replace(/(\d{4})(?=\d)/g, "$1 ");
/** A month of one digit is complete if no other digit can follow, or a slash does. */
const asExpiry = (digits, typed) => {
  const padded = /^[2-9]/.test(digits) || /^\d\s*\//.test(typed) ? `0${digits}` : digits;
  if (padded.length > 2) return `${padded.slice(0, 2)} / ${padded.slice(2, 6)}`;
  return padded.length === 2 && typed.includes("/") ? `${padded} / ` : padded;
};

const lookUp = whenTyped(async (bin, signal) => {
  const cards = await showPlansOf(bin, signal);
  if (!signal.aborted) showCards(cards ?? [], cards?.length === 0 && bin !== "");
});

/** Names the cards that the digits can mean. */
function showCards(cards, isUnknown) {
  const banks = [...new Set(cards.map((card) => card.bank.name))];
  const names = cards.map((card) => t("card-of", { bank: card.bank.name, card: card.card_type.name }));
  find("#plastic-bank").textContent = banks.length === 1 ? banks[0] : "";
  find("#plastic").dataset.bank = banks.length === 1 ? cards[0].bank.slug : "";
  find("#card_number-of").textContent = isUnknown ? t("card-no-plans") : either(names);
}

function recognize() {
  const digits = digitsOf(number.value);
  const brand = brandOf(digits);
  for (const place of ["#brand", "#plastic-brand"]) find(place).replaceChildren(brandMark(brand));
  find("#plastic-number").textContent = grouped(digits.padEnd(16, "•")).replace(/(.{4})(?=[^ ])/g, "$1 ").replace(/ {2}/g, " ");
  lookUp(digits);
}

function mirror() {
  find("#plastic-holder").textContent = form.elements.card_holder.value;
  find("#plastic-expiry").textContent = expiry.value.replaceAll(" ", "") || "••/••";
}

/** The validation errors by field. */
function mistakes() {
  const errors = {};
  const digits = digitsOf(number.value);
  const [month, year] = expiry.value.split("/").map((part) => digitsOf(part));
  if (!isLuhn(digits)) errors.card_number = t(digits ? "card-number-bad" : "field-missing");
  if (form.elements.card_holder.value.trim() === "") errors.card_holder = t("field-missing");
  if (!(Number(month) >= 1 && Number(month) <= 12 && [2, 4].includes(year?.length))) {
    errors.card_expiry = t(expiry.value ? "card-expiry-bad" : "field-missing");
  }
  if (!/^\d{3,4}$/.test(form.elements.card_cvv.value)) errors.card_cvv = t(form.elements.card_cvv.value ? "card-cvv-bad" : "field-missing");
  if (!form.elements.consent.checked) errors.consent = t("consent-missing");
  return errors;
}

/** Returns the card and clears the CVV, or shows the errors and returns null. */
export function takeCard() {
  const errors = mistakes();
  if (Object.keys(errors).length > 0) {
    showErrors(form, errors);
    return null;
  }
  clearErrors(form);
  const [card_month, card_year] = expiry.value.split("/").map((part) => digitsOf(part));
  const card = {
    card_number: digitsOf(number.value), card_holder: form.elements.card_holder.value.trim(), card_month, card_year,
    card_cvv: form.elements.card_cvv.value, consent: true,
  };
  const name = form.elements.name.value.trim();
  if (name !== "") card.name = name;
  form.elements.card_cvv.value = "";
  return card;
}

/** Shows the service's errors at the fields, and returns those of unknown fields. The CVV has to be entered again. */
export function refuseCard(errors) {
  const { card_month, card_year, ...others } = errors;
  const expired = card_month ?? card_year;
  const own = { card_cvv: t("cvv-again"), ...others, ...(expired ? { card_expiry: expired } : {}) };
  return showErrors(form, own);
}

/** Asks for the CVV again; the other fields keep their values. */
export function askForCvv() {
  showErrors(form, { card_cvv: t("cvv-again") });
}

/** Asks for another card of the same customer. */
export function askForAnotherCard() {
  clearErrors(form);
  for (const input of [number, expiry, form.elements.card_cvv]) input.value = "";
  recognize();
  mirror();
  number.focus();
}

export function emptyCard() {
  form.reset();
  clearErrors(form);
  recognize();
  mirror();
}

export function startCardForm() {
  number.addEventListener("input", () => { keepFormat(number, grouped); recognize(); });
  expiry.addEventListener("input", (event) => {
    if (event.inputType !== "deleteContentBackward") keepFormat(expiry, asExpiry);
  });
  form.elements.card_cvv.addEventListener("input", (event) => { event.target.value = digitsOf(event.target.value); });
  form.addEventListener("input", mirror);
  forgive(form);
  find("#numbers").replaceChildren(...NUMBERS.map(([digits, text]) => make("li", {}, make("button", { type: "button", onclick: () => tryNumber(digits) },
    make("bdi", { className: "money" }, grouped(digits)), make("span", {}, t(text))))));
  if (location.hash === "#try") tryNumber(NUMBERS[0][0]);
  else recognize();
}

function tryNumber(digits) {
  number.value = grouped(digits);
  if (!form.elements.card_holder.value) form.elements.card_holder.value = "DEMO CUSTOMER";
  if (!expiry.value) expiry.value = "12 / 35";
  form.elements.card_cvv.value = "123";
  clearErrors(form);
  recognize();
  mirror();
  number.focus();
}
