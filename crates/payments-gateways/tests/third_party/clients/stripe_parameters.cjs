// Prints the fake's table of parameters, made of the types of Stripe's own library.
const { createRequire } = require("node:module");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const requireParty = createRequire(`${process.argv[2]}/`);
const ts = requireParty("typescript");
const library = join(process.argv[2], "node_modules/stripe");

const OPERATIONS = [
  ["POST /v1/customers", "Customers", "CustomerCreateParams"],
  ["GET /v1/customers", "Customers", "CustomerListParams"],
  ["GET /v1/customers/search", "Customers", "CustomerSearchParams"],
  ["GET /v1/customers/{}", "Customers", "CustomerRetrieveParams"],
  ["GET /v1/customers/{}/payment_methods", "Customers", "CustomerListPaymentMethodsParams"],
  ["POST /v1/payment_methods", "PaymentMethods", "PaymentMethodCreateParams"],
  ["GET /v1/payment_methods/{}", "PaymentMethods", "PaymentMethodRetrieveParams"],
  ["POST /v1/payment_methods/{}/attach", "PaymentMethods", "PaymentMethodAttachParams"],
  ["POST /v1/payment_methods/{}/detach", "PaymentMethods", "PaymentMethodDetachParams"],
  ["POST /v1/setup_intents", "SetupIntents", "SetupIntentCreateParams"],
  ["GET /v1/setup_intents/{}", "SetupIntents", "SetupIntentRetrieveParams"],
  ["GET /v1/setup_intents", "SetupIntents", "SetupIntentListParams"],
  ["POST /v1/setup_intents/{}/confirm", "SetupIntents", "SetupIntentConfirmParams"],
  ["POST /v1/setup_intents/{}/cancel", "SetupIntents", "SetupIntentCancelParams"],
  ["POST /v1/payment_intents", "PaymentIntents", "PaymentIntentCreateParams"],
  ["GET /v1/payment_intents", "PaymentIntents", "PaymentIntentListParams"],
];

const file = (name) => join(library, `esm/resources/${name}.d.ts`);
const program = ts.createProgram([...new Set(OPERATIONS.map(([, name]) => file(name)))], {
  strict: true,
  skipLibCheck: true,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
});
const checker = program.getTypeChecker();

// One row for each parameter, or for each way of giving it: `created` is a number, or a hash of them.
function* rows(path, anyType) {
  const type = checker.getNonNullableType(anyType);
  const parts = type.isUnion() ? type.types : [type];
  const is = (flags) => parts.some((part) => part.flags & flags);
  const values = parts.filter((part) => part.isStringLiteral()).map((part) => part.value);
  if (values.some((value) => value !== "")) {
    if (is(ts.TypeFlags.BooleanLike)) values.push("true", "false");
    yield [path, [...new Set(values)].join("|")];
    return;
  }
  if (is(ts.TypeFlags.BooleanLike)) yield [path, "boolean"];
  if (is(ts.TypeFlags.NumberLike)) yield [path, "number"];
  if (parts.some((part) => part.flags & ts.TypeFlags.StringLike && !part.isStringLiteral())) yield [path, "string"];
  for (const part of parts.filter((part) => part.flags & ts.TypeFlags.Object)) {
    if (checker.isArrayType(part)) {
      yield* rows(`${path}[]`, checker.getTypeArguments(part)[0]);
    } else if (part.getStringIndexType()) {
      yield [`${path}[*]`, "string"];
    } else {
      const properties = part.getProperties();
      if (properties.length === 0 && path) yield [path, "hash"];
      for (const property of properties) {
        const name = path ? `${path}[${property.name}]` : property.name;
        yield* rows(name, checker.getTypeOfSymbol(property));
      }
    }
  }
}

const { version } = JSON.parse(readFileSync(join(library, "package.json"), "utf8"));
const { ApiVersion } = requireParty(join(library, "cjs/apiVersion.js"));
console.log("# The parameters of Stripe's API that the fake takes, by operation, with the values of each.");
console.log(`# Made from the types of the npm package stripe ${version}, for the API version ${ApiVersion}.`);
for (const [operation, resource, parameters] of OPERATIONS) {
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file(resource))));
  const type = checker.getDeclaredTypeOfSymbol(exported.find((symbol) => symbol.name === parameters));
  for (const row of rows("", type)) console.log([operation, ...row].join("\t"));
}
