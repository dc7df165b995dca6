// Search, filters and sorting of the ledger. Without this script its whole table stands as it is.
(() => {
  "use strict";

  // "83%" finds "83 %".
  const plain = (text) => text.toLowerCase().replace(/\s+/g, " ").replace(/ %/g, "%");
  const keyOf = (claim, column) => {
    const cell = claim.rows[0].cells[column];
    return cell.dataset.sort ?? cell.textContent.trim();
  };

  function compare(a, b, direction) {
    if (a === "" || b === "") return (a === "") - (b === ""); // what has nothing to sort by stays last
    const difference = isNaN(a) || isNaN(b) ? a.localeCompare(b, "en") : a - b;
    return direction === "descending" ? -difference : difference;
  }

  function enliven(ledger) {
    const form = ledger.querySelector("form");
    const table = ledger.querySelector("table");
    const headers = [...ledger.querySelectorAll("thead th")];
    const claims = [...table.tBodies]; // in the order of the page
    const texts = new Map(claims.map((claim) => [claim, plain(claim.textContent)]));

    function filter() {
      const { words, verdict, chapter } = form.elements;
      const wanted = plain(words.value).split(" ");
      for (const claim of claims) {
        claim.hidden =
          (verdict.value && claim.dataset.verdict !== verdict.value) ||
          (chapter.value && claim.dataset.chapter !== chapter.value) ||
          !wanted.every((word) => texts.get(claim).includes(word));
      }
      const shown = claims.filter((claim) => !claim.hidden).length;
      form.querySelector("output").value = `${shown} of ${claims.length} claims shown`;
    }

    // A header goes from ascending to descending to the order of the page.
    function sort(header) {
      const next = { ascending: "descending", descending: null }[header.getAttribute("aria-sort")];
      const direction = next === undefined ? "ascending" : next;
      headers.forEach((other) => other.removeAttribute("aria-sort"));
      if (direction) header.setAttribute("aria-sort", direction);
      const column = headers.indexOf(header);
      const order = (a, b) => compare(keyOf(a, column), keyOf(b, column), direction);
      table.append(...(direction ? [...claims].sort(order) : claims));
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
    filter();

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
