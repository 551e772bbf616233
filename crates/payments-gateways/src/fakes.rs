//! Wire-level fakes of the providers, for tests and for trying out the whole service.
//!
//! Each checks method, path, headers, signature and body as strictly as its provider, keeps a ledger of what it did,
//! and fails on demand: by the sandbox's card and phone numbers (see [`crate::sandbox`]), or in any [`FaultMode`]. They are written against the providers' documentation, not against the adapters.

mod answer;
mod certificate;
mod charge;
mod craftgate;
mod fault_mode;
mod form;
mod iletimerkezi;
mod iyzico;
mod ledger;
mod netgsm;
mod openid_connect;
mod reply;
mod server;
pub mod signatures;
mod stripe;
mod twilio;

pub use certificate::FakeCertificate;
pub use charge::{FakeCharge, REVIEWED_CHARGE, UNCLEAR_CHARGE};
pub use craftgate::FakeCraftgate;
pub use fault_mode::FaultMode;
pub use iletimerkezi::FakeIletiMerkezi;
pub use iyzico::{FakeIyzico, IyzicoBehavior};
pub use ledger::{FakeSms, FakeToken, Ledger};
pub use netgsm::FakeNetgsm;
pub use openid_connect::{FakeOpenIdProvider, IdTokenFault};
pub use reply::Reply;
pub use server::{Fake, FakeServer, Received};
pub use stripe::FakeStripe;
pub use twilio::FakeTwilio;
