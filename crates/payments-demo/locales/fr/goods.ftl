### Les produits de la boutique de démonstration, par clé primaire.

goods-1 = Boucles d’oreilles plaquées or
goods-2 = Smartphone 256 Go
goods-3 = Smartphone reconditionné 128 Go
goods-4 = Tablette 11 pouces
goods-5 = Téléviseur LED 32 pouces
goods-6 = Téléviseur OLED 65 pouces
goods-7 = Casque sans fil
goods-8 = Appareil photo hybride
goods-9 = Ordinateur portable 15,6 pouces
goods-10 = Pièce d’or « quart » 22 carats
goods-11 = Lingot d’or 24 carats, 1 g
goods-12 = Collier de diamants
goods-13 = Réfrigérateur No Frost 560 L
goods-14 = Machine à café turc
goods-15 = Canapé trois places
goods-16 = Huile d’olive vierge extra 5 L
goods-17 = Parfum 100 ml
goods-18 = Carte cadeau 500 TL
goods-19 = Vol pour Rome, aller-retour
goods-20 = Hôtel en Cappadoce, 2 nuits
goods-21 = Manteau en laine
goods-22 = Roman, broché
goods-23 = Tensiomètre
goods-24 = Sac de courses
goods-25 = Commande spéciale
goods-26 = Table basse
goods-27 = Livre d’art en anglais
goods-28 = Puzzle en bois
goods-29 = Cours de langue en ligne

## The rules, by their slugs

rule-bddk-general = Limite générale (BDDK)
rule-bddk-computers = Ordinateurs (BDDK)
rule-bddk-tablets = Tablettes (BDDK)
rule-bddk-electronics = Vidéo, photo et audio (BDDK)
rule-bddk-tv-below-5000 = Téléviseur à moins de 5 000 TRY (BDDK)
rule-bddk-tv-from-5000 = Téléviseur à partir de 5 000 TRY (BDDK)
rule-bddk-phones-new = Téléphones mobiles neufs (BDDK)
rule-bddk-phones-refurbished = Téléphones mobiles reconditionnés (BDDK)
rule-bddk-home-goods = Électroménager et meubles (BDDK)
rule-bddk-jewellery = Bijouterie (BDDK)
rule-bddk-bullion = Pièces et lingots d’or (BDDK)
rule-bddk-travel-domestic = Voyages nationaux (BDDK)
rule-bddk-travel-abroad = Voyages à l’étranger (BDDK)
rule-bddk-no-installments = Alimentation, cosmétiques et cartes cadeaux (BDDK)
rule-bddk-health = Santé (BDDK)
rule-bddk-education = Éducation (BDDK)
rule-store-books-minimum = Livres de cette boutique
rule-store-axess-white-goods = Gros électroménager avec Axess, 2 à 6 mensualités
rule-store-vip-fashion = Mode pour les clients VIP
rule-store-gift-cards-credit-only = Cartes cadeaux par carte de débit
rule-store-currency-lira-only = Articles en devise étrangère
rule-store-weekend-toys-2025 = Jouets les soirs de week-end de 2025
rule-store-draft-large-baskets = Grands paniers de meubles (brouillon)
