//! What a customer does next.

use payments_core::id::CustomerId;
use payments_core::testkit::fakes::CardRow;

use super::request::Ask;
use super::rng::Rng;
use super::session::{Session, Stage};
use super::shop::{self, NUMBERS};

/// What a customer does.
#[derive(Clone, Debug)]
pub(super) enum Choice {
    /// Sends a request.
    Ask(Ask),
    /// Sends several requests at once.
    AtOnce(Vec<Ask>),
    /// Completes the action at this URL of the gateway, or declines it.
    Act(String, bool),
    /// Ends the session, and logs in again.
    LogOut,
    /// Waits for this many seconds.
    Wait(i64),
}

/// A deviation from the shortest way to a saved card.
#[derive(Clone, Copy)]
enum Whim {
    AnotherCard,
    SameCard,
    Resend,
    RightCode,
    OldCode,
    WrongCode,
    ForeignCode,
    Remove,
    RemoveForeign,
    List,
    Progress,
    LogOut,
    Erase,
    Wait,
    Return,
    Notice,
}

const WHIMS: [(u64, Whim); 16] = [
    (6, Whim::AnotherCard),
    (4, Whim::SameCard),
    (6, Whim::Resend),
    (10, Whim::RightCode),
    (4, Whim::OldCode),
    (7, Whim::WrongCode),
    (3, Whim::ForeignCode),
    (10, Whim::Remove),
    (2, Whim::RemoveForeign),
    (3, Whim::List),
    (3, Whim::Progress),
    (3, Whim::LogOut),
    (1, Whim::Erase),
    (8, Whim::Wait),
    (4, Whim::Return),
    (4, Whim::Notice),
];

const WAITS: [i64; 9] = [1, 4, 6, 11, 30, 61, 181, 301, 901];

/// Everything that a choice depends on.
pub(super) struct Situation<'a> {
    pub(super) session: &'a Session,
    pub(super) guesses: bool,
    /// Whether customers may be erased.
    pub(super) may_erase: bool,
    /// The codes of all other sessions.
    pub(super) foreign_codes: &'a [String],
    pub(super) rows: &'a [CardRow],
}

impl Situation<'_> {
    /// What the customer does next. `None`: nothing for now.
    pub(super) fn choose(&self, rng: &mut Rng) -> Option<Choice> {
        if self.guesses && !self.session.codes.is_empty() && rng.per_mille(700) {
            return Some(Choice::Ask(Ask::Enter(self.wrong_code(rng)?)));
        }
        let whims = self.guesses || rng.per_mille(380);
        let choice = if whims {
            let whim = rng.weighted(&WHIMS);
            self.follow(whim, rng)?
        } else {
            self.straight_on(rng)?
        };
        let hurries = rng.one_in(12);
        if let Choice::Ask(ask) = &choice
            && hurries
        {
            return Some(Choice::AtOnce(vec![ask.clone(); 2 + rng.index(2)]));
        }
        Some(choice)
    }

    fn straight_on(&self, rng: &mut Rng) -> Option<Choice> {
        let session = self.session;
        let ask = match session.stage {
            Stage::Card => self.submit(rng),
            Stage::Code => Ask::Code(session.phone.clone()),
            Stage::Enter => match session.codes.last() {
                Some(code) if rng.one_in(4) => return self.compete(&code.digits, rng),
                Some(code) => Ask::Enter(code.digits.clone()),
                None => Ask::Code(session.phone.clone()),
            },
            Stage::Url => Ask::Url(session.action.as_ref()?.0),
            Stage::Act => return Some(Choice::Act(session.url.clone()?, !rng.one_in(4))),
            Stage::Return => Ask::Finish(session.action.as_ref()?.0),
        };
        Some(Choice::Ask(ask))
    }

    /// The right code together with something that competes with it.
    fn compete(&self, digits: &str, rng: &mut Rng) -> Option<Choice> {
        let right = Ask::Enter(digits.to_owned());
        let removal = self.remove(rng, |customer| customer == self.session.customer);
        let other = match removal {
            Some(removal) if rng.one_in(2) => removal,
            Some(_) | None => match rng.below(3) {
                0 => Ask::Enter(self.wrong_code(rng)?),
                1 => Ask::Code(self.session.phone.clone()),
                _ => self.submit(rng),
            },
        };
        Some(Choice::AtOnce(vec![right, other]))
    }

    fn submit(&self, rng: &mut Rng) -> Ask {
        // Customers have few cards, so that the same card is often saved again.
        let customer = usize::try_from(self.session.customer.get()).unwrap_or_default();
        let all = [
            NUMBERS[customer % 3],
            NUMBERS[(customer + 1) % 3],
            NUMBERS[3],
        ];
        Ask::Card(rng.weighted(&[(5, all[0]), (2, all[1]), (1, all[2])]))
    }

    fn follow(&self, whim: Whim, rng: &mut Rng) -> Option<Choice> {
        let session = self.session;
        let ask = match whim {
            Whim::AnotherCard => Ask::Card(rng.pick(&NUMBERS)),
            Whim::SameCard => self.submit(rng),
            Whim::Resend => Ask::Code(session.phone.clone()),
            Whim::RightCode => Ask::Enter(session.codes.last()?.digits.clone()),
            Whim::OldCode => {
                let place = rng.index(session.codes.len().max(1));
                Ask::Enter(session.codes.get(place)?.digits.clone())
            }
            Whim::WrongCode => Ask::Enter(self.wrong_code(rng)?),
            Whim::ForeignCode => {
                let all = [self.foreign_codes, &session.former_codes].concat();
                let place = rng.index(all.len().max(1));
                Ask::Enter(all.get(place)?.clone())
            }
            Whim::Remove => self.remove(rng, |customer| customer == session.customer)?,
            Whim::RemoveForeign => self.remove(rng, |customer| customer != session.customer)?,
            Whim::List => Ask::List,
            Whim::Progress => Ask::Progress,
            Whim::LogOut => return Some(Choice::LogOut),
            Whim::Erase if self.may_erase => Ask::Erase(vec![session.digest()]),
            Whim::Erase => return None,
            Whim::Wait => return Some(Choice::Wait(rng.pick(&WAITS))),
            Whim::Return => Ask::Finish(session.action.as_ref()?.0),
            Whim::Notice => {
                let intent = session.action.as_ref()?.1.clone();
                Ask::Notice(shop::pos(1), intent)
            }
        };
        Some(Choice::Ask(ask))
    }

    fn remove(&self, rng: &mut Rng, is_wanted: impl Fn(CustomerId) -> bool) -> Option<Ask> {
        let rows = self.rows.iter();
        let rows: Vec<_> = rows.filter(|row| is_wanted(row.card.customer)).collect();
        let place = rng.index(rows.len().max(1));
        Some(Ask::Remove(rows.get(place)?.pk))
    }

    /// A code that differs from the last one.
    fn wrong_code(&self, rng: &mut Rng) -> Option<String> {
        let right: u64 = self.session.codes.last()?.digits.parse().ok()?;
        Some(format!("{:06}", (right + 1 + rng.below(20)) % 1_000_000))
    }
}
