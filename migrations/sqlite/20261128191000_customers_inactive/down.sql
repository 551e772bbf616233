DROP INDEX customers_inactive;
