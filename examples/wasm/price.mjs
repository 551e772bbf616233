import { readFileSync } from "node:fs";

const file = new URL("../../target/wasm32-unknown-unknown/release/payments_wasm.wasm", import.meta.url);
const { instance } = await WebAssembly.instantiate(readFileSync(file));
const basket = 1949n; // 19.49 TRY in kuruş
for (const count of [1, 3, 6, 9]) {
  const total = instance.exports.total(basket, count, BigInt(Date.now()));
  console.log(total < 0 ? `${count}: not offered` : `${count}: ${(Number(total) / 100).toFixed(2)} TRY`);
}
