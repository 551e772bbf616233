// A customer saves a card and deletes it, with the package as it is installed.
import { createPaymentsClient, PaymentsError, unwrap, type Schemas } from "payments-client";

declare const process: { argv: string[] };

const baseUrl = process.argv[2] ?? "";
const cookie = "osessionid=demo_customer_0000000000000000001";
const client = createPaymentsClient({ baseUrl, cookie, language: "en" });

function expect(what: string, received: unknown, expected: unknown): void {
  if (received !== expected) throw new Error(`${what}: ${String(received)}, not ${String(expected)}`);
}

async function failure(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function refusal(call: Promise<unknown>): Promise<PaymentsError> {
  const error = await failure(call);
  if (error instanceof PaymentsError) return error;
  throw new Error(`no refusal, but ${String(error)}`);
}

const product = (pk: number) => client.GET("/payments/cards/product/{pk}/", { params: { path: { pk } } });
const listing: Schemas["CardListResponse"] = await unwrap(product(1));
const plans = listing.results[0]?.installments ?? [];
expect("a plan", plans.find((plan) => plan.installment_count === 3)?.total_amount, 20.47);
expect("a label", plans[0]?.label, "Single payment");
const { error, response } = await product(900000);
expect("an unknown product", `${response.status} ${error?.code}`, "404 product_not_found");
expect("its error", (await refusal(unwrap(product(900000)))).message, "Product not found.");
const basket = await unwrap(client.GET("/payments/cards/basket/", { params: { query: { bin: "55496000" } } }));
expect("the digits", basket.results.map((card) => card.name).join(), "Bonus");

const card: Schemas["CardRequest"] = {
  card_holder: "AYŞE YILMAZ",
  card_number: "5528790000000008",
  card_month: "12",
  card_year: "2035",
  card_cvv: "123",
  consent: true,
};
await unwrap(client.POST("/payments/stored-cards/card/", { body: card }));
const phone = await unwrap(client.GET("/payments/stored-cards/phone-number/"));
await unwrap(client.POST("/payments/stored-cards/phone-number/", { body: phone }));
const outbox = (await unwrap(client.GET("/sandbox/outbox/"))) as { results: { text: string }[] };
const otp = outbox.results[0]?.text.match(/\d{4,8}/)?.[0] ?? "";
const enter = (otp: string) => client.POST("/payments/stored-cards/otp/", { body: { otp } });
const wrong = await refusal(unwrap(enter(otp === "00000000" ? "00000001" : "00000000")));
expect("a wrong code", `${wrong.status} ${wrong.code} ${wrong.body.tries_left}`, "400 otp_wrong 4");
expect("its field", wrong.errors["otp"]?.length, 1);
await unwrap(enter(otp));
const saved = await unwrap(client.GET("/payments/stored-cards/"));
expect("the card", saved.results[0]?.masked_card_number, "552879******0008");
const path = { pk: saved.results[0]?.pk ?? 0 };
await unwrap(client.DELETE("/payments/stored-cards/{pk}/", { params: { path } }));

const visitor = createPaymentsClient({ baseUrl });
const anonymous = await refusal(unwrap(visitor.GET("/payments/stored-cards/")));
expect("cards without a session", `${anonymous.status} ${anonymous.code}`, "401 not_authenticated");

// A token that the service no longer accepts is renewed, and the request repeated with its body.
const tokens: (string | null)[] = [];
const forgetful = createPaymentsClient({
  baseUrl,
  cookie,
  fetch: async (request) => {
    const token = request.headers.get("X-Csrftoken");
    if (token) tokens.push(token);
    if (tokens.length === 2) request.headers.set("X-Csrftoken", "expired");
    return fetch(request);
  },
});
await unwrap(forgetful.GET("/payments/stored-cards/"));
await unwrap(forgetful.POST("/payments/stored-cards/card/", { body: card }));
expect("requests with a token", tokens.length, 3);

// One timeout for a call with its CSRF token. A framework's options reach its `fetch`.
const timeout = AbortSignal.timeout;
let timeouts = 0;
AbortSignal.timeout = (milliseconds) => {
  timeouts += 1;
  return timeout.call(AbortSignal, milliseconds);
};
let cached: unknown;
const framework = createPaymentsClient({
  baseUrl,
  cookie,
  fetch: async (request) => {
    cached ??= Reflect.get(request, "next");
    return fetch(request);
  },
});
await unwrap(framework.GET("/payments/stored-cards/"));
expect("timeouts", timeouts, 1);
const params = { path: { pk: 1 } };
await framework.GET("/payments/cards/product/{pk}/", { params, ...({ next: "a minute" } as object) });
expect("an option of a framework", cached, "a minute");

// A refused CSRF token is the response to the call.
const limited = createPaymentsClient({
  baseUrl,
  fetch: async () => Response.json({}, { status: 429, headers: { "Retry-After": "3" } }),
});
const tooMany = await refusal(unwrap(limited.GET("/payments/stored-cards/")));
expect("too many requests", `${tooMany.status} ${tooMany.retryAfterSeconds}`, "429 3");

// A service that does not answer.
const silent = createPaymentsClient({
  baseUrl,
  timeoutMilliseconds: 20,
  fetch: ({ signal }) =>
    new Promise((_, reject) => {
      // Keeps the process, which a signal's timeout does not.
      const connection = setInterval(() => {}, 1000);
      signal.onabort = () => {
        clearInterval(connection);
        reject(signal.reason);
      };
    }),
});
const name = (error: unknown) => (error instanceof Error ? error.name : error);
expect("no answer", name(await failure(silent.GET("/csrf_token/"))), "TimeoutError");
const abort = new AbortController();
const aborted = failure(client.GET("/csrf_token/", { signal: abort.signal }));
abort.abort();
expect("an aborted request", name(await aborted), "AbortError");
