// Search, filters and sorting of the ledger. Without this script its whole table stands as it is.
(() => {
  "use strict";

  // "83%" finds "83 %".
  const plain = (text) => text.toLowerCase().replace(/\s+/g, " ").replace(/ %/g, "%");
  const keyOf = (claim, column) => {
    const cell = claim.rows[0].cells[column];
    const key = cell.dataset.sort ?? cell.textContent.trim();
    return { key, unit: key === "" ? "" : (cell.dataset.unit ?? "") };
  };
  const NO_NUMBER = "Without a number";

  // Numbers are sorted within their unit: 83 % is neither more nor less than 28 days. What has nothing to sort by
  // stays last.
  function compare(a, b, direction) {
    if (a.key === "" || b.key === "") return (a.key === "") - (b.key === "");
    if (a.unit !== b.unit) return a.unit.localeCompare(b.unit, "en");
    const difference = isNaN(a.key) || isNaN(b.key) ? a.key.localeCompare(b.key, "en") : a.key - b.key;
    return direction === "descending" ? -difference : difference;
  }

  function enliven(ledger) {
    const form = ledger.querySelector("form");
    const table = ledger.querySelector("table");
    const headers = [...ledger.querySelectorAll("thead th")];
    const names = headers.map((header) => header.textContent.trim().toLowerCase().replace(/ /g, "-"));
    const claims = [...table.tBodies]; // in the order of the page
    const texts = new Map(claims.map((claim) => [claim, plain(claim.textContent)]));
    const nothing = document.createElement("p");
    nothing.className = "ledger-nothing";
    table.after(nothing);
    let units = []; // a line above the claims of each unit, with these claims

    function filter() {
      const { words, verdict, chapter } = form.elements;
      const wanted = plain(words.value).split(" ");
      for (const claim of claims) {
        claim.hidden =
          (verdict.value && claim.dataset.verdict !== verdict.value) ||
          (chapter.value && claim.dataset.chapter !== chapter.value) ||
          !wanted.every((word) => texts.get(claim).includes(word));
      }
      for (const [line, below] of units) line.hidden = below.every((claim) => claim.hidden);
      const shown = claims.filter((claim) => !claim.hidden).length;
      form.querySelector("output").value = shown ? `${shown} of ${claims.length} claims shown` : "Nothing found";
      nothing.hidden = shown > 0;
      nothing.textContent = shown ? "" : `Nothing found: none of the ${claims.length} claims fits ${fits()}. “Show all” brings them back.`;
      remember();
    }

    function fits() {
      const { words, verdict, chapter } = form.elements;
      const chosen = [verdict, chapter].filter((choice) => choice.value).map((choice) => choice.selectedOptions[0].text);
      if (words.value.trim()) chosen.unshift(`“${words.value.trim()}”`);
      return chosen.join(", ");
    }

    // What is shown stands in the address, so that it can be kept and sent; what is not chosen is not said there.
    const sorted = () => headers.findIndex((header) => header.hasAttribute("aria-sort"));
    function remember() {
      const chosen = new URLSearchParams(location.search);
      for (const name of ["words", "verdict", "chapter"]) {
        const value = form.elements[name].value.trim();
        if (value) chosen.set(name, value);
        else chosen.delete(name);
      }
      const column = sorted();
      if (column < 0) chosen.delete("sort");
      else chosen.set("sort", (headers[column].getAttribute("aria-sort") === "descending" ? "-" : "") + names[column]);
      const query = String(chosen);
      try {
        history.replaceState(history.state, "", `${location.pathname}${query && `?${query}`}${location.hash}`);
      } catch {
        // where the address may not be changed, the ledger works without
      }
    }

    function recall() {
      const chosen = new URLSearchParams(location.search);
      form.elements.words.value = chosen.get("words") ?? "";
      for (const name of ["verdict", "chapter"]) {
        const choice = form.elements[name];
        const value = chosen.get(name) ?? "";
        choice.value = [...choice.options].some((option) => option.value === value) ? value : "";
      }
      const order = chosen.get("sort") ?? "";
      const column = names.indexOf(order.replace(/^-/, ""));
      if (column >= 0) arrange(column, order.startsWith("-") ? "descending" : "ascending");
    }

    function arrange(column, direction) {
      headers.forEach((other) => other.removeAttribute("aria-sort"));
      if (direction) headers[column].setAttribute("aria-sort", direction);
      units.forEach(([line]) => line.remove());
      const keys = new Map(claims.map((claim) => [claim, keyOf(claim, column)]));
      const order = (a, b) => compare(keys.get(a), keys.get(b), direction);
      table.append(...(direction ? [...claims].sort(order) : claims));
      units = direction ? unitLines(keys) : [];
    }

    // Above the first claim of each unit stands the unit, where a column has several.
    function unitLines(keys) {
      const of = (claim) => keys.get(claim).unit || NO_NUMBER;
      const together = Map.groupBy ? Map.groupBy([...table.tBodies], of) : null;
      if (!together || ![...keys.values()].some(({ unit }) => unit)) return [];
      return [...together].map(([unit, below]) => {
        const line = document.createElement("tbody");
        line.className = "ledger-unit";
        const cell = line.insertRow().insertCell();
        cell.colSpan = headers.length;
        cell.textContent = unit;
        below[0].before(line);
        return [line, below];
      });
    }

    // A header goes from ascending to descending to the order of the page.
    function sort(header) {
      const next = { ascending: "descending", descending: null }[header.getAttribute("aria-sort")];
      arrange(headers.indexOf(header), next === undefined ? "ascending" : next);
      filter();
    }

    const buttons = headers.map((header) => {
      const button = document.createElement("button");
      button.type = "button";
      button.addEventListener("click", () => sort(header));
      return button;
    });
    const wrap = (header, place) => {
      buttons[place].append(...header.childNodes);
      header.append(buttons[place]);
    };
    headers.forEach(wrap);
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(filter)); // the fields are emptied after the event
    form.hidden = false;
    ledger.classList.add("ledger-live");
    recall();
    filter();

    // A claim that the address leads to is shown, whatever else is looked for.
    function uncover() {
      const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (!place || !claims.some((claim) => claim.hidden && claim.contains(place))) return;
      for (const name of ["words", "verdict", "chapter"]) form.elements[name].value = "";
      filter();
      place.scrollIntoView();
    }
    uncover();
    addEventListener("hashchange", uncover);

    // Paper shows what is folded away; a header repeats on every page only without buttons.
    let opened = [];
    addEventListener("beforeprint", () => {
      opened = [...ledger.querySelectorAll("details:not([open])")];
      opened.forEach((details) => (details.open = true));
      headers.forEach((header, place) => header.replaceChildren(...buttons[place].childNodes));
    });
    addEventListener("afterprint", () => {
      opened.forEach((details) => (details.open = false));
      headers.forEach(wrap);
    });
  }

  document.querySelectorAll(".ledger").forEach(enliven);
})();
