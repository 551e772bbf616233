// Reads what a product can be paid with, through the types that are generated from the description of the service.
import type { operations, paths } from "./payments.js";

declare const process: { argv: string[]; exitCode: number };

type Listing = operations["get_product_cards"]["responses"][200]["content"]["application/json"];
type Refusal = operations["get_product_cards"]["responses"][404]["content"]["application/json"];
type Card = Listing["results"][number];
type Submitted = NonNullable<
  paths["/payments/stored-cards/card/"]["post"]["requestBody"]
>["content"]["application/json"];

const service = process.argv[2] ?? "";

async function get<Body>(path: keyof paths | `/payments/cards/product/${number}/`): Promise<Body> {
  const response = await fetch(service + path, { headers: { "Accept-Language": "en" } });
  return (await response.json()) as Body;
}

function cheapest(card: Card): string {
  const totals = card.installments.map((plan) => plan.total_amount);
  return `${card.bank.name} ${card.name} ${Math.min(...totals)}`;
}

const submitted: Submitted = {
  card_holder: "AYŞE YILMAZ",
  card_number: "5528790000000008",
  card_month: "12",
  card_year: "2035",
  card_cvv: "123",
  consent: true,
};

const listing = await get<Listing>("/payments/cards/product/1/");
const refusal = await get<Refusal>("/payments/cards/product/900000/");
const [first] = listing.results;
const received = [first && cheapest(first), refusal.detail, submitted.consent].join("; ");
if (received !== "Garanti BBVA Bonus 19.49; Product not found.; true") {
  console.error(`the types promise otherwise: ${received}`);
  process.exitCode = 1;
}
