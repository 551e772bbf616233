### Russian: everything a customer or an operator can read.

## Installment plans

# $count (Number) - how many payments, 1 to 99
installment-label =
    { $count ->
        [1] Одним платежом
        [one] { $count } платёж
        [few] { $count } платежа
        [many] { $count } платежей
       *[other] { $count } платежа
    }

## Text messages

# One SMS segment: at most 70 characters of UCS-2. No address, no other digits.
# $code (String) - the code, 4 to 8 digits
sms-code = Код для сохранения карты: { $code }. Никому его не сообщайте.

# For senders that take ASCII only, in Latin letters.
# $code (String) - the code, 4 to 8 digits
sms-code-ascii = Kod dlya sokhraneniya karty: { $code }. Nikomu ego ne soobshchayte.

## Who is asking

not-authenticated = Учётные данные не были предоставлены.
csrf-missing = Отсутствует токен безопасности. Обновите страницу и повторите попытку.
csrf-failed = Токен безопасности недействителен. Обновите страницу и повторите попытку.
signature-refused = Подпись неверна.

## What was asked for

not-found = Не найдено.
product-not-found = Товар не найден.
customer-not-found = Клиент не найден.
card-not-found = Сохранённая карта не найдена.
method-not-allowed = Этот метод недопустим для данного адреса.

## Requests that cannot be read

bad-request = Запрос не удалось распознать.
malformed-body = Не удалось прочитать тело запроса.
payload-too-large = Тело запроса слишком велико.
unsupported-media-type = Этот тип содержимого не поддерживается.
uri-too-long = Адрес запроса слишком длинный.
headers-too-large = Заголовки запроса слишком велики.
request-timeout = Запрос не был завершён вовремя. Повторите попытку.

## Limits and faults of the service

# $seconds (Number) - how long to wait
too-many-requests =
    { $seconds ->
        [one] Слишком много запросов. Повторите попытку через { $seconds } секунду.
        [few] Слишком много запросов. Повторите попытку через { $seconds } секунды.
        [many] Слишком много запросов. Повторите попытку через { $seconds } секунд.
       *[other] Слишком много запросов. Повторите попытку через { $seconds } секунды.
    }

too-many-codes-today = Сегодня было слишком много попыток. Повторите попытку завтра.
service-unavailable = Сервис сейчас недоступен. Повторите попытку немного позже.
internal-error = Произошла непредвиденная ошибка. Повторите попытку немного позже.

## Fields

validation-failed = Некоторые данные отсутствуют или указаны неверно. Проверьте их.
field-required = Это поле обязательно.
field-not-string = В этом поле должен быть текст.
field-blank = Это поле не может быть пустым.
field-invalid = Недопустимое значение.

## Fields: telephone and code

phone-invalid = Введите номер телефона из 10–14 цифр.
phone-not-mobile = Введите номер мобильного телефона.
phone-country-not-allowed = На номера этой страны коды не отправляются. Введите другой номер.
otp-format = Код должен состоять из 4–8 цифр.
otp-wrong = Неверный код.

## Fields: the card

card-number-invalid = Недействительный номер карты.
bin-invalid = Введите первые 6–8 цифр номера карты.
saved-card-invalid = Выберите одну из сохранённых карт.
one-card-only = Введите первые цифры карты или выберите сохранённую карту, но не то и другое сразу.
for-invalid = Выберите корзину или предзаказ.
product-keys-invalid = Укажите от 1 до 100 номеров товаров через запятую.
card-expiry-invalid = Срок действия указан неверно.
card-expired = Срок действия вашей карты истёк.
card-cvv-invalid = Код безопасности (CVV) должен состоять из 3 или 4 цифр.
card-holder-invalid = Введите имя владельца так, как оно указано на карте.
card-name-invalid = Введите допустимое название карты.
name-too-long = Это название слишком длинное.
consent-required = Чтобы сохранить карту, необходимо ваше согласие.

## Saving a card

# No card has been submitted, or it has been held for too long.
no-card-held = Данные вашей карты больше не хранятся. Введите их заново.

# No code has been asked for, or the phone number has been held for too long.
no-code-sent = Ваш номер телефона больше не хранится. Запросите новый код.

code-expired = Срок действия кода истёк. Запросите новый код.

# Too many wrong codes: code and card are gone.
flow-void = Неверный код введён слишком много раз. Введите данные карты заново и запросите новый код.

saving-in-progress = Ваша карта сохраняется. Подождите немного.

# An earlier attempt ended and the held card was dropped.
card-gone = Данные вашей карты удалены, карта не сохранена. Введите данные карты заново.

## The bank's or the payment provider's answer

gateway-declined = Банк отклонил карту, она не сохранена. Попробуйте другую карту.
gateway-expired-card = По данным банка, срок действия карты истёк, она не сохранена. Попробуйте другую карту.
gateway-invalid-card = Банк не принял данные карты, она не сохранена. Проверьте их и введите заново.
gateway-not-allowed = Эту карту нельзя сохранить. Попробуйте другую карту.
gateway-try-later = Банк сейчас не может ответить, карта не сохранена. Повторите попытку немного позже.
gateway-contact-bank = Банк не одобрил карту, она не сохранена. Обратитесь в свой банк.
gateway-generic = Не удалось сохранить карту. Повторите попытку или используйте другую карту.
gateway-unavailable = Платёжный сервис недоступен, карта не сохранена. Повторите попытку немного позже.

# Nobody knows yet whether the provider took the card; the reconciler finds out.
gateway-outcome-unknown = Платёжный сервис не ответил, карта не сохранена. Повторите попытку через несколько минут.

# 3-D Secure: what the code is answered, and the page after the bank.
action-required = Ваш банк хочет убедиться, что это вы. Продолжите на странице банка.
action-saved-title = Ваша карта сохранена
action-saved = Вы можете закрыть эту страницу и продолжить в магазине.
action-refused-title = Ваша карта не сохранена
action-pending-title = Ваша карта ещё не сохранена
action-pending = Банк ещё не подтвердил карту. Завершите проверку в банке и обновите эту страницу.
action-over-title = Эта страница больше не действует
action-over = Время истекло, либо карта уже сохранена или отклонена. Посмотрите сохранённые карты в магазине.

## The page of an empty store

empty-store-title = Этот магазин пуст
empty-store-text = Служба работает, но в ней пока нет карт для показа.
empty-store-no-token = Токен управления ещё не задан, поэтому импорт невозможен.
empty-store-next = Первые шаги описаны на этой странице документации:
empty-store-api = Документация API

## Sending the code

sms-refused-number = На этот номер нельзя отправить SMS. Введите другой номер.
sms-unavailable = Сейчас не удаётся отправить код. Повторите попытку немного позже.
sms-paused = Некоторое время коды отправляться не будут. Повторите попытку позже.

## Management API

manage-unauthorized = Требуется действительный токен управления.
manage-forbidden = У этого токена управления нет необходимого разрешения.
precondition-failed = Объект изменился с момента чтения или уже существует.
manage-validation-failed = Документ содержит ошибки, ничего не сохранено.
card-not-chargeable = С этой сохранённой карты нельзя списать оплату.
quote-required = Для этого требуется ценовое предложение.
quote-refused = Ценовое предложение недействительно или выдано не для этой карты.
quote-used = Ценовое предложение уже использовано для другого заказа.
quotes-not-configured = Ценовые предложения не настроены.
ambiguous-card = Первым цифрам карты соответствует несколько карт. Укажите одну из них.
not-offered = Этот план оплаты недоступен для этой покупки.
manage-conflict = Это изменение противоречит существующим данным.
manage-referred = Удаление невозможно: на этот объект ссылаются другие.
history-unknown = Журнал аудита не показывает, каким это было в тот момент.
approval-required = Это изменение ожидает одобрения второго человека.
own-proposal = Ваше собственное изменение должен одобрить второй человек.
proposal-stale = То, что это меняет, с тех пор изменилось. Предложите изменение ещё раз.
proposal-closed = Это уже одобрено или отклонено.
manage-in-use = Изменение невозможно: к этому относятся сохранённые карты или токены.
