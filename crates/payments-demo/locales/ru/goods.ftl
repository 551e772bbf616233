### Товары демонстрационного магазина по первичным ключам.

goods-1 = Позолоченные серьги
goods-2 = Смартфон 256 ГБ
goods-3 = Восстановленный смартфон 128 ГБ
goods-4 = Планшет 11 дюймов
goods-5 = Телевизор LED 32 дюйма
goods-6 = Телевизор OLED 65 дюймов
goods-7 = Беспроводные наушники
goods-8 = Беззеркальная камера
goods-9 = Ноутбук 15,6 дюйма
goods-10 = Золотая монета «четверть», 22 карата
goods-11 = Слиток золота 24 карата, 1 г
goods-12 = Бриллиантовое колье
goods-13 = Холодильник No Frost 560 л
goods-14 = Кофеварка для кофе по-турецки
goods-15 = Трёхместный диван
goods-16 = Оливковое масло Extra Virgin 5 л
goods-17 = Духи 100 мл
goods-18 = Подарочная карта 500 TL
goods-19 = Авиабилет в Рим, туда и обратно
goods-20 = Отель в Каппадокии, 2 ночи
goods-21 = Шерстяное пальто
goods-22 = Роман, мягкая обложка
goods-23 = Тонометр
goods-24 = Пакет для покупок
goods-25 = Особый заказ
goods-26 = Журнальный столик
goods-27 = Книга по искусству на английском
goods-28 = Деревянный пазл
goods-29 = Онлайн-курс языка

## The rules, by their slugs

rule-bddk-general = Общее ограничение (BDDK)
rule-bddk-computers = Компьютеры (BDDK)
rule-bddk-tablets = Планшеты (BDDK)
rule-bddk-electronics = Видео, фото и аудио (BDDK)
rule-bddk-tv-below-5000 = Телевизор дешевле 5000 TRY (BDDK)
rule-bddk-tv-from-5000 = Телевизор от 5000 TRY (BDDK)
rule-bddk-phones-new = Новые мобильные телефоны (BDDK)
rule-bddk-phones-refurbished = Восстановленные телефоны (BDDK)
rule-bddk-home-goods = Бытовая техника и мебель (BDDK)
rule-bddk-jewellery = Ювелирные изделия (BDDK)
rule-bddk-bullion = Золотые монеты и слитки (BDDK)
rule-bddk-travel-domestic = Поездки по стране (BDDK)
rule-bddk-travel-abroad = Поездки за границу (BDDK)
rule-bddk-no-installments = Продукты, косметика и подарочные карты (BDDK)
rule-bddk-health = Здоровье (BDDK)
rule-bddk-education = Образование (BDDK)
rule-store-books-minimum = Книги этого магазина
rule-store-axess-white-goods = Крупная техника с Axess, 2–6 платежей
rule-store-vip-fashion = Одежда для VIP-клиентов
rule-store-gift-cards-credit-only = Подарочные карты по дебетовой карте
rule-store-currency-lira-only = Товары в иностранной валюте
rule-store-weekend-toys-2025 = Игрушки в выходные вечером 2025 года
rule-store-draft-large-baskets = Крупные заказы мебели (черновик)
