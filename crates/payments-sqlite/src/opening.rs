//! Opening an SQLite file.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use deadpool::Runtime;
use diesel::ConnectionError;
use diesel::ConnectionResult;
use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::{AsyncConnection, SimpleAsyncConnection};

use payments_sql::open_error::OpenError;
use payments_sql::settings::StoreSettings;

use super::{Connection, Database, Source};

/// Names the in-memory databases of one process.
static MEMORIES: AtomicU64 = AtomicU64::new(0);

/// Opens the file at a path, or with `:memory:` a database that is deleted with the last connection. A missing file is
/// created, with its folder.
///
/// # Errors
/// [`OpenError`] for a path that cannot be used, or another program's file.
pub async fn open(path: &str, settings: &StoreSettings) -> Result<Database, OpenError> {
    let is_memory = path == ":memory:";
    let url = if is_memory {
        // Connections of one process to the same `memdb` file share it while one of them is open.
        format!(
            "file:/payments-{}?vfs=memdb",
            MEMORIES.fetch_add(1, Ordering::Relaxed)
        )
    } else {
        let path = path.strip_prefix("//").unwrap_or(path);
        make_file(path).map_err(|error| unwritable(path, error))?;
        path.to_owned()
    };
    let mut anchor = connect(&url, settings.statement_timeout)
        .await
        .map_err(|error| refused(&error))?;
    super::check_owner(&mut anchor).await?;

    let busy_timeout = settings.statement_timeout;
    let mut manager = ManagerConfig::<Connection>::default();
    // A connection to a file does not break: pooled connections need no check.
    manager.recycling_method = RecyclingMethod::Fast;
    manager.custom_setup = Box::new(move |url| {
        let url = url.to_owned();
        Box::pin(async move { connect(&url, busy_timeout).await })
    });
    let pool = Pool::builder(AsyncDieselConnectionManager::new_with_config(url, manager))
        .max_size(settings.max_connections.max(1))
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(settings.wait_timeout))
        .create_timeout(Some(settings.wait_timeout))
        .build()
        .map_err(|error| OpenError::Unreachable(error.to_string()))?;
    let source = Source {
        _anchor: is_memory.then(|| Mutex::new(anchor)),
    };
    Ok(Database::new(pool, source, settings))
}

/// Makes the file for its owner only, with its folder, if it is not there.
fn make_file(path: &str) -> io::Result<()> {
    if let Some(folder) = Path::new(path).parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Says whether the file is there.
fn unwritable(path: &str, source: io::Error) -> OpenError {
    let failure = match Path::new(path).try_exists() {
        Ok(true) => "exists but cannot be opened",
        Ok(false) => "does not exist and cannot be created",
        Err(_) => "cannot be reached",
    };
    OpenError::Unwritable {
        path: path.to_owned(),
        failure,
        source,
    }
}

/// Readers continue while one writer writes (WAL), a committed transaction survives a power cut (`synchronous = FULL`),
/// and foreign keys are checked.
async fn connect(url: &str, busy_timeout: Duration) -> ConnectionResult<Connection> {
    let mut connection = Connection::establish(url).await?;
    let pragmas = format!(
        "PRAGMA busy_timeout = {}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;",
        busy_timeout.as_millis()
    );
    connection
        .batch_execute(&pragmas)
        .await
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}

fn refused(error: &ConnectionError) -> OpenError {
    let message = error.to_string();
    // SQLite's message for SQLITE_NOTADB.
    if message.contains("file is not a database") {
        OpenError::NotADatabase
    } else {
        OpenError::Unreachable(message)
    }
}
