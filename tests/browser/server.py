"""The real server on a free port, started and killed as a person or a crash would."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from discovery.jobs.lock import is_locked
from discovery.settings import ROOT, Settings
from discovery.store.store import open_store

START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """`streamlit run app.py` on its own data folder and port."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self.settings = settings
        self.log = log
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        environment = {**os.environ, "DISCOVERY_DATA": str(self.settings.data)}
        environment.pop("DISCOVERY_STORE", None)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", str(self.port)],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=2) as answer:  # noqa: S310
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise AssertionError(f"the server did not start: {self.log.read_text()[-2000:]}")

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def workers(self) -> list[int]:
        """Return the process ids of the living workers of runs, as their runs name them."""
        with open_store(self.settings) as store:
            owners = [(record.id, record.owner) for record in store.runs() if record.owner]
        return [
            int(owner.rpartition(":")[2])
            for run_id, owner in owners
            if is_locked(self.settings.locks / f"run-{run_id}")
        ]

    def end_workers(self) -> None:
        """Kill the workers that still run; they live in sessions of their own."""
        for process in self.workers():
            os.kill(process, signal.SIGKILL)
