// A term or a citation says its text beside it, on hover and on focus. Without this script it is said at the
// foot of the window, by the style sheet alone.
(() => {
  "use strict";

  const LINKS = "a[data-told]";
  const GAP = 6; // pixels between a link and its text, and to the edge of the window
  const WAIT = 200; // milliseconds in which the pointer may pass from the link to the text
  const box = document.createElement("div");
  box.id = "hint";
  box.className = "hint";
  box.setAttribute("role", "tooltip");
  box.hidden = true;
  document.body.append(box);
  document.documentElement.classList.add("hints-live");

  let link = null;
  let leaving;

  function place() {
    const [at] = link.getClientRects();
    const width = document.documentElement.clientWidth;
    const below = at.bottom + GAP + box.offsetHeight <= innerHeight;
    const left = Math.min(at.left, width - box.offsetWidth - GAP);
    box.style.left = `${Math.max(GAP, left)}px`;
    box.style.top = `${Math.max(GAP, below ? at.bottom + GAP : at.top - GAP - box.offsetHeight)}px`;
  }

  function show(next) {
    clearTimeout(leaving);
    if (link === next) return;
    hide();
    link = next;
    box.textContent = link.dataset.told;
    box.hidden = false;
    link.setAttribute("aria-describedby", box.id);
    place();
  }

  function hide() {
    link?.removeAttribute("aria-describedby");
    link = null;
    box.hidden = true;
  }

  const linkOf = (event) => event.target.closest?.(LINKS);
  const leave = () => {
    clearTimeout(leaving);
    leaving = setTimeout(hide, WAIT);
  };
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return; // a tap follows the link
    const next = linkOf(event);
    if (next) show(next);
    else if (event.target === box) clearTimeout(leaving);
    else if (link && link !== document.activeElement) leave();
  });
  document.addEventListener("focusin", (event) => (linkOf(event) ? show(linkOf(event)) : hide()));
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  // To focus a link may scroll the page to it.
  function follow() {
    if (!link) return;
    const { top, bottom } = link.getBoundingClientRect();
    if (bottom < 0 || top > innerHeight) hide();
    else place();
  }
  addEventListener("scroll", follow, { passive: true, capture: true });
})();
