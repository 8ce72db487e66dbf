"""The embedded model: llama.cpp's server as a child process on this machine.

catalogue.py  embedded_models.toml: which models there are, by content
weights.py    the file: found, fetched, verified, resumed
sources.py    where it can be fetched
process.py    the child process, its life and its end
server.py     the program that runs in it; alone imports the llama.cpp binding
"""

from summarizer.embedded.catalogue import (
    EmbeddedModel,
    default_name,
    embedded_models,
    find_model,
    local_model,
)
from summarizer.embedded.process import RunningServer, running_server, usable_slots, usable_threads
from summarizer.embedded.weights import ensure_weights, is_present, weights_path

__all__ = [
    "EmbeddedModel",
    "RunningServer",
    "default_name",
    "embedded_models",
    "ensure_weights",
    "find_model",
    "is_present",
    "local_model",
    "running_server",
    "usable_slots",
    "usable_threads",
    "weights_path",
]
