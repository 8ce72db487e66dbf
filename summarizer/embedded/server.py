"""The program of the child process: llama.cpp's OpenAI-compatible server on 127.0.0.1.

A program of its own that imports nothing of this package, so that it starts at once. It reads
its options as one JSON line from standard input, answers one JSON line with its address, and
ends at once when standard input closes, which it does however the parent ends. The key comes
by standard input because arguments and environment can be read by others.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any


def main() -> None:
    """Serve until standard input closes."""
    # Ctrl-C goes to the whole terminal; the parent decides when this process ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    options = json.loads(sys.stdin.readline())
    # The binding prints to standard output too; the parent reads nothing there but one line.
    answers = os.dup(1)
    os.dup2(2, 1)

    import xllamacpp

    server = xllamacpp.Server(_parameters(xllamacpp.CommonParams(), options))
    os.write(answers, json.dumps({"address": server.listening_address}).encode() + b"\n")
    sys.stdin.read()
    # The binding's own end deadlocks or crashes with a request in flight.
    os._exit(0)


def _parameters(parameters: Any, options: dict[str, Any]) -> Any:
    parameters.model.path = options["model"]
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.api_keys = [options["key"]]
    parameters.ui = False
    parameters.n_parallel = options["slots"]
    # llama.cpp divides the context over the slots.
    parameters.n_ctx = options["context"] * options["slots"]
    parameters.cpuparams.n_threads = options["threads"]
    # By default a prompt cache in memory grows to 8 GB.
    parameters.cache_ram_mib = 256
    parameters.cache_idle_slots = True
    parameters.endpoint_slots = False
    parameters.warmup = False
    return parameters


if __name__ == "__main__":
    main()
