### Die Waren des Demo-Shops, nach ihren Primärschlüsseln.

goods-1 = Vergoldete Ohrringe
goods-2 = Smartphone 256 GB
goods-3 = Generalüberholtes Smartphone 128 GB
goods-4 = Tablet 11 Zoll
goods-5 = LED-Fernseher 32 Zoll
goods-6 = OLED-Fernseher 65 Zoll
goods-7 = Kabellose Kopfhörer
goods-8 = Spiegellose Kamera
goods-9 = Notebook 15,6 Zoll
goods-10 = Viertel-Goldmünze 22 Karat
goods-11 = Goldbarren 24 Karat, 1 g
goods-12 = Diamantkette
goods-13 = No-Frost-Kühlschrank 560 L
goods-14 = Mokkamaschine
goods-15 = Dreisitzer-Sofa
goods-16 = Natives Olivenöl extra 5 L
goods-17 = Parfüm 100 ml
goods-18 = Geschenkkarte 500 TL
goods-19 = Flug nach Rom, hin und zurück
goods-20 = Hotel in Kappadokien, 2 Nächte
goods-21 = Wollmantel
goods-22 = Roman, Taschenbuch
goods-23 = Blutdruckmessgerät
goods-24 = Einkaufstasche
goods-25 = Sonderbestellung
goods-26 = Couchtisch
goods-27 = Kunstbuch auf Englisch
goods-28 = Holzpuzzle
goods-29 = Online-Sprachkurs

## The rules, by their slugs

rule-bddk-general = Allgemeine Grenze (BDDK)
rule-bddk-computers = Computer (BDDK)
rule-bddk-tablets = Tablets (BDDK)
rule-bddk-electronics = Video, Kamera und Audio (BDDK)
rule-bddk-tv-below-5000 = Fernseher unter 5.000 TRY (BDDK)
rule-bddk-tv-from-5000 = Fernseher ab 5.000 TRY (BDDK)
rule-bddk-phones-new = Neue Mobiltelefone (BDDK)
rule-bddk-phones-refurbished = Generalüberholte Mobiltelefone (BDDK)
rule-bddk-home-goods = Haushaltsgeräte und Möbel (BDDK)
rule-bddk-jewellery = Schmuck (BDDK)
rule-bddk-bullion = Goldmünzen und Barren (BDDK)
rule-bddk-travel-domestic = Inlandsreisen (BDDK)
rule-bddk-travel-abroad = Auslandsreisen (BDDK)
rule-bddk-no-installments = Lebensmittel, Kosmetik und Gutscheine (BDDK)
rule-bddk-health = Gesundheit (BDDK)
rule-bddk-education = Bildung (BDDK)
rule-store-books-minimum = Bücher dieses Shops
rule-store-axess-white-goods = Haushaltsgroßgeräte mit Axess, 2 bis 6 Raten
rule-store-vip-fashion = Mode für VIP-Kunden
rule-store-gift-cards-credit-only = Gutscheine mit Debitkarte
rule-store-currency-lira-only = Waren in Fremdwährung
rule-store-weekend-toys-2025 = Spielzeug an Wochenendabenden 2025
rule-store-draft-large-baskets = Große Möbelkörbe (Entwurf)
