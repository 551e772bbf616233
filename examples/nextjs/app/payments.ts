// What the shop asks Payments for. A page is shown without plans rather than not at all.
import { createPaymentsClient, PaymentsError, unwrap, type Schemas } from "payments-client";

export type Card = Schemas["CardListResponse"]["results"][number];

const common = {
  baseUrl: process.env.PAYMENTS_URL ?? "http://127.0.0.1:8080",
  language: "en",
  timeoutMilliseconds: 2000,
};
const visitor = createPaymentsClient(common);
// The token needs the scope `purchases`.
const manage = createPaymentsClient({ ...common, token: process.env.PAYMENTS_TOKEN ?? "demo" });

/** The cards that a product can be paid with, each with its plans. */
export async function plansOfProduct(pk: number): Promise<Card[]> {
  const call = () => visitor.GET("/payments/cards/product/{pk}/", { params: { path: { pk } } });
  return (await answer(call))?.results ?? [];
}

/** The same for the basket that was handed over for a session. */
export async function plansOfBasket(session: string): Promise<Card[]> {
  const customer = createPaymentsClient({ ...common, cookie: `osessionid=${session}` });
  return (await answer(() => customer.GET("/payments/cards/basket/")))?.results ?? [];
}

/** Sends Payments what is in a session's basket. Returns whether it knows; repeating it is safe. */
export async function handOver(session: string, basket: Schemas["Basket"], expires: Date): Promise<boolean> {
  const { pk } = basket;
  const expires_at = expires.toISOString();
  const known = await answer(() => manage.PUT("/manage/v1/baskets/{pk}/", { params: { path: { pk } }, body: basket }));
  if (!known) return false;
  const params = { path: { id: session } };
  const body = { basket: pk, expires_at };
  return Boolean(await answer(() => manage.PUT("/manage/v1/sessions/{id}/", { params, body })));
}

/** Makes Payments forget a session, and a card that is held for it. */
export async function end(session: string): Promise<void> {
  await answer(() => manage.DELETE("/manage/v1/sessions/{id}/", { params: { path: { id: session } } }));
}

async function answer<Data>(call: () => Parameters<typeof unwrap<Data>>[0]): Promise<Data | undefined> {
  try {
    return await unwrap(call());
  } catch (error) {
    console.warn(error instanceof PaymentsError ? "Payments refused:" : "Payments did not answer:", error);
    return undefined;
  }
}
