// Groups of a list are folded, and fetch their rows when they are first unfolded.
"use strict";

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-fold]");
  if (!button) return;
  const group = button.closest("tbody");
  const folded = group.classList.toggle("is-folded");
  button.setAttribute("aria-expanded", String(!folded));
  const more = group.dataset.more;
  if (folded || !more) return;
  delete group.dataset.more;
  htmx.ajax("GET", more, { source: group, target: group, swap: "beforeend" });
});

// What a list can be grouped by is fetched when its menu is first opened, which has its size only then.
document.addEventListener("htmx:afterSwap", (event) => {
  const menu = event.target;
  if (menu.id !== "group-by" || !menu.matches(":popover-open")) return;
  place(menu, select("[popovertarget=group-by]").getBoundingClientRect());
  select("a", menu)?.focus();
});
