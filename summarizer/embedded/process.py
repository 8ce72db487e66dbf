"""The child process of the embedded model: its start, its key and its end."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import selectors
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import psutil
from pydantic import SecretStr

from summarizer.embedded.catalogue import EmbeddedModel
from summarizer.errors import EmbeddedModelError
from summarizer.models import Frozen

_PROGRAM = Path(__file__).with_name("server.py")
_READY_WITHIN_S = 120.0
_END_WITHIN_S = 5.0
_LOGGED_ERROR = re.compile(r"^[\d.]+ E (.+)$", re.MULTILINE)


class RunningServer(Frozen):
    """Where the server is reached; it answers only to `key`."""

    base_url: str
    key: SecretStr
    pid: int
    threads: int
    slots: int


@contextlib.contextmanager
def running_server(
    model: EmbeddedModel, weights: Path, *, threads: int = 0, slots: int = 0
) -> Iterator[RunningServer]:
    """Run the server for as long as the context lasts. It ends also when this process is
    killed, because its standard input closes then.

    Raises:
        EmbeddedModelError: it did not start.
    """
    threads = threads or usable_threads()
    slots = slots or usable_slots(model, threads)
    key = secrets.token_urlsafe(24)
    options = {
        "model": str(weights),
        "key": key,
        "context": model.context,
        "slots": slots,
        "threads": threads,
    }
    with tempfile.TemporaryFile() as log:
        process = _start(log)
        try:
            address = _address(process, options, model, log)
            yield RunningServer(
                base_url=f"{address}/v1",
                key=SecretStr(key),
                pid=process.pid,
                threads=threads,
                slots=slots,
            )
        finally:
            _end(process)


def usable_threads() -> int:
    """All but one of the physical cores that this process may use. Hyper-threads slow
    generation down; and where every core computes, one busy neighbour stops them all, because
    llama.cpp's threads wait for each other after each layer.
    """
    physical = psutil.cpu_count(logical=False) or 1
    return max(1, min(physical, len(os.sched_getaffinity(0))) - 1)


def usable_slots(model: EmbeddedModel, threads: int) -> int:
    """Answers worth working on at once. Each slot computes the prompt's common prefix for
    itself, which pays only where there are cores for it."""
    return max(1, min(model.profile.parallel, threads // 2))


def _start(log: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", str(_PROGRAM)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        start_new_session=True,
    )


def _address(
    process: subprocess.Popen[bytes],
    options: dict[str, object],
    model: EmbeddedModel,
    log: IO[bytes],
) -> str:
    line = b""
    # A child that died at once closes the pipe; the empty answer below tells.
    with contextlib.suppress(BrokenPipeError):
        _pipe(process.stdin).write(json.dumps(options).encode() + b"\n")
        _pipe(process.stdin).flush()
    with selectors.DefaultSelector() as selector:
        selector.register(_pipe(process.stdout), selectors.EVENT_READ)
        if selector.select(_READY_WITHIN_S):
            line = _pipe(process.stdout).readline()
    if not line:
        raise EmbeddedModelError(
            f"The embedded model {model.title} did not start ({_cause(log)}): check that its "
            f"file is whole and {model.memory_mb:,} MB of memory are free, or choose another "
            "with --model."
        )
    return str(json.loads(line)["address"])


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        _pipe(process.stdin).close()
    try:
        process.wait(_END_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    finally:
        _pipe(process.stdout).close()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise AssertionError("the child is always started with pipes")
    return pipe


def _cause(log: IO[bytes]) -> str:
    """llama.cpp's first error, which names the cause, else what the child said last."""
    log.seek(0)
    said = log.read().decode("utf-8", "replace").strip()
    cause = _LOGGED_ERROR.findall(said)[:1] or said.splitlines()[-1:]
    return " ".join(cause[0].split())[:200] if cause else "it said nothing"
