"""`summarizer --help` beside the import of instructor, in one run; medians and their ratio."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

RUNS = 11
OURS = [sys.executable, "-c", "from summarizer.cli import main; main()", "--help"]
PEER = [sys.executable, "-c", "from instructor import from_openai"]
LIMIT = 0.4


def seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def main() -> None:
    seconds(OURS), seconds(PEER)
    pairs = [(seconds(OURS), seconds(PEER)) for _ in range(RUNS)]
    ours = statistics.median(a for a, _ in pairs)
    peer = statistics.median(b for _, b in pairs)
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"summarizer --help        {ours:.3f} s (median of {RUNS})")
    print(f"import of instructor     {peer:.3f} s")
    print(f"ratio, pair by pair      {ratio:.2f} (limit {LIMIT})")


if __name__ == "__main__":
    main()
