// What a card number and an expiry say by themselves.

export const digitsOf = (text) => text.replace(/\D/g, "");

const BRANDS = [
  ["Visa", /^4/],
  ["Mastercard", /^(5[1-5]|2(2[2-9]|[3-6]|7[01]|720))/],
  ["Amex", /^3[47]/],
  ["Troy", /^(9792|65)/],
];

/** The card scheme of a number, or an empty text. */
export function brandOf(digits) {
  return BRANDS.find(([, pattern]) => pattern.test(digits))?.[0] ?? "";
}

/** Whether the check digit (Luhn) and the length are valid. */
export function isLuhn(digits) {
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    const value = Number(digit) * (place % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return digits.length >= 12 && digits.length <= 19 && sum % 10 === 0;
}

/** The expiry of a saved card, as it is printed on cards. */
export const expiryOf = (card) => `${String(card.card_month).padStart(2, "0")}/${card.card_year}`;

/** Whether the last month of a saved card is over. */
export function isExpired(card) {
  const now = new Date();
  return card.card_year * 12 + card.card_month < now.getFullYear() * 12 + now.getMonth() + 1;
}
