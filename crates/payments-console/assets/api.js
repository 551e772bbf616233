// The management API, as whoever is signed in.
//
// When the session ends, the page says so and stays as it is. Reading goes on by itself after another tab has signed in;
// what changes something is never repeated without a click.

import { find } from "./dom.js";
import { duration, language, t } from "./texts.js";

const base = document.documentElement.dataset.base;
const PATIENCE_MILLISECONDS = 60_000;

/** Notifies the other tabs of a sign-in. */
const tabs = new BroadcastChannel("payments-console");

/** A request that failed, in words. */
export class Failure extends Error {
  constructor(status, text, body = null, spoken = language) {
    super(text);
    this.status = status;
    this.text = text;
    this.code = body?.code;
    this.language = spoken;
    /** Pairs of a JSON pointer and what is wrong there. */
    this.lines = Object.entries(body?.errors ?? {}).flatMap(([pointer, texts]) => texts.map((text) => [pointer, text]));
  }
}

async function exchange(method, path, body, headers = {}) {
  const options = { method, cache: "no-store", headers: { "Accept-Language": language, ...headers }, signal: AbortSignal.timeout(PATIENCE_MILLISECONDS) };
  if (body !== undefined) {
    // A string is sent as typed.
    options.body = typeof body === "string" ? body : JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  let answer, text;
  try {
    answer = await fetch(base + path, options);
    text = await answer.text();
  } catch (error) {
    throw new Failure(0, t(error.name === "TimeoutError" ? "error-slow" : "error-offline"));
  }
  let content = null;
  try {
    content = text === "" ? null : JSON.parse(text);
  } catch {
    throw new Failure(answer.status, t("error-generic"));
  }
  if (answer.ok) return { body: content, text, etag: answer.headers.get("ETag") };
  const seconds = Number(answer.headers.get("Retry-After"));
  const own = answer.status === 429 && t("error-busy", { time: duration(seconds) });
  const spoken = own ? language : answer.headers.get("Content-Language") ?? language;
  throw new Failure(answer.status, own || content?.detail || t("error-generic"), content, spoken);
}

const send = async (...request) => (await exchange(...request)).body;

let token = null;
/** Whether the principal changed since the last write. */
let isOther = false;
let again = null;

async function readSession() {
  const session = await send("GET", "/console/session/");
  const principal = find("#principal");
  isOther ||= principal.textContent !== session.principal;
  token = session.csrf_token;
  principal.textContent = session.principal;
}

/** Stops the first write after the principal changed: the page showed another name when the edit began. */
function stopIfOther() {
  if (!isOther) return;
  isOther = false;
  throw new Failure(0, t("error-other-principal"));
}

/** Says that the session has ended; done when another tab has signed in. */
function signedInAgain() {
  again ??= new Promise((done) => {
    const notice = find("#session-ended");
    const listening = new AbortController();
    const look = async () => {
      try {
        await readSession();
      } catch {
        return;
      }
      listening.abort();
      again = null;
      notice.hidden = true;
      done();
    };
    tabs.addEventListener("message", look, { signal: listening.signal });
    window.addEventListener("focus", look, { signal: listening.signal });
    notice.hidden = false;
  });
  return again;
}

/** Reads a resource with its entity tag; waits while there is no session. */
export async function read(path) {
  for (;;) {
    try {
      return await exchange("GET", path);
    } catch (failure) {
      if (failure.status !== 401) throw failure;
      await signedInAgain();
    }
  }
}

/** Reads a resource; waits while there is no session. */
export const get = async (path) => (await read(path)).body;

/** Changes something. An unknown CSRF token is replaced, once. */
export async function change(method, path, body, headers = {}) {
  const sent = () => exchange(method, path, body, { ...headers, "X-CSRFToken": token });
  try {
    if (token === null) await readSession();
    stopIfOther();
    try {
      return await sent();
    } catch (failure) {
      if (failure.code !== "csrf_failed") throw failure;
      await readSession();
      stopIfOther();
      return await sent();
    }
  } catch (failure) {
    if (failure.status !== 401) throw failure;
    signedInAgain();
    throw new Failure(401, t("error-signed-out"));
  }
}

export const post = async (path, body) => (await change("POST", path, body)).body;

/** Signs out; a session that has ended is no error. */
export async function signOut() {
  try {
    await readSession();
    await send("POST", "/console/sign-out/", undefined, { "X-CSRFToken": token });
  } catch (failure) {
    if (failure.status !== 401) throw failure;
  }
  location.assign(`${base}/console/sign-in/`);
}

/** Notifies the other tabs that this one is signed in. */
export const announce = () => tabs.postMessage("signed in");
