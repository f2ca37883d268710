// The open list of a picker stands over everything, whatever scrolls or cuts what is around its input: below the input, or above it
// where there is more room.
"use strict";

const LIST_MOST = 300;
const LIST_GAP = 4;
let floating = null; // the picker whose list is open

function float(root) {
  floating = root;
  const list = select("[role=listbox]", root);
  list.popover = "manual";
  if (!list.matches(":popover-open")) list.showPopover();
  placeList();
}

function sink(root) {
  if (floating === root) floating = null;
  const list = select("[role=listbox]", root);
  if (list.matches(":popover-open")) list.hidePopover();
}

function placeList() {
  if (!floating?.isConnected) { floating = null; return; }
  const list = select("[role=listbox]", floating);
  const anchor = floating.getBoundingClientRect();
  const seen = window.visualViewport; // without the keyboard of a phone
  const [top, bottom] = [seen.offsetTop + 8, seen.offsetTop + seen.height - 8];
  const [over, under] = [anchor.top - LIST_GAP - top, bottom - anchor.bottom - LIST_GAP];
  list.style.visibility = anchor.bottom < top || anchor.top > bottom ? "hidden" : ""; // its input is scrolled away
  list.style.width = `${anchor.width}px`;
  list.style.left = `${anchor.left}px`;
  list.style.maxHeight = `${LIST_MOST}px`;
  const wanted = list.offsetHeight;
  const above = under < wanted && over > under;
  const height = Math.min(wanted, Math.max(above ? over : under, 0));
  list.style.maxHeight = `${height}px`;
  list.style.top = `${above ? anchor.top - LIST_GAP - height : anchor.bottom + LIST_GAP}px`;
}

document.addEventListener("scroll", (event) => {
  if (floating && event.target !== select("[role=listbox]", floating)) placeList();
}, true);
document.addEventListener("htmx:afterSettle", placeList);
window.visualViewport.addEventListener("resize", placeList);
window.visualViewport.addEventListener("scroll", placeList);
