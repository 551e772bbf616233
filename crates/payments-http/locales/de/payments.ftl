### German: everything a customer or an operator can read.

## Installment plans

# $count (Number) - how many payments, 1 to 99
installment-label =
    { $count ->
        [1] Einmalzahlung
       *[other] { $count } Raten
    }

## Text messages

# One SMS segment: at most 160 characters of the GSM 7-bit alphabet. No address, no other digits.
# $code (String) - the code, 4 to 8 digits
sms-code = Ihr Bestätigungscode: { $code }. Geben Sie ihn ein, um Ihre Karte zu speichern. Nennen Sie ihn niemandem.

# For senders that take ASCII only.
# $code (String) - the code, 4 to 8 digits
sms-code-ascii = Ihr Bestaetigungscode: { $code }. Geben Sie ihn ein, um Ihre Karte zu speichern. Nennen Sie ihn niemandem.

## Who is asking

not-authenticated = Es wurden keine Anmeldedaten übermittelt.
csrf-missing = Das Sicherheitstoken fehlt. Bitte laden Sie die Seite neu und versuchen Sie es erneut.
csrf-failed = Das Sicherheitstoken ist ungültig. Bitte laden Sie die Seite neu und versuchen Sie es erneut.
signature-refused = Die Signatur ist ungültig.

## What was asked for

not-found = Nicht gefunden.
product-not-found = Das Produkt wurde nicht gefunden.
customer-not-found = Der Kunde wurde nicht gefunden.
card-not-found = Die gespeicherte Karte wurde nicht gefunden.
method-not-allowed = Diese Methode ist unter dieser Adresse nicht erlaubt.

## Requests that cannot be read

bad-request = Die Anfrage wurde nicht verstanden.
malformed-body = Der Inhalt der Anfrage konnte nicht gelesen werden.
payload-too-large = Der Inhalt der Anfrage ist zu groß.
unsupported-media-type = Dieser Inhaltstyp wird nicht unterstützt.
uri-too-long = Die Adresse der Anfrage ist zu lang.
headers-too-large = Die Kopfzeilen der Anfrage sind zu groß.
request-timeout = Die Anfrage wurde nicht rechtzeitig abgeschlossen. Bitte versuchen Sie es erneut.

## Limits and faults of the service

# $seconds (Number) - how long to wait
too-many-requests =
    { $seconds ->
        [one] Zu viele Anfragen. Bitte versuchen Sie es in { $seconds } Sekunde erneut.
       *[other] Zu viele Anfragen. Bitte versuchen Sie es in { $seconds } Sekunden erneut.
    }

too-many-codes-today = Sie haben es heute zu oft versucht. Bitte versuchen Sie es morgen erneut.
service-unavailable = Der Dienst ist derzeit nicht verfügbar. Bitte versuchen Sie es in Kürze erneut.
internal-error = Ein unerwarteter Fehler ist aufgetreten. Bitte versuchen Sie es in Kürze erneut.

## Fields

validation-failed = Einige Angaben fehlen oder sind fehlerhaft. Bitte prüfen Sie sie.
field-required = Dieses Feld ist erforderlich.
field-not-string = Dieses Feld muss Text enthalten.
field-blank = Dieses Feld darf nicht leer sein.
field-invalid = Dieser Wert ist ungültig.

## Fields: telephone and code

phone-invalid = Bitte geben Sie eine Telefonnummer mit 10 bis 14 Ziffern ein.
phone-not-mobile = Geben Sie eine Mobilfunknummer ein.
phone-country-not-allowed = An Telefonnummern dieses Landes können keine Codes gesendet werden. Bitte geben Sie eine andere Nummer ein.
otp-format = Der Code muss aus 4 bis 8 Ziffern bestehen.
otp-wrong = Der Code ist falsch.

## Fields: the card

card-number-invalid = Die Kartennummer ist ungültig.
bin-invalid = Geben Sie die ersten 6 bis 8 Ziffern der Kartennummer ein.
saved-card-invalid = Wählen Sie eine Ihrer gespeicherten Karten.
one-card-only = Geben Sie entweder die ersten Ziffern der Karte ein oder wählen Sie eine gespeicherte Karte.
for-invalid = Wählen Sie den Warenkorb oder die Vorbestellung.
product-keys-invalid = Geben Sie 1 bis 100 Produktnummern ein, durch Kommas getrennt.
card-expiry-invalid = Das Ablaufdatum ist ungültig.
card-expired = Ihre Karte ist abgelaufen.
card-cvv-invalid = Der CVV-Code muss aus 3 oder 4 Ziffern bestehen.
card-holder-invalid = Bitte geben Sie den Namen so ein, wie er auf der Karte steht.
card-name-invalid = Bitte geben Sie einen gültigen Namen für die Karte ein.
name-too-long = Dieser Name ist zu lang.
consent-required = Zum Speichern der Karte ist Ihre Einwilligung erforderlich.

## Saving a card

# No card has been submitted, or it has been held for too long.
no-card-held = Ihre Kartendaten liegen nicht mehr vor. Bitte geben Sie sie erneut ein.

# No code has been asked for, or the phone number has been held for too long.
no-code-sent = Ihre Telefonnummer liegt nicht mehr vor. Bitte fordern Sie einen neuen Code an.

code-expired = Der Code ist abgelaufen. Bitte fordern Sie einen neuen an.

# Too many wrong codes: code and card are gone.
flow-void = Es wurde zu oft ein falscher Code eingegeben. Bitte geben Sie Ihre Kartendaten erneut ein und fordern Sie einen neuen Code an.

saving-in-progress = Ihre Karte wird gerade gespeichert. Bitte warten Sie einen Moment.

# An earlier attempt ended and the held card was dropped.
card-gone = Ihre Kartendaten wurden gelöscht und die Karte wurde nicht gespeichert. Bitte geben Sie Ihre Kartendaten erneut ein.

## The bank's or the payment provider's answer

gateway-declined = Ihre Bank hat die Karte abgelehnt; sie wurde nicht gespeichert. Bitte versuchen Sie es mit einer anderen Karte.
gateway-expired-card = Laut Ihrer Bank ist die Karte abgelaufen; sie wurde nicht gespeichert. Bitte versuchen Sie es mit einer anderen Karte.
gateway-invalid-card = Ihre Bank hat die Kartendaten nicht akzeptiert; die Karte wurde nicht gespeichert. Bitte prüfen Sie die Daten und geben Sie sie erneut ein.
gateway-not-allowed = Diese Karte kann nicht gespeichert werden. Bitte versuchen Sie es mit einer anderen Karte.
gateway-try-later = Ihre Bank kann derzeit nicht antworten; die Karte wurde nicht gespeichert. Bitte versuchen Sie es in Kürze erneut.
gateway-contact-bank = Ihre Bank hat die Karte nicht freigegeben; sie wurde nicht gespeichert. Bitte wenden Sie sich an Ihre Bank.
gateway-generic = Die Karte konnte nicht gespeichert werden. Bitte versuchen Sie es erneut oder verwenden Sie eine andere Karte.
gateway-unavailable = Der Zahlungsdienstleister ist nicht erreichbar; die Karte wurde nicht gespeichert. Bitte versuchen Sie es in Kürze erneut.

# Nobody knows yet whether the provider took the card; the reconciler finds out.
gateway-outcome-unknown = Der Zahlungsdienstleister hat nicht geantwortet; die Karte wurde nicht gespeichert. Bitte versuchen Sie es in einigen Minuten erneut.

# 3-D Secure: what the code is answered, and the page after the bank.
action-required = Ihre Bank möchte bestätigen, dass Sie es sind. Bitte fahren Sie bei Ihrer Bank fort.
action-saved-title = Ihre Karte ist gespeichert
action-saved = Sie können diese Seite schließen und im Shop fortfahren.
action-refused-title = Ihre Karte ist nicht gespeichert
action-pending-title = Ihre Karte ist noch nicht gespeichert
action-pending = Ihre Bank hat die Karte noch nicht bestätigt. Schließen Sie den Vorgang dort ab und laden Sie diese Seite dann neu.
action-over-title = Diese Seite ist nicht mehr gültig
action-over = Die Zeit ist abgelaufen, oder die Karte wurde bereits gespeichert oder abgelehnt. Bitte sehen Sie im Shop unter Ihren gespeicherten Karten nach.

## The page of an empty store

empty-store-title = Dieser Shop ist leer
empty-store-text = Der Dienst läuft, hat aber noch keine Karten anzuzeigen.
empty-store-no-token = Es gibt noch kein Verwaltungstoken, daher kann nichts importiert werden.
empty-store-next = Die ersten Schritte stehen auf dieser Seite der Dokumentation:
empty-store-api = API-Dokumentation

## Sending the code

sms-refused-number = An diese Telefonnummer können keine SMS gesendet werden. Bitte geben Sie eine andere Nummer ein.
sms-unavailable = Der Code kann derzeit nicht gesendet werden. Bitte versuchen Sie es in Kürze erneut.
sms-paused = Vorübergehend können keine Codes gesendet werden. Bitte versuchen Sie es später erneut.

## Management API

manage-unauthorized = Ein gültiges Verwaltungstoken ist erforderlich.
manage-forbidden = Diesem Verwaltungstoken fehlt die dafür nötige Berechtigung.
precondition-failed = Das Objekt wurde seit dem Lesen geändert oder existiert bereits.
manage-validation-failed = Das Dokument enthält Fehler; es wurde nichts gespeichert.
card-not-chargeable = Diese gespeicherte Karte kann nicht belastet werden.
quote-required = Dafür ist ein Preisangebot erforderlich.
quote-refused = Das Preisangebot ist nicht gültig oder gilt nicht für diese Karte.
quote-used = Das Preisangebot wurde bereits für eine andere Bestellung verwendet.
quotes-not-configured = Preisangebote sind nicht eingerichtet.
ambiguous-card = Zu den ersten Ziffern der Karte passen mehrere Karten. Bitte geben Sie eine davon an.
not-offered = Dieser Zahlungsplan wird für diesen Einkauf nicht angeboten.
manage-conflict = Diese Änderung steht im Widerspruch zu vorhandenen Daten.
manage-referred = Dieses Objekt kann nicht gelöscht werden, weil andere darauf verweisen.
history-unknown = Das Audit-Protokoll sagt nicht, wie dies damals war.
approval-required = Diese Änderung wartet auf die Freigabe durch eine zweite Person.
own-proposal = Ihre eigene Änderung muss eine zweite Person freigeben.
proposal-stale = Was dies ändert, wurde inzwischen geändert. Bitte schlagen Sie es erneut vor.
proposal-closed = Dies wurde bereits freigegeben oder abgelehnt.
manage-in-use = Dies kann nicht geändert werden, weil gespeicherte Karten oder Tokens dazu gehören.
