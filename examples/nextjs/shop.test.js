// The built shop as a browser without scripts sees it, with a running Payments at PAYMENTS_URL.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

const payments = process.env.PAYMENTS_URL ?? "http://127.0.0.1:8080";
const shops = [];
after(() => shops.forEach((shop) => shop.kill()));

async function freePort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

async function start(paymentsUrl) {
  const port = await freePort();
  const next = ["node_modules/next/dist/bin/next", "start", "--hostname", "127.0.0.1", "--port", String(port)];
  const env = { ...process.env, PAYMENTS_URL: paymentsUrl, NEXT_TELEMETRY_DISABLED: "1" };
  const shop = spawn(process.execPath, next, { env, stdio: "ignore" });
  shops.push(shop);
  const url = `http://127.0.0.1:${port}`;
  while (shop.exitCode === null) {
    if (await fetch(`${url}/basket`).catch(() => undefined)) return url;
    await pause(50);
  }
  throw new Error("next start ended");
}

class Browser {
  cookies = new Map();

  async load(url, options = {}) {
    const Cookie = [...this.cookies].map((cookie) => cookie.join("=")).join("; ");
    const response = await fetch(url, { ...options, headers: { Cookie }, redirect: "manual" });
    for (const cookie of response.headers.getSetCookie()) {
      const [name, value] = cookie.split(";")[0].split("=");
      if (value) this.cookies.set(name, value);
      else this.cookies.delete(name);
    }
    const location = response.headers.get("Location");
    if (location) return this.load(new URL(location, url));
    return { status: response.status, text: await response.text() };
  }

  /** Submits the only form of a page. */
  async submit(url) {
    const { text } = await this.load(url);
    const body = new FormData();
    for (const [input] of text.matchAll(/<input type="hidden"[^>]*>/g)) {
      const [, name] = input.match(/name="([^"]*)"/);
      const [, value = ""] = input.match(/value="([^"]*)"/) ?? [];
      body.set(name, value.replaceAll("&quot;", '"').replaceAll("&amp;", "&"));
    }
    return this.load(url, { method: "POST", body });
  }
}

async function countForSession(session) {
  const headers = { Cookie: `osessionid=${session}` };
  return (await (await fetch(`${payments}/payments/cards/basket/`, { headers })).json()).count;
}

test("pages have the plans of Payments, and of the basket until the customer leaves", async () => {
  const shop = await start(payments);
  const browser = new Browser();
  const product = await browser.load(`${shop}/products/1`);
  assert.match(product.text, /<h2>Garanti BBVA Bonus<\/h2>/);
  assert.match(product.text, /<li>3 installments: 6\.83 × 3 = 20\.47 TRY<\/li>/);
  assert.equal((await browser.load(`${shop}/products/2`)).status, 404);

  await browser.submit(`${shop}/products/1`);
  const basket = await browser.submit(`${shop}/products/1`);
  assert.match(basket.text, /Total: 38\.98 TRY/);
  assert.match(basket.text, /<li>3 installments: 13\.65 × 3 = 40\.93 TRY<\/li>/);

  const session = browser.cookies.get("osessionid");
  assert.notEqual(await countForSession(session), 0);
  await browser.submit(`${shop}/basket`);
  assert.equal(browser.cookies.size, 0);
  assert.equal(await countForSession(session), 0);
});

test("without Payments pages have no plans, and the basket is handed over later", async () => {
  const browser = new Browser();
  const alone = await start("http://127.0.0.1:1");
  const product = await browser.load(`${alone}/products/1`);
  assert.equal(product.status, 200);
  assert.match(product.text, /19\.49 TRY/);
  assert.match(product.text, /Installments are not available/);
  const basket = await browser.submit(`${alone}/products/1`);
  assert.match(basket.text, /Total: 19\.49 TRY/);
  assert.match(basket.text, /Installments are not available/);

  const shop = await start(payments);
  assert.match((await browser.load(`${shop}/basket`)).text, /6\.83 × 3 = 20\.47 TRY/);
});
