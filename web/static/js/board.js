// Boards and calendars: a card is dragged to another column, or taken there by its menu. What may be is the server's to say.
"use strict";

(() => {
  const board = () => document.querySelector("[data-board]");
  const columns = () => Array.from(board()?.querySelectorAll("[data-column]") ?? []);
  const key = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const here = () => window.location.pathname + window.location.search;
  let dragged = null;

  function place(card, to) {
    card.setAttribute("aria-busy", "true");
    const from = card.closest("[data-column]").dataset.column;
    const values = { from, to, _revision: card.dataset.revision, _key: key(), _next: here() };
    htmx.ajax("POST", card.dataset.place, { source: card, target: "#dialog", swap: "innerHTML", values });
  }

  function dim(card) {
    const from = card?.closest("[data-column]");
    const targets = from?.dataset.targets?.split(" ");
    columns().forEach((column) => {
      column.classList.toggle("is-shut", Boolean(targets) && column !== from && !targets.includes(column.dataset.column));
      column.classList.remove("is-over");
    });
  }

  const aim = (event) => {
    const column = dragged && event.target.closest?.("[data-column]");
    return column && column !== dragged.closest("[data-column]") && !column.matches(".is-shut") ? column : null;
  };

  document.addEventListener("dragstart", (event) => {
    const card = event.target.closest?.("[data-place]");
    if (!card) return;
    dragged = card;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.querySelector("a").textContent);
    card.classList.add("is-dragged");
    setTimeout(() => dim(dragged));
  });
  document.addEventListener("dragover", (event) => {
    const column = aim(event);
    columns().forEach((one) => one.classList.toggle("is-over", one === column));
    if (column) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const column = aim(event);
    if (!column) return;
    event.preventDefault();
    place(dragged, column.dataset.column);
  });
  document.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    dragged = null;
    dim(null);
  });

  // Without a pointer: the menu of the card.
  document.addEventListener("click", (event) => {
    const card = event.target.closest?.("[data-place-menu]")?.closest("[data-place]");
    if (card) {
      const target = new URL(card.dataset.place, window.location.href);
      target.searchParams.set("_next", here());
      htmx.ajax("GET", target.pathname + target.search, { source: card, target: "#dialog", swap: "innerHTML" });
    }
  });

  // What came of it.
  document.addEventListener("placed", (event) => {
    const { ask, id, text, back } = event.detail;
    const dialog = document.getElementById("dialog");
    if (ask) {
      htmx.ajax("GET", ask, { target: "#dialog", swap: "innerHTML" });
      return;
    }
    dialog.close();
    refresh(id).then(() => {
      const shown = toast(text);
      const card = document.getElementById(`card-${id}`);
      if (back && card) offer(shown, card, back);
    });
  });

  // Of a card that was refused nothing has changed; the board may have, under other people's hands.
  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, xhr, requestConfig } = event.detail;
    if (!elt.matches?.("[data-place]")) return;
    elt.removeAttribute("aria-busy");
    if (requestConfig.verb === "post" && xhr.status >= 400) refresh(elt.dataset.id);
  });

  function offer(shown, card, back) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn--sm btn--ghost";
    button.textContent = document.body.dataset.undo;
    button.addEventListener("click", () => { shown.remove(); place(card, back); });
    shown.querySelector(".toast__text").after(button);
  }

  function refresh(id) {
    if (!board()) return Promise.resolve();
    const { scrollLeft } = board();
    const open = new Map(columns().map((column) => [column.dataset.column, column.open]));
    return htmx.ajax("GET", here(), { target: "#list", select: "#list", swap: "outerHTML" }).then(() => {
      columns().forEach((column) => { if (open.get(column.dataset.column) !== undefined) column.open = open.get(column.dataset.column); });
      board().scrollLeft = scrollLeft;
      const card = document.getElementById(`card-${id}`);
      const column = card?.closest("[data-column]");
      if (column) column.open = true;
      card?.querySelector("a").focus();
    });
  }
})();
