//! Starts requests and reconcilers in processes.

use payments_core::ports::Clock;

use super::network::TaskId;
use super::request::Ask;
use super::scene::{Scene, Task};
use super::session::Session;

impl Scene<'_> {
    /// Sends a request to a process.
    pub(super) fn begin(&mut self, ask: Ask, session: usize, process: usize) {
        let removes = self.removes(&ask);
        let session = &mut self.sessions[session];
        session.budget = session.budget.saturating_sub(1);
        let is_alone = session.running.is_empty();
        let mut erased = None;
        for task in &mut self.tasks {
            task.is_alone &= task.session != Some(session.serial);
        }
        match &ask {
            Ask::Card(_) => {
                session.held = None;
                session.current = None;
                session.submitted_at = self.deployment.now().timestamp();
            }
            Ask::Code(_) => session.current = None,
            Ask::Enter(_) => session.held = None,
            Ask::Erase(_) => {
                self.observed.erased.insert(session.customer);
                erased = Some(session.customer);
            }
            Ask::Remove(_)
            | Ask::List
            | Ask::Progress
            | Ask::Url(_)
            | Ask::Finish(_)
            | Ask::Notice(..)
            | Ask::EndSession
            | Ask::Reconcile(_) => {}
        }
        let (owner, serial) = (session.owner(), session.serial);
        let (customer, current) = (session.customer, session.current.clone());
        let id = self.deployment.network.traffic().begin_task();
        session.running.insert(id);
        let whose = |one: &&mut Session| Some(one.customer) == erased;
        self.sessions
            .iter_mut()
            .filter(whose)
            .for_each(Session::disturb);
        self.serials.insert(id, serial);
        let server = self.processes[process].server(self.shop);
        self.note_begin(id, &ask, process, Some(serial));
        self.tasks.push(Task {
            id,
            process,
            session: Some(serial),
            customer: Some(customer),
            removes,
            current,
            day: self.processes[process].clock.today(),
            is_alone,
            future: ask.clone().begin(server, owner),
            ask,
            is_ready: true,
        });
    }

    /// Runs a reconciler in a process.
    pub(super) fn begin_reconciler(&mut self, process: usize) {
        let ask = Ask::Reconcile(self.profile.batch);
        let id = self.deployment.network.traffic().begin_task();
        let server = self.processes[process].server(self.shop);
        self.note_begin(id, &ask, process, None);
        let owner = self.sessions[0].owner();
        self.tasks.push(Task {
            id,
            process,
            session: None,
            customer: None,
            removes: None,
            current: None,
            day: self.processes[process].clock.today(),
            is_alone: false,
            future: ask.clone().begin(server, owner),
            ask,
            is_ready: true,
        });
    }

    fn note_begin(&self, id: TaskId, ask: &Ask, process: usize, session: Option<usize>) {
        let mut traffic = self.deployment.network.traffic();
        let now = traffic.now();
        traffic.history.note(&[ask.name()], id, || {
            let whose = session.map_or_else(String::new, |serial| format!(", session {serial}"));
            format!("{now} task {id} in process {process}{whose}: {ask:?}")
        });
        traffic.count("requests");
    }

    fn removes(&self, ask: &Ask) -> Option<String> {
        let Ask::Remove(pk) = ask else { return None };
        let rows = self.deployment.database.cards();
        let row = rows.into_iter().find(|row| row.pk == *pk)?;
        Some(row.card.masked_number.to_string())
    }
}
