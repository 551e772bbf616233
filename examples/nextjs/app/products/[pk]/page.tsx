import { notFound } from "next/navigation";
import { connection } from "next/server";
import { add } from "../../basket/actions";
import { decimal, products } from "../../goods";
import { plansOfProduct } from "../../payments";
import { Plans } from "../../plans";

export default async function Page({ params }: { params: Promise<{ pk: string }> }) {
  // Prices change: never rendered ahead.
  await connection();
  const product = products.get(Number((await params).pk));
  if (!product) notFound();
  return (
    <main>
      <h1>{product.name}</h1>
      <p>{`${decimal(product.price)} TRY`}</p>
      <form action={add.bind(null, product.pk)}>
        <button>Add to basket</button>
      </form>
      <Plans cards={await plansOfProduct(product.pk)} />
    </main>
  );
}
