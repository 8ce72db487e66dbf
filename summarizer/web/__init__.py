"""The guarded way to the web, below all rooms that fetch: `sources` for pages, `feeds` for feeds.

`addresses` judges, `network` connects to judged addresses only, `fetching` asks for one URL within
limits of time and size, `wording` shows a URL in a message. The modules are imported one by one,
since the HTTP client is slow to import.
"""
