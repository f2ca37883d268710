// A child grid works like a spreadsheet: paste from one, move by Enter and arrows, fill down. What a cell means is the server's.
"use strict";

const cellOf = (element) => element.closest?.("[data-grid] td");
const PLAIN = "input:not([role=combobox], [type=number], [type=date], [type=datetime-local], [type=time], [type=checkbox], [type=radio])";
const inputIn = (cell) => cell && select("input:not([type=hidden], [type=file]), select, textarea", cell);

function neighbour(cell, by) {
  const row = by < 0 ? cell.parentElement.previousElementSibling : cell.parentElement.nextElementSibling;
  return row && row.children[cell.cellIndex];
}

function goTo(cell) {
  const input = inputIn(cell);
  if (!input || input.disabled) return false;
  input.focus();
  if (input.select) input.select();
  return true;
}

// A new row at the end; the focus goes to the column one was in.
let column = -1;
function addRow(grid, at) {
  column = at;
  select("[data-add-row]", grid.closest(".stack"))?.click();
}
document.addEventListener("htmx:afterSwap", (event) => {
  if (column < 0 || !event.target.matches?.("[data-grid-body]")) return;
  const cell = event.target.lastElementChild?.children[column];
  column = -1;
  setTimeout(() => goTo(cell));
});

document.addEventListener("keydown", (event) => {
  const { target } = event;
  const cell = cellOf(target);
  if (!cell || event.isComposing || event.defaultPrevented || event.altKey) return;
  const open = target.matches("[role=combobox][aria-expanded=true]");
  const command = event.ctrlKey || event.metaKey;
  if (event.key === "Enter" && !command && !open && !target.matches("textarea, button")) {
    event.preventDefault();
    if (!goTo(neighbour(cell, event.shiftKey ? -1 : 1)) && !event.shiftKey) addRow(cell.closest("[data-grid]"), cell.cellIndex);
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !command && target.matches(PLAIN)) {
    if (goTo(neighbour(cell, event.key === "ArrowUp" ? -1 : 1))) event.preventDefault();
  } else if (command && event.key.toLowerCase() === "d" && fill(neighbour(cell, -1), cell)) event.preventDefault();
});

// The value of the cell above, in every input of the cell.
function fill(from, to) {
  if (!from || !to) return false;
  const sources = selectAll("input, select, textarea", from);
  const targets = selectAll("input, select, textarea", to);
  if (!sources.length || sources.length !== targets.length || targets.some((one) => one.disabled || one.type === "file")) return false;
  targets.forEach((one, at) => {
    if (one.type === "checkbox") one.checked = sources[at].checked;
    else one.value = sources[at].value;
    if (sources[at].dataset.title !== undefined) one.dataset.title = sources[at].dataset.title;
  });
  to.closest("form").dataset.dirty = "";
  targets.at(-1).dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

document.addEventListener("paste", (event) => {
  const cell = cellOf(event.target);
  const grid = cell?.closest("[data-paste]");
  const text = event.clipboardData?.getData("text/plain") || "";
  const several = text.includes("\t") || text.trimEnd().includes("\n");
  if (!grid || !several || (event.target.matches("textarea") && !text.includes("\t"))) return;
  event.preventDefault();
  const [, row, name] = (select("[name]:not([name^='_'])", cell)?.name || "").split(".");
  const form = cell.closest("form");
  form.dataset.dirty = "";
  changes += 1;
  rows += 1000;
  const values = { "_paste.row": row, "_paste.column": name, "_paste.key": rows - 999, "_paste.text": text };
  const { id } = event.target;
  event.target.blur(); // what somebody is at is left alone by a morph
  const body = select("#form-body", form);
  body.inert = true; // what is typed before the answer would be lost to it
  htmx.ajax("POST", grid.dataset.paste, { source: grid, target: "#form-body", swap: "morph:outerHTML", values }).finally(() => {
    changes += 1; // a judgement of the form without the paste may still be under way
    body.inert = false;
    document.getElementById(id)?.focus();
  });
});

document.addEventListener("told", (event) => toast(event.detail.text, event.detail.bad));
