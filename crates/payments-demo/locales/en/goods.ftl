### The demo store's goods, by their primary keys.

goods-1 = Gold-plated earrings
goods-2 = Smartphone 256 GB
goods-3 = Refurbished smartphone 128 GB
goods-4 = Tablet 11 inch
goods-5 = LED television 32 inch
goods-6 = OLED television 65 inch
goods-7 = Wireless headphones
goods-8 = Mirrorless camera
goods-9 = Laptop 15.6 inch
goods-10 = 22-carat quarter gold coin
goods-11 = 24-carat gold bar, 1 g
goods-12 = Diamond necklace
goods-13 = No-frost refrigerator 560 L
goods-14 = Turkish coffee maker
goods-15 = Three-seat sofa
goods-16 = Extra virgin olive oil 5 L
goods-17 = Perfume 100 ml
goods-18 = Gift card 500 TL
goods-19 = Flight to Rome, return
goods-20 = Hotel in Cappadocia, 2 nights
goods-21 = Wool coat
goods-22 = Novel, paperback
goods-23 = Blood pressure monitor
goods-24 = Shopping bag
goods-25 = Special order
goods-26 = Coffee table
goods-27 = Art book in English
goods-28 = Wooden puzzle
goods-29 = Online language course

## The rules, by their slugs

rule-bddk-general = General limit (BDDK)
rule-bddk-computers = Computers (BDDK)
rule-bddk-tablets = Tablets (BDDK)
rule-bddk-electronics = Video, camera and audio (BDDK)
rule-bddk-tv-below-5000 = Television below 5,000 TRY (BDDK)
rule-bddk-tv-from-5000 = Television from 5,000 TRY (BDDK)
rule-bddk-phones-new = New mobile phones (BDDK)
rule-bddk-phones-refurbished = Refurbished mobile phones (BDDK)
rule-bddk-home-goods = White goods, small appliances and furniture (BDDK)
rule-bddk-jewellery = Jewellery (BDDK)
rule-bddk-bullion = Minted gold and bullion (BDDK)
rule-bddk-travel-domestic = Domestic travel (BDDK)
rule-bddk-travel-abroad = Travel abroad (BDDK)
rule-bddk-no-installments = Food, cosmetics and gift cards (BDDK)
rule-bddk-health = Health (BDDK)
rule-bddk-education = Education (BDDK)
rule-store-books-minimum = Books of this store
rule-store-axess-white-goods = White goods with Axess, 2 to 6 installments
rule-store-vip-fashion = Fashion for VIP customers
rule-store-gift-cards-credit-only = Gift cards with a debit card
rule-store-currency-lira-only = Goods in a foreign currency
rule-store-weekend-toys-2025 = Toys on weekend evenings of 2025
rule-store-draft-large-baskets = Large furniture baskets (draft)
