// Reads a figure at the place that a slider chooses, and shows another of its cohorts. All texts and numbers come from
// the page (helpers/printing/live.py); without this script the figure stands as it is.
(() => {
  "use strict";
  const REST = 500; // ms without a move, after which a screen reader is told
  const SVG = "http://www.w3.org/2000/svg";

  const set = (element, attributes) => {
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    return element;
  };
  const make = (name, attributes = {}, ...inside) => {
    const element = set(document.createElement(name), attributes);
    element.append(...inside);
    return element;
  };
  // A short range stays on one line.
  const whole = (text) => (text.length < 14 ? text.replaceAll(" ", "\u00a0") : text);
  const draw = (name, attributes) => set(document.createElementNS(SVG, name), attributes);

  // A transparent sheet over the picture, in the units of the drawing; the large view takes a copy of it.
  function sheet(figure, [width, height]) {
    const over = draw("svg", { class: "exhibit-over", viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
    figure.querySelector(".exhibit-picture").append(over);
    return over;
  }

  function slide(figure, { slider: told, boxes, size }) {
    const over = sheet(figure, size);
    const lines = boxes.map(() => over.appendChild(draw("line", { class: "exhibit-line" })));
    const id = `${figure.id}-place`;
    const bar = make("input", { type: "range", id, min: 0, max: told.places.length - 1, step: 1, value: told.start });
    const place = make("output", { for: id });
    const said = make("p", { class: "visually-hidden", role: "status", "aria-live": "polite", "aria-atomic": "true" });
    // The roles are said, since where there is little room the rows are no longer laid out as a table's.
    const head = make("tr", { role: "row" }, ...told.columns.map((name) => make("th", { role: "columnheader", scope: "col" }, name)));
    const cells = told.rows.map(() => told.columns.slice(1).map(() => make("td", { role: "cell" })));
    const rows = told.rows.map(({ name }, row) => make("tr", { role: "row" }, make("th", { role: "rowheader", scope: "row" }, name), ...cells[row]));
    const groups = [make("thead", { role: "rowgroup" }, head), make("tbody", { role: "rowgroup" }, ...rows)];
    const table = make("table", { role: "table", "aria-labelledby": `${figure.id}-title` }, ...groups);

    const words = ([text, standing]) => (standing in told.told ? `${text} (${standing})` : text);
    const sentence = (at) =>
      [told.places[at], ...told.rows.map(({ name, cells }) => `${name}: ${cells[at].map((cell, column) => `${told.columns[column + 1]} ${words(cell)}`).join(", ")}`)].join(". ");

    function show() {
      const at = Number(bar.value);
      place.value = told.places[at];
      bar.setAttribute("aria-valuetext", told.places[at]);
      told.rows.forEach((row, number) =>
        row.cells[at].forEach(([text, standing], column) => {
          const mark = { class: `standing ${standing}`, tabindex: 0, role: "note", "data-told": told.told[standing] };
          cells[number][column].replaceChildren(standing in told.told ? make("span", mark, whole(text)) : whole(text));
        }),
      );
      boxes.forEach(([left, top, width, height], number) => {
        const along = told.up ? top + told.at[at] * height : left + told.at[at] * width;
        set(lines[number], told.up ? { x1: left, x2: left + width, y1: along, y2: along } : { x1: along, x2: along, y1: top, y2: top + height });
      });
    }

    let waiting;
    bar.addEventListener("input", () => {
      show();
      clearTimeout(waiting);
      waiting = setTimeout(() => (said.textContent = `${sentence(Number(bar.value))}.`), REST);
    });
    show();
    const control = make("div", { class: "exhibit-bar" }, make("label", { for: id, id: `${id}-name` }, told.name), set(bar, { "aria-labelledby": `${id}-name ${figure.id}-title` }), place);
    figure.querySelector("figcaption").before(make("div", { class: "exhibit-read" }, control, table, said));
  }

  function exchange(figure, { cohorts: told, boxes, size }) {
    const over = sheet(figure, size);
    const [[left, top, width, height]] = boxes;
    const across = (month) => left + (month / told.limits[0]) * width;
    const down = (place) => top + (place / told.limits[1]) * height;
    const button = make("button", { type: "button" }, "Another of the consistent cohorts");
    const said = make("p", { role: "status", "aria-live": "polite" });
    const names = ["the book’s own cohort", ...told.names];
    let shown = 0;

    // The blocks of bars are covered and drawn anew; headings, axis and key are those of the picture.
    function cover(bars) {
      const places = bars.map(([place]) => place);
      for (const first of places.filter((place) => !places.includes(place - 1))) {
        let last = first;
        while (places.includes(last + 1)) last += 1;
        const [y, end] = [down(first - 0.5), down(last + 0.5)];
        over.append(draw("rect", { x: 0, y, width: size[0], height: end - y, fill: "#fff" }));
        for (const tick of told.ticks) over.append(draw("line", { x1: across(tick), x2: across(tick), y1: y, y2: end, stroke: "#ddd", "stroke-width": 0.6 }));
      }
    }

    function bar([place, number, months]) {
      const look = told.looks[number];
      const letter = draw("text", { x: left - 3.5, y: down(place) + 3.1, "text-anchor": "end", "font-size": 8.5, fill: "#333" });
      letter.textContent = look.letter;
      const [y, end] = [down(place - 0.39), down(place + 0.39)];
      const box = { x: left, y, width: across(months) - left, height: end - y };
      over.append(letter, draw("rect", { ...box, fill: look.fill, stroke: look.fill, opacity: look.opacity }));
    }

    function marks([place, , , ...events]) {
      events.forEach((month, number) => {
        const mark = { ...told.marks[number], "stroke-width": 0.8, transform: `translate(${across(month ?? 0)} ${down(place)})` };
        if (month !== null) over.append(draw("path", mark));
      });
    }

    function show() {
      over.replaceChildren();
      const bars = shown ? told.bars[shown - 1] : [];
      cover(bars);
      bars.forEach(bar);
      bars.forEach(marks);
      const files = shown ? " The files below hold the book’s own." : "";
      said.textContent = `Shown: ${names[shown]}, one of many (${shown + 1} of ${names.length} here).${files}`;
    }

    button.addEventListener("click", () => {
      shown = (shown + 1) % names.length;
      show();
    });
    show();
    figure.querySelector("figcaption").before(make("div", { class: "exhibit-others" }, button, said));
  }

  for (const script of document.querySelectorAll("script.exhibit-live")) {
    const told = JSON.parse(script.textContent);
    (told.slider ? slide : exchange)(script.closest("figure"), told);
  }
})();
