// Widths of columns and the height of rows: kept in the browser, widths per person and list, for they are a matter of the screen.
"use strict";

(() => {
  const table = () => document.querySelector("#list table[data-width]");
  const heads = () => Array.from(table()?.tHead.rows[0].querySelectorAll("th[data-col]") || []);
  const key = () => `widths:${document.body.dataset.person}:${table().dataset.rows}`;
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const LEAST = 56;
  const MOST = 800;
  const STEP = 16;

  function kept() {
    try { return JSON.parse(localStorage.getItem(key())) || {}; } catch { return {}; }
  }

  function keep(widths) {
    try { localStorage.setItem(key(), JSON.stringify(widths)); } catch { /* Nothing can be kept here: the width lasts for the page. */ }
  }

  const cells = (head) => {
    const place = head.cellIndex + 1;
    return `#list .table--list :is(thead th, tr[data-id] > td):nth-child(${place})`;
  };

  function draw(widths, more = "") {
    const rules = heads().filter((head) => Number(widths[head.dataset.col]) > 0).map((head) => {
      const width = Math.max(LEAST, Math.min(MOST, Number(widths[head.dataset.col])));
      return `${cells(head)} { width: ${width}px; min-width: ${width}px; max-width: ${width}px; }
        ${cells(head)} :is(.cut, .tag) { max-width: 100%; }`;
    });
    sheet.replaceSync(`@media (width >= 768px) { ${rules.join("\n")} ${more} }`);
  }

  function set(head, width) {
    const widths = { ...kept(), [head.dataset.col]: Math.round(Math.max(LEAST, Math.min(MOST, width))) };
    keep(widths);
    draw(widths);
    return widths[head.dataset.col];
  }

  // As wide as what it holds.
  function fit(head) {
    const widths = kept();
    delete widths[head.dataset.col];
    draw(widths, `${cells(head)} { width: 1px; max-width: none; white-space: nowrap; }
      ${cells(head)} :is(.cut, .tag) { display: inline-block; max-width: none; white-space: nowrap; }`);
    set(head, head.getBoundingClientRect().width + 1);
  }

  // A page of another list has other columns; rows drawn anew have the same.
  function begin() {
    if (!table()) return;
    heads().forEach((head) => {
      if (head.querySelector(".resizer")) return;
      const edge = document.createElement("span");
      edge.className = "resizer";
      edge.title = table().dataset.widthHint;
      edge.setAttribute("aria-hidden", "true");
      head.append(edge);
    });
    draw(kept());
  }

  document.addEventListener("pointerdown", (event) => {
    const edge = event.target.closest?.(".resizer");
    if (!edge || event.button !== 0) return;
    event.preventDefault();
    const head = edge.closest("th");
    const from = event.clientX - head.getBoundingClientRect().width;
    edge.setPointerCapture(event.pointerId);
    edge.classList.add("is-held");
    const moved = (moving) => set(head, moving.clientX - from);
    edge.addEventListener("pointermove", moved);
    edge.addEventListener("lostpointercapture", () => {
      edge.removeEventListener("pointermove", moved);
      edge.classList.remove("is-held");
    }, { once: true });
  });
  document.addEventListener("dblclick", (event) => {
    const edge = event.target.closest?.(".resizer");
    if (edge) fit(edge.closest("th"));
  });

  document.addEventListener("keydown", (event) => {
    if (!event.shiftKey || event.ctrlKey || event.altKey || event.metaKey || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const cell = event.target.closest?.("#list thead th, #list tr[data-id] > td");
    if (!cell || event.target.matches("input, textarea, select") || event.target.closest(".cell-editor")) return;
    const head = table()?.tHead.rows[0].cells[cell.cellIndex];
    if (!head?.dataset.col) return;
    event.preventDefault();
    const width = set(head, head.getBoundingClientRect().width + (event.key === "ArrowRight" ? STEP : -STEP));
    announce(table().dataset.width.replace("#", head.textContent.trim()).replace("%", width));
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-widths-reset]")) {
      keep({});
      draw({});
    }
    const density = event.target.closest?.("button[data-density]")?.dataset.density;
    if (!density) return;
    try { localStorage.setItem("density", density); } catch { /* It lasts for the page. */ }
    document.documentElement.dataset.density = density;
    pressed();
  });

  function pressed() {
    document.querySelectorAll("button[data-density]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.density === (document.documentElement.dataset.density || "normal")));
    });
  }

  document.addEventListener("htmx:afterSwap", (event) => { if (event.target.id === "dialog") pressed(); });
  document.addEventListener("htmx:afterSettle", begin);
  begin();
})();
