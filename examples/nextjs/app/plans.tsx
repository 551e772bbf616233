import type { Card } from "./payments";

const price = new Intl.NumberFormat("en", { minimumFractionDigits: 2 });

type Plan = Card["installments"][number];

function sentence(plan: Plan): string {
  const single = price.format(plan.single_installment_amount);
  return `${plan.label}: ${single} × ${plan.installment_count} = ${price.format(plan.total_amount)} TRY`;
}

export function Plans({ cards }: { cards: Card[] }) {
  if (cards.length === 0) return <p>Installments are not available at the moment.</p>;
  return cards.map((card) => (
    <section key={card.slug}>
      <h2>{`${card.bank.name} ${card.name}`}</h2>
      <ul>
        {card.installments.map((plan) => (
          <li key={plan.pk}>{sentence(plan)}</li>
        ))}
      </ul>
    </section>
  ));
}
