### Deutsch: der Demo-Shop.

## Auf jeder Seite

skip = Zum Inhalt springen
navigation = Menü
language = Sprache
nav-products = Produkte
nav-basket = Warenkorb
nav-cards = Meine Karten
nav-component = Komponente
nav-docs = API-Dokumentation
log-in = Anmelden
log-out = Abmelden
demo-note = Dies ist ein Demo-Shop: Es wird nichts verkauft, und keine echte Karte ist nötig.
close = Schließen
crumbs = Sie sind hier
retry = Erneut versuchen
cancel = Abbrechen
save = Speichern

## Das kleine Telefon

phone-title = Telefon
phone-hint = Die SMS mit dem Code werden nicht wirklich verschickt, sie erscheinen hier.
phone-empty = Noch keine Nachrichten.
fill-code = Code { $digits } verwenden

## Produkte

products-none = Der Shop hat zurzeit keine Produkte.
lowest-plan = ab { $amount } × { $count }
lowest-single = Einmalzahlung { $amount }
product-missing = Produkt nicht gefunden
page-missing = Seite nicht gefunden
back-to-products = Zurück zu den Produkten
add = In den Warenkorb
added = In den Warenkorb gelegt: { $name }
product-hint = Die Raten werden aus dem heutigen Preis des Produkts berechnet.
plans-title = Ratenpläne
needs-script = Ratenpläne und Zahlung benötigen JavaScript. Bitte aktivieren Sie es in Ihrem Browser.

## Warenkorb

basket-lines = Produkte im Warenkorb
basket-empty = Ihr Warenkorb ist leer.
basket-plans = Ratenpläne für Ihren Warenkorb
summary = Übersicht
total = Gesamt
to-checkout = Zur Kasse
go-on-shopping = Weiter einkaufen
quantity = Anzahl von { $name }
less = { $name }: eines weniger
more = { $name }: eines mehr
remove = { $name }: aus dem Warenkorb nehmen
removed = Aus dem Warenkorb entfernt: { $name }
each = je { $amount }
other-currency = In Ihrem Warenkorb liegen Produkte in einer anderen Währung. Bitte leeren Sie ihn zuerst.

## Kasse

checkout = Kasse
delivery = Lieferung
delivery-standard = Standard, 2–4 Tage
delivery-fast = Schnell, morgen
delivery-point = Abholstelle
free = Kostenlos
pay-with = Ihre Karte
another-card = Eine andere Karte
plans-from = ab { $amount } × { $count }
card-digits = Die ersten 6 Ziffern Ihrer Karte
card-digits-hint = Sie zeigen die Raten Ihrer Karte. Der Rest der Nummer wird nicht benötigt.
card-digits-unknown = Zu diesen Ziffern haben wir keine Raten gefunden. Sie können Ihre Karte aus der Liste wählen.
card-not-at-hand = Ich habe meine Karte gerade nicht zur Hand
choose-card = Zahlungsplan
card-kinds = Wählen Sie Ihre Karte
goods = Produkte
plans-of = Raten mit { $card }
no-offers = Für diesen Betrag gibt es keine Raten.
no-offers-saved = Für diese Karte gibt es keinen Zahlungsplan. Bitte wählen Sie eine andere.
your-plan = Raten
interest = Zinsen
pay = Bezahlen
pay-amount = { $amount } bezahlen
pay-hint = Dies ist ein Demo-Shop: Es wird keine echte Karte belastet.
pay-changed = Der Preis dieses Plans hat sich geändert. Bitte prüfen Sie ihn und bezahlen Sie dann erneut. Es wurde nichts abgebucht.
pay-not-offered = Dieser Plan wird nicht mehr angeboten. Bitte wählen Sie einen anderen. Es wurde nichts abgebucht.
pay-card-unusable = Diese Karte kann nicht mehr verwendet werden. Bitte wählen Sie eine andere. Es wurde nichts abgebucht.
result-title = Vielen Dank für Ihre Bestellung
result-text = Ihre Zahlung ist eingegangen. Dies ist ein Demo-Shop: Es wurde kein echtes Geld bewegt.
result-order = Bestellnummer
result-card = Karte
result-missing = Bestellung nicht gefunden
masterpass-title = Masterpass
masterpass-hint = Konfiguration zum Starten von Masterpass:
masterpass-none = Masterpass ist zurzeit nicht eingerichtet.
merchant-custom = leer (eigener Händler)

## Gespeicherte Karten

cards-log-in = Melden Sie sich an, um eine Karte zu speichern. Ein Demo-Kunde steht bereit und braucht kein Passwort.
saved-title = Gespeicherte Karten
saved-none = Sie haben noch keine gespeicherten Karten.
rename = Umbenennen
delete = Löschen
rename-of = Karte { $digits } umbenennen
delete-of = Karte { $digits } löschen
delete-sure = Karte { $digits } löschen?
delete-yes = Ja, löschen
card-deleted = Die Karte wurde gelöscht.
card-renamed = Die Karte wurde umbenannt.
expires = Gültig bis { $time }
expired = Abgelaufen: { $time }

## Eine Karte speichern

save-title = Karte speichern
steps = Schritte
step-card = Karte
step-phone = Telefon
step-code = Code
card-number = Kartennummer
card-holder = Name auf der Karte
card-expiry = Gültig bis (MM / JJ)
card-cvv = CVV
card-name = Bezeichnung der Karte (optional)
card-name-hint = Zum Beispiel „Einkauf“.
consent = Ich willige ausdrücklich ein, dass meine Karte für meine nächsten Einkäufe gespeichert wird.
go-on = Weiter
test-numbers = Kartennummern zum Ausprobieren
number-ok = Wird gespeichert
number-declined = Die Bank lehnt ab
number-error = Die Bank meldet einen Fehler
number-timeout = Keine Antwort, nicht gespeichert
number-late = Keine Antwort, wird später bereinigt
number-garbage = Die Antwort ist unverständlich
card-of = { $bank } · { $card }
card-no-plans = Für diese Karte haben wir keine Raten gefunden; sie kann trotzdem gespeichert werden.
card-plans = Raten mit dieser Karte für { $amount }
field-missing = Bitte füllen Sie dieses Feld aus.
card-number-bad = Bitte prüfen Sie die Kartennummer.
card-expiry-bad = Bitte prüfen Sie das Ablaufdatum.
card-cvv-bad = Der CVV-Code hat 3 oder 4 Ziffern.
consent-missing = Zum Speichern der Karte ist Ihre Einwilligung nötig.
cvv-again = Zu Ihrer Sicherheit wird der CVV-Code nicht aufbewahrt; bitte geben Sie ihn erneut ein.
phone-number = Mobilnummer
phone-number-hint = An diese Nummer senden wir den Code.
phone-number-bad = Geben Sie eine Telefonnummer mit 10 bis 14 Ziffern ein.
send-code = Code senden
other-card = Karte ändern
code = Bestätigungscode
sent-to = Wir haben einen Code an { $phone } gesendet.
sent = Wir haben Ihnen einen Code gesendet.
time-left = Der Code gilt noch { $time }
time-over = Der Code ist abgelaufen. Bitte fordern Sie einen neuen an.
save-card = Karte speichern
resend = Erneut senden
other-phone = Nummer ändern
saved-done = Ihre Karte ist gespeichert.
save-another = Noch eine Karte speichern

## Fehler

error-offline = Der Dienst ist nicht erreichbar. Bitte prüfen Sie Ihre Verbindung und versuchen Sie es erneut.
error-slow = Die Antwort dauert zu lange. Ihre Eingaben sind noch da; bitte versuchen Sie es erneut.
error-busy = Es wurden zu viele Anfragen gesendet. Bitte versuchen Sie es { $time } erneut.
error-generic = Etwas ist schiefgegangen. Ihre Eingaben sind noch da; bitte versuchen Sie es erneut.
error-session = Ihre Sitzung ist abgelaufen. Bitte laden Sie die Seite neu.

## Die Seite der Komponente

component-text = Die Ratentabelle kommt mit zwei Zeilen auf jede Seite. Sie hat keine Abhängigkeiten und läuft unter einer strengen Content-Security-Policy.
snippet = Zum Kopieren
copy = Kopieren
copied = Kopiert.
live = Live-Vorschau
variations = Varianten
reference = Referenz
control-product = Produkt-ID
control-layout = Darstellung
control-bank = Banken
control-filter = Bankfilter
attribute-product = die ID des Produkts
attribute-src = statt eines Produkts die Adresse einer Liste, etwa des Warenkorbs
attribute-bin = die ersten 6 bis 8 Ziffern einer Kartennummer: zeigt nur die Karten, die gemeint sein können
attribute-saved-card = die ID der gespeicherten Karte des Kunden: zeigt nur deren Raten
attribute-api = der Origin des Dienstes; sonst der der Datei
attribute-lang = tr, en, ar, ru, de oder fr; sonst die Sprache der Seite
attribute-currency = eine Währung (ISO 4217) anstelle der Währung der Liste
attribute-layout = table oder compact
attribute-bank = Kurznamen von Banken, durch Kommas getrennt
attribute-filter = zeigt einen Bankfilter
attribute-limit = wie viele Karten zuerst gezeigt werden, 0 für alle
properties = Farben, Linien, Eckenradius und Abstand
parts = Teile, die von außen gestaltet werden können:
policy = Was die Content-Security-Policy einer anderen Website braucht:

## Plans

headline = ab { $amount } × { $count } mit { $card }
monthly = Monatlich
no-interest = zinsfrei
not-offered = nicht verfügbar
matrix-caption = Raten und Gesamtbeträge je Karte
matrix-best = niedrigster Gesamtbetrag bei dieser Ratenzahl
matrix-lowest = niedrigste Rate
matrix-marks = ★ zeigt den niedrigsten Gesamtbetrag der Zeile, 0 % heißt zinsfrei.
matrix-single = Einmalzahlung von { $amount } mit jeder Karte.
matrix-single-only = Nur Einmalzahlung: { $card }

## Card and code

expiry-form = MM / JJ
code-digits = Geben Sie die { $count } Ziffern aus der Nachricht ein.
tries-left = Verbleibende Versuche: { $count }.
phone-news = Neue Nachricht auf dem Demo-Telefon:

## Why

why-title = Warum nicht mehr Raten?
why-cap = Mehr als { $count } Raten? Nicht hierfür: { $name }, höchstens { $count }.
why-single = Raten? Nicht hierfür: { $name }, nur Einmalzahlung.
why-minimum = Mehr Raten? Nicht hierfür: { $name }, mindestens { $amount } je Rate.
why-excluded = { $card }? Nicht hierfür: { $name }.
why-nothing = Keine Regel schließt für dieses Produkt einen Plan aus.
rules-title = Die Regeln dieses Shops
rules-hint = Die Regeln des Shops und ihre Wirkung hier. Die Gründe stammen aus der API-Operation explain; eine geänderte Regel gilt sofort.
rule-limits = Begrenzt dieses Produkt
rule-on = An
rule-off = Aus
rule-cap = bis zu { $count } Raten
rule-single = nur Einmalzahlung
rule-minimum = mindestens { $amount } je Rate
rule-rate = Zinssatz { $digits } %

## The first page

hero-what = Raten und gespeicherte Karten für den Checkout
hero-live = Dieser Shop läuft über die API: Jede Karte, jeder Plan und jeder Betrag kommt von dort.
stories = Ausprobieren
story-why = Fragen Sie nach
story-why-text = Eine Kette in 12 Raten? Sehen Sie, welche Regel dagegen spricht.
story-save = Karte speichern
story-save-text = Eine Testnummer ist eingetragen, der Code kommt auf das Demo-Telefon.
story-pay = Damit bezahlen
story-pay-text = Legen Sie etwas in den Warenkorb und wählen Sie einen Plan für Ihre gespeicherte Karte.
