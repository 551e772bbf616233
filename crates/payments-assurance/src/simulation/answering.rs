//! What an answer means: what its customer knows then, and whether it keeps the promises.

use payments_core::card_storage::{ActionVerdict, StorageRefusal, Verdict};
use payments_core::flow::IntentId;
use payments_core::id::SavedCardId;
use payments_core::ports::Clock;
use payments_core::testkit::world::{Comparison, Listed, Request};

use super::network::{TaskNotes, lock};
use super::observed::Removal;
use super::request::{Answer, Ask};
use super::scene::{SURELY_HELD, Scene, Task};
use super::session::{Session, Stage};

/// After this instant nothing is over.
const NEVER: i64 = i64::MAX;

impl Scene<'_> {
    /// A request was answered.
    pub(super) fn finish(&mut self, task: &Task, answer: Answer) {
        let network = self.deployment.network.clone();
        let notes = network.traffic().tasks[task.id].clone();
        if let Some(session) = self.session_of(task) {
            let traffic = network.traffic();
            if session
                .running
                .iter()
                .any(|id| traffic.tasks[*id].is_disturbed)
            {
                session.disturb();
            }
            session.running.remove(&task.id);
        }
        self.note_request(task, Some(answer.status()), notes.is_disturbed);
        match answer {
            Answer::Card(answer) => self.card_answered(task, answer.is_ok()),
            Answer::Code(answer) => self.code_answered(task, &answer),
            Answer::Entered(answer) => self.entered(task, &notes, &answer),
            Answer::Removed(answer) => self.removed(task, answer.ok()),
            Answer::Listed(Ok(cards)) => self.listed(task, &cards),
            Answer::Url(Ok(url)) => {
                if let Some(session) = self.session_of(task) {
                    session.stage = if url.is_some() {
                        Stage::Act
                    } else {
                        Stage::Return
                    };
                    session.url = url.map(|url| url.as_str().to_owned());
                }
            }
            Answer::Finished(Ok(verdict)) => self.returned(task, verdict),
            Answer::Erased(Ok(_)) => self.count("customers erased"),
            Answer::Reconciled(Ok(_)) => self.count("reconciler runs"),
            Answer::SessionEnded
            | Answer::Progress(_)
            | Answer::Listed(Err(_))
            | Answer::Url(Err(_))
            | Answer::Finished(Err(_))
            | Answer::Erased(Err(_))
            | Answer::Reconciled(Err(_)) => {}
        }
    }

    /// The process of a request died.
    pub(super) fn cut_off(&mut self, task: &Task) {
        if let Some(session) = self.session_of(task) {
            session.running.remove(&task.id);
            session.disturb();
        }
        self.note_request(task, None, true);
        if let Ask::Remove(_) = task.ask {
            self.removed(task, None);
        }
        self.count("requests cut off");
    }

    pub(super) fn count(&self, what: &'static str) {
        self.deployment.network.traffic().count(what);
    }

    fn session_of(&mut self, task: &Task) -> Option<&mut Session> {
        let mut sessions = self.sessions.iter_mut();
        sessions.find(|session| Some(session.serial) == task.session)
    }

    fn note_request(&mut self, task: &Task, status: Option<u16>, is_disturbed: bool) {
        let whole = self
            .session_of(task)
            .is_none_or(|session| session.is_disturbed);
        self.observed.requests.push(Request {
            what: format!("{} (task {})", task.ask.name(), task.id),
            status,
            is_disturbed: is_disturbed || whole,
        });
    }

    fn card_answered(&mut self, task: &Task, is_held: bool) {
        let Ask::Card(number) = task.ask else { return };
        if let Some(session) = self.session_of(task) {
            session.held = (is_held && task.is_alone && !session.is_disturbed).then_some(number);
            if is_held {
                session.stage = Stage::Code;
            }
        }
        if is_held {
            self.count("cards held");
        }
    }

    fn code_answered(&mut self, task: &Task, answer: &Result<(), StorageRefusal>) {
        let last = {
            let phones = lock(&self.deployment.phones);
            let mut issued = phones.issued.iter().rev();
            issued
                .find(|(id, _)| *id == task.id)
                .map(|(_, code)| code.clone())
        };
        if let Some(session) = self.session_of(task) {
            match answer {
                Ok(()) => {
                    session.stage = Stage::Enter;
                    session.current = last.filter(|_| task.is_alone && !session.is_disturbed);
                }
                Err(StorageRefusal::NoCardHeld) => session.stage = Stage::Card,
                Err(_) => {}
            }
        }
        match answer {
            Ok(()) => self.count("codes sent"),
            Err(StorageRefusal::TooManyCodes { .. }) => self.count("codes over a limit"),
            Err(_) => {}
        }
    }

    fn entered(
        &mut self,
        task: &Task,
        notes: &TaskNotes,
        answer: &Result<Verdict, StorageRefusal>,
    ) {
        let Ask::Enter(digits) = &task.ask else {
            return;
        };
        let first = self.session_of(task).and_then(|session| {
            let code = session.code_mut(digits)?;
            if code.intent.is_none() && answer.is_ok() {
                code.intent.clone_from(&notes.intent);
            }
            code.intent.clone()
        });
        let intent = notes.intent.clone().or(first);
        if answer.is_ok() && !self.is_own_code(task, digits) {
            let text = format!(
                "task {} was accepted with a code of no own message",
                task.id
            );
            self.observed.finding(text);
        }
        match answer {
            Ok(Verdict::Saved) => self.saved(task, digits, intent),
            Ok(Verdict::Saving) => self.count("savings in progress"),
            Ok(Verdict::ActionRequired(id)) => {
                self.count("actions required");
                if let (Some(session), Some(intent)) = (self.session_of(task), intent) {
                    session.action = Some((*id, intent));
                    session.stage = Stage::Url;
                }
            }
            Err(StorageRefusal::WrongCode { tries_left }) => {
                self.compared(task, digits, tries_left.is_none());
            }
            Err(refusal) => self.refused(task, refusal),
        }
    }

    fn refused(&mut self, task: &Task, refusal: &StorageRefusal) {
        if let Some(name) = counted(refusal) {
            self.count(name);
        }
        let now = self.deployment.now().timestamp();
        let Some(session) = self.session_of(task) else {
            return;
        };
        let is_ours = matches!(refusal, StorageRefusal::Unavailable(_));
        let has_no_code = matches!(
            refusal,
            StorageRefusal::CodeExpired | StorageRefusal::NoCodeSent
        );
        if has_no_code {
            session.stage = Stage::Code;
        } else if !is_ours {
            session.stage = Stage::Card;
        }
        let is_held = now - session.submitted_at < SURELY_HELD;
        let has_no_cause = is_held && !session.may_lose_its_card;
        if has_no_cause && matches!(refusal, StorageRefusal::CardGone) {
            let text = format!("task {}: a card was lost without a cause", task.id);
            self.observed.finding(text);
        }
    }

    /// Whether a code was sent to the session of a request.
    fn is_own_code(&self, task: &Task, digits: &str) -> bool {
        let phones = lock(&self.deployment.phones);
        let mut issued = phones.issued.iter();
        issued.any(|(id, code)| code == digits && self.serials.get(id).copied() == task.session)
    }

    fn saved(&mut self, task: &Task, digits: &str, intent: Option<IntentId>) {
        let card = self.session_of(task).and_then(|session| {
            session.stage = Stage::Card;
            session.code_mut(digits)?.card
        });
        self.note_saved(task, intent.as_ref());
        let Some((number, id)) = card.zip(intent) else {
            return;
        };
        let rows = self.deployment.database.intents();
        let row = rows.iter().find(|row| row.intent.id == id);
        let mask = row.and_then(|row| row.intent.card.as_ref().map(|card| &card.masked_number));
        if mask.is_some_and(|mask| !mask.as_str().ends_with(&number[12..])) {
            let text = format!(
                "task {}: a code saved another card than it was sent for",
                task.id
            );
            self.observed.finding(text);
        }
    }

    fn note_saved(&mut self, task: &Task, intent: Option<&IntentId>) {
        let (Some(customer), Some(intent)) = (task.customer, intent) else {
            self.count("answers without an intent");
            return;
        };
        let is_first = self.observed.saved.insert((customer, intent.clone()));
        self.count(if is_first {
            "cards saved"
        } else {
            "answers repeated"
        });
    }

    /// A wrong code was compared with the sent one. A code that is used is not worth guessing: only the limit of the day
    /// holds for it.
    fn compared(&mut self, task: &Task, digits: &str, is_used: bool) {
        self.count("wrong codes");
        let day = self.processes[task.process].clock.today();
        let Some(customer) = task.customer.filter(|_| day == task.day) else {
            return;
        };
        let current = self
            .session_of(task)
            .and_then(|session| session.current.clone());
        let sure = task
            .current
            .clone()
            .filter(|code| !is_used && current.as_ref() == Some(code));
        let mut before = self.observed.comparisons.iter();
        let is_repeated = before.any(|one| one.customer == customer.get() && one.attempt == digits);
        if sure.is_none() && is_repeated {
            // It may be the same try for the same code.
            return;
        }
        self.observed.comparisons.push(Comparison {
            customer: customer.get(),
            day,
            // Otherwise it is unknown with which code it was compared, or its own limit does not hold.
            code: sure.unwrap_or_else(|| format!("{:?} or {digits}", task.session)),
            attempt: digits.to_owned(),
        });
    }

    fn removed(&mut self, task: &Task, answer: Option<bool>) {
        let (Some(customer), Some(masked_number)) = (task.customer, task.removes.clone()) else {
            return;
        };
        let over_at = match answer {
            Some(_) => self.deployment.now().timestamp(),
            None => NEVER,
        };
        if answer == Some(true) {
            self.count("cards deleted");
        }
        self.observed.removals.push(Removal {
            customer,
            masked_number,
            over_at,
        });
    }

    fn listed(&mut self, task: &Task, cards: &[SavedCardId]) {
        let Some(customer) = task.customer else {
            return;
        };
        let rows = self.deployment.database.cards();
        let of_listed = rows.iter().filter(|row| cards.contains(&row.pk));
        let listed = of_listed.map(|row| Listed {
            customer: customer.get(),
            owner: row.card.customer.get(),
        });
        self.observed.listed.extend(listed);
    }

    fn returned(&mut self, task: &Task, verdict: Option<ActionVerdict>) {
        let action = self.session_of(task).and_then(|session| {
            session.stage = match verdict {
                Some(ActionVerdict::Pending) => Stage::Return,
                Some(
                    ActionVerdict::Saved | ActionVerdict::Refused(_) | ActionVerdict::NotSaved,
                )
                | None => Stage::Card,
            };
            session.action.clone()
        });
        let intent = match &task.ask {
            Ask::Notice(_, intent) => Some(intent.clone()),
            Ask::Finish(id) => action
                .filter(|(one, _)| one == id)
                .map(|(_, intent)| intent),
            Ask::Card(_)
            | Ask::Code(_)
            | Ask::Enter(_)
            | Ask::Remove(_)
            | Ask::List
            | Ask::Progress
            | Ask::Url(_)
            | Ask::Erase(_)
            | Ask::EndSession
            | Ask::Reconcile(_) => None,
        };
        match verdict {
            Some(ActionVerdict::Saved) => {
                self.note_saved(task, intent.as_ref());
                self.count("actions completed");
            }
            Some(ActionVerdict::Refused(_)) => self.count("actions refused"),
            Some(ActionVerdict::NotSaved) => self.count("actions without a card"),
            Some(ActionVerdict::Pending) => self.count("actions pending"),
            None => {}
        }
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the others are not counted")]
const fn counted(refusal: &StorageRefusal) -> Option<&'static str> {
    match refusal {
        StorageRefusal::CardGone => Some("cards lost"),
        StorageRefusal::GatewayRefused(_) => Some("cards refused"),
        StorageRefusal::FlowVoid => Some("flows void"),
        StorageRefusal::OutcomeUnknown => Some("outcomes unknown"),
        StorageRefusal::TooManyTriesToday { .. } => Some("tries over the day's limit"),
        StorageRefusal::NoCodeSent => Some("codes not current"),
        StorageRefusal::CodeExpired => Some("codes expired"),
        StorageRefusal::Unavailable(_) => Some("requests answered 503"),
        _ => None,
    }
}
