### منتجات المتجر التجريبي بحسب مفاتيحها الأساسية.

goods-1 = أقراط مطلية بالذهب
goods-2 = هاتف ذكي 256 غيغابايت
goods-3 = هاتف ذكي مجدَّد 128 غيغابايت
goods-4 = جهاز لوحي 11 بوصة
goods-5 = تلفاز LED مقاس 32 بوصة
goods-6 = تلفاز OLED مقاس 65 بوصة
goods-7 = سماعات لاسلكية
goods-8 = كاميرا بلا مرآة
goods-9 = حاسوب محمول 15.6 بوصة
goods-10 = ربع ليرة ذهب عيار 22
goods-11 = سبيكة ذهب عيار 24، غرام واحد
goods-12 = قلادة ألماس
goods-13 = ثلاجة نو فروست 560 لترًا
goods-14 = ماكينة قهوة تركية
goods-15 = أريكة بثلاثة مقاعد
goods-16 = زيت زيتون بكر ممتاز 5 لترات
goods-17 = عطر 100 مل
goods-18 = بطاقة هدية 500 ليرة
goods-19 = تذكرة طيران إلى روما، ذهابًا وإيابًا
goods-20 = فندق في كابادوكيا، ليلتان
goods-21 = معطف صوف
goods-22 = رواية بغلاف ورقي
goods-23 = جهاز قياس ضغط الدم
goods-24 = حقيبة تسوق
goods-25 = طلب خاص
goods-26 = طاولة قهوة
goods-27 = كتاب فني بالإنجليزية
goods-28 = أحجية خشبية
goods-29 = دورة لغة عبر الإنترنت

## The rules, by their slugs

rule-bddk-general = الحد العام (BDDK)
rule-bddk-computers = أجهزة الحاسوب (BDDK)
rule-bddk-tablets = الأجهزة اللوحية (BDDK)
rule-bddk-electronics = الفيديو والكاميرات والصوتيات (BDDK)
rule-bddk-tv-below-5000 = تلفاز بأقل من 5,000 ليرة (BDDK)
rule-bddk-tv-from-5000 = تلفاز بسعر 5,000 ليرة فأكثر (BDDK)
rule-bddk-phones-new = الهواتف المحمولة الجديدة (BDDK)
rule-bddk-phones-refurbished = الهواتف المحمولة المجدّدة (BDDK)
rule-bddk-home-goods = الأجهزة المنزلية والأثاث (BDDK)
rule-bddk-jewellery = المجوهرات (BDDK)
rule-bddk-bullion = العملات والسبائك الذهبية (BDDK)
rule-bddk-travel-domestic = السفر الداخلي (BDDK)
rule-bddk-travel-abroad = السفر إلى الخارج (BDDK)
rule-bddk-no-installments = الأغذية ومستحضرات التجميل وبطاقات الهدايا (BDDK)
rule-bddk-health = الصحة (BDDK)
rule-bddk-education = التعليم (BDDK)
rule-store-books-minimum = كتب هذا المتجر
rule-store-axess-white-goods = الأجهزة المنزلية الكبيرة ببطاقة Axess، من 2 إلى 6 أقساط
rule-store-vip-fashion = الأزياء لكبار العملاء
rule-store-gift-cards-credit-only = بطاقات الهدايا ببطاقة الخصم
rule-store-currency-lira-only = المنتجات بعملة أجنبية
rule-store-weekend-toys-2025 = الألعاب في أمسيات عطلة نهاية الأسبوع 2025
rule-store-draft-large-baskets = سلال الأثاث الكبيرة (مسودة)
