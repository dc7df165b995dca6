// The search of the book: in the theme's box and on the search page, also from disk. What it goes through
// (passages of the pages, rows of the results) is loaded at the first letter, as scripts.
(() => {
  "use strict";

  const ROOT = new URL("..", document.currentScript.src);
  const IN_BOX = 6; // results under the box; the page has them all
  const AROUND = [70, 190]; // letters of an excerpt before and after what was found
  // The id of a row, a number with its decimals, or a word.
  const TOKEN = /[a-z]\w*(?:\.\w+){2,}|\d+(?:[.,]\d+)*|[\p{L}_][\p{L}\p{N}_]*/giu;

  const plain = (text) => text.toLowerCase().replace(/\u2212/g, "-").replace(/[\s\u00a0]+/g, " ").replace(/ %/g, "%");
  const isId = (token) => /^[a-z]\w*\.\w/i.test(token);
  const isNumber = (token) => /^\d/.test(token);
  // 1,000 is a thousand; 0,057 is how some write 0.057.
  const number = (token) => (/^[1-9]\d{0,2}(,\d{3})+$/.test(token) ? token.replace(/,/g, "") : token.replace(/,/g, "."));
  const normal = (token) => (isNumber(token) ? number(token) : token.toLowerCase());
  const tokens = (text) => (text.replace(/(^|[^\d.])\.(?=\d)/g, "$10.").match(TOKEN) ?? []).map(normal);
  // A row is found by its whole id and by each part of it.
  const parts = (token) => (isId(token) ? [token, ...token.split(".")] : [token]);

  const script = (address) =>
    new Promise((resolve, reject) => {
      const element = document.createElement("script");
      element.src = new URL(address, ROOT).href;
      element.onload = resolve;
      element.onerror = () => reject(new Error(`${address} is missing`));
      document.head.append(element);
    });

  function indexed(documents, boost) {
    const fields = Object.keys(boost);
    const index = new MiniSearch({
      fields,
      tokenize: (text) => tokens(text).flatMap(parts),
      searchOptions: { tokenize: tokens, boost, combineWith: "AND" },
    });
    index.addAll(documents);
    return index;
  }

  let loading;
  function load() {
    loading ??= Promise.all(["_static/vendor/minisearch.js", "_static/search-passages.js", "search-rows.js"].map(script)).then(
      () => {
        const passages = searchPassages.map(([address, chapter, title, text, rows], id) => ({ id, address, chapter, title, text, rows }));
        const rows = searchRows.map(([row, text], id) => ({ id, row, text }));
        const shownAt = new Map();
        for (const passage of passages)
          for (const row of passage.rows.split(" ")) if (!shownAt.has(row)) shownAt.set(row, passage);
        return {
          passages: { all: passages, index: indexed(passages, { title: 3, chapter: 1.5, rows: 1, text: 1 }) },
          rows: { all: rows, index: indexed(rows, { row: 2, text: 1 }) },
          shownAt,
        };
      },
    );
    return loading;
  }

  // A number or an id is meant as it is written; a word may go on, and if nothing has it, may be misspelt.
  const begins = (term) => isId(term) || (!isNumber(term) && term.length > 2);
  const nearly = (term) => (isId(term) || isNumber(term) || term.length < 4 ? false : 0.2);

  function found({ all, index }, query) {
    let hits = index.search(query, { prefix: begins });
    if (!hits.length) hits = index.search(query, { prefix: begins, fuzzy: nearly });
    const wanted = plain(query).trim();
    const holds = (text) => typedAt(plain(text), wanted) >= 0;
    const score = (hit) => {
      const { title = "", text } = all[hit.id];
      const whole = plain(title) === wanted ? 8 : holds(title) ? 6 : holds(text) ? 4 : 1;
      return hit.score * whole;
    };
    return hits
      .map((hit) => ({ ...all[hit.id], terms: hit.terms, score: score(hit) }))
      .sort((a, b) => b.score - a.score || a.id - b.id);
  }

  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };

  // Mark in a text the words that were found.
  function marked(text, terms) {
    const pieces = [];
    let end = 0;
    for (const match of text.matchAll(TOKEN)) {
      if (!parts(normal(match[0])).some((token) => terms.includes(token))) continue;
      pieces.push(text.slice(end, match.index), element("mark", {}, match[0]));
      end = match.index + match[0].length;
    }
    return [...pieces, text.slice(end)];
  }

  // Where a text holds the query as it was typed, and not as a part of a longer number; -1 if nowhere.
  function typedAt(text, query) {
    const typed = query.trim().replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return text.search(new RegExp(`(?<![\\d.])${typed}(?!\\d|\\.\\d)`, "i"));
  }

  // The words around the query as it was typed, else around its longest term.
  function excerpt({ text, terms }, query) {
    const line = text.replace(/([^.:;?!])\n/g, "$1 · ").replace(/\s+/g, " ");
    const typed = typedAt(line, query);
    const sought = [...terms].sort((a, b) => b.length - a.length);
    const places = sought.map((term) => [...line.matchAll(TOKEN)].find((match) => parts(normal(match[0])).includes(term))?.index);
    const at = typed >= 0 ? typed : (places.find((place) => place !== undefined) ?? 0);
    let from = Math.max(0, at - AROUND[0]);
    let to = Math.min(line.length, at + AROUND[1]);
    if (from > 0) from = line.indexOf(" ", from) + 1;
    if (to < line.length) to = Math.max(line.lastIndexOf(" ", to), at);
    return [from > 0 ? "… " : "", ...marked(line.slice(from, to), terms), to < line.length ? " …" : ""];
  }

  function passageItem(passage, query) {
    const link = element("a", { href: new URL(passage.address, ROOT).href }, ...marked(passage.title, passage.terms));
    const chapter = passage.title === passage.chapter ? [] : [element("span", { class: "search-chapter" }, passage.chapter)];
    const rows = passage.rows.split(" ").filter((row) => passage.terms.includes(row));
    const shows = rows.slice(0, 3).map((row) => element("p", { class: "search-row" }, "shows ", element("code", {}, row)));
    return element("li", {}, link, ...chapter, element("p", {}, ...excerpt(passage, query)), ...shows);
  }

  function rowItem(row, shownAt) {
    const place = shownAt.get(row.row);
    const name = element("code", {}, row.row);
    const link = place ? element("a", { href: new URL(place.address, ROOT).href }, name) : name;
    const where = place ? `${place.chapter}: ${place.title}` : "in results.csv alone";
    return element("li", {}, link, element("span", { class: "search-chapter" }, where), element("p", {}, ...marked(row.text, row.terms)));
  }

  const counted = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;

  // The latest query wins: an earlier one that took longer must not come over it.
  let latest = 0;
  async function show(query, box, most = Infinity) {
    const turn = ++latest;
    if (!query.trim()) return box.replaceChildren();
    const { passages, rows, shownAt } = await load();
    if (turn !== latest) return;
    const places = found(passages, query);
    const listed = found(rows, query);
    const said = places.length
      ? `${counted(places.length, "place")} in the book`
      : `Nothing found in the pages for “${query.trim()}”.`;
    const more = listed.length ? `; ${counted(listed.length, "row")} of the results table` : "";
    const status = element("p", { role: "status", class: "search-status" }, said, more);
    const list = element("ol", { class: "search-list" }, ...places.slice(0, most).map((place) => passageItem(place, query)));
    box.replaceChildren(status, list);
    if (most < places.length + listed.length) {
      const all = new URL(`search.html?q=${encodeURIComponent(query.trim())}`, ROOT).href;
      box.append(element("p", {}, element("a", { href: all }, "All that was found")));
    } else if (listed.length) {
      const items = listed.slice(0, 100).map((row) => rowItem(row, shownAt));
      const folded = element("details", { class: "search-rows" }, element("summary", {}, `Rows of the results table (${listed.length})`));
      folded.open = !places.length;
      folded.append(element("ol", { class: "search-list" }, ...items));
      if (listed.length > items.length) folded.append(element("p", {}, "The first hundred; more words find fewer."));
      box.append(folded);
    }
  }

  function enliven(form, box, most) {
    const input = form.querySelector("input[name=q]");
    const update = () => show(input.value, box, most).catch((error) => box.replaceChildren(`The search could not be loaded: ${error.message}.`));
    input.addEventListener("input", update);
    return [input, update];
  }

  const dialog = document.getElementById("pst-search-dialog");
  if (dialog) {
    const box = element("div", { class: "search-results" });
    dialog.append(box);
    enliven(dialog.querySelector("form"), box, IN_BOX);
  }

  const page = document.getElementById("search-page");
  if (page) {
    const [input, update] = enliven(page.querySelector("form"), page.querySelector(".search-results"));
    input.value = new URLSearchParams(location.search).get("q") ?? "";
    input.addEventListener("input", () => {
      try {
        history.replaceState(null, "", `?q=${encodeURIComponent(input.value)}`);
      } catch {
        // where the address may not be changed, the search goes on without
      }
    });
    page.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
    input.focus();
    update();
  }
})();
