### Turkish: everything a customer or an operator can read.

## Installment plans

# $count (Number) - how many payments, 1 to 99
installment-label =
    { $count ->
        [1] Tek Çekim
       *[other] { $count } Taksit
    }

## Text messages

# One SMS segment: at most 155 septets with the Turkish single shift table (3GPP TS 23.038). No address, no other digits.
# $code (String) - the code, 4 to 8 digits
sms-code = Doğrulama kodunuz: { $code }. Kartınızı kaydetmek için girin, kimseyle paylaşmayın.

# For senders that take ASCII only.
# $code (String) - the code, 4 to 8 digits
sms-code-ascii = Dogrulama kodunuz: { $code }. Kartinizi kaydetmek icin girin, kimseyle paylasmayin.

## Who is asking

not-authenticated = Kimlik doğrulama bilgileri gönderilmedi.
csrf-missing = Güvenlik anahtarı eksik. Lütfen sayfayı yenileyip yeniden deneyin.
csrf-failed = Güvenlik anahtarı geçersiz. Lütfen sayfayı yenileyip yeniden deneyin.
signature-refused = İmza geçersiz.

## What was asked for

not-found = Aradığınız kayıt bulunamadı.
product-not-found = Ürün bulunamadı.
customer-not-found = Müşteri bulunamadı.
card-not-found = Kayıtlı kart bulunamadı.
method-not-allowed = Bu adreste bu yöntem kullanılamaz.

## Requests that cannot be read

bad-request = İstek anlaşılamadı.
malformed-body = İsteğin içeriği okunamadı.
payload-too-large = İsteğin içeriği çok büyük.
unsupported-media-type = Bu içerik türü desteklenmiyor.
uri-too-long = İstek adresi çok uzun.
headers-too-large = İstek başlıkları çok büyük.
request-timeout = İstek zamanında tamamlanmadı. Lütfen yeniden deneyin.

## Limits and faults of the service

# $seconds (Number) - how long to wait
too-many-requests = Çok fazla istek gönderdiniz. Lütfen { $seconds } saniye sonra yeniden deneyin.

too-many-codes-today = Bugün çok fazla deneme yaptınız. Lütfen yarın yeniden deneyin.
service-unavailable = Hizmet şu anda kullanılamıyor. Lütfen biraz sonra yeniden deneyin.
internal-error = Beklenmeyen bir hata oluştu. Lütfen biraz sonra yeniden deneyin.

## Fields

validation-failed = Bazı bilgiler eksik veya hatalı. Lütfen kontrol edin.
field-required = Bu alan zorunludur.
field-not-string = Bu alana metin girilmelidir.
field-blank = Bu alan boş bırakılamaz.
field-invalid = Bu alanın değeri geçersiz.

## Fields: telephone and code

phone-invalid = Lütfen 10 ila 14 rakamdan oluşan bir telefon numarası girin.
phone-not-mobile = Bir cep telefonu numarası girin.
phone-country-not-allowed = Bu ülkenin telefon numaralarına doğrulama kodu gönderilemiyor. Lütfen başka bir numara girin.
otp-format = Doğrulama kodu 4 ila 8 rakamdan oluşmalıdır.
otp-wrong = Doğrulama kodu hatalı.

## Fields: the card

card-number-invalid = Kart numarası geçersiz.
bin-invalid = Kart numarasının ilk 6 ila 8 rakamını girin.
saved-card-invalid = Kayıtlı kartlarınızdan birini seçin.
one-card-only = Kartın ilk rakamlarını girin veya kayıtlı bir kart seçin; ikisini birlikte kullanmayın.
for-invalid = Sepeti veya ön siparişi seçin.
product-keys-invalid = Virgülle ayrılmış 1 ila 100 ürün numarası girin.
card-expiry-invalid = Son kullanma tarihi geçersiz.
card-expired = Kartınızın son kullanma tarihi geçmiş.
card-cvv-invalid = Güvenlik kodu (CVV) 3 veya 4 rakamdan oluşmalıdır.
card-holder-invalid = Lütfen kart sahibinin adını kartın üzerinde yazdığı gibi girin.
card-name-invalid = Lütfen kart için geçerli bir ad girin.
name-too-long = Bu ad çok uzun.
consent-required = Kartınızın kaydedilebilmesi için onay vermeniz gerekir.

## Saving a card

# No card has been submitted, or it has been held for too long.
no-card-held = Kart bilgilerinizin süresi doldu. Lütfen yeniden girin.

# No code has been asked for, or the phone number has been held for too long.
no-code-sent = Telefon doğrulamanızın süresi doldu. Lütfen yeni bir doğrulama kodu isteyin.

code-expired = Doğrulama kodunun süresi doldu. Lütfen yeni bir kod isteyin.

# Too many wrong codes: code and card are gone.
flow-void = Çok fazla hatalı kod girildi. Lütfen kart bilgilerinizi yeniden girip yeni bir kod isteyin.

saving-in-progress = Kartınız kaydediliyor. Lütfen biraz bekleyin.

# An earlier attempt ended and the held card was dropped.
card-gone = Kart bilgileriniz silindi ve kart kaydedilmedi. Lütfen kart bilgilerinizi yeniden girin.

## The bank's or the payment provider's answer

gateway-declined = Bankanız kartı reddetti, kart kaydedilmedi. Lütfen başka bir kart deneyin.
gateway-expired-card = Bankanız kartın süresinin dolduğunu bildirdi, kart kaydedilmedi. Lütfen başka bir kart deneyin.
gateway-invalid-card = Bankanız kart bilgilerini kabul etmedi, kart kaydedilmedi. Lütfen bilgileri kontrol edip yeniden girin.
gateway-not-allowed = Bu kart kaydedilmeye uygun değil. Lütfen başka bir kart deneyin.
gateway-try-later = Bankanız şu anda yanıt veremiyor, kart kaydedilmedi. Lütfen biraz sonra yeniden deneyin.
gateway-contact-bank = Bankanız karta onay vermedi, kart kaydedilmedi. Lütfen bankanızla görüşün.
gateway-generic = Kart kaydedilemedi. Lütfen yeniden deneyin veya başka bir kart kullanın.
gateway-unavailable = Ödeme kuruluşuna ulaşılamıyor, kart kaydedilmedi. Lütfen biraz sonra yeniden deneyin.

# Nobody knows yet whether the provider took the card; the reconciler finds out.
gateway-outcome-unknown = Ödeme kuruluşundan yanıt alınamadı, kart kaydedilmedi. Lütfen birkaç dakika sonra yeniden deneyin.

# 3-D Secure: what the code is answered, and the page after the bank.
action-required = Bankanız bu işlemi sizin yaptığınızı doğrulamak istiyor. Lütfen bankanızda devam edin.
action-saved-title = Kartınız kaydedildi
action-saved = Bu sayfayı kapatıp mağazada devam edebilirsiniz.
action-refused-title = Kartınız kaydedilmedi
action-pending-title = Kartınız henüz kaydedilmedi
action-pending = Bankanız kartı henüz onaylamadı. Orada tamamlayın, sonra bu sayfayı yenileyin.
action-over-title = Bu sayfa artık geçerli değil
action-over = Süre doldu ya da kart zaten kaydedildi veya reddedildi. Lütfen mağazada kayıtlı kartlarınıza bakın.

## The page of an empty store

empty-store-title = Bu mağaza boş
empty-store-text = Hizmet çalışıyor, ancak henüz listelenecek kart yok.
empty-store-no-token = Henüz yönetim belirteci tanımlanmadığı için içe aktarma yapılamaz.
empty-store-next = İlk adımlar dokümantasyonun şu sayfasındadır:
empty-store-api = API dokümantasyonu

## Sending the code

sms-refused-number = Bu telefon numarasına SMS gönderilemiyor. Lütfen başka bir numara girin.
sms-unavailable = Doğrulama kodu şu anda gönderilemiyor. Lütfen biraz sonra yeniden deneyin.
sms-paused = Doğrulama kodu bir süre gönderilemeyecek. Lütfen daha sonra yeniden deneyin.

## Management API

manage-unauthorized = Geçerli bir yönetim anahtarı gerekiyor.
manage-forbidden = Bu yönetim anahtarının bunun için gereken yetkisi yok.
precondition-failed = Nesne siz okuduktan sonra değişmiş ya da zaten var.
manage-validation-failed = Gönderilen belge hata içeriyor, hiçbir şey kaydedilmedi.
card-not-chargeable = Bu kayıtlı karttan ödeme alınamaz.
quote-required = Bunun için bir fiyat teklifi gerekiyor.
quote-refused = Fiyat teklifi artık geçerli değil veya bu kart için verilmemiş.
quote-used = Fiyat teklifi başka bir sipariş için kullanılmış.
quotes-not-configured = Fiyat teklifleri yapılandırılmamış.
ambiguous-card = Kartın ilk hanelerine birden fazla kart uyuyor. Lütfen bunlardan birini belirtin.
not-offered = Bu ödeme planı bu alışveriş için sunulmuyor.
manage-conflict = Bu değişiklik mevcut verilerle çakışıyor.
manage-referred = Başka kayıtlar buna bağlı olduğu için silinemez.
history-unknown = Denetim kaydı bunun o anda nasıl olduğunu göstermiyor.
approval-required = Bu değişiklik ikinci bir kişinin onayını bekliyor.
own-proposal = Kendi değişikliğinizi ikinci bir kişinin onaylaması gerekir.
proposal-stale = Bunun değiştirdiği şey o zamandan beri değişti. Lütfen yeniden önerin.
proposal-closed = Bu zaten onaylandı veya reddedildi.
manage-in-use = Kayıtlı kartlar veya jetonlar buna ait olduğu için değiştirilemez.
