"""The servers under comparison, each started by `with` and stopped at its end."""

import http.client
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
WORK = TARGET / "compare"

MARTIN_VERSION = "1.14.0"


class Server:
    """A process that answers HTTP on a port of its own."""

    def __init__(self, name: str, command: list, port: int, ready: str, prefix: str, wait: float = 60.0):
        self.name, self.command, self.port, self.prefix = name, list(map(str, command)), port, prefix
        self.ready, self.wait = ready, wait
        self.log = WORK / f"{name}.log"
        self.seconds_to_ready = 0.0

    def __enter__(self):
        WORK.mkdir(parents=True, exist_ok=True)
        start = time.monotonic()
        with open(self.log, "w") as log:
            # A session of its own: Ctrl-C reaches us alone, and we stop it in order.
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, start_new_session=True)
        try:
            while not self._is_ready():
                if self.process.poll() is not None or time.monotonic() - start > self.wait:
                    raise SystemExit(f"{self.name} did not become ready in {self.wait:.0f} s:"
                                     f" {' '.join(self.command)}\n{self.log.read_text()[-2000:]}")
                time.sleep(0.02)
        except BaseException:
            self.__exit__()
            raise
        self.seconds_to_ready = time.monotonic() - start
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _is_ready(self) -> bool:
        return self._answers(self.ready)

    def _answers(self, path: str) -> bool:
        return self._get(path) is not None

    def _get(self, path: str) -> str | None:
        """What a server that is there answers with 200."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.read().decode(errors="replace") if answer.status == 200 else None
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def metric(self, name: str) -> float:
        """One of Tuilerie's metrics."""
        lines = [line.split() for line in (self._get("/metrics") or "").splitlines()]
        return next((float(line[1]) for line in lines if line[:1] == [name]), 0.0)

    def must_serve(self, layers: list[str]):
        """Ends the comparison where a layer is missing: nothing is served faster than nothing."""
        missing = [layer for layer in layers if not self._answers(f"{self.prefix}/{layer}")]
        if missing:
            raise SystemExit(f"{self.name} does not serve {', '.join(missing)}: see {self.log}")

    def path(self, layer: str, zoom: int, tile: tuple[int, int]) -> str:
        """A tile's address on this server."""
        return f"{self.prefix}/{layer}/{zoom}/{tile[0]}/{tile[1]}"

    def memory(self) -> dict[str, float]:
        """In MB, as Linux counts them: all that is resident, what of it is not file pages, the peak."""
        status = dict(line.split(":", 1) for line in
                      pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines())
        return {key: int(status[key].split()[0]) / 1024 for key in ("VmRSS", "RssAnon", "VmHWM")}


def tuilerie(program: pathlib.Path, database: str, store: pathlib.Path, cached: bool) -> Server:
    """Publishes every layer; ready when all are loaded."""
    return tuilerie_of("tuilerie", program, [database], store, cached, "/health/ready", 900.0)


def tuilerie_of(name: str, program: pathlib.Path, sources: list, store: pathlib.Path, cached: bool, ready: str,
                wait: float) -> Server:
    """Publishes every layer of some sources, whatever is taken for ready."""
    port = free_port()
    cache = [] if cached else ["--cache", "0"]
    return Server(name, [program, "serve", *cache, "--store", store, "--listen", f"127.0.0.1:{port}", *sources],
                  port, ready, "/tiles", wait)


def archive(program: pathlib.Path, file: pathlib.Path) -> Server:
    """Tuilerie sending what lies in an archive, without caches: what it gives when it makes nothing."""
    port = free_port()
    return Server("ready-made", [program, "serve", "--cache", "0", "--listen", f"127.0.0.1:{port}", file],
                  port, "/health/ready", "/tiles")


def martin(program: pathlib.Path, database: str, connections: int) -> Server:
    """Publishes every table, without caches, with a database connection for each that asks.
    Extent and buffer are its defaults, 4096 and 64, and ours."""
    port = free_port()
    return Server("martin", [program, "--cache-size", "0", "--pool-size", connections,
                             "--listen-addresses", f"127.0.0.1:{port}", database],
                  port, "/health", "")


def nginx(files: pathlib.Path) -> Server:
    """Sends `files`/path.gz for a path, as it lies on disk: the ceiling for a warm tile."""
    port = free_port()
    own = WORK / "nginx"
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir(parents=True)
    temporary = "\n".join(f"  {kind}_temp_path {own}/{kind};"
                          for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (own / "nginx.conf").write_text(f"""
daemon off; pid {own}/pid; error_log stderr; worker_processes 2;
{"user root;" if os.getuid() == 0 else ""}
events {{ worker_connections 1024; }}
http {{
{temporary}
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;
  open_file_cache max=20000; open_file_cache_valid 1h;
  default_type application/vnd.mapbox-vector-tile;
  server {{
    listen 127.0.0.1:{port}; root {files};
    location = /ready {{ return 200; }}
    location / {{ gzip_static always; }}
  }}
}}
""")
    return Server("nginx", [required("nginx", "nginx-light"), "-c", own / "nginx.conf", "-p", own],
                  port, "/ready", "/tiles")


def martin_program() -> pathlib.Path:
    """$MARTIN, or what an earlier run built, or PATH; else it is built now, some ten minutes."""
    for found in (os.environ.get("MARTIN"), WORK / "martin/bin/martin", shutil.which("martin")):
        if found and pathlib.Path(found).exists() and MARTIN_VERSION in martin_version(found):
            return pathlib.Path(found)
    print(f"building Martin {MARTIN_VERSION}", flush=True)
    subprocess.run(["cargo", "install", "martin", "--version", MARTIN_VERSION, "--locked",
                    "--no-default-features", "--features", "postgres", "--root", WORK / "martin"],
                   check=True, cwd="/")
    return WORK / "martin/bin/martin"


def martin_version(program) -> str:
    """As it says itself."""
    return subprocess.run([program, "--version"], capture_output=True, text=True).stdout.strip()


def required(program: str, package: str) -> str:
    """Where a program is that the comparison cannot do without."""
    found = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        raise SystemExit(f"{program} is missing: apt-get install {package}")
    return found


def free_port() -> int:
    """One that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
