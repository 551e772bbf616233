### French: everything a customer or an operator can read.

## Installment plans

# $count (Number) - how many payments, 1 to 99
installment-label =
    { $count ->
        [1] Paiement en une fois
       *[other] { $count } mensualités
    }

## Text messages

# One SMS segment: at most 160 characters of the GSM 7-bit alphabet. No address, no other digits.
# $code (String) - the code, 4 to 8 digits
sms-code = Votre code de vérification : { $code }. Saisissez-le pour enregistrer votre carte. Ne le communiquez à personne.

# For senders that take ASCII only.
# $code (String) - the code, 4 to 8 digits
sms-code-ascii = Votre code de verification : { $code }. Saisissez-le pour enregistrer votre carte. Ne le communiquez a personne.

## Who is asking

not-authenticated = Aucune information d’authentification n’a été fournie.
csrf-missing = Le jeton de sécurité est manquant. Veuillez actualiser la page et réessayer.
csrf-failed = Le jeton de sécurité n’est pas valide. Veuillez actualiser la page et réessayer.
signature-refused = La signature n’est pas valide.

## What was asked for

not-found = Introuvable.
product-not-found = Produit introuvable.
customer-not-found = Client introuvable.
card-not-found = Carte enregistrée introuvable.
method-not-allowed = Cette méthode n’est pas autorisée à cette adresse.

## Requests that cannot be read

bad-request = La requête n’a pas été comprise.
malformed-body = Le contenu de la requête n’a pas pu être lu.
payload-too-large = Le contenu de la requête est trop volumineux.
unsupported-media-type = Ce type de contenu n’est pas pris en charge.
uri-too-long = L’adresse de la requête est trop longue.
headers-too-large = Les en-têtes de la requête sont trop volumineux.
request-timeout = La requête n’a pas abouti à temps. Veuillez réessayer.

## Limits and faults of the service

# $seconds (Number) - how long to wait
too-many-requests =
    { $seconds ->
        [one] Trop de requêtes. Veuillez réessayer dans { $seconds } seconde.
       *[other] Trop de requêtes. Veuillez réessayer dans { $seconds } secondes.
    }

too-many-codes-today = Vous avez fait trop de tentatives aujourd’hui. Veuillez réessayer demain.
service-unavailable = Le service est actuellement indisponible. Veuillez réessayer dans quelques instants.
internal-error = Une erreur inattendue s’est produite. Veuillez réessayer dans quelques instants.

## Fields

validation-failed = Certaines informations sont manquantes ou incorrectes. Veuillez les vérifier.
field-required = Ce champ est obligatoire.
field-not-string = Ce champ doit être un texte.
field-blank = Ce champ ne peut pas être vide.
field-invalid = Cette valeur n’est pas valide.

## Fields: telephone and code

phone-invalid = Saisissez un numéro de téléphone de 10 à 14 chiffres.
phone-not-mobile = Saisissez un numéro de téléphone mobile.
phone-country-not-allowed = Les codes ne peuvent pas être envoyés aux numéros de ce pays. Veuillez saisir un autre numéro.
otp-format = Le code doit comporter de 4 à 8 chiffres.
otp-wrong = Le code est incorrect.

## Fields: the card

card-number-invalid = Le numéro de carte n’est pas valide.
bin-invalid = Saisissez les 6 à 8 premiers chiffres du numéro de carte.
saved-card-invalid = Choisissez l’une de vos cartes enregistrées.
one-card-only = Saisissez les premiers chiffres de la carte ou choisissez une carte enregistrée, mais pas les deux.
for-invalid = Choisissez le panier ou la précommande.
product-keys-invalid = Saisissez de 1 à 100 numéros de produit, séparés par des virgules.
card-expiry-invalid = La date d’expiration n’est pas valide.
card-expired = Votre carte a expiré.
card-cvv-invalid = Le cryptogramme visuel (CVV) doit comporter 3 ou 4 chiffres.
card-holder-invalid = Saisissez le nom du titulaire tel qu’il figure sur la carte.
card-name-invalid = Saisissez un nom valide pour la carte.
name-too-long = Ce nom est trop long.
consent-required = Votre consentement est nécessaire pour enregistrer la carte.

## Saving a card

# No card has been submitted, or it has been held for too long.
no-card-held = Les données de votre carte ne sont plus conservées. Veuillez les saisir à nouveau.

# No code has been asked for, or the phone number has been held for too long.
no-code-sent = Votre numéro de téléphone n’est plus conservé. Veuillez demander un nouveau code.

code-expired = Le code a expiré. Veuillez en demander un nouveau.

# Too many wrong codes: code and card are gone.
flow-void = Un code incorrect a été saisi trop de fois. Veuillez saisir à nouveau les données de votre carte et demander un nouveau code.

saving-in-progress = Votre carte est en cours d’enregistrement. Veuillez patienter un instant.

# An earlier attempt ended and the held card was dropped.
card-gone = Les données de votre carte ont été supprimées et la carte n’a pas été enregistrée. Veuillez saisir à nouveau les données de votre carte.

## The bank's or the payment provider's answer

gateway-declined = Votre banque a refusé la carte ; elle n’a pas été enregistrée. Veuillez essayer une autre carte.
gateway-expired-card = Selon votre banque, la carte a expiré ; elle n’a pas été enregistrée. Veuillez essayer une autre carte.
gateway-invalid-card = Votre banque n’a pas accepté les données de la carte ; elle n’a pas été enregistrée. Veuillez les vérifier et les saisir à nouveau.
gateway-not-allowed = Cette carte ne peut pas être enregistrée. Veuillez essayer une autre carte.
gateway-try-later = Votre banque ne peut pas répondre pour le moment ; la carte n’a pas été enregistrée. Veuillez réessayer dans quelques instants.
gateway-contact-bank = Votre banque n’a pas autorisé la carte ; elle n’a pas été enregistrée. Veuillez contacter votre banque.
gateway-generic = La carte n’a pas pu être enregistrée. Veuillez réessayer ou utiliser une autre carte.
gateway-unavailable = Le prestataire de paiement est injoignable ; la carte n’a pas été enregistrée. Veuillez réessayer dans quelques instants.

# Nobody knows yet whether the provider took the card; the reconciler finds out.
gateway-outcome-unknown = Le prestataire de paiement n’a pas répondu ; la carte n’a pas été enregistrée. Veuillez réessayer dans quelques minutes.

# 3-D Secure: what the code is answered, and the page after the bank.
action-required = Votre banque souhaite vérifier qu’il s’agit bien de vous. Veuillez continuer auprès de votre banque.
action-saved-title = Votre carte est enregistrée
action-saved = Vous pouvez fermer cette page et continuer dans la boutique.
action-refused-title = Votre carte n’est pas enregistrée
action-pending-title = Votre carte n’est pas encore enregistrée
action-pending = Votre banque n’a pas encore confirmé la carte. Terminez la vérification, puis rechargez cette page.
action-over-title = Cette page n’est plus valable
action-over = Le délai est écoulé, ou la carte a déjà été enregistrée ou refusée. Veuillez consulter vos cartes enregistrées dans la boutique.

## The page of an empty store

empty-store-title = Cette boutique est vide
empty-store-text = Le service fonctionne, mais il n’a encore aucune carte à afficher.
empty-store-no-token = Il n’y a pas encore de jeton de gestion : rien ne peut être importé.
empty-store-next = Les premières étapes se trouvent sur cette page de la documentation :
empty-store-api = Documentation de l’API

## Sending the code

sms-refused-number = Il est impossible d’envoyer un SMS à ce numéro. Veuillez saisir un autre numéro.
sms-unavailable = Le code ne peut pas être envoyé pour le moment. Veuillez réessayer dans quelques instants.
sms-paused = Les codes ne peuvent pas être envoyés pour le moment. Veuillez réessayer plus tard.

## Management API

manage-unauthorized = Un jeton d’administration valide est requis.
manage-forbidden = Ce jeton d’administration n’a pas le droit nécessaire à cette opération.
precondition-failed = L’objet a changé depuis sa lecture, ou existe déjà.
manage-validation-failed = Le document contient des erreurs ; rien n’a été enregistré.
card-not-chargeable = Cette carte enregistrée ne peut pas être débitée.
quote-required = Une offre de prix est requise pour cette opération.
quote-refused = L’offre de prix n’est pas valable, ou ne concerne pas cette carte.
quote-used = L’offre de prix a été utilisée pour une autre commande.
quotes-not-configured = Les offres de prix ne sont pas configurées.
ambiguous-card = Plusieurs cartes correspondent aux premiers chiffres de la carte. Veuillez en indiquer une.
not-offered = Ce plan de paiement n’est pas proposé pour cet achat.
manage-conflict = Cette modification est en conflit avec les données existantes.
manage-referred = Suppression impossible : d’autres objets y font référence.
history-unknown = Le journal d’audit n’indique pas ce que c’était à ce moment.
approval-required = Cette modification attend l’approbation d’une deuxième personne.
own-proposal = Une deuxième personne doit approuver votre propre modification.
proposal-stale = Ce que cela modifie a changé depuis. Veuillez le proposer de nouveau.
proposal-closed = Cela a déjà été approuvé ou refusé.
manage-in-use = Modification impossible : des cartes enregistrées ou des jetons y sont rattachés.
