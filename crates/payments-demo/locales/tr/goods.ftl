### Demo mağazanın ürünleri, birincil anahtarlarıyla.

goods-1 = Altın Kaplama Küpe
goods-2 = Akıllı Telefon 256 GB
goods-3 = Yenilenmiş Akıllı Telefon 128 GB
goods-4 = Tablet 11 inç
goods-5 = LED Televizyon 32 inç
goods-6 = OLED Televizyon 65 inç
goods-7 = Kablosuz Kulaklık
goods-8 = Aynasız Fotoğraf Makinesi
goods-9 = Dizüstü Bilgisayar 15,6 inç
goods-10 = 22 Ayar Çeyrek Altın
goods-11 = Gram Külçe Altın 24 Ayar
goods-12 = Pırlanta Kolye
goods-13 = Buzdolabı No-Frost 560 L
goods-14 = Türk Kahvesi Makinesi
goods-15 = Üç Kişilik Koltuk
goods-16 = Sızma Zeytinyağı 5 L
goods-17 = Parfüm 100 ml
goods-18 = Hediye Kartı 500 TL
goods-19 = Roma Uçak Bileti, Gidiş-Dönüş
goods-20 = Kapadokya Oteli, 2 Gece
goods-21 = Yün Kaban
goods-22 = Roman, Karton Kapak
goods-23 = Tansiyon Aleti
goods-24 = Alışveriş Poşeti
goods-25 = Özel Sipariş
goods-26 = Sehpa
goods-27 = İngilizce Sanat Kitabı
goods-28 = Ahşap Yapboz
goods-29 = Çevrim İçi Dil Kursu

## The rules, by their slugs

rule-bddk-general = Genel sınır (BDDK)
rule-bddk-computers = Bilgisayar (BDDK)
rule-bddk-tablets = Tablet (BDDK)
rule-bddk-electronics = Video, kamera ve ses (BDDK)
rule-bddk-tv-below-5000 = 5.000 TL altı televizyon (BDDK)
rule-bddk-tv-from-5000 = 5.000 TL ve üzeri televizyon (BDDK)
rule-bddk-phones-new = Yeni cep telefonu (BDDK)
rule-bddk-phones-refurbished = Yenilenmiş cep telefonu (BDDK)
rule-bddk-home-goods = Beyaz eşya, küçük ev aletleri ve mobilya (BDDK)
rule-bddk-jewellery = Kuyum (BDDK)
rule-bddk-bullion = Basılı ve külçe altın (BDDK)
rule-bddk-travel-domestic = Yurt içi seyahat (BDDK)
rule-bddk-travel-abroad = Yurt dışı seyahat (BDDK)
rule-bddk-no-installments = Gıda, kozmetik ve hediye kartı (BDDK)
rule-bddk-health = Sağlık (BDDK)
rule-bddk-education = Eğitim (BDDK)
rule-store-books-minimum = Bu mağazanın kitapları
rule-store-axess-white-goods = Axess ile beyaz eşya, 2–6 taksit
rule-store-vip-fashion = VIP müşteriler için moda
rule-store-gift-cards-credit-only = Banka kartıyla hediye kartı
rule-store-currency-lira-only = Yabancı para birimli ürünler
rule-store-weekend-toys-2025 = 2025 hafta sonu akşamlarında oyuncak
rule-store-draft-large-baskets = Büyük mobilya sepetleri (taslak)
