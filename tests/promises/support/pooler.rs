//! pgbouncer in front of a private PostgreSQL, handing out its connections for a transaction each.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::postgres::{SUPERUSER, as_server};
use super::server::PATIENCE;

/// A pooler; it ends with this value.
pub struct Pooler {
    process: Child,
    port: u16,
    _directory: tempfile::TempDir,
}

impl Pooler {
    /// One in transaction mode before the PostgreSQL on a port, with so many connections to it.
    pub fn before(port: u16, connections: u32) -> Pooler {
        let own = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let directory = tempfile::Builder::new().prefix("tuilerie-pooler-").tempdir().unwrap();
        let configuration = directory.path().join("pgbouncer.ini");
        let text = format!(
            "[databases]\n* = host=127.0.0.1 port={port} user={SUPERUSER}\n[pgbouncer]\n\
             listen_addr = 127.0.0.1\nlisten_port = {own}\nunix_socket_dir =\nauth_type = any\n\
             pool_mode = transaction\ndefault_pool_size = {connections}\n\
             ignore_startup_parameters = extra_float_digits\n"
        );
        fs::write(&configuration, text).unwrap();
        let everybody = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(directory.path(), everybody).unwrap();
        let process = as_server("pgbouncer".as_ref())
            .arg("-q")
            .arg(&configuration)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("pgbouncer is installed: tests/requirements.sh");
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", own)).is_err() {
            assert!(started.elapsed() < PATIENCE, "pgbouncer does not listen");
            thread::sleep(Duration::from_millis(20));
        }
        Pooler { process, port: own, _directory: directory }
    }

    /// Its port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        // runuser passes the signal on.
        let _ = Command::new("kill").arg(self.process.id().to_string()).status();
        let _ = self.process.wait();
    }
}
