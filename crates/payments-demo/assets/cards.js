// Saving a card step by step: card, phone, code.

import { ask } from "./api.js";
import { askForCvv, emptyCard, refuseCard, startCardForm, takeCard } from "./card-form.js";
import { startCountdown, stopCountdown } from "./countdown.js";
import { clear, during, find, findAll, problem } from "./dom.js";
import { forgive, sentences, showErrors } from "./form.js";
import "./frame.js";
import { expectMessage, rememberPhone } from "./phone.js";
import { showSaved } from "./saved.js";
import { t } from "./texts.js";

const STEPS = ["step-card", "step-phone", "step-code", "step-done"];
const PATH = "/payments/stored-cards";
const trouble = find("#saving-problem");
const forms = Object.fromEntries(["card", "phone", "code"].map((name) => [name, find(`#step-${name}`)]));
const phone = forms.phone?.elements.phone_number;

function go(step) {
  for (const name of STEPS) find(`#${name}`).hidden = name !== step;
  for (const item of findAll("[data-step]")) {
    const is = STEPS.indexOf(item.dataset.step);
    item.classList.toggle("past", is < STEPS.indexOf(step));
    if (item.dataset.step === step) item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
  }
  clear(trouble);
  if (step !== "step-code") stopCountdown();
  find(`#${step} input, #${step} button`)?.focus();
}

/** The service no longer holds the card. The form still has everything but the CVV. */
function backToCard(failure) {
  go("step-card");
  askForCvv();
  problem(trouble, failure);
}

/** Shows field errors at their fields, and everything else above the form. */
function explain(form, failure, retry) {
  const rest = form === forms.card ? refuseCard(sentences(failure.errors)) : showErrors(form, sentences(failure.errors));
  const hasFields = Object.keys(failure.errors).length > 0;
  if (!hasFields || rest.length > 0) problem(trouble, failure, retry);
}

async function submitCard() {
  const card = takeCard();
  if (!card) return;
  try {
    await ask("POST", `${PATH}/card/`, card);
    go("step-phone");
  } catch (failure) {
    explain(forms.card, failure);
  }
}

async function sendCode() {
  const number = phone.value.replaceAll(/[ ()-]/g, "");
  if (!/^\d{10,14}$/.test(number)) return showErrors(forms.phone, { phone_number: t("phone-number-bad") });
  try {
    await ask("POST", `${PATH}/phone-number/`, { phone_number: number });
  } catch (failure) {
    const isOfCard = failure.status === 400 && Object.keys(failure.errors).length === 0;
    if (isOfCard) return backToCard(failure);
    if (forms.code.hidden) return explain(forms.phone, failure, () => during(find(".primary", forms.phone), sendCode));
    return problem(trouble, failure);
  }
  go("step-code");
  forms.code.elements.otp.value = "";
  find("#sent-to").textContent = t("sent-to", { phone: `\u2066${number}\u2069` });
  startCountdown(Number(find("#saving").dataset.codeSeconds));
  expectMessage(number.replace(/^0/, ""));
}

async function submitCode() {
  const { otp } = forms.code.elements;
  if (!/^\d{4,8}$/.test(otp.value.trim())) return showErrors(forms.code, { otp: t("code-bad") });
  clear(trouble);
  try {
    await patiently(() => ask("POST", `${PATH}/otp/`, { otp: otp.value.trim() }));
  } catch (failure) {
    if (failure.nextAction) {
      emptyCard();
      location.assign(failure.nextAction);
      return;
    }
    const isOfCode = failure.status !== 400 || failure.errors.otp;
    if (!isOfCode) return backToCard(failure);
    return explain(forms.code, failure, () => during(find(".primary", forms.code), submitCode));
  }
  emptyCard();
  go("step-done");
  await showSaved();
}

/** Retries while another request is still saving the card (503). */
async function patiently(work) {
  for (let left = 8; ; left -= 1) {
    try {
      return await work();
    } catch (failure) {
      if (failure.status !== 503 || left === 0) throw failure;
      await new Promise((resolve) => { setTimeout(resolve, 1_000); });
    }
  }
}

async function fillPhone() {
  try {
    const { phone_number: number } = await ask("GET", `${PATH}/phone-number/`);
    if (phone.value === "") phone.value = number;
    rememberPhone(number);
  } catch {
    // The customer can enter it.
  }
}

function on(form, work) {
  forgive(form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    during(find(".primary", form), work);
  });
}

if (forms.card) {
  on(forms.card, submitCard);
  on(forms.phone, sendCode);
  on(forms.code, submitCode);
  find("#resend").addEventListener("click", (event) => during(event.target, sendCode));
  find("#another").addEventListener("click", () => go("step-card"));
  for (const button of findAll("[data-back]")) button.addEventListener("click", () => go(button.dataset.back));
  document.addEventListener("shop-code", (event) => {
    forms.code.elements.otp.value = event.detail;
    forms.code.elements.otp.focus();
  });
  find('[data-step="step-card"]').setAttribute("aria-current", "step");
  startCardForm();
  showSaved();
  fillPhone();
}
