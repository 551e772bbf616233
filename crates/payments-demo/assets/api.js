// The payments service, as any front end speaks to it: cookie, CSRF token, language, JSON.

import { language, t, wait } from "./texts.js";

const PATIENCE_MILLISECONDS = 20_000;
/** Who has to wait longer reads the service's own words: "tomorrow" says more than a number of hours. */
const A_DAYS_LIMIT_SECONDS = 7_200;

/** What went wrong, with a sentence for the customer. */
export class Failure extends Error {
  constructor(status, text, errors = {}, nextAction = null) {
    super(text);
    this.status = status;
    this.text = text;
    this.errors = errors;
    /** Where the customer goes on before the card is saved. */
    this.nextAction = nextAction;
  }
}

let token = null;

async function csrfToken() {
  token ??= send("GET", "/csrf_token/").then((answer) => answer.csrf_token);
  try {
    return await token;
  } catch (failure) {
    token = null;
    throw failure;
  }
}

async function fetchOr(path, options) {
  const signal = AbortSignal.timeout(PATIENCE_MILLISECONDS);
  try {
    return await fetch(path, { ...options, signal, cache: "no-store" });
  } catch {
    throw new Failure(0, t(signal.aborted ? "error-slow" : "error-offline"));
  }
}

async function send(method, path, body, headers = {}) {
  const options = { method, headers: { "Accept-Language": language, ...headers } };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  return read(await fetchOr(path, options));
}

async function read(answer) {
  const body = await answer.text().catch(() => "");
  let content = null;
  let isOurs = true;
  try {
    content = body === "" ? null : JSON.parse(body);
  } catch {
    // What stands before the service has pages of its own.
    isOurs = false;
  }
  if (answer.ok && isOurs) return content;
  const seconds = Number(answer.headers.get("Retry-After") ?? 60);
  const own = { 401: t("error-session"), 429: seconds < A_DAYS_LIMIT_SECONDS && t("error-busy", { time: wait(seconds) }) }[answer.status];
  const nextAction = content?.code === "action_required" ? content.next_action : null;
  throw new Failure(answer.status, own || content?.detail || t("error-generic"), content?.errors, nextAction);
}

/** Asks for something everybody may see. */
export const get = (path) => send("GET", path);

/** Asks or tells something as the customer. A token that does not count any more is fetched anew, once. */
export async function ask(method, path, body) {
  try {
    return await send(method, path, body, { "X-Csrftoken": await csrfToken() });
  } catch (failure) {
    if (failure.status !== 403) throw failure;
    token = null;
    return send(method, path, body, { "X-Csrftoken": await csrfToken() });
  }
}
