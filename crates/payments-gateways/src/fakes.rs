//! Fakes of the providers at the level of the wire: for tests, and for trying the whole service against them.
//!
//! Each checks method, path, headers, signature and body as strictly as its provider, keeps a ledger of what it did,
//! and has the bad days of one: by the sandbox's card and phone numbers (see [`crate::sandbox`]), or whatever
//! [`FaultMode`] it is put in. They are written against the providers' documentation, not against the adapters.

mod answer;
mod certificate;
mod craftgate;
mod fault_mode;
mod form;
mod iletimerkezi;
mod iyzico;
mod ledger;
mod netgsm;
mod reply;
mod server;
pub mod signatures;
mod stripe;
mod twilio;

pub use certificate::FakeCertificate;
pub use craftgate::FakeCraftgate;
pub use fault_mode::FaultMode;
pub use iletimerkezi::FakeIletiMerkezi;
pub use iyzico::{FakeIyzico, IyzicoHabits};
pub use ledger::{FakeSms, FakeToken, Ledger};
pub use netgsm::FakeNetgsm;
pub use reply::Reply;
pub use server::{Fake, FakeServer, Received};
pub use stripe::FakeStripe;
pub use twilio::FakeTwilio;
