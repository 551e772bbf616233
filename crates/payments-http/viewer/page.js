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

/** The demo store's key for a part of the management API; elsewhere it is 1. */
const KEYS = { customers: 7, baskets: 9, "pre-orders": 4 };

/** A value of the demo store for a parameter of a path; undefined if it need not have one. */
function example({ name, required, schema }, path) {
  if (!required) return undefined;
  const part = path.split("/")[3];
  const key = KEYS[part] ?? 1;
  return {
    pk: schema.type === "array" ? [1, 2, 3] : key,
    context: "product",
    slug: "bddk-jewellery",
    id: part === "sessions" ? COOKIE.split("=")[1] : undefined,
    card: 1,
  }[name];
}

/** Sets the default values of parameters, so that every operation can be tried at once. */
function fillIn(description, values) {
  for (const [path, operations] of Object.entries(description.paths)) {
    for (const { parameters = [] } of Object.values(operations)) {
      for (const parameter of parameters) {
        const value = values[parameter.name] ?? example(parameter, path);
        if (value === undefined) continue;
        parameter.schema.default = value;
        // For a choice, the viewer ignores the default and takes the first value.
        if (parameter.schema.enum) parameter.schema.enum = [...new Set([value, ...parameter.schema.enum])];
      }
    }
  }
  return description;
}

const [csrf, description] = await Promise.all([token(), fetch(new URL("openapi.json", SERVICE)).then((answer) => answer.json())]);
await customElements.whenDefined("openapi-explorer");
await explorer.loadSpec(fillIn(description, { "X-Cookie": COOKIE, "X-Csrftoken": csrf }));
await explorer.setAuthenticationConfiguration("manage", { token: "demo" });
