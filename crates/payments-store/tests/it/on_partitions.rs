//! Every case on PostgreSQL with partitioned tables.

crate::on_postgres::tests_on!(TestDatabase::partitioned);
