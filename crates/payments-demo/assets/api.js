// A client of the payments service's public API, as any front end writes it: cookie, CSRF token, language, JSON.

import { language, t, wait } from "./texts.js";

const PATIENCE_MILLISECONDS = 20_000;
/** Longer waits show the service's own sentence: "tomorrow" is clearer than a number of hours. */
const A_DAYS_LIMIT_SECONDS = 7_200;

/** A failed request, with a sentence for the customer. */
export class Failure extends Error {
  constructor(status, text, body = null) {
    super(text);
    this.status = status;
    this.text = text;
    this.code = body?.code;
    this.errors = body?.errors ?? {};
    /** How many other codes may be tried, if the service says so. */
    this.triesLeft = body?.tries_left;
    /** Where the customer has to go (3-D Secure) before the card is saved. */
    this.nextAction = body?.next_action;
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
  const patience = AbortSignal.timeout(PATIENCE_MILLISECONDS);
  const signal = options.signal ? AbortSignal.any([options.signal, patience]) : patience;
  try {
    return await fetch(path, { ...options, signal, cache: "no-store" });
  } catch {
    throw new Failure(0, t(patience.aborted ? "error-slow" : "error-offline"));
  }
}

async function send(method, path, body, headers = {}, signal = null) {
  const options = { method, signal, headers: { "Accept-Language": language, ...headers } };
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
    // Not JSON: a page of a proxy in front of the service.
    isOurs = false;
  }
  if (answer.ok && isOurs) return content;
  const seconds = Number(answer.headers.get("Retry-After") ?? 60);
  const own = { 401: t("error-session"), 429: seconds < A_DAYS_LIMIT_SECONDS && t("error-busy", { time: wait(seconds) }) }[answer.status];
  throw new Failure(answer.status, own || content?.detail || t("error-generic"), content);
}

/** Requests a public resource. An aborted signal ends the request. */
export const get = (path, signal = null) => send("GET", path, undefined, {}, signal);

/** Sends a request as the customer. An expired CSRF token is replaced, once. */
export async function ask(method, path, body) {
  try {
    return await send(method, path, body, { "X-Csrftoken": await csrfToken() });
  } catch (failure) {
    if (failure.status !== 403) throw failure;
    token = null;
    return send(method, path, body, { "X-Csrftoken": await csrfToken() });
  }
}
