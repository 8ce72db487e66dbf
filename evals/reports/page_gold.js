"use strict";
// Changes to a gold case, and the text of its file as evals/gold_file.py writes it.
const goldFile = (() => {
  const WIDTH = 100;
  const OWN = { claim: ["act"], threat: ["condition", "mode"], action: ["event"], agreement: [] };
  const QUOTES = { "’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"' };

  // --- layout ------------------------------------------------------------------------------

  const isPlain = (value) => value === null || typeof value !== "object";
  const isSpan = (value) => !isPlain(value) && !Array.isArray(value)
    && Object.keys(value).sort().join() === "end,start";
  const isFlat = (value) => Array.isArray(value)
    ? value.every((part) => isPlain(part) || isSpan(part))
    : isSpan(value);

  function oneLine(value) {
    if (isPlain(value)) return JSON.stringify(value);
    if (Array.isArray(value)) return `[${value.map(oneLine).join(", ")}]`;
    const parts = Object.entries(value).map(([k, v]) => `${JSON.stringify(k)}: ${oneLine(v)}`);
    return `{${parts.join(", ")}}`;
  }

  function layout(value, indent = 0) {
    const line = oneLine(value);
    if (isPlain(value) || !Object.keys(value).length) return line;
    if (isFlat(value) && [...line].length + indent <= WIDTH) return line;
    const [pad, end] = [" ".repeat(indent + 2), " ".repeat(indent)];
    if (Array.isArray(value)) {
      return `[\n${value.map((part) => pad + layout(part, indent + 2)).join(",\n")}\n${end}]`;
    }
    const rows = Object.entries(value)
      .map(([k, v]) => `${pad}${JSON.stringify(k)}: ${layout(v, indent + 2)}`);
    return `{\n${rows.join(",\n")}\n${end}}`;
  }

  // --- names: as evals/similarity.py compares them -------------------------------------------

  const normal = (text) => text.normalize("NFKC").replace(/[’‘“”„«»]/g, (mark) => QUOTES[mark])
    .toLowerCase().toUpperCase().toLowerCase().split(/\s+/).filter(Boolean).join(" ");
  const bare = (name) => normal(name).replace(/^(?:the|an?) /, "");
  const called = (actor) => [actor.name, ...(actor.aliases ?? [])];

  /** The gold's name for somebody whom a run names; who is not in its cast is added to it. */
  function nameIn(gold, name, cast) {
    if (name === gold.article.outlet) return name;
    const said = cast.find((actor) => actor.name === name)
      || { name, kind: "group" };
    for (const one of called(said).map(bare)) {
      const known = gold.actors.find((actor) => bare(actor.name) === one)
        || gold.actors.find((actor) => called(actor).some((other) => bare(other) === one));
      if (known) return known.name;
    }
    gold.actors.push(newcomer(said));
    return said.name;
  }

  function newcomer({ name, kind, aliases = [] }) {
    const used = new Set([normal(name)]);
    const own = aliases.filter((alias) => {
      const seen = used.has(normal(alias));
      used.add(normal(alias));
      return !seen;
    });
    return { name, kind, role: "", aliases: own };
  }

  // --- changes -----------------------------------------------------------------------------

  const start = (item) => item.evidence[0]?.start ?? 0;

  /** Spans in order, those that overlap made one. */
  function merged(spans) {
    const found = [];
    for (const { start: first, end } of [...spans].sort((a, b) => a.start - b.start)) {
      const last = found.at(-1);
      if (last && first < last.end) last.end = Math.max(last.end, end);
      else found.push({ start: first, end });
    }
    return found;
  }

  function accepted(gold, said, cast) {
    const names = (list) => [...new Set(list.map((name) => nameIn(gold, name, cast)))];
    const item = {
      type: said.type,
      sentences: [...new Set(said.sentences)].sort((a, b) => a - b),
      evidence: merged(said.evidence),
      who: names(said.who),
      whom: names(said.whom),
      what: said.what,
      status: said.status,
      reported_by: names(said.reported_by),
    };
    for (const field of OWN[said.type]) item[field] = said[field] ?? "";
    return { ...item, must: true, alternates: [] };
  }

  /**
   * The gold with changes: {kind: "must" | "optional" | "remove", gold: place} or
   * {kind: "accept", item, cast}. A new item stands where its evidence does.
   */
  function changed(original, changes) {
    const gold = structuredClone(original);
    const marked = gold.items.map((item) => ({ ...item }));
    const removed = new Set();
    const fresh = [];
    for (const change of changes) {
      if (change.kind === "accept") fresh.push(accepted(gold, change.item, change.cast));
      else if (change.kind === "remove") removed.add(change.gold);
      else marked[change.gold].must = change.kind === "must";
    }
    gold.items = marked.filter((_, place) => !removed.has(place));
    for (const item of fresh) {
      const next = gold.items.findIndex((other) => start(other) > start(item));
      gold.items.splice(next < 0 ? gold.items.length : next, 0, item);
    }
    return gold;
  }

  return { changed, text: (gold) => `${layout(gold)}\n`, mostWords: 25 };
})();
