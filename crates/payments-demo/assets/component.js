// The component's page: a live component with controls, and its HTML snippet.

import { find, toast } from "./dom.js";
import { t } from "./texts.js";

const live = find("#live");
const form = find("#controls");
const snippet = find("#snippet");
const source = snippet.textContent.split("\n")[0];

/** Applies the form to the live component and to the snippet. */
function apply() {
  const data = new FormData(form);
  const wanted = { product: data.get("product"), lang: data.get("lang"), layout: data.get("layout"), bank: data.get("bank") };
  if (wanted.layout === "table") wanted.layout = "";
  const attributes = Object.entries(wanted).filter(([, value]) => value !== "");
  for (const name of Object.keys(wanted)) {
    if (wanted[name]) live.setAttribute(name, wanted[name]);
    else live.removeAttribute(name);
  }
  live.dir = wanted.lang === "ar" ? "rtl" : "ltr";
  live.toggleAttribute("filter", data.has("filter"));
  const written = attributes.map(([name, value]) => ` ${name}="${value.replaceAll('"', "&quot;")}"`).join("");
  snippet.textContent = `${source}\n\n<payments-installments${written}${data.has("filter") ? " filter" : ""}></payments-installments>`;
}

form.addEventListener("input", apply);
form.addEventListener("submit", (event) => event.preventDefault());
find("#copy").addEventListener("click", async () => {
  await navigator.clipboard.writeText(snippet.textContent).catch(() => getSelection().selectAllChildren(snippet));
  toast(t("copied"));
});
