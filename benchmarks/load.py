"""Many sessions at once: twenty poll the Live page while a search runs and three formulas a second are verified.

``python -m benchmarks.load [--json]``. The sessions speak the browser's own protocol over websockets, so the figures
are the server's: from a request to the end of its script. Fifty hostile addresses follow, with the server's memory,
open files and processes before and after them.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.browser import served, wait_until
from benchmarks.page_latency import COMPILING_SECONDS, LONG_SEARCH
from benchmarks.results_page import fill
from benchmarks.timing import report
from discovery.exact.formula import formula_from_json
from discovery.jobs.runs import add_run, stop_hard
from discovery.search import Finding
from discovery.settings import Settings, use_numba_cache
from discovery.store.store import Store, open_store

SESSIONS = 20
SECONDS = 60.0
VERIFIERS = 9
"""Sessions that verify a formula, each every three seconds."""
VERIFY_SECONDS = 3.0
FINDINGS = 10_000
HOSTILE_REQUESTS = 50
KEPT_SECONDS = 130.0
"""For two minutes the server keeps a session that ended, so that a browser may come back to it."""
HOSTILE = (
    "/results?text=" + quote("%' OR 1=1 --" * 30),
    "/results?sort=" + quote("id; DROP TABLE finding"),
    "/results?from=../../etc/passwd&run=99999999999999999999",
    "/conjecture?id=" + quote("<script>alert(1)</script>"),
    "/identify?number=" + "9" * 5000,
    "/identify?number=" + quote("9^9^9^9"),
    "/identify?number=" + quote("(" * 400),
    "/compare?ids=" + ",".join(["a" * 12] * 200),
    "/matrix_field?field=" + quote('{"kind":"matrix_field"}' * 50),
    "/about?" + "x=1&" * 1000,
)
_FINISHED = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)

Record = dict[str, Any]


class Session:
    """One browser tab, as the server sees it."""

    def __init__(self, connection: ClientConnection, page: str, query: str) -> None:
        self.connection = connection
        self.page = page
        self.query = query
        self.script = ""
        self.buttons: dict[str, str] = {}
        self.polls: dict[str, float] = {}
        self.finished = asyncio.Event()

    async def listen(self) -> None:
        """Take in what the server sends until it closes the connection."""
        async for data in self.connection:
            message = ForwardMsg.FromString(data if isinstance(data, bytes) else data.encode())
            match message.WhichOneof("type"):
                case "new_session":
                    self.script = message.new_session.page_script_hash
                    if not message.metadata.run.fragment_ids:
                        self.polls.clear()
                case "auto_rerun":
                    self.polls[message.auto_rerun.fragment_id] = message.auto_rerun.interval
                case "delta" if message.delta.new_element.WhichOneof("type") == "button":
                    button = message.delta.new_element.button
                    self.buttons[button.label] = button.id
                case "script_finished" if message.script_finished in _FINISHED:
                    self.finished.set()

    async def ask(self, fragment: str = "", pressed: str = "") -> float:
        """Run the page, or one fragment of it, and return the seconds until the server has finished."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_script_hash, state.fragment_id = self.query, self.script, fragment
        state.is_auto_rerun = bool(fragment)
        if not self.script:
            state.page_name = self.page
        if pressed:
            state.widget_states.widgets.append(WidgetState(id=pressed, trigger_value=True))
        self.finished.clear()
        begin = time.perf_counter()
        await self.connection.send(message.SerializeToString())
        await asyncio.wait_for(self.finished.wait(), 120)
        return time.perf_counter() - begin


@asynccontextmanager
async def opened(address: str, page: str = "", query: str = "") -> AsyncIterator[tuple[Session, float]]:
    """Open a page in a new session; give it, and the seconds its first script took."""
    stream = f"ws{address.removeprefix('http')}/_stcore/stream"
    async with connect(stream, subprotocols=["streamlit"], origin=address, max_size=None) as connection:  # type: ignore[arg-type, list-item]
        session = Session(connection, page, query)
        listening = asyncio.create_task(session.listen())
        try:
            yield session, await session.ask()
        finally:
            listening.cancel()


async def poll(address: str, until: float, times: list[float], first: list[float]) -> None:
    """Look at the Live page, asking as often as it tells the browser to."""
    async with opened(address) as (session, seconds):
        first.append(seconds)
        due = dict.fromkeys(session.polls, time.perf_counter())
        while time.perf_counter() < until:
            for fragment, interval in list(session.polls.items()):
                if due.get(fragment, 0.0) <= time.perf_counter():
                    times.append(await session.ask(fragment))
                    due[fragment] = time.perf_counter() + interval
            await asyncio.sleep(0.02)


async def verify(address: str, until: float, times: list[float], finding_id: str, delay: float) -> None:
    """Press Verify on the page of a formula again and again."""
    await asyncio.sleep(delay)
    async with opened(address, "conjecture", f"id={finding_id}") as (session, _):
        while time.perf_counter() < until:
            seconds = await session.ask(pressed=session.buttons["Verify"])
            times.append(seconds)
            await asyncio.sleep(max(0.0, VERIFY_SECONDS - seconds))


async def load(address: str, ids: list[str], *, verifying: bool) -> dict[str, list[float]]:
    """Let all sessions work at once and return their times, seconds."""
    polls: list[float] = []
    first: list[float] = []
    verified: list[float] = []
    until = time.perf_counter() + SECONDS
    tasks = [poll(address, until, polls, first) for _ in range(SESSIONS)]
    if verifying:
        delays = (VERIFY_SECONDS * number / VERIFIERS for number in range(VERIFIERS))
        tasks += [verify(address, until, verified, key, delay) for key, delay in zip(ids, delays, strict=False)]
    await asyncio.gather(*tasks)
    return {"poll of Live": polls, "first view of Live": first, "verification to 1,000 digits": verified}


async def be_hostile(address: str, times: int) -> None:
    """Open pages at addresses that nobody typed by mistake."""
    for number in range(times):
        page, _, query = HOSTILE[number % len(HOSTILE)].lstrip("/").partition("?")
        async with opened(address, page, query):
            pass


def measured() -> Iterator[Record]:
    """Yield median and 95th percentile of each kind of request."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        use_numba_cache(Settings.from_environment())
        settings = Settings.from_environment({}, data=folder)
        with open_store(settings) as store:
            fill(store, FINDINGS)
            ids = _add_formulas(store)
            with served(settings) as address:
                yield from _records("no search", asyncio.run(load(address, ids, verifying=False)))
                run_id = add_run(store, "esma", LONG_SEARCH)
                wait_until(lambda: store.run(run_id).cursor > 0, COMPILING_SECONDS, "the search did not begin")
                yield from _records("a search on all cores", asyncio.run(load(address, ids, verifying=True)))
                stop_hard(store, settings, run_id)
                yield from _hostile(address)


def _add_formulas(store: Store) -> list[str]:
    """Store one formula for each of the sessions that verify, and return their ids."""
    found = []
    for shift in range(VERIFIERS):
        value = "e" if not shift else f"e+{shift}"
        obj = {
            "kind": "signed_continued_fraction",
            "value": value,
            "b": [1],
            "a_start": [2 + shift],
            "a": ["1", "2*k+2", "1"],
        }
        key = formula_from_json(obj).key()
        found.append(Finding(obj, key, "e", key, "verified", 100, 90.0, 3.0))
    store.add_findings("import", "formulas to verify", found)
    return [item.id for item in found]


def _records(state: str, times: dict[str, list[float]]) -> Iterator[Record]:
    for name, values in times.items():
        if values:
            yield {
                "question": f"{name}, {SESSIONS} sessions, {state}",
                "value": round(1000 * statistics.median(values)),
                "unit": "ms",
                "95th percentile": round(1000 * statistics.quantiles(values, n=20)[-1]),
                "slowest": round(1000 * max(values)),
                "requests": len(values),
                "per second": round(len(values) / SECONDS, 1),
            }


def _hostile(address: str) -> Iterator[Record]:
    port = int(address.rpartition(":")[2])
    process = next(
        psutil.Process(item.pid)
        for item in psutil.net_connections("inet")
        if item.laddr.port == port and item.status == psutil.CONN_LISTEN and item.pid
    )
    readings = []
    for _ in range(2):  # the first time fills what the server keeps of each page
        asyncio.run(be_hostile(address, HOSTILE_REQUESTS))
        time.sleep(KEPT_SECONDS)
        asyncio.run(be_hostile(address, 1))  # makes the server forget the sessions that ended
        readings.append(_resources(process))
    before, after = readings
    for name, unit in (("memory", "MB"), ("open files", ""), ("processes", "")):
        yield {
            "question": f"{name} of the server after {HOSTILE_REQUESTS} hostile requests",
            "value": round(after[name], 1),
            "unit": unit,
            "before": round(before[name], 1),
        }


def _resources(process: psutil.Process) -> dict[str, float]:
    time.sleep(5.0)
    return {
        "memory": process.memory_info().rss / 1e6,
        "open files": process.num_fds(),
        "processes": len(process.children(recursive=True)),
    }


if __name__ == "__main__":
    sys.exit(report(measured(), "Many sessions at once."))
