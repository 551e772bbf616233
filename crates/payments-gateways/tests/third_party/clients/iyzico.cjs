// A first card, a second one, and a deletion, by iyzico's own client.
const { createRequire } = require("node:module");
const requireParty = createRequire(`${process.argv[2]}/`);
const Iyzipay = requireParty("iyzipay");
const input = JSON.parse(process.argv[3]);

const iyzipay = new Iyzipay({ apiKey: input.apiKey, secretKey: input.secretKey, uri: input.url });
const call = (resource, method, body) =>
  new Promise((resolve, reject) =>
    iyzipay[resource][method](body, (error, answer) => (error ? reject(error) : resolve(answer))),
  );

(async () => {
  await call("card", "create", input.first);
  await call("card", "create", input.second);
  await call("card", "delete", input.delete);
})();
