//! Obligations of the delivery states.

use chrono::TimeDelta;

use crate::ports::SmsSends;
use crate::sms::{DeliveryState, SentMessage};

use super::Fixture;

fn message(sender: &str, id: &str) -> SentMessage {
    SentMessage::new(sender, id).expect("a message")
}

/// Messages are on their way until they are delivered or failed, and then keep that state. The database
/// must contain no messages.
pub async fn sms_sends(sends: &dyn SmsSends, fixture: &Fixture) {
    let (first, second) = (message("netgsm", "1"), message("netgsm", "2"));
    let note = async |message: &SentMessage, state, seconds| {
        let at = fixture.now + TimeDelta::seconds(seconds);
        sends.note(message, state, at).await.expect("a note")
    };
    let waiting = async |sender: &'static str, seconds, limit| {
        let since = fixture.now + TimeDelta::seconds(seconds);
        let ids = sends.on_their_way(sender, since, limit).await;
        ids.expect("ids")
    };

    assert!(
        note(&second, DeliveryState::OnItsWay, 2).await,
        "the state is new"
    );
    assert!(note(&first, DeliveryState::OnItsWay, 1).await);
    assert!(!note(&first, DeliveryState::OnItsWay, 3).await, "it is not");
    assert_eq!(waiting("netgsm", 0, 10).await, ["1", "2"], "oldest first");
    assert_eq!(waiting("netgsm", 0, 1).await, ["1"]);
    assert_eq!(waiting("netgsm", 1, 10).await, ["2"], "sent after");
    assert_eq!(waiting("twilio", 0, 10).await, Vec::<String>::new());

    assert!(note(&first, DeliveryState::Delivered, 4).await);
    for state in DeliveryState::ALL {
        assert!(!note(&first, state, 5).await, "delivered stays delivered");
    }
    assert_eq!(waiting("netgsm", 0, 10).await, ["2"]);

    let early = message("twilio", "1");
    assert!(
        note(&early, DeliveryState::Failed, 1).await,
        "not known yet"
    );
    assert!(!note(&early, DeliveryState::OnItsWay, 2).await);
    assert_eq!(waiting("twilio", 0, 10).await, Vec::<String>::new());

    let turn = async |sender: &'static str, seconds| {
        let at = fixture.now + TimeDelta::seconds(seconds);
        let turn = sends.take_turn(sender, at, at + TimeDelta::seconds(10));
        turn.await.expect("a turn or none")
    };
    assert!(turn("netgsm", 0).await);
    assert!(
        !turn("netgsm", 0).await,
        "only one of two concurrent leases"
    );
    assert!(!turn("netgsm", 9).await);
    assert!(turn("twilio", 9).await, "every sender has its own lease");
    assert!(turn("netgsm", 10).await);
    assert!(!turn("netgsm", 19).await);

    let mut counts = sends.counts(fixture.now).await.expect("counts");
    counts.sort();
    let count = |sender: &str, state| (sender.to_owned(), state, 1);
    let expected = [
        count("netgsm", DeliveryState::OnItsWay),
        count("netgsm", DeliveryState::Delivered),
        count("twilio", DeliveryState::Failed),
    ];
    assert_eq!(counts, expected);
}
