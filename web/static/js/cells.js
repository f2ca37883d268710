// Cells of a list: arrows go from one to the next, and what may be edited is edited where it stands.
"use strict";

(() => {
  const grid = () => document.querySelector("#list table[data-cells]");
  const cellOf = (element) => element.closest?.("#list table[data-cells] tbody td");
  const fieldOf = (cell) => grid()?.tHead.rows[0].cells[cell.cellIndex]?.dataset.field;
  const wide = window.matchMedia("(width >= 768px)");
  let editing = null;  // the cell, its editor, what its form held, and where to go once it is saved

  function enter(cell) {
    if (!cell) return;
    grid().querySelectorAll("tbody td[tabindex='0']").forEach((old) => { old.tabIndex = -1; });
    cell.tabIndex = 0;
    cell.focus();
  }

  // One cell is reached by Tab; arrows go on from there.
  function begin() {
    const first = grid()?.querySelector("tbody td[tabindex='0']") || grid()?.querySelector("tbody .c-title");
    if (first) first.tabIndex = 0;
  }

  function beside(cell, right, down) {
    const rows = Array.from(grid().querySelectorAll("tbody:not(.is-folded) tr[data-id]"));
    const row = rows[rows.indexOf(cell.parentElement) + down];
    const at = cell.cellIndex + right;
    return row && at >= 0 ? row.cells[at] : undefined;
  }

  const ends = { Home: 0, End: -1 };
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey || event.metaKey) return;
    if (editing?.editor.contains(event.target)) return typed(event);
    const cell = cellOf(event.target);
    if (!cell || event.ctrlKey) return;
    const own = event.target === cell;
    if (ways[event.key] && (own || ways[event.key][0])) {
      event.preventDefault();
      enter(beside(cell, ...ways[event.key]));
    } else if (own && event.key in ends) {
      event.preventDefault();
      enter(Array.from(cell.parentElement.cells).at(ends[event.key]));
    } else if (event.key === "F2" || (own && event.key === "Enter")) {
      event.preventDefault();
      if (!open(cell)) cell.querySelector("a, input")?.click();
    }
  });

  document.addEventListener("pointerdown", (event) => {
    if (editing && !editing.editor.contains(event.target) && !event.target.closest(".toasts")) leave(null);
    const cell = cellOf(event.target);
    if (cell && !cell.hasAttribute("tabindex")) cell.tabIndex = -1;
  });
  document.addEventListener("focusin", (event) => {
    const cell = cellOf(event.target);
    if (cell !== event.target || cell.tabIndex === 0) return;
    grid().querySelectorAll("tbody td[tabindex='0']").forEach((old) => { old.tabIndex = -1; });
    cell.tabIndex = 0;
  });
  document.addEventListener("dblclick", (event) => {
    const cell = cellOf(event.target);
    if (cell && wide.matches && !event.target.closest("a, button, input, .cell-editor") && open(cell)) getSelection()?.removeAllRanges();
  });

  // Whether the cell is of a column that can be edited; whether it may be on this record says the server.
  function open(cell) {
    const field = fieldOf(cell);
    if (!field || editing) return Boolean(editing);
    const editor = document.createElement("div");
    editor.className = "cell-editor";
    editor.popover = "manual";
    cell.append(editor);
    editing = { cell, editor, held: "", then: null };
    const address = `${grid().dataset.cells}/${cell.parentElement.dataset.id}/cell/${field}${location.search}`;
    htmx.ajax("GET", address, { source: editor, target: editor, swap: "innerHTML" }).then(() => {
      if (editing?.editor !== editor) return;
      if (!editor.childElementCount) return close();
      editing.held = held(editor);
    });
    return true;
  }

  function shown() {
    const { cell, editor } = editing;
    const at = cell.getBoundingClientRect();
    if (!editor.matches(":popover-open")) editor.showPopover();
    editor.style.minWidth = `${Math.max(at.width, 224)}px`;
    editor.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - editor.offsetWidth - 8))}px`;
    editor.style.top = `${Math.max(8, Math.min(at.top, window.innerHeight - editor.offsetHeight - 8))}px`;
    const first = fields(editor)[0];
    first?.focus();
    if (first?.matches("input:not([type=checkbox])")) first.select?.();
  }

  const fields = (editor) =>
    Array.from(editor.querySelectorAll("input:not([type=hidden]), select, textarea")).filter((one) => !one.disabled);
  const held = (editor) => new URLSearchParams(
    Array.from(new FormData(editor.querySelector("form"))).filter(([name]) => !name.startsWith("_text."))).toString();

  function typed(event) {
    const inputs = fields(editing.editor);
    const at = inputs.indexOf(event.target);
    if (event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && at >= 0 && (event.target.matches(":not(textarea)") || event.ctrlKey)) {
      event.preventDefault();
      leave([0, 1]);
    } else if (event.key === "Tab") {
      const next = inputs[at + (event.shiftKey ? -1 : 1)];
      if (at >= 0 && next) return;
      event.preventDefault();
      leave([event.shiftKey ? -1 : 1, 0]);
    }
  }

  // Saves what was changed, and goes on; what was not needs no saving.
  function leave(then) {
    const form = editing.editor.querySelector("form");
    editing.then = then;
    if (form && held(editing.editor) !== editing.held) form.requestSubmit();
    else close(then);
  }

  function close(then = [0, 0]) {
    const { cell, editor } = editing;
    editing = null;
    editor.remove();
    if (then && cell.isConnected) enter(beside(cell, ...then) || cell);
  }

  document.addEventListener("click", (event) => {
    if (editing && event.target.closest("[data-cell-cancel]")) close();
  });
  document.addEventListener("submit", (event) => {
    if (!editing?.editor.contains(event.target)) return;
    const row = editing.cell.parentElement;
    const box = row.querySelector("[name=_id]");
    event.target.elements._select.value = box ? "1" : "";
    Object.assign(editing, { id: row.dataset.id, row: row.rowIndex, column: editing.cell.cellIndex, ticked: box?.checked });
    if (editing.then === null && event.submitter) editing.then = [0, 0];
  }, true);

  document.addEventListener("htmx:afterSwap", (event) => {
    if (editing && event.target === editing.editor) shown();
  });

  // The row was drawn anew: on to the next cell. One that left the list leaves its place to the row after it.
  document.addEventListener("htmx:afterRequest", () => {
    if (!editing || editing.cell.isConnected) return;
    const { id, row, column, ticked, then } = editing;
    editing = null;
    const list = grid();
    if (!list || !id) return;
    const drawn = list.querySelector(`tbody tr[data-id="${id}"]`);
    if (ticked && drawn) drawn.querySelector("[name=_id]").checked = true;
    announce(list.dataset.saved);
    const cell = (drawn || list.rows[Math.min(row, list.rows.length - 1)])?.cells[column];
    const next = cell && then ? (drawn && beside(cell, ...then)) || cell : null;
    if (next) enter(next);
    begin();
    if (list.dataset.grouped !== undefined) regroup(next);
  });

  // Groups, their counts and their totals may be others now.
  function regroup(cell) {
    const id = cell?.closest("tr").dataset.id;
    const column = cell?.cellIndex;
    htmx.ajax("GET", location.pathname + location.search, { target: "#list", select: "#list", swap: "outerHTML" }).then(() => {
      if (id) enter(grid()?.querySelector(`tbody tr[data-id="${id}"]`)?.cells[column]);
    });
  }

  window.addEventListener("scroll", (event) => {
    if (editing?.editor.matches(":popover-open") && !editing.editor.contains(event.target)) {
      const at = editing.cell.getBoundingClientRect();
      editing.editor.style.top = `${at.top}px`;
      editing.editor.style.left = `${at.left}px`;
    }
  }, true);
  document.addEventListener("htmx:afterSettle", begin);
  window.addEventListener("pageshow", begin);
})();
