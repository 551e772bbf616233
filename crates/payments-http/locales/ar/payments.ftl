### Arabic: everything a customer or an operator can read.

## Installment plans

# $count (Number) - how many payments, 1 to 99
installment-label =
    { $count ->
        [1] دفعة واحدة
        [zero] { $count } قسط
        [two] قسطان
        [few] { $count } أقساط
        [many] { $count } قسطًا
       *[other] { $count } قسط
    }

## Text messages

# One SMS segment: at most 70 characters of UCS-2. No address, no other digits.
# $code (String) - the code, 4 to 8 digits
sms-code = رمز التحقق: { $code }. أدخله لحفظ بطاقتك ولا تشاركه مع أحد.

# For senders that take ASCII only, in English.
# $code (String) - the code, 4 to 8 digits
sms-code-ascii = Your verification code: { $code }. Enter it to save your card and do not share it with anyone.

## Who is asking

not-authenticated = لم يتم تقديم بيانات تسجيل الدخول.
csrf-missing = رمز الأمان غير موجود. يُرجى تحديث الصفحة والمحاولة مرة أخرى.
csrf-failed = رمز الأمان غير صالح. يُرجى تحديث الصفحة والمحاولة مرة أخرى.
signature-refused = التوقيع غير صالح.

## What was asked for

not-found = لم يتم العثور على المطلوب.
product-not-found = لم يتم العثور على المنتج.
customer-not-found = لم يتم العثور على العميل.
card-not-found = لم يتم العثور على البطاقة المحفوظة.
method-not-allowed = هذه الطريقة غير مسموح بها في هذا العنوان.

## Requests that cannot be read

bad-request = تعذّر فهم الطلب.
malformed-body = تعذّرت قراءة محتوى الطلب.
payload-too-large = محتوى الطلب كبير جدًا.
unsupported-media-type = نوع المحتوى هذا غير مدعوم.
uri-too-long = عنوان الطلب طويل جدًا.
headers-too-large = ترويسات الطلب كبيرة جدًا.
request-timeout = لم يكتمل الطلب في الوقت المحدد. يُرجى المحاولة مرة أخرى.

## Limits and faults of the service

# $seconds (Number) - how long to wait
too-many-requests =
    { $seconds ->
        [zero] عدد الطلبات كبير جدًا. يُرجى المحاولة مرة أخرى بعد { $seconds } ثانية.
        [one] عدد الطلبات كبير جدًا. يُرجى المحاولة مرة أخرى بعد ثانية واحدة.
        [two] عدد الطلبات كبير جدًا. يُرجى المحاولة مرة أخرى بعد ثانيتين.
        [few] عدد الطلبات كبير جدًا. يُرجى المحاولة مرة أخرى بعد { $seconds } ثوانٍ.
        [many] عدد الطلبات كبير جدًا. يُرجى المحاولة مرة أخرى بعد { $seconds } ثانية.
       *[other] عدد الطلبات كبير جدًا. يُرجى المحاولة مرة أخرى بعد { $seconds } ثانية.
    }

too-many-codes-today = لقد أجريت محاولات كثيرة اليوم. يُرجى المحاولة مرة أخرى غدًا.
service-unavailable = الخدمة غير متاحة حاليًا. يُرجى المحاولة مرة أخرى بعد قليل.
internal-error = حدث خطأ غير متوقع. يُرجى المحاولة مرة أخرى بعد قليل.

## Fields

validation-failed = بعض المعلومات ناقصة أو غير صحيحة. يُرجى التحقق منها.
field-required = هذا الحقل مطلوب.
field-not-string = يجب أن يكون هذا الحقل نصًا.
field-blank = لا يمكن ترك هذا الحقل فارغًا.
field-invalid = هذه القيمة غير صالحة.

## Fields: telephone and code

phone-invalid = يُرجى إدخال رقم هاتف يتكوّن من 10 إلى 14 رقمًا.
phone-not-mobile = أدخل رقم هاتف محمول.
phone-country-not-allowed = لا يمكن إرسال الرموز إلى أرقام هذا البلد. يُرجى إدخال رقم آخر.
otp-format = يجب أن يتكوّن الرمز من 4 إلى 8 أرقام.
otp-wrong = الرمز غير صحيح.

## Fields: the card

card-number-invalid = رقم البطاقة غير صالح.
bin-invalid = أدخل أول 6 إلى 8 أرقام من رقم البطاقة.
saved-card-invalid = اختر إحدى بطاقاتك المحفوظة.
one-card-only = أدخل الأرقام الأولى من البطاقة أو اختر بطاقة محفوظة، ولا تستخدم الاثنين معًا.
for-invalid = اختر السلة أو الطلب المسبق.
product-keys-invalid = أدخل من 1 إلى 100 رقم منتج مفصولة بفواصل.
card-expiry-invalid = تاريخ انتهاء الصلاحية غير صالح.
card-expired = انتهت صلاحية بطاقتك.
card-cvv-invalid = يجب أن يتكوّن رمز الأمان (CVV) من 3 أو 4 أرقام.
card-holder-invalid = يُرجى إدخال اسم حامل البطاقة كما هو مكتوب عليها.
card-name-invalid = يُرجى إدخال اسم صالح للبطاقة.
name-too-long = هذا الاسم طويل جدًا.
consent-required = موافقتك مطلوبة لحفظ البطاقة.

## Saving a card

# No card has been submitted, or it has been held for too long.
no-card-held = لم نعد نحتفظ ببيانات بطاقتك. يُرجى إدخالها مرة أخرى.

# No code has been asked for, or the phone number has been held for too long.
no-code-sent = لم نعد نحتفظ برقم هاتفك. يُرجى طلب رمز جديد.

code-expired = انتهت صلاحية الرمز. يُرجى طلب رمز جديد.

# Too many wrong codes: code and card are gone.
flow-void = أُدخل رمز خاطئ مرات كثيرة جدًا. يُرجى إدخال بيانات بطاقتك مرة أخرى وطلب رمز جديد.

saving-in-progress = يجري حفظ بطاقتك. يُرجى الانتظار قليلًا.

# An earlier attempt ended and the held card was dropped.
card-gone = حُذفت بيانات بطاقتك ولم تُحفظ البطاقة. يُرجى إدخال بيانات بطاقتك مرة أخرى.

## The bank's or the payment provider's answer

gateway-declined = رفض البنك البطاقة ولم تُحفظ. يُرجى تجربة بطاقة أخرى.
gateway-expired-card = أفاد البنك بأن صلاحية البطاقة انتهت، ولم تُحفظ. يُرجى تجربة بطاقة أخرى.
gateway-invalid-card = لم يقبل البنك بيانات البطاقة ولم تُحفظ. يُرجى التحقق من البيانات وإدخالها مرة أخرى.
gateway-not-allowed = لا يمكن حفظ هذه البطاقة. يُرجى تجربة بطاقة أخرى.
gateway-try-later = لا يستطيع البنك الرد حاليًا ولم تُحفظ البطاقة. يُرجى المحاولة مرة أخرى بعد قليل.
gateway-contact-bank = لم يوافق البنك على البطاقة ولم تُحفظ. يُرجى التواصل مع البنك.
gateway-generic = تعذّر حفظ البطاقة. يُرجى المحاولة مرة أخرى أو استخدام بطاقة أخرى.
gateway-unavailable = تعذّر الوصول إلى مزوّد خدمة الدفع ولم تُحفظ البطاقة. يُرجى المحاولة مرة أخرى بعد قليل.

# Nobody knows yet whether the provider took the card; the reconciler finds out.
gateway-outcome-unknown = لم يصل رد من مزوّد خدمة الدفع ولم تُحفظ البطاقة. يُرجى المحاولة مرة أخرى بعد بضع دقائق.

# 3-D Secure: what the code is answered, and the page after the bank.
action-required = يريد البنك الذي تتعامل معه التأكد من هويتك. يُرجى المتابعة لدى البنك.
action-saved-title = تم حفظ بطاقتك
action-saved = يمكنك إغلاق هذه الصفحة والمتابعة في المتجر.
action-refused-title = لم يتم حفظ بطاقتك
action-pending-title = لم يتم حفظ بطاقتك بعد
action-pending = لم يؤكد البنك البطاقة بعد. أكمل العملية هناك ثم أعد تحميل هذه الصفحة.
action-over-title = لم تعد هذه الصفحة صالحة
action-over = انتهت المهلة، أو تم حفظ البطاقة أو رفضها بالفعل. يُرجى مراجعة بطاقاتك المحفوظة في المتجر.

## The page of an empty store

empty-store-title = هذا المتجر فارغ
empty-store-text = الخدمة تعمل، لكن لا توجد فيها بطاقات لعرضها بعد.
empty-store-no-token = لا يوجد رمز إدارة بعد، لذلك لا يمكن استيراد أي شيء.
empty-store-next = الخطوات الأولى موضحة في هذه الصفحة من الوثائق:
empty-store-api = توثيق واجهة البرمجة

## Sending the code

sms-refused-number = لا يمكن إرسال رسائل نصية إلى هذا الرقم. يُرجى إدخال رقم آخر.
sms-unavailable = لا يمكن إرسال الرمز حاليًا. يُرجى المحاولة مرة أخرى بعد قليل.
sms-paused = لا يمكن إرسال الرموز لبعض الوقت. يُرجى المحاولة مرة أخرى لاحقًا.

## Management API

manage-unauthorized = يلزم رمز إدارة صالح.
manage-forbidden = لا يملك رمز الإدارة هذا الصلاحية اللازمة لهذا الإجراء.
precondition-failed = تغيّر العنصر منذ قراءته، أو أنه موجود بالفعل.
manage-validation-failed = يحتوي المستند على أخطاء، ولم يُحفظ أي شيء.
card-not-chargeable = لا يمكن تحصيل المبلغ من هذه البطاقة المحفوظة.
quote-required = يلزم عرض سعر لهذا الإجراء.
quote-refused = عرض السعر غير صالح أو ليس لهذه البطاقة.
quote-used = استُخدم عرض السعر لطلب آخر.
quotes-not-configured = لم تُضبط إعدادات عروض الأسعار.
ambiguous-card = تتطابق الأرقام الأولى للبطاقة مع عدة بطاقات. يُرجى تحديد واحدة منها.
not-offered = خطة التقسيط هذه غير متاحة لعملية الشراء هذه.
manage-conflict = يتعارض هذا التغيير مع البيانات الحالية.
manage-referred = لا يمكن حذف هذا العنصر لأن عناصر أخرى تشير إليه.
history-unknown = لا يذكر سجل التدقيق ما كان هذا عليه في ذلك الوقت.
approval-required = ينتظر هذا التغيير موافقة شخص ثانٍ.
own-proposal = يجب أن يوافق شخص ثانٍ على تغييرك.
proposal-stale = ما يغيّره هذا تغيّر منذ ذلك الحين. يرجى اقتراحه من جديد.
proposal-closed = تمت الموافقة على هذا أو رفضه بالفعل.
manage-in-use = لا يمكن تغيير هذا العنصر لأن بطاقات محفوظة أو رموزًا تتبع له.
