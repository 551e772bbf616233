"use server";

import { redirect } from "next/navigation";
import { products } from "../goods";
import { end } from "../payments";
import { forgetBasket, handOverBasket, readBasket, saveBasket } from "./basket";

export async function add(pk: number): Promise<void> {
  if (!products.has(pk)) return;
  const basket = await readBasket();
  basket.quantities[pk] = (basket.quantities[pk] ?? 0) + 1;
  basket.isHandedOver = await handOverBasket(basket);
  await saveBasket(basket);
  redirect("/basket");
}

export async function leave(): Promise<void> {
  const { session } = await readBasket();
  await end(session);
  await forgetBasket();
  redirect("/basket");
}
