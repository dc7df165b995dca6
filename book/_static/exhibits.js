// A tap or Enter on a figure opens it large; without scripts the link shows the picture by itself.
(() => {
  const STEP = 1.5;
  let large, sheet, picture, title, opener;

  const build = () => {
    large = document.createElement("dialog");
    large.className = "exhibit-large";
    large.setAttribute("aria-labelledby", "exhibit-large-title");
    large.innerHTML =
      '<form method="dialog"><p id="exhibit-large-title"></p>' +
      '<button type="button" data-by="-1" aria-label="Smaller">−</button>' +
      '<button type="button" data-by="1" aria-label="Larger">+</button>' +
      '<button autofocus>Close</button></form><div class="exhibit-sheet"><img></div>';
    [sheet, picture, title] = ["div", "img", "p"].map(name => large.querySelector(name));
    large.addEventListener("click", event => {
      const by = event.target.dataset?.by;
      if (by) widen(parseFloat(sheet.style.width) * STEP ** Number(by));
    });
    large.addEventListener("close", () => opener.focus());
    document.body.append(large);
  };

  const widen = pixels => {
    const least = Math.min(240, innerWidth / 2);
    sheet.style.width = `${Math.max(least, Math.min(pixels, 6000))}px`;
  };

  const open = link => {
    if (!large) build();
    opener = link;
    const shown = link.querySelector("img");
    const number = link.closest(".exhibit").querySelector(".exhibit-title");
    title.textContent = number ? number.textContent : "";
    [picture.src, picture.alt] = [link.href, shown.alt];
    const over = link.querySelector(".exhibit-over"); // what is drawn over the picture in the page
    sheet.replaceChildren(picture, ...(over ? [over.cloneNode(true)] : []));
    large.showModal();
    // As large as the window holds; on a phone, where that is no more than the page shows, larger than the window.
    const ratio = shown.naturalWidth / shown.naturalHeight || 1;
    const held = Math.min(innerWidth - 24, (innerHeight - 80) * ratio);
    const before = shown.getBoundingClientRect().width;
    widen(held > 1.3 * before ? held : 1.8 * before);
    large.scrollTo(0, 0);
  };

  document.addEventListener("click", event => {
    const link = event.target.closest("a.exhibit-picture");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open(link);
  });
})();
