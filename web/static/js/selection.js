// Selecting rows of a list: boxes, ranges with Shift, the page, and everything that the list shows.
"use strict";

(() => {
  const list = () => document.getElementById("list");
  const bar = () => document.getElementById("bulk");
  const boxes = () => Array.from(list()?.querySelectorAll("[name=_id]") || []);
  const everything = () => bar().querySelector("[data-select-everything]");
  let last = null;

  function show() {
    if (!bar()) return;
    const ticked = boxes().filter((box) => box.checked);
    const whole = ticked.length > 0 && ticked.length === boxes().length;
    if (!whole) everything().value = "";
    const all = everything().value === "1";
    boxes().forEach((box) => box.closest("tr").classList.toggle("is-selected", box.checked));
    list().querySelectorAll("[data-select-page]").forEach((box) => {
      box.checked = whole;
      box.indeterminate = ticked.length > 0 && !whole;
    });
    bar().hidden = ticked.length === 0 && !list().classList.contains("is-selecting");
    cover();
    bar().classList.toggle("bulk--none", ticked.length === 0);
    const said = all ? bar().dataset.all : ticked.length === 1 ? bar().dataset.one : bar().dataset.many;
    bar().querySelector("[data-selected]").textContent = said.replace("#", ticked.length);
    const more = bar().querySelector("[data-select-all]");
    if (more) more.hidden = !whole || all;
  }

  // The bar stands in place of the tools, however many lines these take.
  function cover() {
    if (bar()) bar().style.setProperty("--tools", `${list().querySelector(".toolbar").offsetHeight}px`);
  }

  function tick(which, on) {
    which.forEach((box) => { box.checked = on; });
    show();
  }

  document.addEventListener("click", (event) => {
    const box = event.target;
    if (box.matches?.("#list [name=_id]")) {
      const all = boxes();
      if (event.shiftKey && last && all.includes(last)) {
        const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
        all.slice(from, to + 1).forEach((one) => { one.checked = box.checked; });
      }
      last = box;
      show();
    } else if (box.matches?.("[data-select-page]")) tick(boxes(), box.checked);
    else if (box.closest?.("[data-select-all]")) {
      everything().value = "1";
      show();
      bar().querySelector("[data-needs-selection]")?.focus();
    } else if (box.closest?.("[data-select-none]")) {
      selecting(false);
      tick(boxes(), false);
    } else if (box.closest?.("[data-select-mode]")) {
      selecting(!list().classList.contains("is-selecting"));
      if (!list().classList.contains("is-selecting")) tick(boxes(), false);
      show();
    } else if (box.closest?.("#list.is-selecting tbody tr") && !box.closest("input")) {
      const own = box.closest("tr").querySelector("[name=_id]");
      if (!own) return;  // the head of a group
      event.preventDefault();
      tick([own], !own.checked);
    }
  });

  function selecting(on) {
    list().classList.toggle("is-selecting", on);
    document.querySelectorAll("[data-select-mode]").forEach((button) => button.setAttribute("aria-pressed", String(on)));
  }

  // A box is called by the title of its record, which stands beside it.
  function name() {
    boxes().forEach((box) => {
      const title = box.closest("tr").querySelector(".c-title")?.textContent.trim();
      if (title && box.getAttribute("aria-label").endsWith(` ${box.value}`)) box.setAttribute("aria-label", box.getAttribute("aria-label").replace(/\S+$/, title));
    });
    show();
  }

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.matches?.("#list, #list tr") || event.detail.elt?.id === "list") name();
  });
  window.addEventListener("pageshow", name);
  window.addEventListener("resize", cover);
})();
