//! The orders that were paid, with the sandbox's receipts. They are kept in memory, as the sandbox's messages are: a
//! restart forgets them.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use payments_core::id::BasketId;
use payments_core::money::Money;

/// How many orders are kept.
const MAX_ORDERS: usize = 1_000;
const PREFIX: &str = "ORD-";
/// How many digits follow the prefix: fewer than any card number has, so that no reference of an order can be one.
const DIGITS: usize = 10;
const NUMBERS: u64 = 10_000_000_000;

/// What the sandbox was charged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Receipt {
    pub(crate) total: Money,
    pub(crate) interest: Money,
    pub(crate) single_installment: Money,
    pub(crate) installment_count: u32,
    /// The name of the card in the catalog.
    pub(crate) card: String,
    /// The masked number of a saved card.
    pub(crate) masked_number: Option<String>,
}

/// The orders of all visitors.
#[derive(Debug, Default)]
pub struct Orders(Mutex<VecDeque<Order>>);

#[derive(Debug)]
struct Order {
    basket: BasketId,
    number: String,
    receipt: Receipt,
}

impl Orders {
    /// The receipt of a basket's order, if it was paid.
    pub(crate) fn receipt(&self, basket: BasketId, number: &str) -> Option<Receipt> {
        let orders = self.lock();
        let is_asked = |order: &&Order| order.basket == basket && order.number == number;
        let order = orders.iter().find(is_asked)?;
        Some(order.receipt.clone())
    }

    /// Charges the sandbox: records the receipt of a basket's order. The caller holds the basket's lock, and the order is
    /// not paid yet.
    pub(crate) fn charge(&self, basket: BasketId, number: &str, receipt: Receipt) {
        let mut orders = self.lock();
        if orders.len() >= MAX_ORDERS {
            orders.pop_front();
        }
        orders.push_back(Order {
            basket,
            number: number.to_owned(),
            receipt,
        });
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Order>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The number of an order, from a number that was drawn for a checkout page. A page that is sent twice is one order.
pub(crate) fn number_of(drawn: u64) -> String {
    format!("{PREFIX}{:0DIGITS$}", drawn % NUMBERS)
}

/// Whether a text has the form of an order's number.
pub fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(PREFIX);
    digits.is_some_and(|digits| {
        (1..=DIGITS).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use payments_core::id::BasketId;
    use payments_core::money::{Currency, Money};
    use payments_core::order::OrderReference;

    use super::{MAX_ORDERS, Orders, Receipt, is_number, number_of};

    fn basket(pk: i64) -> BasketId {
        BasketId::new(pk).expect("a key")
    }

    fn receipt(minor: i64) -> Receipt {
        let money = Money::new(minor, Currency::from_code("TRY").expect("a currency"));
        Receipt {
            total: money,
            interest: money,
            single_installment: money,
            installment_count: 1,
            card: "Bonus".to_owned(),
            masked_number: None,
        }
    }

    fn pay(orders: &Orders, pk: i64, number: &str, minor: i64) {
        orders.charge(basket(pk), number, receipt(minor));
    }

    #[test]
    fn a_receipt_belongs_to_its_basket() {
        let orders = Orders::default();
        pay(&orders, 1, "ORD-1", 100);
        assert_eq!(orders.receipt(basket(2), "ORD-1"), None);
        assert_eq!(orders.receipt(basket(1), "ORD-2"), None);
    }

    #[test]
    fn the_oldest_order_is_forgotten_first() {
        let orders = Orders::default();
        for number in 0..=MAX_ORDERS {
            pay(&orders, 1, &format!("ORD-{number}"), 1);
        }
        assert_eq!(orders.receipt(basket(1), "ORD-0"), None);
        assert!(orders.receipt(basket(1), "ORD-1").is_some());
    }

    #[test]
    fn a_number_that_is_drawn_is_never_a_card_number() {
        // With all its digits, the first would be the number of a card.
        for drawn in [4_111_111_111_111_111, 0, u64::MAX] {
            let number = number_of(drawn);
            assert!(is_number(&number), "{number}");
            assert!(OrderReference::parse(&number).is_ok(), "{number}");
        }
    }

    #[test]
    fn other_texts_are_no_order_numbers() {
        assert!(is_number("ORD-0123456789"));
        for text in [
            "",
            "ORD-",
            "ORD-x",
            "ord-1",
            "ORD-12345678901",
            "ORD-5528790000000008",
            "ORD-1/",
            "1",
        ] {
            assert!(!is_number(text), "{text}");
        }
    }
}
