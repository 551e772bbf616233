// Fills in the values that requests need. Only the demo store's page loads this file.

const COOKIE = "osessionid=demo_customer_0000000000000000001";
/** The service's root, which may be below a path. */
const SERVICE = new URL("../", import.meta.url);
const explorer = document.querySelector("openapi-explorer");

/**
 * A CSRF token for this browser's session: the demo customer's if X-Cookie is accepted, otherwise that of the shop's
 * visitor, which the first page sets.
 */
async function token() {
  await fetch(SERVICE, { method: "HEAD" });
  const answer = await fetch(new URL("csrf_token/", SERVICE), { headers: { "X-Cookie": COOKIE } });
  return (await answer.json()).csrf_token;
}

/** Sets the default values of these parameters in every operation. */
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
