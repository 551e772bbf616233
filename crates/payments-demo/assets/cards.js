// Saving a card step by step: card, phone, code.

import { ask } from "./api.js";
import { askForAnotherCard, askForCvv, emptyCard, refuseCard, startCardForm, takeCard } from "./card-form.js";
import { codeOf, emptyCode, refuseCode, showTries, startCodeForm, takeCode } from "./code-form.js";
import { startCountdown, stopCountdown } from "./countdown.js";
import { clear, during, find, findAll, problem } from "./dom.js";
import { clearErrors, forgive, sentences, showErrors } from "./form.js";
import "./frame.js";
import { expectMessage, expectMessageAgain, rememberPhone, showPhone } from "./phone.js";
import { showSaved } from "./saved.js";
import { t } from "./texts.js";

const STEPS = ["step-card", "step-phone", "step-code", "step-done"];
const PATH = "/payments/stored-cards";
/** With these the bank refuses the card itself; with others the same card can be sent again. */
const CARD_REFUSED = ["gateway_declined", "gateway_expired_card", "gateway_invalid_card", "gateway_contact_bank", "card_not_allowed"];
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
  showPhone(step === "step-code");
  find(`#${step} input, #${step} button`)?.focus();
}

/** The service no longer holds the card. The form keeps what can be sent again, except the CVV. */
function backToCard(failure) {
  go("step-card");
  if (CARD_REFUSED.includes(failure.code)) askForAnotherCard();
  else askForCvv();
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
    askForPhone();
  } catch (failure) {
    explain(forms.card, failure);
  }
}

/** The number that could not be read when the page opened is read now. */
function askForPhone() {
  go("step-phone");
  if (phone.value === "") fillPhone();
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
  clearErrors(forms.code);
  waitForCode(t("sent-to", { phone: `\u2066${number}\u2069` }), Number(find("#saving").dataset.codeSeconds));
  expectMessage(number.replace(/^0/, ""));
}

function waitForCode(sentence, seconds) {
  emptyCode();
  go("step-code");
  find("#sent-to").textContent = sentence;
  startCountdown(Date.now() + seconds * 1_000);
}

/** Continues at the step that the service names, unless the customer has begun with another card. */
async function resume() {
  const flow = await ask("GET", `${PATH}/flow/`).catch(() => ({ step: "card" }));
  if (forms.card.hidden || forms.card.contains(document.activeElement)) return;
  if (flow.step === "phone_number") askForPhone();
  if (flow.step !== "otp") return;
  waitForCode(t("sent"), flow.seconds_left);
  showTries(flow.tries_left);
  expectMessageAgain();
}

async function submitCode() {
  if (!takeCode()) return;
  clear(trouble);
  try {
    await patiently(() => ask("POST", `${PATH}/otp/`, { otp: codeOf() }));
  } catch (failure) {
    if (failure.code === "action_required") {
      emptyCard();
      location.assign(failure.nextAction);
      return;
    }
    const isOfCode = failure.code !== "flow_void" && (failure.status !== 400 || failure.errors.otp);
    if (!isOfCode) return backToCard(failure);
    if (failure.errors.otp) return refuseCode(failure);
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
  find('[data-step="step-card"]').setAttribute("aria-current", "step");
  startCardForm();
  startCodeForm();
  showSaved();
  fillPhone().then(resume);
}
