"use strict";
// On a phone the rows of a table stand below each other: each cell then says the head of its column (print.css).
for (const table of document.querySelectorAll(".paper__sheet table:has(thead)")) {
  const heads = Array.from(table.tHead.rows[table.tHead.rows.length - 1].cells, (cell) => cell.textContent.trim());
  for (const body of table.tBodies) {
    for (const row of body.rows) {
      Array.from(row.cells).forEach((cell, place) => { cell.dataset.label = heads[place] || ""; });
    }
  }
}
document.getElementById("print").addEventListener("click", () => window.print());
