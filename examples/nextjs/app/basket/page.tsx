import { plansOfBasket } from "../payments";
import { Plans } from "../plans";
import { leave } from "./actions";
import { handOverBasket, itemsOf, readBasket, totalOf } from "./basket";

export default async function Page() {
  const basket = await readBasket();
  const items = itemsOf(basket);
  const isKnown = items.length > 0 && (basket.isHandedOver || (await handOverBasket(basket)));
  return (
    <main>
      <h1>Basket</h1>
      <ul>
        {items.map(({ product, quantity }) => (
          <li key={product.pk}>{`${quantity} × ${product.name}`}</li>
        ))}
      </ul>
      <p>{`Total: ${totalOf(basket)} TRY`}</p>
      <form action={leave}>
        <button>Leave the shop</button>
      </form>
      <Plans cards={isKnown ? await plansOfBasket(basket.session) : []} />
    </main>
  );
}
