//! The real binary, started on a free port, driven from outside as a user would.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

/// How long anything may take before a test gives up on it: a bound on hanging, not a speed.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A running server; killed when dropped.
pub struct Server {
    process: Child,
    /// What it writes to standard error: a file and no pipe, so that a test reads at once what
    /// was written before an answer.
    log: tempfile::NamedTempFile,
    pub address: String,
    agent: ureq::Agent,
}

/// An answer, with its body as it came over the wire.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    fn of(mut response: ureq::http::Response<ureq::Body>) -> Answer {
        let mut body = Vec::new();
        response.body_mut().as_reader().read_to_end(&mut body).expect("a whole body");
        Answer { status: response.status().as_u16(), headers: response.headers().clone(), body }
    }

    /// A header's text; empty when it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("a body of JSON")
    }
}

/// `tuilerie` with these arguments.
pub fn tuilerie(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tuilerie"));
    command.args(arguments).env_remove("DATABASE_URL").stdin(Stdio::null());
    command
}

/// The made-up commune, served; one for the tests that run at one time, stopped after the last.
pub fn demo() -> Arc<Server> {
    static RUNNING: Mutex<Weak<Server>> = Mutex::new(Weak::new());
    let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(server) = running.upgrade() {
        return server;
    }
    let server = Arc::new(Server::spawn(tuilerie(&["demo", "--listen", "127.0.0.1:0"])));
    server.wait_until_ready();
    *running = Arc::downgrade(&server);
    server
}

/// Runs `tuilerie` to its end: exit code, standard output, standard error.
pub fn run(command: &mut Command) -> (i32, String, String) {
    let output = command.output().expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output in UTF-8");
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

impl Server {
    /// Starts `tuilerie serve` with these arguments on a free port and waits until it listens.
    pub fn start(arguments: &[&str]) -> Server {
        let mut command = tuilerie(&["serve", "--listen", "127.0.0.1:0"]);
        command.args(arguments);
        Server::spawn(command)
    }

    /// Starts it on layers of a database, with keys for `[server]` and for each layer, and waits
    /// until every layer is ready or refused.
    pub fn configured(
        connection: &str,
        server_keys: &str,
        layers: &[impl AsRef<str>],
        layer_keys: &str,
    ) -> Server {
        let layers =
            layers.iter().map(|id| format!("[layers.\"{}\"]\n{layer_keys}\n", id.as_ref()));
        let text = format!(
            "[server]\n{server_keys}\n[sources.db]\nconnection = \"{connection}\"\n{}",
            layers.collect::<String>()
        );
        let mut file = tempfile::NamedTempFile::with_suffix(".toml").expect("a file");
        file.write_all(text.as_bytes()).expect("written");
        Server::ready(&["--config", file.path().to_str().expect("a path in UTF-8")])
    }

    /// Starts it and waits until every layer is ready or refused.
    pub fn ready(arguments: &[&str]) -> Server {
        let server = Server::start(arguments);
        server.wait_until_ready();
        server
    }

    /// Starts a prepared command that serves, and waits until it listens.
    pub fn spawn(mut command: Command) -> Server {
        let log = tempfile::NamedTempFile::new().expect("a file");
        let written = log.reopen().expect("the file");
        let mut process = command.stderr(written).spawn().expect("the binary starts");
        let started = Instant::now();
        let address = loop {
            let text = fs::read_to_string(log.path()).expect("a log in UTF-8");
            if let Some((_, rest)) = text.split_once("listening on http://") {
                break rest.split_whitespace().next().expect("an address").to_owned();
            }
            let ended = process.try_wait().expect("a process");
            assert!(ended.is_none(), "the server ended at once: {text}");
            assert!(started.elapsed() < PATIENCE, "the server does not listen: {text}");
            thread::sleep(Duration::from_millis(10));
        };
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .build()
            .into();
        Server { process, log, address, agent }
    }

    /// Waits until `/health/ready` answers 200.
    pub fn wait_until_ready(&self) {
        let started = Instant::now();
        while self.get("/health/ready").status != 200 {
            assert!(started.elapsed() < PATIENCE, "not ready: {}", self.log());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until something holds.
    pub fn until(&self, what: &str, holds: impl Fn() -> bool) {
        let started = Instant::now();
        while !holds() {
            assert!(started.elapsed() < PATIENCE, "never: {what}; the log: {}", self.log());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// What it has written to standard error.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log.path()).expect("a log in UTF-8")
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Asks for an address that starts with a slash.
    pub fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[])
    }

    /// The same with headers.
    pub fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.agent.get(format!("http://{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::of(request.call().expect("an answer"))
    }

    /// Sends a body.
    pub fn post(&self, path: &str, body: &str) -> Answer {
        let request = self.agent.post(format!("http://{}{path}", self.address));
        Answer::of(request.content_type("application/json").send(body).expect("an answer"))
    }

    /// The layers of a tile; none for 204.
    pub fn tile(&self, path: &str) -> Vec<super::mvt::Layer> {
        let answer = self.get(path);
        assert!([200, 204].contains(&answer.status), "{path}: {answer:?}");
        super::mvt::decode(&answer.body)
    }

    /// Sends bytes as they are and returns what comes back until the connection closes.
    pub fn raw(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        // The server may refuse and close before it has read everything.
        let _ = stream.write_all(request);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Sends a request and returns the connection, for an answer that does not end.
    pub fn stream(&self, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        stream
    }

    /// A value of `/metrics`: the line that starts so.
    pub fn metric(&self, name: &str) -> f64 {
        let text = String::from_utf8(self.get("/metrics").body).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.map_or(0.0, |value| value.parse().unwrap())
    }

    /// Sends a signal by its name, as `kill` does.
    pub fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap().success());
    }

    /// Waits for its end.
    pub fn wait(&mut self) -> ExitStatus {
        let started = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().expect("a process") {
                return status;
            }
            assert!(started.elapsed() < PATIENCE, "the server does not end: {}", self.log());
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
