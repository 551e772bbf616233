//! What must not leak: values that exist nowhere but in this run.

use std::hash::{BuildHasher as _, RandomState};

use anyhow::{Context as _, Result};
use payments_core::card::Pan;

/// What a secret is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A card's number: 16 digits.
    Number,
    /// A phone: 10 digits, without the country's code. It is in no customer's profile.
    Phone,
    /// A code, entered or sent: 8 digits, the most that the service makes.
    Code,
    /// A CVV: 4 digits.
    Cvv,
}

/// A secret.
#[derive(Clone, Debug)]
pub(super) struct Secret {
    pub(super) kind: Kind,
    pub(super) digits: String,
    /// Which flow it passes through.
    pub(super) of: String,
    /// Whether it is a control, which is planted in every place.
    pub(super) is_planted: bool,
}

/// The secrets of a run. They are random: the servers also hold what other runs planted.
pub(super) struct Secrets {
    random: RandomState,
    drawn: u64,
    all: Vec<Secret>,
}

impl Secrets {
    /// One planted secret of each kind, and no others yet.
    pub(super) fn new() -> Result<Self> {
        let mut secrets = Self {
            random: RandomState::new(),
            drawn: 0,
            all: Vec::new(),
        };
        let planted = "a control";
        secrets.number(planted)?;
        secrets.phone(planted);
        secrets.wrong_code(planted);
        secrets.cvv(planted);
        for secret in &mut secrets.all {
            secret.is_planted = true;
        }
        Ok(secrets)
    }

    pub(super) fn all(&self) -> &[Secret] {
        &self.all
    }

    /// A card's number, without the digits of a CVV: its last four are shown.
    pub(super) fn number(&mut self, of: &str) -> Result<String> {
        loop {
            let bare = format!("552879{:09}", self.draw(1_000_000_000));
            let mut numbers = (0..10).map(|check| format!("{bare}{check}"));
            let number = numbers.find(|number| Pan::parse(number).is_ok());
            let number = number.context("no such number")?;
            let mut cvvs = self.all.iter().filter(|secret| secret.kind == Kind::Cvv);
            if !cvvs.any(|cvv| number.contains(&cvv.digits)) {
                return Ok(self.add(Kind::Number, number, of));
            }
        }
    }

    /// A phone.
    pub(super) fn phone(&mut self, of: &str) -> String {
        let phone = format!("532{:07}", self.draw(10_000_000));
        self.add(Kind::Phone, phone, of)
    }

    /// A code that is not the right one.
    pub(super) fn wrong_code(&mut self, of: &str) -> String {
        let code = format!("{:08}", self.draw(100_000_000));
        self.add(Kind::Code, code, of)
    }

    /// A CVV. Lengths, years and the like are smaller numbers, and no other secret contains it.
    pub(super) fn cvv(&mut self, of: &str) -> String {
        loop {
            let cvv = format!("{}", 8_000 + self.draw(2_000));
            if !self.all.iter().any(|secret| secret.digits.contains(&cvv)) {
                return self.add(Kind::Cvv, cvv, of);
            }
        }
    }

    /// Adds a secret that the service made.
    pub(super) fn add(&mut self, kind: Kind, digits: String, of: &str) -> String {
        self.all.push(Secret {
            kind,
            digits: digits.clone(),
            of: of.to_owned(),
            is_planted: false,
        });
        digits
    }

    fn draw(&mut self, below: u64) -> u64 {
        self.drawn += 1;
        self.random.hash_one(self.drawn) % below
    }
}
