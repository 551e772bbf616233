// How long the code is valid, and when another one can be requested.

import { find } from "./dom.js";
import { clock, t } from "./texts.js";

const RESEND_SECONDS = 20;
let timer = null;

/** Counts down to a time, in milliseconds. */
export function startCountdown(until) {
  stopCountdown();
  const begin = Date.now();
  const show = () => {
    const left = Math.max(Math.ceil((until - Date.now()) / 1_000), 0);
    find("#countdown").textContent = left > 0 ? t("time-left", { time: clock(left) }) : t("time-over");
    const wait = RESEND_SECONDS - Math.floor((Date.now() - begin) / 1_000);
    find("#resend").disabled = wait > 0;
    find("#resend").textContent = wait > 0 ? `${t("resend")} (${wait})` : t("resend");
    if (left === 0) stopCountdown();
  };
  timer = setInterval(show, 1_000);
  show();
}

export function stopCountdown() {
  clearInterval(timer);
}
