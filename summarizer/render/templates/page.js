"use strict";
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const words = (element, name) => (element.dataset[name] || "").split(" ").filter(Boolean);

  const entries = all("[data-s]");   // headline, summary, items, actors: what is proven
  const marks = all("[data-n]");     // sentences of the article: what proves it
  const edges = all("[data-i]");     // lines of the diagram
  const items = all(".item");
  const pane = document.getElementById("article");
  const status = document.getElementById("status");
  const keepOpen = "open" in document.body.dataset;
  const hint = "Point at a line to see what proves it; click to hold it.";

  let shown = null;
  let pinned = null;

  // --- what belongs together ---------------------------------------------------------------

  const proving = (found) => new Set(found.flatMap((entry) => words(entry, "s")));

  function related(source) {
    if (source.dataset.n) {
      const found = entries.filter((entry) => words(entry, "s").includes(source.dataset.n));
      return { found, sentences: new Set([source.dataset.n]) };
    }
    if (source.dataset.i) {
      const found = words(source, "i").map((id) => document.getElementById(id));
      return { found, sentences: proving(found) };
    }
    if (source.matches(".actor")) {
      const acting = items.filter((item) => words(item, "who").includes(source.id));
      return { found: [source, ...acting], sentences: proving([source]), focus: true };
    }
    return { found: [source], sentences: proving([source]) };
  }

  function show(source) {
    shown = source;
    const { found, sentences, focus } = source
      ? related(source)
      : { found: [], sentences: new Set(), focus: false };
    const ids = new Set(found.filter((entry) => entry.matches(".item")).map((entry) => entry.id));
    entries.forEach((entry) => entry.classList.toggle("lit", found.includes(entry)));
    marks.forEach((mark) => mark.classList.toggle("lit", sentences.has(mark.dataset.n)));
    edges.forEach((edge) =>
      edge.classList.toggle("lit", words(edge, "i").some((id) => ids.has(id))));
    items.forEach((item) => item.classList.toggle("dim", Boolean(focus) && !ids.has(item.id)));
    document.body.classList.toggle("lighting", Boolean(source));
    document.body.classList.toggle("holding", Boolean(source) && source === pinned);
    tell(source, found, sentences);
    if (source && !source.dataset.n) reveal(marks.find((mark) => mark.matches(".lit")));
  }

  function tell(source, found, sentences) {
    const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;
    const lit = !source ? hint
      : source.dataset.n ? `Sentence ${source.dataset.n} proves ${count(found.length, "entry", "entries")}.`
      : `${count(sentences.size, "sentence", "sentences")} lit.`;
    status.textContent = source && source === pinned ? `${lit} Escape lets go.` : lit;
  }

  // --- scrolling: only the article's own pane moves while one points ------------------------

  const scrolls = () => pane.scrollHeight > pane.clientHeight + 1
    && getComputedStyle(pane).overflowY === "auto";
  const behavior = () =>
    matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";

  function reveal(mark) {
    if (!mark || !scrolls()) return;
    const frame = pane.getBoundingClientRect();
    const box = mark.getBoundingClientRect();
    const top = frame.top + status.offsetHeight;
    if (box.top >= top && box.bottom <= frame.bottom) return;
    pane.scrollBy({ top: box.top - top - frame.height / 4, behavior: behavior() });
  }

  function revealEntry(source, jump) {
    const first = entries.find((entry) => entry.matches(".lit"));
    const box = first?.getBoundingClientRect();
    if (!box || (!jump && !scrolls()) || (box.top >= 0 && box.bottom <= innerHeight)) return;
    first.scrollIntoView({ block: "center", behavior: behavior() });
  }

  // --- pinning ------------------------------------------------------------------------------

  function setOpen(entry, open) {
    const details = entry?.querySelector("details");
    if (details) details.open = open || keepOpen;
  }

  function pin(source) {
    pinned?.classList.remove("pinned");
    setOpen(pinned, false);
    pinned = source;
    pinned?.classList.add("pinned");
    setOpen(pinned, true);
    show(pinned);
  }

  function sourceOf(target) {
    const source = target.closest("[data-s], [data-n], [data-i], [data-to]");
    return source?.dataset.to ? document.getElementById(source.dataset.to) : source;
  }

  const isOtherLink = (target) => {
    const link = target.closest("a[href]");
    return link && !link.matches(".edge, .node, .s .n");
  };

  document.addEventListener("click", (event) => {
    const { target } = event;
    const source = sourceOf(target);
    if (!source || isOtherLink(target) || target.closest(".proof")) return;
    if (!getSelection().isCollapsed && !target.closest("a")) return;
    event.preventDefault();
    if (source === pinned) {
      pin(null);
      if (event.pointerType === "mouse") show(source);
      return;
    }
    pin(source);
    const number = target.closest(".s .n");
    if (source.dataset.n || number) revealEntry(source, Boolean(number));
    else if (target.closest("svg")) revealEntry(source, true);
  });

  function preview(event) {
    const source = sourceOf(event.target);
    if (!pinned && source !== shown) show(source);
  }
  const calm = () => { if (!pinned) show(null); };
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "touch") preview(event);
  });
  document.addEventListener("focusin", preview);
  document.addEventListener("focusout", calm);
  document.documentElement.addEventListener("pointerleave", calm);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") pin(null);
  });

  document.documentElement.classList.add("js");
  status.hidden = false;
  show(null);
})();
