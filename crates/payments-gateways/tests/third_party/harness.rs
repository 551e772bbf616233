//! Runs the tests one after the other and prints what the standard harness would.

use std::future::Future;
use std::io::{self, Write};
use std::pin::Pin;
use std::process::ExitCode;

use tokio::runtime::Runtime;

use crate::parties::Parties;

type Run = Box<dyn Fn(Parties) -> Pin<Box<dyn Future<Output = ()> + Send>>>;

/// A test by its name.
pub(crate) struct Test {
    name: &'static str,
    run: Run,
}

pub(crate) fn test<F>(name: &'static str, run: fn(Parties) -> F) -> Test
where
    F: Future<Output = ()> + Send + 'static,
{
    let run: Run = Box::new(move |parties| Box::pin(run(parties)));
    Test { name, run }
}

/// The arguments after `cargo test … --`; only the options that select tests are supported.
struct Arguments {
    filters: Vec<String>,
    skips: Vec<String>,
    is_exact: bool,
    lists: bool,
}

impl Arguments {
    fn read() -> Self {
        let mut read = Self {
            filters: Vec::new(),
            skips: Vec::new(),
            is_exact: false,
            lists: false,
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--exact" => read.is_exact = true,
                "--list" => read.lists = true,
                "--skip" => read.skips.extend(arguments.next()),
                "--test-threads" | "--format" | "--color" | "--logfile" => drop(arguments.next()),
                option if option.starts_with('-') => {}
                _ => read.filters.push(argument),
            }
        }
        read
    }

    fn choose(&self, name: &str) -> bool {
        let matches =
            |filter: &String| name == filter || (!self.is_exact && name.contains(filter.as_str()));
        let is_wanted = self.filters.is_empty() || self.filters.iter().any(matches);
        is_wanted && !self.skips.iter().any(matches)
    }
}

#[derive(Default)]
struct Results {
    passed: Vec<&'static str>,
    failed: Vec<&'static str>,
    skipped: Vec<&'static str>,
}

pub(crate) fn run(tests: Vec<Test>) -> ExitCode {
    let arguments = Arguments::read();
    let total = tests.len();
    let chosen: Vec<Test> = tests
        .into_iter()
        .filter(|test| arguments.choose(test.name))
        .collect();
    if arguments.lists {
        for test in &chosen {
            say(&format!("{}: test", test.name));
        }
        return ExitCode::SUCCESS;
    }
    say(&format!("\nrunning {} tests", chosen.len()));
    let left_out = total - chosen.len();
    let results = carry_out(chosen);
    let word = if results.failed.is_empty() {
        "ok"
    } else {
        "FAILED"
    };
    say(&format!(
        "\ntest result: {word}. {} passed; {} failed; {} ignored; 0 measured; {left_out} filtered out\n",
        results.passed.len(),
        results.failed.len(),
        results.skipped.len(),
    ));
    if results.failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(101)
    }
}

fn carry_out(tests: Vec<Test>) -> Results {
    let mut results = Results::default();
    let parties = Parties::at_hand();
    let runtime = Runtime::new().unwrap();
    for Test { name, run } in tests {
        match &parties {
            Ok(parties) => {
                let done = runtime.block_on(passes(&runtime, run(parties.clone())));
                let (list, word) = if done {
                    (&mut results.passed, "ok")
                } else {
                    (&mut results.failed, "FAILED")
                };
                list.push(name);
                say(&format!("test {name} ... {word}"));
            }
            Err(missing) => {
                results.skipped.push(name);
                say(&format!("test {name} ... ignored, {missing}"));
            }
        }
    }
    results
}

/// True unless it panics.
async fn passes(runtime: &Runtime, test: Pin<Box<dyn Future<Output = ()> + Send>>) -> bool {
    runtime.spawn(test).await.is_ok()
}

fn say(line: &str) {
    // The harness's output is all this program is for; without it there is nothing to be done.
    drop(writeln!(io::stdout(), "{line}"));
}
