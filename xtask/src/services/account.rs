//! Whom the servers run as.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use anyhow::{Context, Result};

/// Accounts without rights of their own, the fitting one first.
const CANDIDATES: [&str; 2] = ["postgres", "nobody"];

/// Another account of the machine than the one xtask runs as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) user: u32,
    pub(super) group: u32,
}

impl Account {
    /// The account to change to: PostgreSQL refuses to run as root. `None` when there is no need to change.
    ///
    /// `own` is a folder that this process has made.
    ///
    /// # Errors
    /// The process is root's, and the machine has none of the accounts to change to.
    pub(super) fn to_change_to(own: &Path) -> Result<Option<Self>> {
        if fs::metadata(own)?.uid() != 0 {
            return Ok(None);
        }
        let accounts = fs::read_to_string("/etc/passwd").context("/etc/passwd cannot be read")?;
        let account = CANDIDATES.iter().find_map(|name| find(&accounts, name));
        account.map(Some).with_context(|| {
            format!("PostgreSQL does not run as root, and there is no account {CANDIDATES:?} to run it as")
        })
    }
}

/// Reads `name:password:user:group:…` (passwd(5)).
fn find(accounts: &str, name: &str) -> Option<Account> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == name).then_some(())?;
        Some(Account {
            user: fields.nth(1)?.parse().ok()?,
            group: fields.next()?.parse().ok()?,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{Account, find};

    const ACCOUNTS: &str = "root:x:0:0:root:/root:/bin/bash\n\
        postgresql:x:7:7::/:/bin/sh\n\
        postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash\n\
        broken:x\n";

    #[test]
    fn an_account_is_found_by_its_whole_name() {
        let account = Account {
            user: 101,
            group: 104,
        };
        assert_eq!(find(ACCOUNTS, "postgres"), Some(account));
        assert_eq!(find(ACCOUNTS, "post"), None);
        assert_eq!(find(ACCOUNTS, "broken"), None);
    }
}
