### العربية: المتجر التجريبي.

## في كل صفحة

skip = انتقل إلى المحتوى
navigation = القائمة
language = اللغة
nav-products = المنتجات
nav-basket = السلة
nav-cards = بطاقاتي
nav-component = المكوّن
nav-docs = توثيق الواجهة البرمجية
log-in = تسجيل الدخول
log-out = تسجيل الخروج
demo-note = هذا متجر تجريبي: لا يُباع فيه شيء ولا حاجة إلى بطاقة حقيقية.
close = إغلاق
crumbs = مسار التنقل
retry = إعادة المحاولة
cancel = إلغاء
save = حفظ

## الهاتف الصغير

phone-title = الهاتف
phone-hint = لا تُرسل رسائل التحقق فعليًا، بل تظهر هنا.
phone-empty = لا رسائل بعد.
fill-code = استخدم الرمز { $digits }

## المنتجات

products-none = لا توجد منتجات في المتجر حاليًا.
lowest-plan = ابتداءً من { $amount } × { $count }
lowest-single = دفعة واحدة { $amount }
product-missing = المنتج غير موجود
page-missing = الصفحة غير موجودة
back-to-products = العودة إلى المنتجات
add = أضف إلى السلة
added = تمت إضافة { $name } إلى سلتك.
product-hint = تُحسب الأقساط على سعر المنتج اليوم.
plans-title = خيارات التقسيط
needs-script = تتطلب خيارات التقسيط والدفع تفعيل JavaScript. يُرجى تفعيله في متصفحك.

## السلة

basket-lines = المنتجات في السلة
basket-empty = سلتك فارغة.
basket-plans = خيارات التقسيط لسلتك
summary = الملخص
total = الإجمالي
to-checkout = متابعة الدفع
go-on-shopping = متابعة التسوق
quantity = كمية { $name }
less = { $name }: إنقاص واحد
more = { $name }: زيادة واحد
remove = { $name }: إزالة من السلة
removed = تمت إزالة { $name } من السلة.
each = { $amount } للواحد
other-currency = في سلتك منتجات بعملة أخرى. أفرغها أولًا.

## الدفع

checkout = الدفع
delivery = التوصيل
delivery-standard = عادي، من يومين إلى 4 أيام
delivery-fast = سريع، غدًا
delivery-point = نقطة استلام
free = مجانًا
pay-with = بطاقتك
another-card = بطاقة أخرى
plans-from = ابتداءً من { $amount } × { $count }
card-digits = أول 6 أرقام من بطاقتك
card-digits-hint = تُظهر خطط بطاقتك. لا حاجة إلى بقية الرقم.
card-digits-unknown = لم نجد خططًا لهذه الأرقام. يمكنك اختيار بطاقتك من القائمة.
card-not-at-hand = بطاقتي ليست في متناول يدي
choose-card = خطة الدفع
card-kinds = اختر بطاقتك
goods = المنتجات
plans-of = تقسيط { $card }
no-offers = لا توجد خيارات تقسيط لهذا المبلغ.
no-offers-saved = لا توجد خطة دفع لهذه البطاقة. يُرجى اختيار بطاقة أخرى.
your-plan = الأقساط
interest = الفوائد
pay = ادفع
pay-amount = ادفع { $amount }
pay-hint = هذا متجر تجريبي: لا يُخصم شيء من بطاقة حقيقية.
pay-changed = تغيّر سعر هذه الخطة. يُرجى مراجعته ثم الدفع من جديد. لم يُخصم شيء.
pay-not-offered = لم تعد هذه الخطة متاحة. يُرجى اختيار خطة أخرى. لم يُخصم شيء.
pay-card-unusable = لم يعد بالإمكان استخدام هذه البطاقة. يُرجى اختيار بطاقة أخرى. لم يُخصم شيء.
result-title = شكرًا على طلبك
result-text = استلمنا دفعتك. هذا متجر تجريبي: لم تُحوَّل أي أموال حقيقية.
result-order = رقم الطلب
result-card = البطاقة
result-missing = لم يُعثر على الطلب
masterpass-title = Masterpass
masterpass-hint = إعدادات بدء Masterpass:
masterpass-none = لم يُهيَّأ Masterpass حاليًا.
merchant-custom = فارغ (تاجر خاص)

## البطاقات المحفوظة

cards-log-in = سجّل الدخول لحفظ بطاقة. العميل التجريبي جاهز ولا يحتاج إلى كلمة مرور.
saved-title = البطاقات المحفوظة
saved-none = ليست لديك بطاقات محفوظة بعد.
rename = تغيير الاسم
delete = حذف
rename-of = تغيير اسم البطاقة { $digits }
delete-of = حذف البطاقة { $digits }
delete-sure = هل تريد حذف البطاقة { $digits }؟
delete-yes = نعم، احذف
card-deleted = حُذفت البطاقة.
card-renamed = تغيّر اسم البطاقة.
expires = تنتهي في { $time }
expired = انتهت في { $time }

## حفظ بطاقة

save-title = حفظ بطاقة
steps = الخطوات
step-card = البطاقة
step-phone = الهاتف
step-code = الرمز
card-number = رقم البطاقة
card-holder = الاسم على البطاقة
card-expiry = تاريخ الانتهاء (شهر / سنة)
card-cvv = رمز الأمان CVV
card-name = اسم تطلقه على البطاقة (اختياري)
card-name-hint = مثلًا «بطاقة التسوق».
consent = أوافق صراحةً على حفظ بطاقتي لمشترياتي القادمة.
go-on = متابعة
test-numbers = أرقام بطاقات للتجربة
number-ok = تُحفظ
number-declined = يرفضها البنك
number-error = يبلّغ البنك عن خطأ
number-timeout = لا رد، لا تُحفظ
number-late = لا رد، وتُزال لاحقًا
number-garbage = رد غير مفهوم
card-of = { $bank } · { $card }
card-no-plans = لم نجد خططًا لهذه البطاقة؛ ويمكن حفظها رغم ذلك.
card-plans = تقسيط { $amount } بهذه البطاقة
field-missing = يُرجى ملء هذا الحقل.
card-number-bad = تحقّق من رقم البطاقة.
card-expiry-bad = تحقّق من تاريخ الانتهاء.
card-cvv-bad = يتكوّن CVV من 3 أو 4 أرقام.
consent-missing = موافقتك لازمة لحفظ البطاقة.
cvv-again = حفاظًا على أمانك لا يُحتفظ برمز CVV؛ يُرجى إدخاله من جديد.
phone-number = الهاتف المحمول
phone-number-hint = نرسل رمز التحقق إلى هذا الرقم.
phone-number-bad = أدخل رقم هاتف من 10 إلى 14 رقمًا.
send-code = أرسل الرمز
other-card = تغيير البطاقة
code = رمز التحقق
sent-to = أرسلنا رمزًا إلى { $phone }.
sent = أرسلنا إليك رمزًا.
time-left = الرمز صالح لمدة { $time }
time-over = انتهت صلاحية الرمز. اطلب رمزًا جديدًا.
save-card = احفظ البطاقة
resend = إعادة الإرسال
other-phone = تغيير الهاتف
saved-done = حُفظت بطاقتك.
save-another = حفظ بطاقة أخرى

## الأخطاء

error-offline = تعذّر الوصول إلى الخدمة. تحقّق من اتصالك وأعد المحاولة.
error-slow = تأخّر الرد. ما أدخلته محفوظ هنا؛ يُرجى إعادة المحاولة.
error-busy = أُرسلت طلبات كثيرة جدًا. أعد المحاولة { $time }.
error-generic = حدث خطأ ما. ما أدخلته محفوظ هنا؛ يُرجى إعادة المحاولة.
error-session = انتهت جلستك. أعد تحميل الصفحة.

## صفحة المكوّن

component-text = أضف جدول التقسيط إلى أي صفحة بسطرين. لا تبعيات له، ويعمل مع سياسة صارمة لأمان المحتوى.
snippet = المقطع للنسخ
copy = نسخ
copied = نُسخ.
live = معاينة حية
variations = تنويعات
reference = مرجع
control-product = رقم المنتج
control-layout = العرض
control-bank = البنوك
control-filter = تصفية حسب البنك
attribute-product = رقم المنتج
attribute-src = عنوان قائمة بدل المنتج، كقائمة السلة
attribute-bin = أول 6 إلى 8 أرقام من رقم البطاقة: تُعرض فقط البطاقات التي قد تدل عليها
attribute-saved-card = رقم بطاقة العميل المحفوظة: تُعرض خططها فقط
attribute-api = أصل الخدمة؛ وهو مصدر الملف ما لم يُذكر
attribute-lang = tr أو en أو ar أو ru أو de أو fr؛ وإلا فلغة الصفحة
attribute-currency = عملة (ISO 4217) بدلًا من عملة القائمة
attribute-layout = table أو compact
attribute-bank = أسماء بنوك مختصرة تفصلها فواصل
attribute-filter = يعرض التصفية حسب البنك
attribute-limit = عدد البطاقات المعروضة أولًا، و0 للكل
properties = الألوان والخطوط واستدارة الزوايا والمسافات
parts = أجزاء يمكن تنسيقها من الخارج:
policy = ما تحتاجه Content-Security-Policy لموقع آخر:

## Plans

headline = ابتداءً من { $amount } × { $count } ببطاقة { $card }
monthly = شهريًا
no-interest = بدون فوائد
not-offered = غير متاح
matrix-caption = الأقساط والمبالغ الإجمالية حسب البطاقة
matrix-best = أقل إجمالي لهذا العدد من الأقساط
matrix-lowest = أقل قسط
matrix-marks = ★ أقل إجمالي في الصف، و0% تعني بدون فوائد.
matrix-single = دفعة واحدة بقيمة { $amount } بأي بطاقة.
matrix-single-only = دفعة واحدة فقط: { $card }

## Card and code

expiry-form = شهر / سنة
code-digits = أدخل الأرقام الموجودة في الرسالة، وعددها { $count }.
tries-left = المحاولات المتبقية: { $count }.
phone-news = رسالة جديدة على هاتف العرض:

## Why

why-title = لماذا لا توجد أقساط أكثر؟
why-cap = أكثر من { $count } من الأقساط؟ ليس لهذا المنتج: { $name }، { $count } كحد أقصى.
why-single = التقسيط؟ ليس لهذا المنتج: { $name }، دفعة واحدة فقط.
why-minimum = أقساط أكثر؟ ليس لهذا المنتج: { $name }، و{ $amount } على الأقل لكل قسط.
why-excluded = { $card }؟ ليس لهذا المنتج: { $name }.
why-nothing = لا توجد قاعدة تستبعد خطة لهذا المنتج.
rules-title = قواعد هذا المتجر
rules-hint = قواعد المتجر وتأثيرها هنا. الأسباب مأخوذة من عملية explain في واجهة API، وتسري القاعدة المعدّلة فورًا.
rule-limits = تقيّد هذا المنتج
rule-on = مفعّلة
rule-off = معطّلة
rule-cap = الأقساط: { $count } كحد أقصى
rule-single = دفعة واحدة فقط
rule-minimum = { $amount } على الأقل لكل قسط
rule-rate = نسبة الفائدة { $digits }%

## The first page

hero-what = التقسيط والبطاقات المحفوظة لصفحات الدفع
hero-live = يعمل هذا المتجر بواجهة API: كل بطاقة وخطة ومبلغ تراه يأتي منها.
stories = جرّب
story-why = اعرف السبب
story-why-text = قلادة على 12 قسطًا؟ اعرف أي قاعدة تمنع ذلك.
story-save = احفظ بطاقة
story-save-text = رقم تجريبي مُدخل مسبقًا، ويصل الرمز إلى هاتف العرض.
story-pay = ادفع بها
story-pay-text = أضف منتجًا إلى السلة واختر خطة لبطاقتك المحفوظة.
