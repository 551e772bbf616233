### Русский: демонстрационный магазин.

## На каждой странице

skip = Перейти к содержанию
navigation = Меню
language = Язык
nav-products = Товары
nav-basket = Корзина
nav-cards = Мои карты
nav-component = Компонент
nav-docs = Документация API
log-in = Войти
log-out = Выйти
demo-note = Это демонстрационный магазин: ничего не продаётся, настоящая карта не нужна.
close = Закрыть
crumbs = Навигационная цепочка
retry = Повторить
cancel = Отмена
save = Сохранить

## Маленький телефон

phone-title = Телефон
phone-hint = SMS с кодом на самом деле не отправляются, они появляются здесь.
phone-empty = Сообщений пока нет.
fill-code = Использовать код { $digits }

## Товары

products-none = Сейчас в магазине нет товаров.
lowest-plan = от { $amount } × { $count }
lowest-single = Одним платежом { $amount }
product-missing = Товар не найден
page-missing = Страница не найдена
back-to-products = Вернуться к товарам
add = В корзину
added = Добавлено в корзину: { $name }
product-hint = Рассрочка рассчитывается от сегодняшней цены товара.
plans-title = Варианты рассрочки
needs-script = Для рассрочки и оплаты нужен JavaScript. Включите его в браузере.

## Корзина

basket-lines = Товары в корзине
basket-empty = Ваша корзина пуста.
basket-plans = Варианты рассрочки для корзины
summary = Ваш заказ
total = Итого
to-checkout = Перейти к оплате
go-on-shopping = Продолжить покупки
quantity = Количество: { $name }
less = { $name }: на один меньше
more = { $name }: на один больше
remove = { $name }: убрать из корзины
removed = Убрано из корзины: { $name }
each = { $amount } за штуку
other-currency = В корзине товары в другой валюте. Сначала очистите корзину.

## Оплата

checkout = Оплата
delivery = Доставка
delivery-standard = Обычная, 2–4 дня
delivery-fast = Быстрая, завтра
delivery-point = Пункт выдачи
free = Бесплатно
pay-with = Ваша карта
another-card = Другая карта
plans-from = от { $amount } × { $count }
card-digits = Первые 6 цифр вашей карты
card-digits-hint = По ним видны планы вашей карты. Остальные цифры не нужны.
card-digits-unknown = Для этих цифр планов не найдено. Выберите свою карту из списка.
card-not-at-hand = У меня нет карты под рукой
choose-card = План оплаты
card-kinds = Выберите свою карту
goods = Товары
plans-of = Рассрочка по карте { $card }
no-offers = Для этой суммы нет рассрочки.
no-offers-saved = Для этой карты нет плана оплаты. Выберите другую.
your-plan = Платежи
interest = Проценты
pay = Оплатить
pay-amount = Оплатить { $amount }
pay-hint = Это демонстрационный магазин: с настоящей карты ничего не списывается.
pay-changed = Цена этого плана изменилась. Проверьте её и оплатите ещё раз. Деньги не списаны.
pay-not-offered = Этот план больше не предлагается. Выберите другой. Деньги не списаны.
pay-card-unusable = Эту карту больше нельзя использовать. Выберите другую. Деньги не списаны.
result-title = Спасибо за заказ
result-text = Оплата получена. Это демонстрационный магазин: реальные деньги не переводились.
result-order = Номер заказа
result-card = Карта
result-missing = Заказ не найден
masterpass-title = Masterpass
masterpass-hint = Настройки для запуска Masterpass:
masterpass-none = Masterpass сейчас не настроен.
merchant-custom = пусто (особый продавец)

## Сохранённые карты

cards-log-in = Войдите, чтобы сохранить карту. Демонстрационный покупатель готов, пароль не нужен.
saved-title = Сохранённые карты
saved-none = У вас пока нет сохранённых карт.
rename = Переименовать
delete = Удалить
rename-of = Переименовать карту { $digits }
delete-of = Удалить карту { $digits }
delete-sure = Удалить карту { $digits }?
delete-yes = Да, удалить
card-deleted = Карта удалена.
card-renamed = Карта переименована.
expires = Действует до { $time }
expired = Срок истёк: { $time }

## Сохранение карты

save-title = Сохранить карту
steps = Шаги
step-card = Карта
step-phone = Телефон
step-code = Код
card-number = Номер карты
card-holder = Имя на карте
card-expiry = Срок действия (ММ / ГГ)
card-cvv = CVV
card-name = Название карты (необязательно)
card-name-hint = Например, «Продукты».
consent = Я даю явное согласие на хранение моей карты для следующих покупок.
go-on = Продолжить
test-numbers = Номера карт для проверки
number-ok = Сохраняется
number-declined = Банк отказывает
number-error = Банк сообщает об ошибке
number-timeout = Нет ответа, не сохраняется
number-late = Нет ответа, удаляется позже
number-garbage = Ответ непонятен
card-of = { $bank } · { $card }
card-no-plans = Для этой карты не найдено рассрочки; её всё равно можно сохранить.
card-plans = Рассрочка по этой карте на { $amount }
field-missing = Заполните это поле.
card-number-bad = Проверьте номер карты.
card-expiry-bad = Проверьте срок действия.
card-cvv-bad = CVV состоит из 3 или 4 цифр.
consent-missing = Для хранения карты нужно ваше согласие.
cvv-again = Для вашей безопасности CVV не хранится; введите его ещё раз.
phone-number = Мобильный телефон
phone-number-hint = На этот номер мы отправим код.
phone-number-bad = Введите номер телефона из 10–14 цифр.
send-code = Отправить код
other-card = Изменить карту
code = Код подтверждения
sent-to = Мы отправили код на номер { $phone }.
sent = Мы отправили вам код.
time-left = Код действует ещё { $time }
time-over = Срок действия кода истёк. Запросите новый.
save-card = Сохранить карту
resend = Отправить ещё раз
other-phone = Изменить телефон
saved-done = Ваша карта сохранена.
save-another = Сохранить ещё одну карту

## Ошибки

error-offline = Сервис недоступен. Проверьте подключение и повторите попытку.
error-slow = Ответ задерживается. Введённые данные сохранены; повторите попытку.
error-busy = Отправлено слишком много запросов. Повторите попытку { $time }.
error-generic = Что-то пошло не так. Введённые данные сохранены; повторите попытку.
error-session = Сеанс завершён. Обновите страницу.

## Страница компонента

component-text = Добавьте таблицу рассрочки на любую страницу двумя строками. Зависимостей нет, работает при строгой политике безопасности содержимого.
snippet = Фрагмент для копирования
copy = Копировать
copied = Скопировано.
live = Предпросмотр
variations = Варианты
reference = Справка
control-product = ID товара
control-layout = Вид
control-bank = Банки
control-filter = Фильтр по банкам
attribute-product = ID товара
attribute-src = вместо товара — адрес списка, например корзины
attribute-bin = первые 6–8 цифр номера карты: показываются только карты, которые им соответствуют
attribute-saved-card = ID сохранённой карты покупателя: показывается только её рассрочка
attribute-api = адрес сервиса; по умолчанию — откуда взят файл
attribute-lang = tr, en, ar, ru, de или fr; по умолчанию — язык страницы
attribute-currency = валюта (ISO 4217) вместо валюты списка
attribute-layout = table или compact
attribute-bank = короткие имена банков через запятую
attribute-filter = показывает фильтр по банкам
attribute-limit = сколько карт показать сначала, 0 — все
properties = цвета, линии, скругление углов и отступ
parts = части, которые можно оформить снаружи:
policy = Что нужно в Content-Security-Policy другого сайта:

## Plans

headline = от { $amount } × { $count } по карте { $card }
monthly = В месяц
no-interest = без переплаты
not-offered = недоступно
matrix-caption = Платежи и итоговые суммы по картам
matrix-best = самая низкая сумма при этом числе платежей
matrix-lowest = самый низкий платёж
matrix-marks = ★ — самая низкая сумма в строке, 0 % — без переплаты.
matrix-single = Одним платежом { $amount } по любой карте.
matrix-single-only = Только одним платежом: { $card }

## Card and code

expiry-form = ММ / ГГ
code-digits = Введите { $count } цифр из сообщения.
tries-left = Осталось попыток: { $count }.
phone-news = Новое сообщение на демонстрационном телефоне:

## Why

why-title = Почему не больше платежей?
why-cap = Больше { $count } платежей? Не для этого товара: { $name }, не более { $count }.
why-single = Рассрочка? Не для этого товара: { $name }, только одним платежом.
why-minimum = Больше платежей? Не для этого товара: { $name }, не менее { $amount } каждый.
why-excluded = { $card }? Не для этого товара: { $name }.
why-nothing = Ни одно правило не исключает планы для этого товара.
rules-title = Правила этого магазина
rules-hint = Правила магазина и их действие здесь. Причины сообщает операция explain API; изменённое правило действует сразу.
rule-limits = Ограничивает этот товар
rule-on = Действует
rule-off = Не действует
rule-cap = не более { $count } платежей
rule-single = только одним платежом
rule-minimum = не менее { $amount } за платёж
rule-rate = процент { $digits } %

## The first page

hero-what = Рассрочка и сохранённые карты для оплаты
hero-live = Этот магазин работает на API: все карты, планы и суммы приходят оттуда.
stories = Попробуйте
story-why = Узнайте почему
story-why-text = Колье за 12 платежей? Посмотрите, какое правило это запрещает.
story-save = Сохраните карту
story-save-text = Тестовый номер уже введён, код придёт на демонстрационный телефон.
story-pay = Оплатите ею
story-pay-text = Положите товар в корзину и выберите план для сохранённой карты.
