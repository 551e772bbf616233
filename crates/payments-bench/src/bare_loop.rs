//! The ceiling of saving cards: a loop that only makes the same commits and the same round trips to Redis, one after
//! the other.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

use anyhow::{Context as _, Result, bail, ensure};
use payments_bench::job::{BareLoop, Counters, Servers, Summary};
use payments_bench::threads::in_parallel;
use tokio::runtime;
use tokio_postgres::{Client, NoTls};

use crate::now;
use crate::tally::Tally;

/// About as long as an intent's row.
const ROW: [u8; 300] = [7; 300];
/// About as long as a flow's state.
const ENTRY: [u8; 200] = [b'7'; 200];

pub(crate) fn run(job: &BareLoop) -> Result<Summary> {
    let create =
        "CREATE TABLE IF NOT EXISTS bare_loop (pk BIGSERIAL PRIMARY KEY, data BYTEA NOT NULL)";
    on(&job.servers, async |client| {
        Ok(client.batch_execute(create).await?)
    })?;
    let began = now();
    let tallies = in_parallel(0..job.concurrency, |number| {
        let mut redis = Redis::connect(&job.servers.redis)?;
        let key = format!("bare-loop:{number}");
        let entry = String::from_utf8_lossy(&ENTRY);
        on(&job.servers, async |client| {
            let insert = "INSERT INTO bare_loop (data) VALUES ($1)";
            let insert = client.prepare(insert).await?;
            let mut tally = Tally::new()?;
            while began.elapsed() < job.duration {
                let started = now();
                for _ in 0..job.commits {
                    client.execute(&insert, &[&ROW.as_slice()]).await?;
                }
                for _ in 0..job.round_trips {
                    redis.command(&["SET", &key, &entry, "EX", "60"])?;
                }
                tally.note(true, started.elapsed(), 0);
            }
            Ok(tally)
        })
    })?;
    Tally::sum(&tallies)?.summary(began.elapsed())
}

/// What the servers have done so far.
pub(crate) fn count(servers: &Servers) -> Result<Counters> {
    // Only a transaction that writes has a number.
    let next = "SELECT txid_snapshot_xmax(txid_current_snapshot())";
    let row = on(servers, async |client| {
        Ok(client.query_one(next, &[]).await?)
    })?;
    let commits: i64 = row.get(0);
    let stats = Redis::connect(&servers.redis)?.command(&["INFO", "stats"])?;
    let reads = stats
        .lines()
        .find_map(|line| line.strip_prefix("total_reads_processed:"));
    Ok(Counters {
        commits: u64::try_from(commits)?,
        round_trips: reads.context("Redis counts no reads")?.trim().parse()?,
    })
}

fn on<T>(servers: &Servers, work: impl AsyncFnOnce(&Client) -> Result<T>) -> Result<T> {
    let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(&servers.database, NoTls).await?;
        let connection = tokio::spawn(connection);
        let done = work(&client).await;
        drop(client);
        connection.await??;
        done
    })
}

/// One connection, one command at a time.
struct Redis(BufReader<TcpStream>);

impl Redis {
    /// `redis://user:password@host:port/0`.
    fn connect(url: &str) -> Result<Self> {
        let parts = url.strip_prefix("redis://").and_then(|rest| {
            let (user, rest) = rest.split_once('@')?;
            Some((user.split_once(':')?, rest.split_once('/')?.0))
        });
        let ((user, password), address) = parts.context("not a URL of one Redis server")?;
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        let mut redis = Self(BufReader::new(stream));
        redis.command(&["AUTH", user, password])?;
        Ok(redis)
    }

    /// Sends a command, and returns what it is answered with: a line or a text.
    fn command(&mut self, words: &[&str]) -> Result<String> {
        let words_written = words
            .iter()
            .map(|word| format!("${}\r\n{word}\r\n", word.len()));
        let command = format!("*{}\r\n{}", words.len(), words_written.collect::<String>());
        self.0.get_mut().write_all(command.as_bytes())?;
        let line = self.line()?;
        match line.split_at_checked(1) {
            Some(("+", line)) => Ok(line.to_owned()),
            Some(("$", length)) => {
                let mut text = vec![0; length.parse::<usize>()? + "\r\n".len()];
                self.0.read_exact(&mut text)?;
                Ok(String::from_utf8(text)?)
            }
            _ => bail!("Redis answered {line}"),
        }
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        ensure!(
            self.0.read_line(&mut line)? > 0,
            "Redis closed the connection"
        );
        Ok(line.trim_end_matches(['\r', '\n']).to_owned())
    }
}
