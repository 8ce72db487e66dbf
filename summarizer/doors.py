"""The library's doors: they put the edges together and call the pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from summarizer import embedded, pipeline
from summarizer.embedded import EmbeddedModel
from summarizer.errors import SettingsError
from summarizer.llm import AnswerCache, Connection, Endpoint, EndpointModel
from summarizer.models import Article, Brief, Model, Profile
from summarizer.pipeline import Report, verify
from summarizer.prompts import Prompts
from summarizer.settings import Settings, load_settings

__all__ = ["open_model", "summarize", "verify"]

Download = Callable[[EmbeddedModel, int, int], None]
"""Called with the model, bytes done and bytes in all while weights are fetched."""


def summarize(
    article: Article | str,
    *,
    model: Model | None = None,
    settings: Settings | None = None,
    progress: Report | None = None,
) -> Brief:
    """Brief a text or an article.

    Args:
        model: who answers; None opens the model that the settings name and closes it again.
            For many articles open it once with `open_model`.
        settings: None reads summarizer.toml and the environment.
        progress: called with a `Step` after each question.

    Raises:
        SummarizerError: see the tree in `summarizer.errors`.
    """
    settings = settings or load_settings()
    if isinstance(article, str):
        article = Article(text=article)
    with nullcontext(model) if model else open_model(settings) as answering:
        return pipeline.summarize(
            article, model=answering, prompts=Prompts(settings.prompts_dir), progress=progress
        )


@contextmanager
def open_model(settings: Settings, *, download: Download | None = None) -> Iterator[EndpointModel]:
    """The model that the settings name, for as long as the context lasts. Weights are fetched
    and the embedded server is started only when a question comes that the cache of answers
    does not know.

    Raises:
        SettingsError: no such embedded model, or OpenAI's endpoint without a key.
    """
    with ExitStack() as stack:
        weights = _embedded_model(settings.model)
        if weights:
            endpoint = _embedded_endpoint(weights, settings)
            connect = partial(_start, weights, settings, download, stack)
        else:
            endpoint = _hosted_endpoint(settings)
            connect = partial(_connection, settings)
        cache = AnswerCache(settings.cache_dir / "answers") if settings.cache else None
        model = EndpointModel(endpoint, connect, settings, cache=cache)
        stack.callback(model.close)
        yield model


def _embedded_model(name: str) -> EmbeddedModel | None:
    """The embedded model that a setting names; None where it names a hosted one."""
    if name == "embedded":
        return embedded.find_model(embedded.default_name())
    if name.startswith("embedded:"):
        return embedded.find_model(name.removeprefix("embedded:"))
    if name.endswith(".gguf"):
        return embedded.local_model(_expanded(name))
    return None


def _embedded_endpoint(weights: EmbeddedModel, settings: Settings) -> Endpoint:
    return Endpoint(
        model=f"embedded:{weights.name}",
        identity=f"embedded:{weights.sha256}",
        where=f"The embedded model {weights.name}",
        profile=_profile(_on_this_machine(weights, settings), settings),
        priced_at=None,
        direct=True,
    )


def _on_this_machine(weights: EmbeddedModel, settings: Settings) -> Profile:
    """The profile with as many answers at once as the server gets slots."""
    threads = settings.embedded_threads or embedded.usable_threads()
    slots = settings.embedded_slots or embedded.usable_slots(weights, threads)
    return weights.profile.model_copy(update={"parallel": slots})


def _hosted_endpoint(settings: Settings) -> Endpoint:
    if not settings.base_url and not settings.api_key.get_secret_value():
        raise SettingsError(
            f"There is no key for the model {settings.model!r}: set OPENAI_API_KEY, or base_url "
            "for an endpoint of your own, or use the embedded model (--model embedded)."
        )
    return Endpoint(
        model=settings.model,
        identity=settings.base_url or "openai",
        where=f"The endpoint {_host(settings.base_url)}",
        profile=_profile(Profile(), settings),
        priced_at=settings.base_url,
    )


def _profile(profile: Profile, settings: Settings) -> Profile:
    """The model's profile with what the settings say otherwise."""
    changes: dict[str, object] = {
        "prompt_set": settings.prompt_set if settings.prompt_set != "auto" else None,
        "passage_sentences": settings.passage_sentences,
        "max_output_tokens": settings.max_output_tokens,
        "parallel": settings.max_parallel,
    }
    return profile.model_copy(update={k: v for k, v in changes.items() if v})


def _connection(settings: Settings) -> Connection:
    return Connection(base_url=settings.base_url, api_key=settings.api_key)


def _start(
    weights: EmbeddedModel, settings: Settings, download: Download | None, stack: ExitStack
) -> Connection:
    """Fetch the weights if need be and start the server; it ends with `stack`."""
    report = partial(download, weights) if download else None
    path = embedded.ensure_weights(weights, settings.cache_dir, report)
    server = stack.enter_context(
        embedded.running_server(
            weights, path, threads=settings.embedded_threads, slots=settings.embedded_slots
        )
    )
    return Connection(base_url=server.base_url, api_key=server.key)


def _host(base_url: str) -> str:
    """The endpoint's host for messages; credentials in the URL are left out.

    Raises:
        SettingsError: base_url is no http(s) URL.
    """
    if not base_url:
        return "of OpenAI"
    try:
        parts = urlsplit(base_url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(
            "base_url is no web address: give it whole, as in http://localhost:8000/v1."
        )
    return parts.netloc.rpartition("@")[2]


def _expanded(name: str) -> Path:
    """The path with ~ for a home folder; unchanged where there is no such user."""
    try:
        return Path(name).expanduser()
    except RuntimeError:
        return Path(name)
