//! The orders that were paid, with the sandbox's receipts. They are kept in memory, as the sandbox's messages are: a
//! restart forgets them.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use payments_core::id::BasketId;
use payments_core::money::Money;

/// How many orders are kept.
const MOST: usize = 1_000;
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
    /// Absent while the order is being paid.
    receipt: Option<Receipt>,
}

/// Whether an order may be paid now.
pub(crate) enum Begun<'o> {
    New(Payment<'o>),
    /// This order, or another one of the basket, is being paid.
    Running,
    Paid,
}

/// The right to pay an order. Dropping it without a receipt gives it back.
pub(crate) struct Payment<'o> {
    orders: &'o Orders,
    basket: BasketId,
    number: &'o str,
}

impl Orders {
    /// Begins to pay an order of a basket. A basket has one payment at a time.
    pub(crate) fn begin<'o>(&'o self, basket: BasketId, number: &'o str) -> Begun<'o> {
        let mut orders = self.lock();
        let mut own = orders.iter().filter(|order| order.basket == basket);
        if own.clone().any(|order| order.receipt.is_none()) {
            return Begun::Running;
        }
        if own.any(|order| order.number == number) {
            return Begun::Paid;
        }
        if orders.len() >= MOST {
            let oldest_paid = orders.iter().position(|order| order.receipt.is_some());
            oldest_paid.and_then(|place| orders.remove(place));
        }
        orders.push_back(Order {
            basket,
            number: number.to_owned(),
            receipt: None,
        });
        Begun::New(Payment {
            orders: self,
            basket,
            number,
        })
    }

    /// The receipt of a basket's order.
    pub(crate) fn receipt(&self, basket: BasketId, number: &str) -> Option<Receipt> {
        let orders = self.lock();
        let is_asked = |order: &&Order| order.basket == basket && order.number == number;
        orders.iter().find(is_asked)?.receipt.clone()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Order>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Payment<'_> {
    /// Charges the sandbox: records its receipt.
    pub(crate) fn charge(self, receipt: Receipt) {
        let mut orders = self.orders.lock();
        let running = orders.iter_mut().find(|order| self.is_of(order));
        if let Some(order) = running {
            order.receipt = Some(receipt);
        }
    }

    fn is_of(&self, order: &Order) -> bool {
        order.basket == self.basket && order.number == self.number
    }
}

impl Drop for Payment<'_> {
    fn drop(&mut self) {
        let mut orders = self.orders.lock();
        orders.retain(|order| order.receipt.is_some() || !self.is_of(order));
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

    use super::{Begun, MOST, Orders, Receipt, is_number, number_of};

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
        match orders.begin(basket(pk), number) {
            Begun::New(payment) => payment.charge(receipt(minor)),
            Begun::Running | Begun::Paid => panic!("{number} is not new"),
        }
    }

    #[test]
    fn an_order_is_paid_once_and_keeps_its_first_receipt() {
        let orders = Orders::default();
        pay(&orders, 1, "ORD-1", 100);
        assert!(matches!(orders.begin(basket(1), "ORD-1"), Begun::Paid));
        assert_eq!(orders.receipt(basket(1), "ORD-1"), Some(receipt(100)));
    }

    #[test]
    fn a_basket_has_one_payment_at_a_time() {
        let orders = Orders::default();
        let Begun::New(payment) = orders.begin(basket(1), "ORD-1") else {
            panic!("it is new");
        };
        assert!(matches!(orders.begin(basket(1), "ORD-1"), Begun::Running));
        assert!(matches!(orders.begin(basket(1), "ORD-2"), Begun::Running));
        pay(&orders, 2, "ORD-1", 5);
        drop(payment);
        assert_eq!(orders.receipt(basket(1), "ORD-1"), None);
        pay(&orders, 1, "ORD-1", 100);
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
        for number in 0..=MOST {
            pay(&orders, 1, &format!("ORD-{number}"), 1);
        }
        assert_eq!(orders.receipt(basket(1), "ORD-0"), None);
        assert!(orders.receipt(basket(1), "ORD-1").is_some());
    }

    #[test]
    fn an_order_that_is_being_paid_is_not_forgotten() {
        let orders = Orders::default();
        let Begun::New(payment) = orders.begin(basket(2), "ORD-1") else {
            panic!("it is new");
        };
        for number in 0..=MOST {
            pay(&orders, 1, &format!("ORD-{number}"), 1);
        }
        payment.charge(receipt(100));
        assert_eq!(orders.receipt(basket(2), "ORD-1"), Some(receipt(100)));
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
