"""The embedded model through our path beside llama.cpp's own figures for the same file.

Ours: child process, HTTP, openai client, grammar of the passage's schema. Peer: the same binding
called in its own process with the same threads, prompt and grammar, with the times that llama.cpp
itself reports. Both in one run, turn by turn.

    python benchmarks/embedded_speed.py [MODEL] [RUNS]
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

from summarizer import embedded
from summarizer.embedded import process
from summarizer.llm.wire import constrained_schema
from summarizer.models import Cast, Choices
from summarizer.prompts import Prompts
from summarizer.sentences import split_sentences
from summarizer.settings import Settings

TEXT = (Path(__file__).parent.parent / "docs" / "sample-article.txt").read_text("utf-8")

PEER = """
import json, sys
import xllamacpp
options, body = json.loads(sys.stdin.readline()), json.loads(sys.stdin.readline())
p = xllamacpp.CommonParams()
p.model.path, p.n_ctx, p.n_parallel = options["model"], options["context"], 1
p.cpuparams.n_threads, p.warmup, p.cache_ram_mib = options["threads"], False, 0
server = xllamacpp.Server(p)
answer = server.handle_chat_completions(body)
print(json.dumps(answer if isinstance(answer, dict) else json.loads(answer)))
sys.stdout.flush()
import os; os._exit(0)
"""


def body() -> dict[str, Any]:
    window = split_sentences(TEXT)[:6]
    schema = constrained_schema(Cast, Choices(sentences=tuple(s.number for s in window)))
    return {
        "messages": [m.model_dump() for m in Prompts().cast(window, [])],
        "max_tokens": 160,
        "temperature": 0,
        "seed": 7,
        "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}},
    }


def ours(model: embedded.EmbeddedModel, path: Path) -> dict[str, float]:
    import openai

    began = time.perf_counter()
    with embedded.running_server(model, path, slots=1) as server:
        ready = time.perf_counter() - began
        client = openai.OpenAI(
            base_url=server.base_url, api_key=server.key.get_secret_value(), max_retries=0
        )
        asked = time.perf_counter()
        answer = client.chat.completions.create(model="x", **body())
        wall = time.perf_counter() - asked
        timings = answer.model_extra["timings"]
        memory = psutil.Process(server.pid).memory_info().rss / 1e6
    return figures(timings) | {"ready_s": ready, "wall_s": wall, "memory_mb": memory}


def peer(model: embedded.EmbeddedModel, path: Path) -> dict[str, float]:
    options = {
        "model": str(path),
        "context": model.context,
        "threads": process.usable_threads(),
    }
    lines = f"{json.dumps(options)}\n{json.dumps(body())}\n"
    done = subprocess.run(
        [sys.executable, "-c", PEER], input=lines, capture_output=True, text=True, check=True
    )
    return figures(json.loads(done.stdout.strip().splitlines()[-1])["timings"])


def figures(timings: dict[str, float]) -> dict[str, float]:
    return {
        "prompt_tokens_a_s": timings["prompt_per_second"],
        "answer_tokens_a_s": timings["predicted_per_second"],
    }


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else embedded.default_name()
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    model = embedded.find_model(name)
    path = embedded.ensure_weights(model, Settings().cache_dir)
    pairs = [(ours(model, path), peer(model, path)) for _ in range(runs)]
    print(f"{model.title}, {process.usable_threads()} thread(s), median of {runs}")
    for key in pairs[0][0]:
        mine = statistics.median(a[key] for a, _ in pairs)
        line = f"{key:<20} {mine:>9.2f}"
        if key in pairs[0][1]:
            other = statistics.median(b[key] for _, b in pairs)
            ratio = statistics.median(a[key] / b[key] for a, b in pairs)
            line += f"   llama.cpp itself {other:>9.2f}   ratio {ratio:.2f}"
        print(line)


if __name__ == "__main__":
    main()
