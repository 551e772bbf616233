### Türkçe: demo mağaza.

## Her sayfada

skip = İçeriğe geç
navigation = Menü
language = Dil
nav-products = Ürünler
nav-basket = Sepet
nav-cards = Kartlarım
nav-component = Bileşen
nav-docs = API belgeleri
log-in = Giriş yap
log-out = Çıkış yap
demo-note = Bu bir demo mağazadır: hiçbir şey satılmaz, gerçek kart gerekmez.
close = Kapat
crumbs = Gezinme yolu
retry = Yeniden dene
cancel = Vazgeç
save = Kaydet

## Küçük telefon

phone-title = Telefon
phone-hint = Doğrulama SMS’leri gerçekten gönderilmez, burada görünür.
phone-empty = Henüz mesaj yok.
fill-code = { $digits } kodunu kullan

## Ürünler

products-none = Mağazada şu anda ürün yok.
lowest-plan = { $count } taksitle ayda { $amount }
lowest-single = Tek çekim { $amount }
product-missing = Ürün bulunamadı
page-missing = Sayfa bulunamadı
back-to-products = Ürünlere dön
add = Sepete ekle
added = Sepete eklendi: { $name }
product-hint = Taksitler, ürünün bugünkü fiyatı üzerinden hesaplanır.
plans-title = Taksit seçenekleri
needs-script = Taksit seçenekleri ve ödeme için JavaScript gerekir. Lütfen tarayıcınızda etkinleştirin.

## Sepet

basket-lines = Sepetteki ürünler
basket-empty = Sepetiniz boş.
basket-plans = Sepetinizin taksit seçenekleri
summary = Özet
total = Toplam
to-checkout = Ödemeye geç
go-on-shopping = Alışverişe devam et
quantity = { $name } adedi
less = { $name }: bir eksilt
more = { $name }: bir artır
remove = { $name }: sepetten çıkar
removed = Sepetten çıkarıldı: { $name }
each = Tanesi { $amount }
other-currency = Sepetinizde başka para biriminde ürünler var. Önce sepetinizi boşaltın.

## Ödeme

checkout = Ödeme
delivery = Teslimat
delivery-standard = Standart, 2–4 gün
delivery-fast = Hızlı, yarın
delivery-point = Teslimat noktası
free = Ücretsiz
pay-with = Kartınız
another-card = Başka bir kart
plans-from = { $count } taksitle ayda { $amount }
card-digits = Kartınızın ilk 6 rakamı
card-digits-hint = Kartınızın taksitlerini gösterir. Numaranın geri kalanı gerekmez.
card-digits-unknown = Bu rakamlar için taksit bulamadık. Kartınızı listeden seçebilirsiniz.
card-not-at-hand = Kartım yanımda değil
choose-card = Ödeme planı
card-kinds = Kartınızı seçin
goods = Ürünler
plans-of = { $card } taksitleri
no-offers = Bu tutar için taksit seçeneği yok.
no-offers-saved = Bu kart için ödeme planı yok. Lütfen başka bir kart seçin.
your-plan = Taksitler
interest = Vade farkı
pay = Öde
pay-amount = { $amount } öde
pay-hint = Burası bir demo mağazadır; gerçek karttan tahsilat yapılmaz.
pay-changed = Bu planın fiyatı değişti. Lütfen kontrol edip yeniden ödeyin. Tahsilat yapılmadı.
pay-not-offered = Bu plan artık sunulmuyor. Lütfen başka bir plan seçin. Tahsilat yapılmadı.
pay-card-unusable = Bu kart artık kullanılamıyor. Lütfen başka bir kart seçin. Tahsilat yapılmadı.
result-title = Siparişiniz için teşekkürler
result-text = Ödemeniz alındı. Burası bir demo mağazadır; gerçek para hareketi olmadı.
result-order = Sipariş numarası
result-card = Kart
result-missing = Sipariş bulunamadı
masterpass-title = Masterpass
masterpass-hint = Masterpass’i başlatma ayarları:
masterpass-none = Masterpass şu anda yapılandırılmamış.
merchant-custom = boş (özel üye iş yeri)

## Kayıtlı kartlar

cards-log-in = Kart kaydetmek için giriş yapın. Demo müşterisi hazır, parola gerekmez.
saved-title = Kayıtlı kartlar
saved-none = Henüz kayıtlı kartınız yok.
rename = Adını değiştir
delete = Sil
rename-of = { $digits } kartının adını değiştir
delete-of = { $digits } kartını sil
delete-sure = { $digits } numaralı kart silinsin mi?
delete-yes = Evet, sil
card-deleted = Kart silindi.
card-renamed = Kartın adı değiştirildi.
expires = Son kullanma { $time }
expired = Süresi doldu: { $time }

## Kart kaydetme

save-title = Kart kaydet
steps = Adımlar
step-card = Kart
step-phone = Telefon
step-code = Kod
card-number = Kart numarası
card-holder = Kart üzerindeki ad soyad
card-expiry = Son kullanma (AA / YY)
card-cvv = CVV
card-name = Karta verdiğiniz ad (isteğe bağlı)
card-name-hint = Örneğin “Market kartım”.
consent = Kartımın sonraki alışverişlerim için saklanmasına açık rıza veriyorum.
go-on = Devam et
test-numbers = Denemek için kart numaraları
number-ok = Kaydedilir
number-declined = Banka reddeder
number-error = Banka hata verir
number-timeout = Yanıt gelmez, kart kaydolmaz
number-late = Yanıt gelmez, kart sonradan temizlenir
number-garbage = Anlaşılmaz yanıt gelir
card-of = { $bank } · { $card }
card-no-plans = Bu kart için taksit bulamadık; kart yine de kaydedilebilir.
card-plans = Bu kartla { $amount } için taksitler
field-missing = Bu alanı doldurun.
card-number-bad = Kart numarasını kontrol edin.
card-expiry-bad = Son kullanma tarihini kontrol edin.
card-cvv-bad = CVV 3 veya 4 rakamdır.
consent-missing = Kartın saklanması için onayınız gerekir.
cvv-again = Güvenliğiniz için CVV saklanmaz; lütfen yeniden girin.
phone-number = Cep telefonu
phone-number-hint = Doğrulama kodunu bu numaraya göndeririz.
phone-number-bad = 10–14 rakamlı bir telefon numarası girin.
send-code = Kod gönder
other-card = Kartı değiştir
code = Doğrulama kodu
sent-to = Kodu { $phone } numarasına gönderdik.
sent = Size bir kod gönderdik.
time-left = Kodun geçerlilik süresi: { $time }
time-over = Kodun süresi doldu. Yeni bir kod isteyin.
save-card = Kartı kaydet
resend = Yeniden gönder
other-phone = Telefonu değiştir
saved-done = Kartınız kaydedildi.
save-another = Bir kart daha kaydet

## Hatalar

error-offline = Hizmete ulaşılamıyor. Bağlantınızı kontrol edip yeniden deneyin.
error-slow = Yanıt gecikiyor. Girdikleriniz duruyor; lütfen yeniden deneyin.
error-busy = Çok fazla istek gönderildi. { $time } yeniden deneyin.
error-generic = Bir şeyler ters gitti. Girdikleriniz duruyor; lütfen yeniden deneyin.
error-session = Oturumunuz sona erdi. Sayfayı yenileyin.

## Bileşen sayfası

component-text = Taksit tablosunu herhangi bir sayfaya iki satırla ekleyin. Bağımlılığı yoktur, sıkı içerik güvenliği ilkeleriyle çalışır.
snippet = Kopyalanacak parça
copy = Kopyala
copied = Kopyalandı.
live = Canlı önizleme
variations = Örnekler
reference = Referans
control-product = Ürün no
control-layout = Düzen
control-bank = Bankalar
control-filter = Banka filtresi
attribute-product = ürünün numarası
attribute-src = ürün yerine bir listenin adresi, örneğin sepetin
attribute-bin = kart numarasının ilk 6–8 rakamı: yalnızca bu rakamların gösterebileceği kartlar listelenir
attribute-saved-card = müşterinin kayıtlı kartının numarası: yalnızca o kartın taksitleri gösterilir
attribute-api = hizmetin kök adresi; yoksa dosyanın geldiği yer
attribute-lang = tr, en, ar, ru, de veya fr; yoksa sayfanın dili
attribute-currency = listenin para birimi yerine kullanılacak para birimi (ISO 4217)
attribute-layout = table veya compact
attribute-bank = virgülle ayrılmış banka kısa adları
attribute-filter = banka filtresini gösterir
attribute-limit = ilk gösterilen kart sayısı, 0 ise hepsi
properties = renkler, çizgiler, köşe yuvarlaklığı ve aralık
parts = dışarıdan biçimlenebilen parçalar:
policy = Başka bir sitede Content-Security-Policy için gereken:

## Plans

headline = { $card } ile { $count } taksitte ayda { $amount }
monthly = Aylık
no-interest = vade farksız
not-offered = sunulmuyor
matrix-caption = Kartlara göre taksitler ve toplam tutarlar
matrix-best = bu taksit sayısında en düşük toplam
matrix-lowest = en düşük taksit
matrix-marks = ★ satırındaki en düşük toplamı gösterir, %0 vade farksızdır.
matrix-single = Tüm kartlarla tek çekim { $amount }.
matrix-single-only = Yalnızca tek çekim: { $card }

## Card and code

expiry-form = AA / YY
code-digits = Mesajdaki { $count } rakamı girin.
tries-left = Kalan deneme hakkı: { $count }.
phone-news = Demo telefonuna yeni mesaj geldi:

## Why

why-title = Neden daha fazla taksit yok?
why-cap = { $count } taksitten fazlası mı? Bu ürün için değil: { $name }, en fazla { $count }.
why-single = Taksit mi? Bu ürün için değil: { $name }, yalnızca tek çekim.
why-minimum = Daha fazla taksit mi? Bu ürün için değil: { $name }, taksit başına en az { $amount }.
why-excluded = { $card } mi? Bu ürün için değil: { $name }.
why-nothing = Bu ürün için hiçbir kural taksit seçeneği eksiltmiyor.
rules-title = Bu mağazanın kuralları
rules-hint = Mağazanın kuralları ve bu üründeki etkileri. Nedenler API’nin explain işleminden gelir; değişen bir kural hemen geçerli olur.
rule-limits = Bu ürünü sınırlıyor
rule-on = Açık
rule-off = Kapalı
rule-cap = en fazla { $count } taksit
rule-single = yalnızca tek çekim
rule-minimum = taksit başına en az { $amount }
rule-rate = vade farkı %{ $digits }

## The first page

hero-what = Ödeme sayfaları için taksit ve kayıtlı kart
hero-live = Bu mağaza API ile çalışır: gördüğünüz her kart, taksit ve tutar oradan gelir.
stories = Deneyin
story-why = Nedenini görün
story-why-text = 12 taksitle kolye mi? Hangi kuralın izin vermediğini görün.
story-save = Kart kaydedin
story-save-text = Deneme numarası hazır; kod demo telefonuna gelir.
story-pay = Onunla ödeyin
story-pay-text = Sepete bir ürün ekleyin ve kayıtlı kartınız için taksit seçin.
