//! The gateway: its ledger of tokens, each of which belongs to a customer key at an account.

use payments_core::chrono::{DateTime, Utc};
use payments_core::flow::FlowId;

use super::ids::{Account, Card, CustomerKey, Token};

/// A token in the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Made {
    pub(super) token: Token,
    pub(super) key: CustomerKey,
    pub(super) account: Account,
    pub(super) card: Card,
    pub(super) reference: FlowId,
    pub(super) live: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Customer {
    account: Account,
    key: CustomerKey,
    made_under: FlowId,
}

/// A call of the gateway's tokenization.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Call {
    pub(super) reference: FlowId,
    pub(super) account: Account,
    pub(super) key: Option<CustomerKey>,
    pub(super) card: Card,
}

/// A token and its customer's key.
pub(super) type Issued = (Token, CustomerKey);

/// A call that is carried out after its caller has given up.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Late {
    call: Call,
    /// The horizon: until then the gateway has finished.
    pub(super) until: DateTime<Utc>,
}

/// How far an action of the customer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Stage {
    Waiting,
    Done(Token, CustomerKey),
    Refused,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Asked {
    call: Call,
    stage: Stage,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Found {
    Tokens(Vec<Issued>),
    Nothing,
    CannotTell,
}

/// Whether the gateway returns an earlier token for the same card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Repeats {
    Never,
    /// While the earlier token lives.
    WhileItLives,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Gateway {
    pub(super) ledger: Vec<Made>,
    customers: Vec<Customer>,
    pub(super) late: Vec<Late>,
    asked: Vec<Asked>,
    /// The references of all calls.
    pub(super) calls: Vec<FlowId>,
}

fn number(count: usize) -> u8 {
    u8::try_from(count).unwrap_or(u8::MAX)
}

impl Gateway {
    /// Makes a token, and a customer if the call names none that is known.
    pub(super) fn make(&mut self, call: &Call, repeats: Repeats) -> Issued {
        let same = self.ledger.iter().find(|made| {
            repeats == Repeats::WhileItLives
                && made.live
                && (made.card, made.account) == (call.card, call.account)
        });
        let former = same.map(|made| (made.token, made.key));
        let (token, key) = former.unwrap_or_else(|| {
            let token = Token(number(self.ledger.len()));
            (token, self.customer_of(call))
        });
        self.ledger.push(Made {
            token,
            key,
            account: call.account,
            card: call.card,
            reference: call.reference,
            live: true,
        });
        (token, key)
    }

    fn customer_of(&mut self, call: &Call) -> CustomerKey {
        if let Some(key) = call.key.filter(|key| self.knows(call.account, *key)) {
            return key;
        }
        let key = CustomerKey(number(self.customers.len()));
        self.customers.push(Customer {
            account: call.account,
            key,
            made_under: call.reference,
        });
        key
    }

    fn knows(&self, account: Account, key: CustomerKey) -> bool {
        let mut customers = self.customers.iter();
        customers.any(|one| (one.account, one.key) == (account, key))
    }

    pub(super) fn call_late(&mut self, call: Call, until: DateTime<Utc>) {
        self.late.push(Late { call, until });
    }

    /// Carries out the first call whose caller has given up.
    pub(super) fn finish_late(&mut self, repeats: Repeats) {
        if !self.late.is_empty() {
            let late = self.late.remove(0);
            self.make(&late.call, repeats);
        }
    }

    /// Searches by customer key, and by the reference under which a customer was made.
    pub(super) fn find(
        &self,
        account: Account,
        reference: FlowId,
        called_with: Option<CustomerKey>,
    ) -> Found {
        let own = self.customers.iter().filter(|one| one.account == account);
        let named = |one: &&Customer| called_with == Some(one.key) || (one.made_under == reference);
        let keys: Vec<CustomerKey> = own.filter(named).map(|one| one.key).collect();
        let is_certain = called_with.is_none() || !keys.is_empty();
        let made = self.ledger.iter().filter(|made| {
            (made.account, made.reference) == (account, reference)
                && made.live
                && keys.contains(&made.key)
        });
        let tokens: Vec<Issued> = made.map(|made| (made.token, made.key)).collect();
        match (tokens.is_empty(), is_certain) {
            (false, _) => Found::Tokens(tokens),
            (true, true) => Found::Nothing,
            (true, false) => Found::CannotTell,
        }
    }

    /// Deletes a token. A token that is not found at this account under this key counts as deleted.
    pub(super) fn delete(&mut self, account: Account, token: Token, key: CustomerKey) {
        let is_it =
            |made: &&mut Made| (made.account, made.token, made.key) == (account, token, key);
        for made in self.ledger.iter_mut().filter(is_it) {
            made.live = false;
        }
    }

    /// Whether a token belongs to this account and this key.
    pub(super) fn belongs(&self, account: Account, token: Token, key: CustomerKey) -> bool {
        let mut made = self.ledger.iter().filter(|made| made.token == token);
        made.all(|made| (made.account, made.key) == (account, key))
    }

    /// Requires an action of the customer.
    pub(super) fn ask(&mut self, call: Call) {
        let stage = Stage::Waiting;
        self.asked.push(Asked { call, stage });
    }

    /// Whether a customer can still complete an action.
    pub(super) fn waits_for_a_customer(&self) -> bool {
        self.asked.iter().any(|one| one.stage == Stage::Waiting)
    }

    /// The customer completes the first action that waits, or fails to.
    pub(super) fn act(&mut self, is_approved: bool, repeats: Repeats) {
        let waiting = self
            .asked
            .iter()
            .position(|one| one.stage == Stage::Waiting);
        let Some(place) = waiting else { return };
        self.asked[place].stage = if is_approved {
            let call = self.asked[place].call.clone();
            let (token, key) = self.make(&call, repeats);
            Stage::Done(token, key)
        } else {
            Stage::Refused
        };
    }

    /// How far the action of a call is; one that is unknown is refused.
    pub(super) fn action(&self, reference: FlowId) -> Stage {
        let mut asked = self.asked.iter();
        let found = asked.find(|one| one.call.reference == reference);
        found.map_or(Stage::Refused, |one| one.stage)
    }

    /// Cancels an action that waits.
    pub(super) fn cancel(&mut self, reference: FlowId) -> Stage {
        let mut asked = self.asked.iter_mut();
        let is_it =
            |one: &&mut Asked| one.call.reference == reference && one.stage == Stage::Waiting;
        if let Some(one) = asked.find(is_it) {
            one.stage = Stage::Refused;
        }
        self.action(reference)
    }
}
