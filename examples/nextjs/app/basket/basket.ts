import { createHash, randomBytes } from "node:crypto";
import { cookies, headers } from "next/headers";
import { decimal, products, type Product } from "../goods";
import { handOver } from "../payments";

/** Payments reads the same cookie. */
const SESSION = "osessionid";
const BASKET = "basket";
const DAY = 24 * 60 * 60;

export interface Basket {
  session: string;
  quantities: Record<string, number>;
  isHandedOver: boolean;
}

// A real shop keeps sessions and baskets in its database. This one has them in the customer's cookies, without prices. It
// accepts any id, so it must not name a customer in the session: see the README.
export async function readBasket(): Promise<Basket> {
  const jar = await cookies();
  const session = jar.get(SESSION)?.value ?? randomBytes(16).toString("hex");
  return { quantities: {}, isHandedOver: false, ...JSON.parse(jar.get(BASKET)?.value ?? "{}"), session };
}

/** Only in a server action: a page cannot set cookies. */
export async function saveBasket({ session, ...basket }: Basket): Promise<void> {
  const jar = await cookies();
  const secure = (await headers()).get("x-forwarded-proto") === "https";
  const options = { httpOnly: true, sameSite: "lax", secure, maxAge: DAY } as const;
  jar.set(SESSION, session, options);
  jar.set(BASKET, JSON.stringify(basket), options);
}

export async function forgetBasket(): Promise<void> {
  const jar = await cookies();
  jar.delete(SESSION);
  jar.delete(BASKET);
}

export function itemsOf({ quantities }: Basket): { product: Product; quantity: number }[] {
  return [...products.values()]
    .map((product) => ({ product, quantity: quantities[product.pk] ?? 0 }))
    .filter(({ quantity }) => quantity > 0);
}

export function totalOf(basket: Basket): string {
  return decimal(itemsOf(basket).reduce((sum, { product, quantity }) => sum + product.price * quantity, 0));
}

export function handOverBasket(basket: Basket): Promise<boolean> {
  const items = itemsOf(basket).map(({ product, quantity }) => {
    return { product: product.pk, quantity, price: decimal(product.price) };
  });
  // Of the session, so that no customer can name the basket of another one.
  const pk = createHash("sha256").update(basket.session).digest().readUIntBE(0, 6) + 1;
  const expires = new Date(Date.now() + DAY * 1000);
  return handOver(basket.session, { pk, currency: "TRY", total: totalOf(basket), items }, expires);
}
