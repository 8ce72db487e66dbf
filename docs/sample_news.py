"""The daily brief on packaged sample news: `python docs/sample_news.py [options of daily]`.

Six articles of five outlets about two events are served on loopback, as feeds and pages; then the
real command reads them. Nothing else is asked for but the model, which is the embedded one
unless the options name another. The digest is printed, and stands in .daily/digest.html.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

ROOT = Path(__file__).parent.parent
NEWS = ROOT / "evals" / "stories_gold"
STORIES = ("ferry-fire", "ferry-strike")
FOLDER = Path(".daily")


def main() -> None:
    """Serve, read, print."""
    pages = {f"/{n}.html": article for n, article in enumerate(first_day())}
    with ThreadingHTTPServer(("127.0.0.1", 0), handler(pages)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        FOLDER.mkdir(exist_ok=True)
        feeds = FOLDER / "feeds.toml"
        feeds.write_text(listed(pages, server.server_port), "utf-8")
        options = ("--feeds", str(feeds), *settings(), *sys.argv[1:])
        page, text = FOLDER / "digest.html", FOLDER / "digest.txt"
        code = daily(*options, "--output", str(page), "--output", str(text))
        server.shutdown()
    if text.exists():
        print(text.read_text("utf-8"))
        print(f"The same as a page: {page}")
    sys.exit(code)


def daily(*options: str) -> int:
    """Run the command."""
    command = "from summarizer.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", command, "daily", *options], check=False
    ).returncode


def settings() -> list[str]:
    """Loopback is a private address, and a server of our own needs no pause."""
    values = {"data_dir": FOLDER, "allow_private": "true", "host_pause_s": 0}
    return [part for name, value in values.items() for part in ("--set", f"{name}={value}")]


def first_day() -> list[dict[str, Any]]:
    """The articles of the stories' first day."""
    stories = [json.loads((NEWS / f"{name}.json").read_text("utf-8")) for name in STORIES]
    articles = [article for story in stories for article in story["articles"]]
    day = min(article["published"] for article in articles)[:10]
    return [article for article in articles if article["published"].startswith(day)]


def listed(pages: dict[str, dict[str, Any]], port: int) -> str:
    """feeds.toml: one feed an outlet."""
    outlets = dict.fromkeys(article["outlet"] for article in pages.values())
    return "\n".join(
        f'[[feed]]\nname = "{outlet}"\nurl = "http://127.0.0.1:{port}/{place}.xml"\n'
        for place, outlet in enumerate(outlets)
    )


def handler(pages: dict[str, dict[str, Any]]) -> type[BaseHTTPRequestHandler]:
    """Feeds and pages."""
    by_outlet: dict[str, list[str]] = defaultdict(list)
    for path, article in pages.items():
        by_outlet[article["outlet"]].append(path)
    feeds = {f"/{place}.xml": paths for place, paths in enumerate(by_outlet.values())}

    class News(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path in pages:
                self.answer(page(pages[self.path]), "text/html; charset=utf-8")
            elif self.path in feeds:
                items = [item(path, pages[path]) for path in feeds[self.path]]
                title = pages[feeds[self.path][0]]["outlet"]
                self.answer(feed(title, items), "application/rss+xml; charset=utf-8")
            else:
                self.send_error(404)

        def answer(self, text: str, kind: str) -> None:
            body = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return News


def page(article: dict[str, Any]) -> str:
    """An article as a page."""
    body = "".join(f"<p>{escape(text)}</p>" for text in article["paragraphs"])
    head = f"<head><title>{escape(article['title'])}</title></head>"
    return f'<!DOCTYPE html><html lang="en">{head}<body><article>{body}</article></body></html>'


def feed(title: str, items: list[str]) -> str:
    """An RSS feed."""
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>{escape(title)}</title>'
        f"{''.join(items)}</channel></rss>"
    )


def item(path: str, article: dict[str, Any]) -> str:
    """An entry: as long ago as it was at the end of its day, so that the order stays."""
    published = datetime.fromisoformat(article["published"])
    ago = published.replace(hour=23, minute=59) - published
    when = format_datetime(datetime.now(UTC) - min(ago, timedelta(hours=20)))
    return (
        f"<item><title>{escape(article['title'])}</title><link>{path}</link>"
        f"<pubDate>{when}</pubDate></item>"
    )


if __name__ == "__main__":
    main()
