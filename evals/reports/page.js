(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { SECTIONS, LAYERS, el, span, count, goldOf, runs, draw } =
    articleDrawer(data.compared, drawToggle);
  const all = (selector, place = document) => [...place.querySelectorAll(selector)];

  const articles = all(".art").map((root) => {
    const own = data.articles[Number(root.dataset.n)];
    return { ...own, root, body: root.querySelector(".body"), changes: [], saved: true, drawn: false };
  });

  function unfold(article) {
    if (article.drawn) return;
    article.drawn = true;
    draw(article);
    narrow(article);
  }

  // --- lighting: an item and its evidence ------------------------------------------------------

  const behavior = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");
  const keysOf = (source) => (source.dataset.key ? [source.dataset.key] : source.dataset.keys.split(" "));
  let held = null;
  let cameFrom = null;

  function light(source) {
    const root = source?.closest(".art");
    const keys = source ? keysOf(source) : [];
    for (const place of all(".lit")) place.classList.remove("lit");
    if (!root) return;
    for (const line of all("[data-key]", root)) line.classList.toggle("lit", keys.includes(line.dataset.key));
    for (const segment of all(".seg", root.querySelector(".text"))) {
      segment.classList.toggle("lit", source === segment
        || (Boolean(source.dataset.key) && keysOf(segment).includes(source.dataset.key)));
    }
  }

  function hold(source) {
    held?.setAttribute("aria-pressed", "false");
    held = source;
    if (held?.dataset.key) held.setAttribute("aria-pressed", "true");
    light(held);
  }

  /** Scrolls the text's own pane, and the window only as far as it must. */
  function revealEvidence(line) {
    const first = line.closest(".art").querySelector(".text .seg.lit");
    first?.scrollIntoView({ block: "nearest", behavior: behavior() });
  }

  function goToItems(segment) {
    const lines = all("[data-key].lit", segment.closest(".art"));
    const line = lines.find((one) => one.offsetParent) || lines[0];
    if (!line) return;
    const fold = line.closest("details.fold");
    if (fold) fold.open = true;
    line.focus({ preventScroll: true });
    line.scrollIntoView({ block: "center", behavior: behavior() });
  }

  function choose(source) {
    const again = source === held;
    hold(again ? null : source);
    if (again) return;
    cameFrom = source.dataset.keys ? source : null;
    if (source.dataset.key) revealEvidence(source);
    else goToItems(source);
  }

  const sourceOf = (target) => target.closest?.(".line[data-key], .text .seg");

  document.addEventListener("click", (event) => {
    const source = sourceOf(event.target);
    if (source && getSelection().isCollapsed) choose(source);
  });

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "touch" && !held) light(sourceOf(event.target));
  });

  function walk(segment, step) {
    const shown = all(".seg", segment.closest(".text"));
    const next = shown[shown.indexOf(segment) + step];
    if (!next) return;
    segment.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  document.addEventListener("keydown", (event) => {
    const source = sourceOf(event.target);
    if (event.key === "Escape") {
      hold(null);
      cameFrom?.focus();
      cameFrom = null;
    } else if (source && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      choose(source);
    } else if (source?.dataset.keys && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
      event.preventDefault();
      walk(source, event.key === "ArrowRight" ? 1 : -1);
    }
  });

  // --- filters -----------------------------------------------------------------------------

  const find = document.getElementById("find");
  const told = document.getElementById("told");
  const none = document.getElementById("none");
  const shows = all("[data-show]").map((one) => one.dataset.show);
  const state = { show: "all", section: "", q: "", hide: [] };

  const fold = (text) => text.normalize("NFKC").toLowerCase();

  const strings = (value) => (typeof value === "string" ? [value]
    : value && typeof value === "object" ? Object.values(value).flatMap(strings) : []);

  function haystack(article) {
    const said = [article.name, goldOf(article), article.before, article.after];
    article.words ??= fold(said.flatMap(strings).join("\n"));
    return article.words;
  }

  const hasWords = (article) =>
    fold(state.q).split(/\s+/).filter(Boolean).every((word) => haystack(article).includes(word));

  /** Whether a filter, in the chosen section and with the words searched for, shows an article. */
  function matches(article, show) {
    const { facets } = article;
    if (show === "failed" && !facets.failed) return false;
    const types = { changed: facets.changed, lost: facets.lost, false: facets.false }[show];
    const found = types || facets.any;
    if (state.section ? !found.includes(state.section) : types && !types.length) return false;
    return hasWords(article);
  }

  function narrow(article) {
    for (const section of all(".items", article.body)) {
      section.hidden = Boolean(state.section) && section.dataset.type !== state.section;
    }
  }

  const press = (selector, isOn) =>
    all(selector).forEach((one) => one.setAttribute("aria-pressed", String(isOn(one))));

  function filter() {
    let found = 0;
    for (const article of articles) {
      article.root.hidden = !matches(article, state.show);
      found += Number(!article.root.hidden);
      narrow(article);
    }
    for (const one of all("[data-show]")) {
      const fitting = articles.filter((article) => matches(article, one.dataset.show));
      one.querySelector("b").textContent = String(fitting.length);
    }
    press("#tools [data-show]", (one) => one.dataset.show === state.show);
    press("#tools [data-section]", (one) => one.dataset.section === state.section);
    press("#tools [data-layer]", (one) => !state.hide.includes(one.dataset.layer));
    for (const layer of LAYERS) document.body.classList.toggle(`hide-${layer}`, state.hide.includes(layer));
    const whole = count(articles.length, "article");
    told.textContent = found === articles.length ? whole : `${found} of ${whole}`;
    none.hidden = found > 0;
  }

  // --- the address: what is chosen and which articles are open ---------------------------------

  function remember() {
    const hash = new URLSearchParams();
    if (state.show !== "all") hash.set("show", state.show);
    if (state.section) hash.set("section", state.section);
    if (state.q) hash.set("q", state.q);
    for (const layer of state.hide) hash.append("hide", layer);
    for (const article of articles) if (article.root.open) hash.append("open", article.name);
    const text = hash.toString();
    if (text === location.hash.slice(1)) return;
    history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search);
  }

  const isOurs = () => !location.hash || location.hash.includes("=");

  function recall() {
    const hash = new URLSearchParams(location.hash.slice(1));
    const names = hash.getAll("open");
    state.show = shows.includes(hash.get("show")) ? hash.get("show") : "all";
    state.section = SECTIONS.includes(hash.get("section")) ? hash.get("section") : "";
    state.q = hash.get("q") || "";
    state.hide = hash.getAll("hide").filter((layer) => LAYERS.includes(layer));
    find.value = state.q;
    for (const article of articles) {
      article.root.open = names.includes(article.name);
      if (article.root.open) unfold(article);
    }
    filter();
    if (names.length) articles.find((article) => article.name === names[0])?.root.scrollIntoView();
  }

  const set = (change) => {
    Object.assign(state, change);
    filter();
    remember();
  };

  document.getElementById("tools").addEventListener("click", ({ target }) => {
    const { show, section, layer } = target.closest("button")?.dataset || {};
    if (show !== undefined) set({ show });
    else if (section !== undefined) set({ section });
    else if (layer) set({ hide: LAYERS.filter((one) => state.hide.includes(one) !== (one === layer)) });
  });
  document.getElementById("tools").addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("clear").addEventListener("click", () => {
    find.value = "";
    set({ show: "all", section: "", q: "" });
    find.focus();
  });
  find.addEventListener("input", () => set({ q: find.value.trim() }));
  // The skip link's address is not ours: what is chosen stays, and is written there again.
  addEventListener("hashchange", () => (isOurs() ? recall() : remember()));
  for (const article of articles) {
    article.root.addEventListener("toggle", () => {
      if (article.root.open) unfold(article);
      remember();
    });
  }

  // --- changes to the gold ----------------------------------------------------------------------

  const pending = document.getElementById("pending");
  const sameItem = (one, other) => one.gold !== undefined && one.gold === other.gold;

  /** A button that makes a change, or takes it back. A gold item has one change at most. */
  function drawToggle(article, root, change, text) {
    const toggle = button(text, () => {
      const isOn = article.changes.includes(change);
      article.changes = article.changes.filter((one) => one !== change && !sameItem(one, change));
      if (!isOn) article.changes.push(change);
      article.saved = false;
      mark();
    });
    Object.assign(change, { toggle, root, text });
    label(change, false);
    (article.toggles ??= []).push(change);
    return toggle;
  }

  function label({ toggle, root, kind, text, item }, isOn) {
    toggle.textContent = isOn ? `${WORDS[kind]} · undo` : text;
    toggle.setAttribute("aria-label", `${toggle.textContent}: ${item.what}`);
    toggle.classList.toggle("on", isOn);
    root.classList.toggle(`will-${kind}`, isOn);
  }

  function undo(article) {
    article.changes.pop();
    article.saved = false;
    mark();
    all("button", pending).find((one) => one.dataset.undo === article.name)?.focus();
  }

  const WORDS = {
    accept: "will be gold",
    must: "will be must",
    optional: "will be optional",
    remove: "will be removed",
  };

  function button(text, act) {
    const made = el("button", { type: "button" }, text);
    made.addEventListener("click", act);
    return made;
  }

  function mark() {
    for (const article of articles) {
      for (const change of article.toggles || []) label(change, article.changes.includes(change));
    }
    const changed = articles.filter((article) => article.changes.length);
    const total = changed.reduce((sum, article) => sum + article.changes.length, 0);
    pending.hidden = !total;
    pending.querySelector("p").textContent = total
      ? `${count(total, "change")} to the gold, not written to any file yet` : "";
    pending.querySelector("ul").replaceChildren(...changed.map(drawPending));
  }

  function drawPending(article) {
    const back = button("Undo last", () => undo(article));
    back.dataset.undo = article.name;
    back.setAttribute("aria-label", `Undo the last change to ${article.name}`);
    return el("li", null, el("b", null, article.name), ` ${count(article.changes.length, "change")} `,
      drawTooLong(article), back, " ",
      button(`Download ${article.name}.json`, () => download(article)));
  }

  function drawTooLong(article) {
    const long = article.changes.some(({ kind, item }) =>
      kind === "accept" && item.what.trim().split(/\s+/).length > goldFile.mostWords);
    const told = `an accepted item has more than ${goldFile.mostWords} words: shorten it in the file `;
    return long ? span("why", told) : null;
  }

  function download(article) {
    const text = goldFile.text(goldFile.changed(goldOf(article), article.changes));
    const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    el("a", { href: address, download: `${article.name}.json` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    article.saved = true;
  }

  addEventListener("beforeunload", (event) => {
    if (articles.some((article) => article.changes.length && !article.saved)) event.preventDefault();
  });

  // The text stays between the filters and the changes, however many lines they take.
  const heights = new Map([[document.getElementById("tools"), "--bar"], [pending, "--foot"]]);
  const observer = new ResizeObserver((entries) => entries.forEach(({ target }) =>
    document.documentElement.style.setProperty(heights.get(target), `${target.offsetHeight}px`)));
  for (const place of heights.keys()) observer.observe(place);

  recall();
})();
