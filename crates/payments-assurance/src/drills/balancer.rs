//! A load balancer before the processes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;

use crate::system::{Process, Setting, System};

/// The time between taking a process out and ending it, as in the manifests' `preStop`.
const PRE_STOP: Duration = Duration::from_secs(2);

/// The processes that get requests, in turn.
#[derive(Default)]
pub(super) struct Balancer {
    urls: Mutex<Vec<String>>,
    turn: AtomicUsize,
}

impl Balancer {
    /// Starts processes, which get requests at once.
    pub(super) async fn start(system: &System, count: usize) -> Result<(Arc<Self>, Vec<Process>)> {
        let (balancer, mut processes) = (Arc::new(Self::default()), Vec::new());
        for _ in 0..count {
            processes.push(balancer.start_process(system, &[]).await?);
        }
        Ok((balancer, processes))
    }

    /// What is in front of the processes gets all requests.
    pub(super) fn at(url: String) -> Arc<Self> {
        let balancer = Self::default();
        balancer.with(|urls| urls.push(url));
        Arc::new(balancer)
    }

    /// Starts a process that gets requests.
    pub(super) async fn start_process(
        &self,
        system: &System,
        settings: &[Setting<'_>],
    ) -> Result<Process> {
        let process = system.process(settings).await?;
        self.with(|urls| urls.push(process.url.clone()));
        Ok(process)
    }

    /// Takes a process out, ends it, and checks that it ends cleanly.
    pub(super) async fn stop(&self, process: Process) -> Result<()> {
        self.with(|urls| urls.retain(|url| *url != process.url));
        tokio::time::sleep(PRE_STOP).await;
        process.stop().await
    }

    /// Restarts a process with other settings.
    pub(super) async fn restart(
        &self,
        system: &System,
        process: Process,
        settings: &[Setting<'_>],
    ) -> Result<Process> {
        self.stop(process).await?;
        self.start_process(system, settings).await
    }

    /// The process whose turn it is.
    pub(super) fn url(&self) -> String {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        self.with(|urls| urls.get(turn % urls.len().max(1)).cloned())
            .unwrap_or_default()
    }

    fn with<T>(&self, use_it: impl FnOnce(&mut Vec<String>) -> T) -> T {
        use_it(&mut self.urls.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
