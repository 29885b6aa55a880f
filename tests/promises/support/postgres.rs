//! A private PostgreSQL with PostGIS: a cluster in a temporary directory, a database a test.
//!
//! It ends with the test, however that ends: a shell outside holds a pipe from the test process,
//! and stops the server when the pipe closes.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio_postgres::{NoTls, SimpleQueryMessage};

/// The superuser of the cluster, who needs no password.
pub const SUPERUSER: &str = "postgres";

/// A role with a password, for tests of what happens without the right one.
pub const GUARDED_ROLE: &str = "guarded";
/// That role's password.
pub const GUARDED_PASSWORD: &str = "correct-horse-battery";

/// A role that must use TLS, and needs no password.
pub const ENCRYPTED_ROLE: &str = "encrypted";

const TEMPLATE: &str = "template_postgis";

/// A PostgreSQL server of its own.
pub struct Cluster {
    bin: PathBuf,
    directory: PathBuf,
    port: u16,
    databases: AtomicU32,
    /// Stops the server when this process ends.
    _guard: Child,
}

/// A database of a cluster.
pub struct Database {
    port: u16,
    name: String,
}

/// A connection that stays open, for transactions side by side.
pub struct Client {
    runtime: tokio::runtime::Runtime,
    client: tokio_postgres::Client,
}

impl Client {
    /// Runs statements.
    pub fn execute(&self, sql: &str) {
        self.runtime.block_on(self.client.batch_execute(sql)).unwrap();
    }
}

/// The cluster that all tests of a binary share.
pub fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(Cluster::start_new)
}

impl Cluster {
    /// Starts a cluster that no other test uses, to stop and start it.
    pub fn start_new() -> Cluster {
        let bin = binaries();
        let directory = server_directory();
        let cluster = Cluster {
            _guard: guard(&bin, &directory),
            port: free_port(),
            databases: AtomicU32::new(0),
            bin,
            directory,
        };
        cluster.initialise();
        cluster.start();
        cluster.make_template();
        cluster
    }

    fn initialise(&self) {
        run(as_server(&self.bin.join("initdb"))
            .args(["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"])
            .args(["--username", SUPERUSER, "--pgdata"])
            .arg(self.data()));
        let hba = format!(
            "host all {GUARDED_ROLE} 127.0.0.1/32 scram-sha-256\n\
             hostssl all {ENCRYPTED_ROLE} 127.0.0.1/32 trust\n\
             host all {ENCRYPTED_ROLE} 127.0.0.1/32 reject\n\
             host all all 127.0.0.1/32 trust\nlocal all all trust\n\
             host replication all 127.0.0.1/32 trust\n"
        );
        fs::write(self.data().join("pg_hba.conf"), hba).unwrap();
    }

    fn make_template(&self) {
        let postgres = Database { port: self.port, name: SUPERUSER.to_owned() };
        postgres.execute(&format!("CREATE DATABASE {TEMPLATE}"));
        postgres.execute(&format!(
            "CREATE ROLE {GUARDED_ROLE} LOGIN PASSWORD '{GUARDED_PASSWORD}';
             CREATE ROLE {ENCRYPTED_ROLE} LOGIN"
        ));
        let template = Database { port: self.port, name: TEMPLATE.to_owned() };
        template.execute("CREATE EXTENSION postgis");
    }

    /// Starts the server.
    pub fn start(&self) {
        let options = format!(
            "-p {} -k '{}' -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off \
             -c shared_buffers=64MB -c max_connections=60 \
             -c autovacuum=off",
            self.port,
            self.directory.display()
        );
        run(as_server(&self.bin.join("pg_ctl"))
            .args(["start", "--wait", "--silent", "--pgdata"])
            .arg(self.data())
            .arg("--log")
            .arg(self.directory.join("log"))
            .args(["--options", &options]));
    }

    /// Another cluster that copies this one as it changes, read-only.
    pub fn standby(&self) -> Cluster {
        let directory = server_directory();
        run(as_server(&self.bin.join("pg_basebackup"))
            .args(["--write-recovery-conf", "--checkpoint=fast", "--no-sync", "--pgdata"])
            .arg(directory.join("data"))
            .args(["--host=127.0.0.1", "--username", SUPERUSER, "--port"])
            .arg(self.port.to_string()));
        let standby = Cluster {
            _guard: guard(&self.bin, &directory),
            port: free_port(),
            databases: AtomicU32::new(0),
            bin: self.bin.clone(),
            directory,
        };
        standby.start();
        standby
    }

    /// The same database in another cluster.
    pub fn copy_of(&self, database: &Database) -> Database {
        Database { port: self.port, name: database.name.clone() }
    }

    /// Stops the server at once, as a crash of it would.
    pub fn stop(&self) {
        run(as_server(&self.bin.join("pg_ctl"))
            .args(["stop", "--wait", "--silent", "--mode=immediate", "--pgdata"])
            .arg(self.data()));
    }

    /// Restarts the server with TLS and a certificate that nobody has signed.
    pub fn enable_tls(&self) {
        run(as_server(Path::new("openssl"))
            .args(["req", "-x509", "-new", "-nodes", "-days", "2", "-subj", "/CN=localhost"])
            .arg("-keyout")
            .arg(self.data().join("server.key"))
            .arg("-out")
            .arg(self.data().join("server.crt"))
            .stderr(Stdio::null()));
        Database { port: self.port, name: SUPERUSER.to_owned() }
            .execute("ALTER SYSTEM SET ssl = on");
        self.stop();
        self.start();
    }

    /// The TCP port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// A new database with PostGIS and nothing else in it. Its name begins with `name`.
    pub fn database(&self, name: &str) -> Database {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("{name}_{number}");
        let postgres = Database { port: self.port, name: SUPERUSER.to_owned() };
        postgres.execute(&format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE}"));
        Database { port: self.port, name }
    }

    fn data(&self) -> PathBuf {
        self.directory.join("data")
    }
}

impl Database {
    /// The connection string of the superuser.
    pub fn url(&self) -> String {
        self.url_of(SUPERUSER, None)
    }

    /// The connection string of a role.
    pub fn url_of(&self, role: &str, password: Option<&str>) -> String {
        let password = password.map_or_else(String::new, |password| format!(":{password}"));
        format!("postgres://{role}{password}@127.0.0.1:{}/{}", self.port, self.name)
    }

    /// The connection string by way of something else that listens on a port.
    pub fn url_through(&self, port: u16) -> String {
        format!("postgres://{SUPERUSER}@127.0.0.1:{port}/{}", self.name)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A connection of its own, as a role.
    pub fn client(&self, role: &str) -> Client {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let client = runtime.block_on(async {
            let url = self.url_of(role, Some(GUARDED_PASSWORD));
            let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
            tokio::spawn(connection);
            client
        });
        Client { runtime, client }
    }

    /// Runs statements.
    pub fn execute(&self, sql: &str) {
        self.query_text(sql);
    }

    /// Runs statements; the rows of all of them, as text, NULL as "".
    pub fn query_text(&self, sql: &str) -> Vec<Vec<String>> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let messages = runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(&self.url(), NoTls).await.unwrap();
            let connection = tokio::spawn(connection);
            let messages = client.simple_query(sql).await;
            drop(client);
            connection.await.unwrap().unwrap();
            messages.unwrap_or_else(|error| panic!("{error:?} in {sql}"))
        });
        messages
            .iter()
            .filter_map(|message| match message {
                SimpleQueryMessage::Row(row) => Some(
                    (0..row.len()).map(|i| row.get(i).unwrap_or_default().to_owned()).collect(),
                ),
                _ => None,
            })
            .collect()
    }
}

/// A directory that the server owns.
fn server_directory() -> PathBuf {
    let directory = tempfile::Builder::new().prefix("tuilerie-pg-").tempdir().unwrap().keep();
    if is_root() {
        run(Command::new("chown").arg(SUPERUSER).arg(&directory));
    }
    directory
}

/// A shell that waits until this process ends, then stops the server and removes its directory.
fn guard(bin: &Path, directory: &Path) -> Child {
    let script = r#"cat >/dev/null; "$1/pg_ctl" stop -s -m immediate -D "$2/data"; rm -rf "$2""#;
    as_server(Path::new("sh"))
        .args(["-c", script, "guard"])
        .args([bin, directory])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // Not in our process group: what interrupts the tests must not interrupt the guard.
        .process_group(0)
        .spawn()
        .unwrap()
}

/// A command that runs as someone who may run a server: PostgreSQL refuses root.
pub fn as_server(program: &Path) -> Command {
    let mut command = if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", SUPERUSER, "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir("/");
    command
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

fn run(command: &mut Command) {
    // To the end of its output: the server that pg_ctl leaves behind must not keep a pipe of ours.
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status();
    assert!(
        status.as_ref().is_ok_and(std::process::ExitStatus::success),
        "{command:?}: {status:?}"
    );
}

/// Where initdb is: what pg_config says, or the newest of Debian's.
fn binaries() -> PathBuf {
    let from_config = Command::new("pg_config").arg("--bindir").output().ok();
    let from_config =
        from_config.map(|out| PathBuf::from(String::from_utf8_lossy(&out.stdout).trim()));
    let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    versions.sort();
    from_config
        .into_iter()
        .chain(versions.into_iter().rev())
        .find(|bin| bin.join("initdb").exists())
        .expect("PostgreSQL with PostGIS is installed")
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
