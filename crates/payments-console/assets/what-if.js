// What a draft would change for the store's recent purchases.

import { count, make, mark, table } from "./dom.js";
import { matrixTable, money } from "./matrix-table.js";
import { number, t, word } from "./texts.js";
import { ruleLink } from "./reasons.js";

const WAYS = ["loses", "gains", "gains_and_loses", "figures"];

function moves({ by_currency }) {
  return by_currency.flatMap(({ currency, lower, higher }) => {
    const amount = money(currency);
    const said = (name, { purchases, largest }) => (purchases === 0 ? [] : [make("li", {}, t(name, { count: number(purchases), text: amount(largest) }))]);
    return [...said("lowest-lower", lower), ...said("lowest-higher", higher)];
  });
}

function example({ context, pk, amount, currency, gained, lost, refigured, card_count, in_force, draft }) {
  const counts = [["gained", gained], ["lost", lost], ["refigured", refigured]].filter(([, plans]) => plans > 0);
  const name = `${word("context", context)} ${pk} · ${money(currency)(amount)}`;
  const said = [...counts.map(([what, plans]) => count(`plans-${what}`, plans)), count("cards-of", card_count)].join(", ");
  return make("details", {}, make("summary", {}, name), make("p", { className: "hint" }, said),
    make("h4", {}, t("in-force")), matrixTable(in_force),
    make("h4", {}, t("with-draft")), matrixTable(draft));
}

/** The answer of `what-if/` as elements. */
export function comparison(found) {
  const { purchases, compared, unchanged, left_without_plans: none, lowest_installment, rules } = found;
  const sampled = t(purchases.is_complete ? "compared-all" : "compared-some", { count: number(compared) });
  const rows = [["unchanged", unchanged], ...WAYS.map((way) => [way, found[way].purchases])];
  const ways = WAYS.filter((way) => found[way].purchases > 0);
  return [
    make("h3", {}, t("what-would-change")),
    make("p", {}, sampled),
    none > 0 ? make("p", {}, mark("bad", count("left-without-plans", none))) : null,
    table(t("what-would-change"), [t("purchases"), t("number")], rows.map(([name, many]) => [t(`way-${name}`), number(many)])),
    make("ul", { className: "reasons" }, moves(lowest_installment)),
    ...ways.flatMap((way) => [make("h3", {}, t("examples-of", { text: t(`way-${way}`) })), ...found[way].examples.map(example)]),
    rules.length > 0 ? make("p", {}, t("other-rules"), " ", ...rules.flatMap(({ rule, name }, index) => [index > 0 ? ", " : "", ruleLink(rule, name)])) : null,
  ].filter((node) => node !== null);
}
