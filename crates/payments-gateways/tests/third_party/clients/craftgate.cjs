// A first card, a second one, a search and a deletion, by Craftgate's own client.
const { createRequire } = require("node:module");
const requireParty = createRequire(`${process.argv[2]}/`);
const Craftgate = requireParty("@craftgate/craftgate");
const input = JSON.parse(process.argv[3]);

const craftgate = new Craftgate.Client({ apiKey: input.apiKey, secretKey: input.secretKey, baseUrl: input.url });

(async () => {
  const payment = craftgate.payment();
  await payment.storeCard(input.first);
  await payment.storeCard(input.second);
  await payment.searchStoredCards(input.search);
  await payment.deleteStoredCard(input.delete);
})();
