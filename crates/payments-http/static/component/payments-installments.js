/*
 * <payments-installments product="5"></payments-installments>
 *
 * The cards and installment plans of a product or of any listing of the payments service. No dependencies; runs under a
 * strict Content-Security-Policy (adopted style sheets, nothing inline, no `eval`).
 *
 * Attributes: product (primary key) or src (URL of a listing); bin (first 6 to 8 digits of a card number) or saved-card
 * (primary key, needs the customer's session), which restrict the listing to that card; api (URL of the service, by
 * default that of this file); lang, currency (instead of the listing's), layout (table | compact), bank (slugs, separated
 * by commas), filter (a list of banks to choose from), limit (number of cards before all are shown, default 6; 0 shows all).
 * Unknown attributes and values are ignored, with a warning in the console.
 * Parts: note, price, filter, grid, card, caption, logo, table, row, best, free, more, retry, skeleton.
 * Events: payments-loaded {count}, payments-failed {status}.
 */
const HOME = new URL("../../", import.meta.url).href;

const TEXTS = {
  tr: {
    months: "Taksit", monthly: "Aylık", total: "Toplam", free: "vade farksız", allBanks: "Tüm bankalar", bank: "Banka",
    from: "{count} taksitle ayda {amount}", single: "Tek çekim {amount}", more: "Tüm kartları göster ({count})",
    none: "Bu tutar için taksit seçeneği yok.", noneOfBank: "Bu banka için taksit seçeneği yok.",
    missing: "Bu ürün için taksit bilgisi bulunamadı.", failed: "Taksitler yüklenemedi.",
    busy: "Şu anda çok fazla istek var. Lütfen biraz sonra yeniden deneyin.", retry: "Yeniden dene", loading: "Taksitler yükleniyor",
  },
  en: {
    months: "Payments", monthly: "Monthly", total: "Total", free: "no interest", allBanks: "All banks", bank: "Bank",
    from: "from {amount} × {count}", single: "Single payment {amount}", more: "Show all cards ({count})",
    none: "There are no installments for this amount.", noneOfBank: "There are no installments for this bank.",
    missing: "No installments were found for this product.", failed: "Installments could not be loaded.",
    busy: "There are too many requests right now. Please try again shortly.", retry: "Try again", loading: "Loading installments",
  },
  ar: {
    months: "الأقساط", monthly: "شهريًا", total: "الإجمالي", free: "بدون فوائد", allBanks: "جميع البنوك", bank: "البنك",
    from: "ابتداءً من {amount} × {count}", single: "دفعة واحدة {amount}", more: "عرض جميع البطاقات ({count})",
    none: "لا توجد خيارات تقسيط لهذا المبلغ.", noneOfBank: "لا توجد خيارات تقسيط لهذا البنك.",
    missing: "لم يُعثر على خيارات تقسيط لهذا المنتج.", failed: "تعذّر تحميل خيارات التقسيط.",
    busy: "الطلبات كثيرة جدًا الآن. يُرجى إعادة المحاولة بعد قليل.", retry: "إعادة المحاولة", loading: "جارٍ تحميل خيارات التقسيط",
  },
  ru: {
    months: "Платежи", monthly: "В месяц", total: "Итого", free: "без переплаты", allBanks: "Все банки", bank: "Банк",
    from: "от {amount} × {count}", single: "Одним платежом {amount}", more: "Показать все карты ({count})",
    none: "Для этой суммы нет рассрочки.", noneOfBank: "Для этого банка нет рассрочки.",
    missing: "Рассрочка для этого товара не найдена.", failed: "Не удалось загрузить варианты рассрочки.",
    busy: "Сейчас слишком много запросов. Повторите попытку чуть позже.", retry: "Повторить", loading: "Загрузка вариантов рассрочки",
  },
  de: {
    months: "Raten", monthly: "Monatlich", total: "Gesamt", free: "zinsfrei", allBanks: "Alle Banken", bank: "Bank",
    from: "ab {amount} × {count}", single: "Einmalzahlung {amount}", more: "Alle Karten anzeigen ({count})",
    none: "Für diesen Betrag gibt es keine Raten.", noneOfBank: "Für diese Bank gibt es keine Raten.",
    missing: "Für dieses Produkt wurden keine Raten gefunden.", failed: "Die Raten konnten nicht geladen werden.",
    busy: "Zurzeit gibt es zu viele Anfragen. Bitte versuchen Sie es gleich noch einmal.", retry: "Erneut versuchen", loading: "Raten werden geladen",
  },
  fr: {
    months: "Paiements", monthly: "Par mois", total: "Total", free: "sans frais", allBanks: "Toutes les banques", bank: "Banque",
    from: "à partir de {amount} × {count}", single: "Paiement en une fois : {amount}", more: "Afficher toutes les cartes ({count})",
    none: "Aucun paiement en plusieurs fois pour ce montant.", noneOfBank: "Aucun paiement en plusieurs fois pour cette banque.",
    missing: "Aucun paiement en plusieurs fois trouvé pour ce produit.", failed: "Impossible de charger les mensualités.",
    busy: "Trop de demandes en ce moment. Veuillez réessayer dans un instant.", retry: "Réessayer", loading: "Chargement des mensualités",
  },
};

const LANGUAGES = Object.keys(TEXTS);

/** Attributes whose values have a format, and its description. */
const FORMATS = {
  bin: [/^[0-9]{6,8}$/, "6 to 8 digits"],
  currency: [/^[a-z]{3}$/i, "an ISO 4217 code"],
  lang: [new RegExp(`^(${LANGUAGES.join("|")})(-|$)`, "i"), `one of ${LANGUAGES.join(", ")}`],
  layout: [/^(table|compact)$/, "table or compact"],
  limit: [/^[0-9]+$/, "a whole number"],
};

/** Attributes that every element may have, and those that frameworks add. */
const OTHERS = /^(class|is|exportparts|item.*|style|[^a-z].*|.*:.*|(aria|data|hx|ng|v|x)-.*)$/;
const GLOBAL = new Set();
for (const name in HTMLElement.prototype) GLOBAL.add(name.toLowerCase());

const STYLE = new CSSStyleSheet();
STYLE.replaceSync(`
:host { display: block; container-type: inline-size; font: inherit; color: var(--payments-color, inherit);
  --_line: var(--payments-line, color-mix(in srgb, currentColor 16%, transparent));
  --_muted: var(--payments-muted, color-mix(in srgb, currentColor 70%, transparent));
  --_accent: var(--payments-accent, #0b6b50); --_surface: var(--payments-surface, transparent);
  --_radius: var(--payments-radius, .75rem); }
:host([hidden]) { display: none; }
:host([layout="compact"]) { container-type: normal; }
* { box-sizing: border-box; }
p { margin: 0; }
.compact { font-variant-numeric: tabular-nums; }
.price, .best { color: var(--_accent); font-weight: 600; }
.bar { display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: center; margin-block-end: 1rem; }
label { color: var(--_muted); font-size: .9em; }
select, button { font: inherit; color: inherit; background: var(--_surface); border: 1px solid var(--_line);
  border-radius: calc(var(--_radius) * .75); padding: .45rem .8rem; min-height: 2.5rem; max-inline-size: 100%; }
option { color: CanvasText; background: Canvas; }
button { cursor: pointer; }
button:hover { border-color: currentColor; }
select:focus-visible, button:focus-visible, .card:focus-visible { outline: 2px solid var(--_accent); outline-offset: 2px; }
.grid { display: grid; gap: var(--payments-gap, 1rem); grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); align-items: start; }
.card { border: 1px solid var(--_line); border-radius: var(--_radius); background: var(--_surface); overflow-x: auto; }
table { inline-size: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .92em; }
caption { text-align: start; padding: .8rem 1rem .7rem; }
.title { display: flex; gap: .75rem; align-items: center; justify-content: space-between; }
.name { font-weight: 600; display: block; } .of { color: var(--_muted); font-size: .88em; display: block; }
img { block-size: 1.75rem; inline-size: 5.25rem; object-fit: contain; flex: none; }
th, td { padding: .45rem .5rem; border-block-start: 1px solid var(--_line); text-align: end; white-space: nowrap; }
th { font-weight: 400; text-align: start; padding-inline-start: 1rem; } tbody th { white-space: normal; }
tr > :last-child { padding-inline-end: 1rem; }
thead th { color: var(--_muted); font-size: .86em; padding-block: .3rem; }
thead th + th { text-align: end; }
td { font-weight: 600; } td + td { font-weight: 400; }
.state { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; color: var(--_muted); }
.more { margin-block-start: 1rem; }
.free { border: 1px solid; border-radius: 1em; color: var(--_accent); font-size: .8em; margin-inline-start: .2em; padding: .05em .5em; white-space: nowrap; }
.skeleton { border: 1px solid var(--_line); border-radius: var(--_radius); block-size: 16rem; animation: breathe 1.4s ease-in-out infinite;
  background: repeating-linear-gradient(var(--_surface) 0 1.35rem, var(--_line) 1.35rem 1.95rem, var(--_surface) 1.95rem 2.2rem); }
@container (max-width: 24rem) {
  table { font-size: .84em; } th, td { padding-inline: .3rem; } tbody th { hyphens: auto; overflow-wrap: anywhere; }
  caption { padding-inline: .75rem; } th { padding-inline-start: .75rem; } tr > :last-child { padding-inline-end: .75rem; }
}
@container (max-width: 41rem) { .skeleton:not(.line) + .skeleton { display: none; } }
.line { background: var(--_line); border: 0; display: inline-block; block-size: 1em; inline-size: 9em; border-radius: .3em; vertical-align: -.15em; }
.quiet { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@keyframes breathe { 50% { opacity: .45; } }
@media (prefers-reduced-motion: reduce) { .skeleton { animation: none; } }
`);

/** Creates an element; a property that the element does not have is set as an attribute. */
function make(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in node && key !== "part") node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** A card that scrolls has to be reachable with the keyboard. */
function focusWhileScrollable(card) {
  const observer = new ResizeObserver(() => {
    if (card.scrollWidth > card.clientWidth) card.tabIndex = 0;
    else card.removeAttribute("tabindex");
  });
  observer.observe(card);
  observer.observe(card.firstElementChild);
  return card;
}

class PaymentsInstallments extends HTMLElement {
  static observedAttributes = ["product", "src", "bin", "saved-card", "api", "lang", "currency", "layout", "bank", "filter", "limit"];

  #root = this.attachShadow({ mode: "open" });
  #cards = null;
  #currency = null;
  #chosen = "";
  #all = false;
  #request = null;
  #scheduled = false;
  #watcher = null;
  #started = false;
  #reload = true;
  #warned = new Set();

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [STYLE];
  }

  connectedCallback() {
    // Loads when the element is about to scroll into view.
    this.#watcher = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) {
        this.#watcher.disconnect();
        this.#watcher = null;
        this.#started = true;
        this.#schedule(true);
      }
    }, { rootMargin: "200px" });
    this.#skeleton();
    this.#watcher.observe(this);
  }

  disconnectedCallback() {
    this.#watcher?.disconnect();
    this.#watcher = null;
    this.#started = false;
    this.#request?.abort();
  }

  attributeChangedCallback(name) {
    if (this.#started) this.#schedule(["product", "src", "bin", "saved-card", "api", "lang"].includes(name));
  }

  /** Loads again and revalidates cached responses: for a basket that changed. */
  refresh() {
    this.#watcher?.disconnect();
    this.#watcher = null;
    this.#started = true;
    this.#check();
    return this.#load("no-cache");
  }

  #schedule(reload) {
    this.#reload = reload || (this.#scheduled && this.#reload);
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#check();
      if (this.#reload || !this.#cards) this.#load();
      else this.#show();
    });
  }

  get #language() {
    const given = this.#value("lang") || this.parentElement?.closest("[lang]")?.lang || document.documentElement.lang;
    const code = (given || "en").toLowerCase().split("-")[0];
    return TEXTS[code] ? code : "en";
  }

  #text(id, values = {}) {
    return TEXTS[this.#language][id].replace(/\{(\w+)\}/g, (_, name) => values[name]).replace(" × ", "\u00a0×\u00a0");
  }

  /** Without a currency, no symbol: a guessed one could be a wrong price. */
  #money(amount) {
    const currency = this.#value("currency") || this.#currency;
    const options = currency ? { style: "currency", currency, currencyDisplay: "narrowSymbol" } : { minimumFractionDigits: 2 };
    return new Intl.NumberFormat(this.#language, options).format(amount);
  }

  /** Ends with a slash, so that relative URLs resolve below its path. */
  get #api() {
    const api = this.getAttribute("api") || HOME;
    return new URL(api.endsWith("/") ? api : `${api}/`, document.baseURI);
  }

  get #url() {
    const source = this.getAttribute("src");
    const path = source || `payments/cards/product/${encodeURIComponent(this.getAttribute("product") ?? "")}/`;
    const url = new URL(path, this.#api);
    const saved = this.getAttribute("saved-card");
    const bin = this.#value("bin");
    if (saved) url.searchParams.set("saved_card", saved);
    else if (bin) url.searchParams.set("bin", bin);
    return url;
  }

  /** An attribute's value, if it has the attribute's format: more digits than a BIN's would be card data, and are never sent. */
  #value(name) {
    const value = this.getAttribute(name);
    return value && FORMATS[name][0].test(value) ? value : null;
  }

  get #hasSource() {
    return Boolean(this.getAttribute("product") || this.getAttribute("src"));
  }

  /** Warns about probable mistakes. Values with a wrong format are not repeated: they may be card data. */
  #check() {
    const known = PaymentsInstallments.observedAttributes;
    for (const name of this.getAttributeNames()) {
      const isKnown = known.includes(name);
      if (!isKnown && !GLOBAL.has(name) && !OTHERS.test(name)) this.#warn(`there is no attribute ${name}, only ${known.join(", ")}`);
      if (FORMATS[name] && this.getAttribute(name) && !this.#value(name)) this.#warn(`${name} is ignored: it must be ${FORMATS[name][1]}`);
    }
    if (!this.#hasSource) this.#warn("nothing is shown without product or src");
  }

  /** A restricted listing has few banks, so `bank` may match none of them. */
  #checkBanks(banks) {
    if (this.#cards.length === 0 || this.getAttribute("saved-card") || this.#value("bin")) return;
    const listed = new Set(this.#cards.map((card) => card.bank.slug));
    const missing = banks.filter((slug) => !listed.has(slug));
    if (missing.length > 0) this.#warn(`bank matches no card: ${missing.join(", ")}; the listing has ${[...listed].join(", ")}`);
  }

  #warn(text) {
    if (!this.#warned.has(text)) console.warn(`payments-installments: ${text}`);
    this.#warned.add(text);
  }

  async #load(cache = "default") {
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    if (!this.#hasSource) return this.#clear();
    const timer = setTimeout(() => request.abort("slow"), 10_000);
    if (!this.#cards) this.#skeleton();
    try {
      const headers = { "Accept": "application/json", "Accept-Language": this.#language };
      const answer = await fetch(this.#url, { headers, signal: request.signal, cache, credentials: "same-origin" });
      if (this.#request !== request) return;
      if (!answer.ok) return this.#fail(answer.status);
      const listing = await answer.json();
      if (this.#request !== request) return;
      this.#cards = listing.results;
      this.#currency = listing.currency ?? null;
      this.#show();
      this.#tell("payments-loaded", { count: this.#cards.length });
    } catch {
      if (this.#request === request && (!request.signal.aborted || request.signal.reason === "slow")) this.#fail(0);
    } finally {
      clearTimeout(timer);
    }
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  #fill(...nodes) {
    this.setAttribute("aria-busy", "false");
    this.#root.replaceChildren(...nodes);
  }

  #clear() {
    this.#cards = null;
    this.#fill();
    this.#tell("payments-failed", { status: 0 });
  }

  #skeleton() {
    const loading = make("span", { className: "quiet" }, this.#text("loading"));
    const bone = (line) => make("span", { className: line ? "skeleton line" : "skeleton", part: "skeleton", ariaHidden: "true" });
    if (this.#compact) this.#fill(make("span", { className: "compact" }, bone(true), loading));
    else this.#fill(make("div", { className: "grid", part: "grid" }, bone(), bone(), bone()), loading);
    this.setAttribute("aria-busy", "true");
  }

  #fail(status) {
    this.#cards = null;
    const text = this.#text(status === 404 ? "missing" : status === 429 ? "busy" : "failed");
    const retry = make("button", { type: "button", part: "retry" }, this.#text("retry"));
    retry.addEventListener("click", () => this.#load());
    this.#fill(make("div", { className: "state", role: "status", part: "note" }, make("span", {}, text), status === 404 ? null : retry));
    this.#tell("payments-failed", { status });
  }

  get #compact() {
    return this.getAttribute("layout") === "compact";
  }

  #wanted() {
    const banks = (this.getAttribute("bank") ?? "").split(",").map((slug) => slug.trim()).filter(Boolean);
    this.#checkBanks(banks);
    const ofPage = this.#cards.filter((card) => banks.length === 0 || banks.includes(card.bank.slug));
    const chosen = this.hasAttribute("filter") ? this.#chosen : "";
    return { ofPage, shown: ofPage.filter((card) => !chosen || card.bank.slug === chosen) };
  }

  #show() {
    const { ofPage, shown } = this.#wanted();
    if (ofPage.length === 0) {
      const text = this.#text(this.#cards.length === 0 ? "none" : "noneOfBank");
      return this.#fill(make("p", { className: "state", role: "status", part: "note" }, text));
    }
    if (this.#compact) return this.#fill(this.#sentence(ofPage));
    const limit = Number(this.#value("limit") ?? 6);
    const cut = !this.#all && limit > 0 && shown.length > limit;
    const grid = make("div", { className: "grid", part: "grid" }, ...(cut ? shown.slice(0, limit) : shown).map((card) => this.#table(card)));
    const nodes = this.hasAttribute("filter") ? [this.#chooser(ofPage), grid] : [grid];
    if (cut) nodes.push(this.#moreButton(shown.length, limit));
    this.#fill(...nodes);
  }

  #moreButton(count, limit) {
    const more = make("button", { type: "button", className: "more", part: "more" }, this.#text("more", { count }));
    more.addEventListener("click", () => {
      this.#all = true;
      this.#show();
      const first = this.#root.querySelectorAll("table")[limit];
      first.tabIndex = -1;
      first.focus({ preventScroll: true });
    });
    return more;
  }

  /** "from 83.33 × 12": the plan with the lowest installment; among equal ones, the lowest total. */
  #sentence(cards) {
    const plans = cards.flatMap((card) => card.installments);
    const lower = (a, b) => a.single_installment_amount - b.single_installment_amount || a.total_amount - b.total_amount;
    const best = plans.reduce((one, other) => (lower(one, other) <= 0 ? one : other));
    const amount = this.#money(best.single_installment_amount);
    const [id, values] = best.installment_count > 1 ? ["from", { amount, count: best.installment_count }] : ["single", { amount }];
    return make("span", { className: "compact", part: "price" }, this.#text(id, values));
  }

  #chooser(cards) {
    const banks = new Map(cards.map((card) => [card.bank.slug, card.bank.name]));
    const options = [...banks].map(([value, name]) => make("option", { value, selected: value === this.#chosen }, name));
    const select = make("select", { id: "bank" }, make("option", { value: "" }, this.#text("allBanks")), ...options);
    select.addEventListener("change", () => {
      this.#chosen = select.value;
      this.#show();
      this.#root.getElementById("bank").focus();
    });
    return make("div", { className: "bar", part: "filter" }, make("label", { htmlFor: "bank" }, this.#text("bank")), select);
  }

  #table(card) {
    const head = ["months", "monthly", "total"].map((id) => make("th", { scope: "col" }, this.#text(id)));
    const lowest = Math.min(...card.installments.map((plan) => plan.total_amount));
    const rows = card.installments.map((plan) => {
      const isBest = plan.installment_count > 1 && plan.total_amount === lowest;
      return make("tr", { part: isBest ? "row best" : "row", className: isBest ? "best" : "" },
        make("th", { scope: "row" }, plan.label, this.#free(plan)),
        make("td", {}, this.#money(plan.single_installment_amount)),
        make("td", {}, this.#money(plan.total_amount)));
    });
    const names = make("span", {}, make("span", { className: "name" }, card.name), make("span", { className: "of" }, card.bank.name));
    const title = make("span", { className: "title" }, names, this.#logo(card.card_type));
    const table = make("table", { part: "table" }, make("caption", { part: "caption" }, title),
      make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
    return focusWhileScrollable(make("div", { className: "card", part: "card", role: "group", ariaLabel: card.name }, table));
  }

  /** A badge for several installments without interest. */
  #free(plan) {
    if (plan.installment_count === 1 || plan.interest_amount > 0) return null;
    const nothing = new Intl.NumberFormat(this.#language, { style: "percent" }).format(0);
    const badge = make("span", { className: "free", part: "free", ariaHidden: "true", title: this.#text("free") }, nothing);
    return make("span", {}, " ", badge, make("span", { className: "quiet" }, ` ${this.#text("free")}`));
  }

  #logo(type) {
    const source = type.logo_path ? new URL(`static/${type.logo_path}`, this.#api).href : type.logo;
    if (!source) return null;
    const image = make("img", { alt: "", src: source, loading: "lazy", part: "logo", height: 28 });
    image.addEventListener("error", () => image.remove());
    return image;
  }
}

if (!customElements.get("payments-installments")) customElements.define("payments-installments", PaymentsInstallments);
