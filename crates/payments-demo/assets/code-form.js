// The code field: it sends itself with its last digit, and shows the tries that are left.

import { digitsOf } from "./card-number.js";
import { find } from "./dom.js";
import { sentences, showErrors } from "./form.js";
import { t } from "./texts.js";

const form = find("#step-code");
const field = form?.elements.otp;

export const codeOf = () => field.value;

export function emptyCode() {
  field.value = "";
  showTries();
}

/** Shows how many other codes can be tried, if the service says so. */
export function showTries(count) {
  find("#tries").textContent = count === undefined ? "" : t("tries-left", { count });
}

/** Whether the code is complete; if not, the field says so. */
export function takeCode() {
  const isComplete = codeOf().length === field.maxLength;
  if (!isComplete) showErrors(form, { otp: t("code-digits", { count: field.maxLength }) });
  return isComplete;
}

/** Shows why the service refused the code, with the code selected, so that the next digit replaces it. */
export function refuseCode(failure) {
  showErrors(form, { otp: sentences(failure.errors).otp });
  showTries(failure.triesLeft);
  field.select();
}

function sendIfComplete() {
  if (codeOf().length === field.maxLength) form.requestSubmit();
}

export function startCodeForm() {
  field.style.setProperty("--digits", field.maxLength);
  field.addEventListener("input", () => {
    const digits = digitsOf(field.value);
    if (digits !== field.value) field.value = digits;
    sendIfComplete();
  });
  document.addEventListener("shop-code", ({ detail }) => {
    field.value = detail;
    field.focus();
    sendIfComplete();
  });
}
