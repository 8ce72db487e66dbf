// Draws an article: its text with the evidence marked, and its items beside it.
// `toggle(article, row, change, text)` makes the button of a change to the gold.
const articleDrawer = (compared, toggle) => {
  const SECTIONS = ["claim", "threat", "action", "agreement"];
  const LAYERS = compared ? ["gold", "before", "after"] : ["gold", "after"];
  const RUN_NAMES = { gold: "gold", before: "before", after: compared ? "now" : "the run" };
  const STRICT = ["who", "whom", "status"];

  // --- elements ----------------------------------------------------------------------------

  // What would steer the display is shown by its number, as evals/reports/page_view.py does.
  const STEERING = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
  const visible = (text) => text.replace(STEERING,
    (mark) => `‹U+${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}›`);

  /** An element; strings among its children become visible text, null ones nothing. */
  function el(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined)
      .map((child) => (typeof child === "string" ? visible(child) : child)));
    return made;
  }

  const count = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;
  const typed = (word) => word.replaceAll("_", " ").toLowerCase();
  const title = (section) => `${section[0].toUpperCase()}${section.slice(1)}s`;
  const span = (name, ...children) => el("span", { class: name }, ...children);
  const words = (name, text) => el("span", { class: name, dir: "auto" }, text);
  /** Parts with a separator between them. */
  const joined = (parts, between) => parts.flatMap((part, n) => (n ? [between, part] : [part]));

  const goldOf = (article) => (article.case ??= JSON.parse(article.gold));
  const runs = (article) => ["before", "after"].filter((run) => article[run]);
  /** Of every layer what `gold` and `run` give for it. */
  const sides = (article, gold, run) =>
    [["gold", gold(goldOf(article))], ...runs(article).map((name) => [name, run(article[name])])];

  // --- the text ------------------------------------------------------------------------------

  /** Every piece of evidence: its key as in "gold:3", its layer, and its spans. */
  function evidenceOf(article) {
    const of = (layer, kind, list) => list.map((one, place) =>
      ({ key: `${layer}:${kind}${place}`, layer: kind ? "" : layer, spans: one.evidence }));
    const gold = goldOf(article);
    const found = [...of("gold", "", gold.items), ...of("gold", "s", gold.summary)];
    for (const run of runs(article)) {
      const { items, summary, headline } = article[run];
      found.push(...of(run, "", items), ...of(run, "s", summary));
      if (headline) found.push(...of(run, "h", [headline]));
    }
    return found;
  }

  /** The text cut wherever a span begins or ends; offsets are code points, as in Python. */
  function segments(text, evidence) {
    const points = [...text];
    const cuts = new Set([0, points.length]);
    for (const { spans } of evidence) {
      for (const { start, end } of spans) cuts.add(start).add(end);
    }
    const at = [...cuts].filter((cut) => cut <= points.length).sort((a, b) => a - b);
    return at.slice(0, -1).map((start, n) => ({
      text: points.slice(start, at[n + 1]).join(""),
      covers: evidence.filter(({ spans }) =>
        spans.some((one) => one.start <= start && at[n + 1] <= one.end)),
    }));
  }

  function drawText(article) {
    const { article: read } = goldOf(article);
    const cut = segments(read.text, evidenceOf(article));
    const text = el("div", { class: "text", lang: read.language || null },
      cut.map(({ text: piece, covers }) => (covers.length ? drawSegment(piece, covers) : piece)));
    // Tab stops at the first piece alone; the arrows walk from there.
    [...text.children].forEach((piece, n) => { piece.tabIndex = n ? -1 : 0; });
    const byline = [read.outlet, read.date, article.domain].filter(Boolean);
    const name = { role: "region", "aria-label": `Text of ${article.name}` };
    return el("div", { class: "pane", tabindex: "0", ...name },
      el("h3", { dir: "auto" }, read.title || article.name),
      byline.length ? el("p", { class: "byline" }, byline.join(" · ")) : null,
      text);
  }

  function drawSegment(text, covers) {
    const has = (layer) => covers.some((cover) => cover.layer === layer);
    const told = LAYERS.filter(has).map((layer) => RUN_NAMES[layer]);
    const classes = ["seg", has("gold") && "g", has("before") && "b", has("after") && "n"];
    return el("span", {
      class: classes.filter(Boolean).join(" "),
      role: "button",
      "data-keys": covers.map((cover) => cover.key).join(" "),
      "aria-description": `evidence of ${told.join(", ") || "the summary"}`,
    }, text);
  }

  // --- lines -----------------------------------------------------------------------------------

  const isWrong = (wrong, field) => (wrong.includes(field) ? "wrong" : null);
  const names = (list) => (list.length
    ? joined(list.map((name) => el("bdi", null, name)), ", ") : "nobody");

  function drawParties(item, wrong) {
    const whom = item.whom.length || wrong.includes("whom");
    const arrow = [el("span", { class: "arrow", "aria-hidden": "true" }, " → "), span("vh", " to ")];
    return span("parties", span(isWrong(wrong, "who"), names(item.who)),
      whom ? [arrow, span(isWrong(wrong, "whom"), names(item.whom))] : null);
  }

  function drawTags(item, wrong) {
    const tags = ["act", "mode", "event", "status"].filter((field) => item[field])
      .map((field) => span(isWrong(wrong, field), typed(item[field])));
    if (item.condition) tags.push(span(null, item.condition));
    if (item.reported_by?.length) tags.push(span(null, "reported by ", names(item.reported_by)));
    return span("tags", joined(tags, " · "));
  }

  const drawItem = (item, wrong = []) =>
    [drawParties(item, wrong), words("what", item.what), drawTags(item, wrong)];

  /** A line whose evidence can be lit; without a key it is plain. */
  function drawLine(layer, key, mark, ...children) {
    const name = { class: `line ${layer}` };
    const lights = { role: "button", tabindex: "0", "aria-pressed": "false" };
    return el("div", key ? { ...name, ...lights, "data-key": `${layer}:${key}` } : name,
      span("layer", RUN_NAMES[layer]),
      span("said", mark ? [span(`mark ${mark.tone}`, mark.text), " "] : null, ...children));
  }

  const good = (text) => ({ tone: "better", text: `✓ ${text}` });
  const bad = (text) => ({ tone: "worse", text: `✗ ${text}` });
  const plain = (text) => ({ tone: "plain", text });

  function drawOutcome(article, run, outcome, gold) {
    const said = article[run].items[outcome.item];
    const key = String(outcome.item);
    if (outcome.kind === "found") return drawFound(run, key, said, outcome.wrong || [], gold);
    if (outcome.kind === "misfiled") {
      return drawLine(run, key, bad(`misfiled as ${said.type}`), ...drawItem(said));
    }
    if (outcome.kind === "dropped") {
      return drawLine(run, "", bad("said, but not proven"), span("why", outcome.note));
    }
    return drawLine(run, "", gold.must ? bad("missed") : plain("– not said; it is optional"));
  }

  /** What is as in the gold is not said again. */
  function drawFound(run, key, said, wrong, gold) {
    if (!wrong.length) {
      const same = said.what === gold.what;
      return drawLine(run, key, good("found"),
        same ? span("same", "in the same words") : words("what same", said.what));
    }
    const grave = wrong.filter((field) => STRICT.includes(field));
    const mark = grave.length ? bad(`found, wrong ${grave.join(", ")}`)
      : good(`found, another ${wrong.join(", ")}`);
    return drawLine(run, key, mark, ...drawItem(said, wrong));
  }

  // --- items -----------------------------------------------------------------------------------

  /** A row with the flips of its item on top; red where one is a loss, green where all are gains. */
  function drawRow(name, worse, better, ...children) {
    const flips = [...worse.map((flip) => el("b", { class: "worse" }, flip)),
      ...better.map((flip) => el("b", { class: "better" }, flip))];
    const tone = worse.length ? "worse" : better.length ? "better" : "";
    return el("li", { class: `row ${name} ${tone}` },
      flips.length ? el("p", { class: "flips" }, joined(flips, " ")) : null, ...children);
  }

  function drawGold(article, row) {
    const item = goldOf(article).items[row.gold];
    const kind = [item.must ? "" : "optional", item.pinned ? "pinned" : ""].filter(Boolean);
    const root = drawRow("gold", row.worse || [], row.better || [],
      drawLine("gold", String(row.gold), kind.length ? plain(kind.join(", ")) : null, ...drawItem(item)),
      runs(article).map((run) => drawOutcome(article, run, row[run], item)));
    root.dataset.gold = String(row.gold);
    const other = item.must ? "optional" : "must";
    root.append(el("div", { class: "acts" },
      toggle(article, root, { kind: other, gold: row.gold, item }, `Mark ${other}`),
      toggle(article, root, { kind: "remove", gold: row.gold, item }, "Remove from gold")));
    return root;
  }

  function drawFalse(article, row) {
    const isNew = row.flip === "NEW FALSE";
    const flip = row.flip ? [row.flip] : [];
    const drawRun = (run) =>
      drawLine(run, String(row[run]), bad("false"), ...drawItem(article[run].items[row[run]]));
    const root = drawRow("false", isNew ? flip : [], isNew ? [] : flip,
      runs(article).filter((run) => row[run] !== undefined).map(drawRun));
    const { items, actors } = article[row.after === undefined ? "before" : "after"];
    const change = { kind: "accept", item: items[row.after ?? row.before], cast: actors };
    root.append(el("div", { class: "acts" }, toggle(article, root, change, "Accept as gold")));
    return root;
  }

  function drawSection(article, section) {
    const rows = article.rows.filter((row) => row.type === section);
    const wrong = article.false.filter((row) => row.type === section);
    if (!rows.length && !wrong.length) return null;
    const counts = [count(rows.length, "gold item"), wrong.length ? `${wrong.length} false` : ""];
    const name = { "data-type": section, "aria-label": `${title(section)} of ${article.name}` };
    return el("section", { class: `items ${section}`, ...name },
      el("h3", null, title(section), " ", span("count", counts.filter(Boolean).join(", "))),
      el("ol", null, rows.map((row) => drawGold(article, row)), wrong.map((row) => drawFalse(article, row))));
  }

  // --- what is beside the items -----------------------------------------------------------------

  const drawFold = (name, ...children) =>
    el("details", { class: "fold" }, el("summary", null, name), ...children);

  function drawOverview(article) {
    const drawHead = (layer, { text, evidence }) =>
      drawLine(layer, evidence?.length ? "h0" : "", null, el("b", { class: "what", dir: "auto" }, text));
    const drawSentence = (layer, { text, replaced }, n) => drawLine(layer, `s${n}`, null,
      words("what", text), replaced ? el("small", null, "the article's own words") : null);
    const drawSide = ([layer, { headline, summary }]) => el("div", { class: "row" },
      headline ? drawHead(layer, headline) : null,
      summary.map((sentence, n) => drawSentence(layer, sentence, n)),
      headline || summary.length ? null : drawLine(layer, "", plain("– none")));
    const gold = ({ headline, summary }) => ({ headline: { text: headline }, summary });
    return drawFold("Headline and summary", sides(article, gold, (run) => run).map(drawSide));
  }

  function drawDropped(article) {
    const full = runs(article).filter((run) => article[run].dropped.length);
    if (!full.length) return null;
    const told = full.map((run) => `${article[run].dropped.length} ${RUN_NAMES[run]}`);
    const drawOne = (run, one) => drawLine(run, "", plain(one.section),
      words("what", one.what || "(empty)"), span("why", `${typed(one.reason)}: ${one.detail}`));
    return drawFold(`Left out by grounding: ${told.join(", ")}`, full.map((run) =>
      el("div", { class: "row" }, article[run].dropped.map((one) => drawOne(run, one)))));
  }

  function drawCast(article) {
    const casts = sides(article, (gold) => gold.actors, (run) => run.actors);
    const told = casts.map(([layer, actors]) => `${actors.length} ${RUN_NAMES[layer]}`);
    const also = ({ aliases }) => (aliases?.length ? `, also ${aliases.join(", ")}` : "");
    const drawActor = (actor) => el("li", null, el("bdi", null, actor.name),
      span("why", ` ${typed(actor.kind)}${also(actor)}`));
    return drawFold(`Actors: ${told.join(", ")}`, el("div", { class: "cast" },
      casts.map(([layer, actors]) => el("div", null,
        el("p", { class: "layer" }, RUN_NAMES[layer]), el("ul", null, actors.map(drawActor))))));
  }

  function drawFaults(article) {
    return runs(article).flatMap((run) => article[run].faults.map((fault) =>
      el("p", { class: "fault" }, el("b", null, RUN_NAMES[run]), " ", fault)));
  }

  function draw(article) {
    const drawn = SECTIONS.map((section) => drawSection(article, section));
    const empty = SECTIONS.filter((_, n) => !drawn[n]).map((section) => `${section}s`);
    article.body.append(drawText(article), el("div", { class: "sides" },
      drawFaults(article),
      drawn,
      empty.length ? el("p", { class: "empty" }, `Nothing in gold or runs: ${empty.join(", ")}.`) : null,
      drawOverview(article),
      drawDropped(article),
      drawCast(article)));
  }

  return { SECTIONS, LAYERS, el, span, count, goldOf, runs, draw };
};
