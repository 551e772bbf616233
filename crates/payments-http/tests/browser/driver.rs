//! A chromedriver of our own, on a free port.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

pub(crate) struct Driver {
    process: Child,
    pub(crate) url: String,
}

impl Driver {
    pub(crate) fn start() -> Self {
        for program in ["chromium", "chromedriver"] {
            let answer = Command::new(program)
                .arg("--version")
                .stdout(Stdio::null())
                .status();
            assert!(
                answer.is_ok_and(|status| status.success()),
                "{program} is needed for the browser tests (Debian: apt-get install chromium chromium-driver)"
            );
        }
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("a chromedriver");
        let output = process.stdout.take().expect("its output");
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        let mut said = Vec::new();
        let line = loop {
            let line = lines
                .next()
                .unwrap_or_else(|| panic!("chromedriver ended: {said:#?}"));
            if line.contains("started successfully on port") {
                break line;
            }
            said.push(line);
        };
        let port: String = line.chars().filter(char::is_ascii_digit).collect();
        // What else it says is read too, or it would wait for its output to be taken.
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            process,
            url: format!("http://127.0.0.1:{port}"),
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
