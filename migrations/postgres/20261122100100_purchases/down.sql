DROP TABLE sessions;
DROP TABLE pre_orders;
DROP TABLE basket_items;
DROP TABLE baskets;
DROP TABLE customers;
DROP TABLE products;
