"""The private PostgreSQL cluster and the département in it, kept from run to run.

It listens on a Unix socket only, in a directory that nobody else may enter; so it needs no password
and no port, and both servers take the fastest way there is.
"""

import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable

# Each with its reason; nothing here favours one server.
SETTINGS = {
    "listen_addresses": "''",
    "shared_buffers": "1GB",  # the département's tables and indexes fit
    "effective_cache_size": "3GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "512MB",  # GiST indexes at load
    "random_page_cost": "1.1",  # SSD, and in memory anyhow
    "jit": "off",  # compiling costs tile queries more than it saves them
    "max_connections": "100",
    "wal_level": "minimal",  # with the three below: a throw-away copy needs no WAL
    "max_wal_senders": "0",
    "fsync": "off",
    "max_wal_size": "8GB",
    "autovacuum": "off",  # the load vacuums; nothing may run beside a measurement
}


class Cluster:
    """Started by `with` and stopped at its end, unless it ran before."""

    def __init__(self, directory: pathlib.Path):
        self.directory = directory.resolve()
        self.data = self.directory / "data"
        self.socket = self.directory / "socket"
        self.bin = _binaries()

    def __enter__(self):
        self.was_running = (self.data / "postmaster.pid").exists() and self._is_running()
        if self.was_running:
            return self
        if not (self.data / "PG_VERSION").exists():
            print(f"initdb in {self.data}", flush=True)
            self.directory.mkdir(parents=True, exist_ok=True)
            if os.getuid() == 0:
                postgres = pwd.getpwnam("postgres")
                os.chown(self.directory, postgres.pw_uid, postgres.pw_gid)
            self._run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                      "--locale", "C.UTF-8", "--no-sync")
            self._as_owner("mkdir", "-p", "-m", "700", self.socket)
        options = " ".join(f"-c {key}={value}" for key, value in SETTINGS.items())
        options += f" -c unix_socket_directories={self.socket}"
        self._run("pg_ctl", "-D", self.data, "-l", self.directory / "log", "-w", "-o", options, "start")
        return self

    def __exit__(self, *_):
        if self.was_running:
            return
        self._run("pg_ctl", "-D", self.data, "-w", "-m", "fast", "stop")

    def crash(self):
        """Ends it as a crash would, and starts it again."""
        self._run("pg_ctl", "-D", self.data, "-w", "-m", "immediate", "stop")
        self.__enter__()
        self.was_running = False

    def discard(self):
        """Removes what this class made in the directory, and nothing else."""
        if (self.data / "postmaster.pid").exists() and self._is_running():
            raise SystemExit(f"stop it first: {self.bin / 'pg_ctl'} -D {self.data} stop")
        if (self.data / "PG_VERSION").exists():
            shutil.rmtree(self.data)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@{str(self.socket).replace('/', '%2F')}/{database}"

    def query(self, database: str, sql: str) -> list[list[str]]:
        """The rows of a query, as text."""
        out = subprocess.run(
            [self.bin / "psql", "-X", "-A", "-t", "-q", "-F", "\t", "-v", "ON_ERROR_STOP=1",
             "-d", self.url(database), "-c", sql],
            check=True, stdout=subprocess.PIPE, text=True,
            env=os.environ | {"PGOPTIONS": "-c client_min_messages=warning"}).stdout
        return [line.split("\t") for line in out.splitlines()]

    def ensure(self, database: str, generator: Callable[[], list[str]]):
        """Loads the département unless a database of this name holds it. It is made under another
        name and renamed when whole, so a load that was broken off is never taken for one."""
        names = [row[0] for row in self.query("postgres", "SELECT datname FROM pg_database")]
        if database in names:
            return
        making = f"{database}_making"
        self.query("postgres", f'DROP DATABASE IF EXISTS "{making}"')
        self.query("postgres", f'CREATE DATABASE "{making}"')
        print(f"loading {database}", flush=True)
        subprocess.run([*generator(), self.url(making)], check=True)
        self.query("postgres", f'ALTER DATABASE "{making}" RENAME TO "{database}"')

    def warm(self, database: str, tables: list[str]):
        """Reads tables and their indexes into memory: the first server must not pay for the disk."""
        self.query(database, "CREATE EXTENSION IF NOT EXISTS pg_prewarm")
        for table in tables:
            self.query(database, f"SELECT pg_prewarm('{table}'), (SELECT sum(pg_prewarm(indexrelid))"
                                 f" FROM pg_index WHERE indrelid = '{table}'::regclass)")

    def cancel(self, database: str):
        """Ends what a server still has running for clients that are gone, before the next is measured."""
        self.query(database, "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE state ="
                             " 'active' AND backend_type = 'client backend' AND pid <> pg_backend_pid()")

    def _run(self, program: str, *arguments):
        self._as_owner(self.bin / program, *arguments)

    def _is_running(self) -> bool:
        return subprocess.run(_owned([self.bin / "pg_ctl", "-D", self.data, "status"]), cwd="/",
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0

    def _as_owner(self, *command):
        # Not through a pipe: the server that pg_ctl starts would hold its end open.
        with open(os.devnull) as nothing, tempfile.TemporaryFile("w+") as said:
            done = subprocess.run(_owned(command), cwd="/", stdin=nothing, stdout=said, stderr=said)
            said.seek(0)
            message = said.read()
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(map(str, command))}\n{message}"
                             f"the log, if any: {self.directory / 'log'}; another directory: --pg-dir")


def _owned(command) -> list[str]:
    """PostgreSQL refuses to run as root."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    return [*prefix, *map(str, command)]


def _binaries() -> pathlib.Path:
    """The newest PostgreSQL that is installed."""
    debian = pathlib.Path("/usr/lib/postgresql").glob("*/bin")
    found = sorted(debian, key=lambda path: int(path.parent.name) if path.parent.name.isdigit() else 0)
    if found:
        return found[-1]
    initdb = shutil.which("initdb")
    if initdb is None:
        raise SystemExit("PostgreSQL with PostGIS is missing: apt-get install postgresql-15-postgis-3")
    return pathlib.Path(initdb).resolve().parent
