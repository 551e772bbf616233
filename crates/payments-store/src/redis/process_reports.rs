//! The reports of the processes that share this flow store: one hash has all of them, by the process's name.

use std::collections::BTreeMap;

use payments_core::ports::Unavailable;

use crate::shared_keys::ANNOUNCED_FOR;

use super::RedisFlows;
use super::announcements::Announcement;

impl RedisFlows {
    /// Stores a process's report for [`ANNOUNCED_FOR`].
    pub(crate) async fn publish_report(
        &self,
        process: &str,
        report: String,
    ) -> Result<(), Unavailable> {
        let announcements = [Announcement {
            field: process.to_owned(),
            value: report,
            expires_after: ANNOUNCED_FOR,
        }];
        let key = self.reports_key();
        self.announce(&key, &announcements, ANNOUNCED_FOR, false)
            .await
            .map(drop)
    }

    /// The reports by the processes' names.
    pub(crate) async fn process_reports(&self) -> Result<BTreeMap<String, String>, Unavailable> {
        let reports = self
            .announce(&self.reports_key(), &[], ANNOUNCED_FOR, true)
            .await?;
        Ok(reports.into_iter().collect())
    }

    /// Removes a process's report.
    pub(crate) async fn withdraw_report(&self, process: &str) -> Result<(), Unavailable> {
        self.withdraw(&self.reports_key(), &[process.to_owned()])
            .await
    }

    fn reports_key(&self) -> String {
        format!("{}:process-reports", self.prefix)
    }
}
