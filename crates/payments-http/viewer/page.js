// Fills in what trying an operation out needs. Only the demo store's page has it.

const COOKIE = "osessionid=demo_customer_0000000000000000001";
/** Where the service is, which may be below a path. */
const SERVICE = new URL("../", import.meta.url);
const explorer = document.querySelector("openapi-explorer");

/**
 * A token for whoever the service takes us for: the demo's customer where X-Cookie counts, else this browser's visitor
 * of the shop, who gets a session from its first page.
 */
async function token() {
  await fetch(SERVICE, { method: "HEAD" });
  const answer = await fetch(new URL("csrf_token/", SERVICE), { headers: { "X-Cookie": COOKIE } });
  return (await answer.json()).csrf_token;
}

/** Gives the fields of a customer's requests their values. */
function fillIn(description, values) {
  for (const path of Object.values(description.paths)) {
    for (const { parameters = [] } of Object.values(path)) {
      for (const parameter of parameters) {
        if (parameter.name in values) parameter.schema.default = values[parameter.name];
      }
    }
  }
  return description;
}

const [csrf, description] = await Promise.all([token(), fetch(new URL("openapi.json", SERVICE)).then((answer) => answer.json())]);
await customElements.whenDefined("openapi-explorer");
await explorer.loadSpec(fillIn(description, { "X-Cookie": COOKIE, "X-Csrftoken": csrf }));
await explorer.setAuthenticationConfiguration("manage", { token: "demo" });
