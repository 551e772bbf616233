//! The resources this process uses.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Usage {
    /// Memory that is not swapped out.
    pub resident_bytes: i64,
    /// File descriptors in use: connections, mostly.
    pub open_files: i64,
    /// The limit of file descriptors.
    pub most_files: i64,
}

/// The current usage, if the system provides it.
pub(crate) fn usage() -> Option<Usage> {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Resource, getrlimit};

        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let open_files = std::fs::read_dir("/proc/self/fd").ok()?.count();
        let most_files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        Some(Usage {
            resident_bytes: resident_bytes(&status)?,
            // The open directory counts too.
            open_files: i64::try_from(open_files).ok()?.saturating_sub(1),
            most_files: i64::try_from(most_files).unwrap_or(i64::MAX),
        })
    }
    #[cfg(not(target_os = "linux"))]
    None
}

#[cfg(target_os = "linux")]
fn resident_bytes(status: &str) -> Option<i64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1_024)
}
