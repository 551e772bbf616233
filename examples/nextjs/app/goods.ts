export interface Product {
  pk: number;
  name: string;
  /** In kuruş: binary fractions do not add up. */
  price: number;
}

/** What the shop sells: products of the demo store. A real shop imports its own into Payments. */
export const products = new Map(
  [
    { pk: 1, name: "Gold-plated earrings", price: 1949 },
    { pk: 21, name: "Wool coat", price: 249990 },
  ].map((product) => [product.pk, product]),
);

export const decimal = (price: number) => (price / 100).toFixed(2);
