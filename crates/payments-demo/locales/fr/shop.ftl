### Français : la boutique de démonstration.

## Sur chaque page

skip = Aller au contenu
navigation = Menu
language = Langue
nav-products = Produits
nav-basket = Panier
nav-cards = Mes cartes
nav-component = Composant
nav-docs = Documentation de l’API
log-in = Se connecter
log-out = Se déconnecter
demo-note = Ceci est une boutique de démonstration : rien n’est vendu, aucune vraie carte n’est nécessaire.
close = Fermer
crumbs = Fil d’Ariane
retry = Réessayer
cancel = Annuler
save = Enregistrer

## Le petit téléphone

phone-title = Téléphone
phone-hint = Les SMS de vérification ne sont pas vraiment envoyés, ils s’affichent ici.
phone-empty = Aucun message pour l’instant.
fill-code = Utiliser le code { $digits }

## Produits

products-none = La boutique n’a aucun produit pour le moment.
lowest-plan = à partir de { $amount } × { $count }
lowest-single = Paiement en une fois : { $amount }
product-missing = Produit introuvable
page-missing = Page introuvable
back-to-products = Retour aux produits
add = Ajouter au panier
added = Ajouté au panier : { $name }
product-hint = Les mensualités sont calculées sur le prix du jour.
plans-title = Paiement en plusieurs fois
needs-script = Les mensualités et le paiement nécessitent JavaScript. Veuillez l’activer dans votre navigateur.

## Panier

basket-lines = Produits du panier
basket-empty = Votre panier est vide.
basket-plans = Paiement en plusieurs fois pour votre panier
summary = Récapitulatif
total = Total
to-checkout = Passer au paiement
go-on-shopping = Continuer mes achats
quantity = Quantité de { $name }
less = { $name } : un de moins
more = { $name } : un de plus
remove = { $name } : retirer du panier
removed = Retiré du panier : { $name }
each = { $amount } l’unité
other-currency = Votre panier contient des produits dans une autre devise. Videz-le d’abord.

## Paiement

checkout = Paiement
delivery = Livraison
delivery-standard = Standard, 2 à 4 jours
delivery-fast = Rapide, demain
delivery-point = Point relais
free = Gratuit
pay-with = Votre carte
another-card = Une autre carte
plans-from = à partir de { $amount } × { $count }
card-digits = Les 6 premiers chiffres de votre carte
card-digits-hint = Ils montrent les mensualités de votre carte. Le reste du numéro n’est pas nécessaire.
card-digits-unknown = Aucune mensualité ne correspond à ces chiffres. Vous pouvez choisir votre carte dans la liste.
card-not-at-hand = Je n’ai pas ma carte sous la main
choose-card = Échéancier
card-kinds = Choisissez votre carte
goods = Produits
plans-of = Mensualités avec { $card }
no-offers = Aucun paiement en plusieurs fois pour ce montant.
no-offers-saved = Aucune formule de paiement n’est disponible pour cette carte. Veuillez en choisir une autre.
your-plan = Mensualités
interest = Intérêts
pay = Payer
pay-amount = Payer { $amount }
pay-hint = Ceci est une boutique de démonstration : aucune vraie carte n’est débitée.
pay-changed = Le prix de cette formule a changé. Veuillez le vérifier, puis payer à nouveau. Rien n’a été débité.
pay-not-offered = Cette formule n’est plus proposée. Veuillez en choisir une autre. Rien n’a été débité.
pay-card-unusable = Cette carte n’est plus utilisable. Veuillez en choisir une autre. Rien n’a été débité.
result-title = Merci pour votre commande
result-text = Votre paiement est enregistré. Ceci est une boutique de démonstration : aucun argent réel n’a circulé.
result-order = Numéro de commande
result-card = Carte
result-missing = Commande introuvable
masterpass-title = Masterpass
masterpass-hint = Configuration pour démarrer Masterpass :
masterpass-none = Masterpass n’est pas configuré pour le moment.
merchant-custom = vide (marchand particulier)

## Cartes enregistrées

cards-log-in = Connectez-vous pour enregistrer une carte. Un client de démonstration est prêt, sans mot de passe.
saved-title = Cartes enregistrées
saved-none = Vous n’avez pas encore de carte enregistrée.
rename = Renommer
delete = Supprimer
rename-of = Renommer la carte { $digits }
delete-of = Supprimer la carte { $digits }
delete-sure = Supprimer la carte { $digits } ?
delete-yes = Oui, supprimer
card-deleted = La carte a été supprimée.
card-renamed = La carte a été renommée.
expires = Expire fin { $time }
expired = Expirée : { $time }

## Enregistrer une carte

save-title = Enregistrer une carte
steps = Étapes
step-card = Carte
step-phone = Téléphone
step-code = Code
card-number = Numéro de carte
card-holder = Nom sur la carte
card-expiry = Expiration (MM / AA)
card-cvv = CVV
card-name = Nom donné à la carte (facultatif)
card-name-hint = Par exemple « Courses ».
consent = Je donne mon consentement explicite à la conservation de ma carte pour mes prochains achats.
go-on = Continuer
test-numbers = Numéros de carte pour essayer
number-ok = Est enregistrée
number-declined = La banque refuse
number-error = La banque signale une erreur
number-timeout = Pas de réponse, non enregistrée
number-late = Pas de réponse, nettoyée plus tard
number-garbage = La réponse est incompréhensible
card-of = { $bank } · { $card }
card-no-plans = Nous n’avons trouvé aucune mensualité pour cette carte ; elle peut tout de même être enregistrée.
card-plans = Mensualités avec cette carte pour { $amount }
field-missing = Veuillez remplir ce champ.
card-number-bad = Vérifiez le numéro de carte.
card-expiry-bad = Vérifiez la date d’expiration.
card-cvv-bad = Le CVV comporte 3 ou 4 chiffres.
consent-missing = Votre consentement est nécessaire pour conserver la carte.
cvv-again = Pour votre sécurité, le CVV n’est pas conservé ; veuillez le saisir à nouveau.
phone-number = Téléphone mobile
phone-number-hint = Nous envoyons le code de vérification à ce numéro.
phone-number-bad = Saisissez un numéro de téléphone de 10 à 14 chiffres.
send-code = Envoyer le code
other-card = Changer de carte
code = Code de vérification
sent-to = Nous avons envoyé un code au { $phone }.
sent = Nous vous avons envoyé un code.
time-left = Le code est encore valable { $time }
time-over = Le code a expiré. Demandez-en un nouveau.
save-card = Enregistrer la carte
resend = Renvoyer
other-phone = Changer de téléphone
saved-done = Votre carte est enregistrée.
save-another = Enregistrer une autre carte

## Erreurs

error-offline = Le service est injoignable. Vérifiez votre connexion et réessayez.
error-slow = La réponse tarde. Votre saisie est conservée ; veuillez réessayer.
error-busy = Trop de demandes ont été envoyées. Veuillez réessayer { $time }.
error-generic = Une erreur s’est produite. Votre saisie est conservée ; veuillez réessayer.
error-session = Votre session a pris fin. Rechargez la page.

## La page du composant

component-text = Ajoutez le tableau des mensualités à n’importe quelle page en deux lignes. Sans dépendances, il fonctionne sous une politique de sécurité du contenu stricte.
snippet = À copier
copy = Copier
copied = Copié.
live = Aperçu en direct
variations = Variantes
reference = Référence
control-product = Identifiant du produit
control-layout = Présentation
control-bank = Banques
control-filter = Filtre par banque
attribute-product = l’identifiant du produit
attribute-src = au lieu d’un produit, l’adresse d’une liste, par exemple du panier
attribute-bin = les 6 à 8 premiers chiffres d’un numéro de carte : n’affiche que les cartes possibles
attribute-saved-card = l’identifiant de la carte enregistrée du client : n’affiche que ses mensualités
attribute-api = l’origine du service ; par défaut celle du fichier
attribute-lang = tr, en, ar, ru, de ou fr ; par défaut la langue de la page
attribute-currency = une devise (ISO 4217) à la place de celle de la liste
attribute-layout = table ou compact
attribute-bank = noms courts de banques, séparés par des virgules
attribute-filter = affiche un filtre par banque
attribute-limit = nombre de cartes affichées d’abord, 0 pour toutes
properties = couleurs, lignes, rayon des coins et espacement
parts = éléments que l’on peut styler de l’extérieur :
policy = Ce qu’il faut à la Content-Security-Policy d’un autre site :

## Plans

headline = à partir de { $amount } × { $count } avec { $card }
monthly = Par mois
no-interest = sans frais
not-offered = non proposé
matrix-caption = Mensualités et totaux par carte
matrix-best = total le plus bas pour ce nombre de mensualités
matrix-lowest = mensualité la plus basse
matrix-marks = ★ indique le total le plus bas de la ligne, 0 % signifie sans frais.
matrix-single = Paiement en une fois de { $amount } avec toutes les cartes.
matrix-single-only = Paiement en une fois uniquement : { $card }

## Card and code

expiry-form = MM / AA
code-digits = Saisissez les { $count } chiffres du message.
tries-left = Essais restants : { $count }.
phone-news = Nouveau message sur le téléphone de démonstration :

## Why

why-title = Pourquoi pas plus de mensualités ?
why-cap = Plus de { $count } mensualités ? Pas pour cet article : { $name }, { $count } au maximum.
why-single = Des mensualités ? Pas pour cet article : { $name }, paiement en une fois uniquement.
why-minimum = Plus de mensualités ? Pas pour cet article : { $name }, { $amount } au minimum chacune.
why-excluded = { $card } ? Pas pour cet article : { $name }.
why-nothing = Aucune règle n’exclut de plan pour cet article.
rules-title = Les règles de cette boutique
rules-hint = Les règles de la boutique et leur effet ici. Les raisons viennent de l’opération explain de l’API ; une règle modifiée s’applique aussitôt.
rule-limits = Limite cet article
rule-on = Active
rule-off = Inactive
rule-cap = jusqu’à { $count } mensualités
rule-single = paiement en une fois uniquement
rule-minimum = au moins { $amount } par mensualité
rule-rate = intérêts { $digits } %

## The first page

hero-what = Paiement en plusieurs fois et cartes enregistrées
hero-live = Cette boutique fonctionne avec l’API : chaque carte, chaque plan et chaque montant en proviennent.
stories = À essayer
story-why = Demandez pourquoi
story-why-text = Un collier en 12 mensualités ? Voyez quelle règle s’y oppose.
story-save = Enregistrez une carte
story-save-text = Un numéro de test est saisi, le code arrive sur le téléphone de démonstration.
story-pay = Payez avec
story-pay-text = Ajoutez un article au panier et choisissez un plan pour votre carte enregistrée.
