// Form fields and their errors.

import { find, findAll } from "./dom.js";

/** Shows errors at their fields and focuses the first one. Returns the texts of unknown fields. */
export function showErrors(form, errors) {
  const rest = [];
  clearErrors(form);
  for (const [name, text] of Object.entries(errors)) {
    const place = find(`[data-field="${name}"] .error`, form);
    if (!place) {
      rest.push(text);
      continue;
    }
    place.textContent = text;
    place.hidden = false;
    find(`[data-field="${name}"] input`, form).setAttribute("aria-invalid", "true");
  }
  find('[aria-invalid="true"]', form)?.focus();
  return rest;
}

export function clearErrors(form) {
  for (const place of findAll(".error", form)) place.hidden = true;
  for (const input of findAll("[aria-invalid]", form)) input.removeAttribute("aria-invalid");
}

/** Hides a field's error when the field is edited. */
export function forgive(form) {
  form.addEventListener("input", (event) => {
    const field = event.target.closest("[data-field]");
    event.target.removeAttribute("aria-invalid");
    const place = field && find(".error", field);
    if (place) place.hidden = true;
  });
}

/** The service's errors, one text for each field. */
export function sentences(errors) {
  return Object.fromEntries(Object.entries(errors).map(([name, texts]) => [name, texts.join(" ")]));
}
