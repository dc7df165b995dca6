// Search, filters and sorting of the ledger. Without this script its whole table stands as it is.
(() => {
  "use strict";

  // "83%" finds "83 %".
  const plain = (text) => text.toLowerCase().replace(/\s+/g, " ").replace(/ %/g, "%");
  const keyOf = (row, column) => row.cells[column].dataset.sort ?? row.cells[column].textContent.trim();

  function compare(a, b, direction) {
    if (a === "" || b === "") return (a === "") - (b === ""); // what has nothing to sort by stays last
    const difference = isNaN(a) || isNaN(b) ? a.localeCompare(b, "en") : a - b;
    return direction === "descending" ? -difference : difference;
  }

  function enliven(ledger) {
    const form = ledger.querySelector("form");
    const body = ledger.querySelector("tbody");
    const headers = [...ledger.querySelectorAll("thead th")];
    const rows = [...body.rows]; // in the order of the page
    const texts = new Map(rows.map((row) => [row, plain(row.textContent)]));

    function filter() {
      const { words, verdict, chapter } = form.elements;
      const wanted = plain(words.value).split(" ");
      for (const row of rows) {
        row.hidden =
          (verdict.value && row.dataset.verdict !== verdict.value) ||
          (chapter.value && row.dataset.chapter !== chapter.value) ||
          !wanted.every((word) => texts.get(row).includes(word));
      }
      const shown = rows.filter((row) => !row.hidden).length;
      form.querySelector("output").value = `${shown} of ${rows.length} claims shown`;
    }

    // A header goes from ascending to descending to the order of the page.
    function sort(header) {
      const next = { ascending: "descending", descending: null }[header.getAttribute("aria-sort")];
      const direction = next === undefined ? "ascending" : next;
      headers.forEach((other) => other.removeAttribute("aria-sort"));
      if (direction) header.setAttribute("aria-sort", direction);
      const column = headers.indexOf(header);
      const keys = new Map(rows.map((row) => [row, keyOf(row, column)]));
      const sorted = direction
        ? [...rows].sort((a, b) => compare(keys.get(a), keys.get(b), direction))
        : rows;
      body.append(...sorted);
    }

    for (const header of headers) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...header.childNodes);
      button.addEventListener("click", () => sort(header));
      header.append(button);
    }
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(filter)); // the fields are emptied after the event
    form.hidden = false;
    ledger.classList.add("ledger-live");
    filter();

    // Paper shows what is folded away.
    let opened = [];
    addEventListener("beforeprint", () => {
      opened = [...ledger.querySelectorAll("details:not([open])")];
      opened.forEach((details) => (details.open = true));
    });
    addEventListener("afterprint", () => opened.forEach((details) => (details.open = false)));
  }

  document.querySelectorAll(".ledger").forEach(enliven);
})();
