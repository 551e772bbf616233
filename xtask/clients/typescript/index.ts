import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./schema.js";

export type { paths };
/** The objects of the API by name, such as `Schemas["CardListResponse"]`. */
export type Schemas = components["schemas"];
export type PaymentsClient = Client<paths>;

export interface Options {
  /** The base URL of the service, such as `https://shop.example.com`. `""` is the page's own origin. */
  baseUrl: string;
  /** The `Cookie` header of the customer's request. Only for servers: a browser sends its own cookies. */
  cookie?: string;
  /** The language of labels and errors, as in `Accept-Language`. Default: the service's default language. */
  language?: string;
  /** A token of the management API. Only for servers. */
  token?: string;
  /** When a call fails with a `TimeoutError`, including the CSRF token that it needs. Default: 10,000. */
  timeoutMilliseconds?: number;
  /** Default: the global `fetch`. */
  fetch?: (request: Request) => Promise<Response>;
}

/** What `unwrap` throws for a response that is not a success. */
export class PaymentsError extends Error {
  readonly status: number;
  /** Stable, for programs. Absent if the response came from a proxy. */
  readonly code: Schemas["ErrorResponse"]["code"] | undefined;
  /** The messages of each invalid field. */
  readonly errors: Record<string, string[]>;
  /** When to try again. */
  readonly retryAfterSeconds: number | undefined;
  /** The whole body. */
  readonly body: Partial<Schemas["ErrorResponse"]>;

  constructor(response: Response, error: unknown) {
    const body: PaymentsError["body"] = typeof error === "object" && error !== null ? error : {};
    super(body.detail ?? `HTTP status ${response.status}`);
    this.name = "PaymentsError";
    this.status = response.status;
    this.code = body.code;
    this.errors = body.errors ?? {};
    this.retryAfterSeconds = Number(response.headers.get("Retry-After")) || undefined;
    this.body = body;
  }
}

/**
 * A client of one customer, or of the management API. It gets the CSRF token that saved cards need, and renews it once if
 * the service refuses it. A call takes `signal`, an `AbortSignal`, among its options.
 */
export function createPaymentsClient(options: Options): PaymentsClient {
  const { baseUrl, cookie, language, token, timeoutMilliseconds = 10_000 } = options;
  const headers: Record<string, string> = {};
  if (cookie) headers["Cookie"] = cookie;
  if (language) headers["Accept-Language"] = language;
  if (token) headers["Authorization"] = `Bearer ${token}`;
  const fetch = withCsrfToken(options.fetch ?? ((request) => globalThis.fetch(request)));
  const send = (request: Request) => {
    // Not `AbortSignal.any`, which browsers of 2023 lack.
    const either = new AbortController();
    for (const signal of [request.signal, AbortSignal.timeout(timeoutMilliseconds)]) {
      if (signal.aborted) either.abort(signal.reason);
      signal.addEventListener("abort", () => either.abort(signal.reason), { once: true });
    }
    const limited = new Request(request, { signal: either.signal });
    // Options of a framework, such as `next` of Next.js.
    for (const key of Object.keys(request)) Object.assign(limited, { [key]: Reflect.get(request, key) });
    return fetch(limited);
  };
  return createClient<paths>({ baseUrl, headers, fetch: send });
}

/** The data of a successful response; throws a `PaymentsError` for any other. */
export async function unwrap<Data>(
  call: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<Data> {
  const { data, error, response } = await call;
  if (!response.ok) throw new PaymentsError(response, error);
  return data as Data;
}

type Send = (request: Request) => Promise<Response>;

function withCsrfToken(send: Send): Send {
  let token: string | undefined;
  /** Returns the service's refusal, if there is one: it is then the response to the call. */
  const renew = async (service: string, { headers, signal }: Request) => {
    const response = await send(new Request(`${service}/csrf_token/`, { headers, signal }));
    token = response.ok ? (await response.json()).csrf_token : undefined;
    return response.ok ? undefined : response;
  };
  const sendWithToken = (request: Request) => {
    if (token) request.headers.set("X-Csrftoken", token);
    return send(request);
  };
  return async (request) => {
    const [service = "", protectedPath] = request.url.split("/payments/stored-cards/");
    if (protectedPath === undefined) return send(request);
    const repeated = token && request.clone();
    const refused = token ? undefined : await renew(service, request);
    if (refused) return refused;
    const response = await sendWithToken(request);
    if (response.status !== 403 || !repeated) return response;
    return (await renew(service, repeated)) ?? sendWithToken(repeated);
  };
}
