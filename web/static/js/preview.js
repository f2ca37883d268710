// A record beside its list: opened from a row, walked by arrows, closed with the focus back in the list. And the stars of rows.
"use strict";

(() => {
  const panel = () => document.getElementById("preview");
  const table = () => document.querySelector("#list table[data-rows]");
  const rowOf = (id) => table()?.querySelector(`tbody tr[data-id="${id}"]`);
  const wide = window.matchMedia("(width >= 768px)");
  let shown = "";  // the record that the panel shows
  let back = null;  // where the focus came from

  function open(row, from) {
    if (!row) return;
    back = from || back;
    shown = row.dataset.id;
    const address = `${table().dataset.rows}/${shown}/preview${location.search}`;
    htmx.ajax("GET", address, { source: panel(), target: panel(), swap: "innerHTML" });
  }

  function drawn() {
    const row = rowOf(shown);
    table()?.querySelectorAll("tr.is-previewed").forEach((old) => old.classList.remove("is-previewed"));
    row?.classList.add("is-previewed");
    row?.scrollIntoView({ block: "nearest" });
    const kept = document.activeElement?.closest?.("#preview [data-preview-step]")?.dataset.previewStep;
    if (!panel().open) {
      if (wide.matches) panel().show(); else panel().showModal();
    }
    panel().querySelectorAll("[data-preview-step]").forEach((button) => {
      button.setAttribute("aria-disabled", String(!neighbour(Number(button.dataset.previewStep))));
    });
    panel().querySelector(kept ? `[data-preview-step="${kept}"]` : ".preview__body a")?.focus({ preventScroll: true });
  }

  function neighbour(by) {
    const rows = Array.from(table()?.querySelectorAll("tbody:not(.is-folded) tr[data-id]") || []);
    const at = rows.findIndex((row) => row.dataset.id === shown);
    return at < 0 ? undefined : rows[at + by];
  }

  function close() {
    const row = rowOf(shown);
    table()?.querySelectorAll("tr.is-previewed").forEach((old) => old.classList.remove("is-previewed"));
    panel().close();
    panel().replaceChildren();
    const own = back?.isConnected && row?.contains(back) ? back : row?.querySelector("[data-preview]");
    own?.focus();
    shown = "";
  }

  document.addEventListener("click", (event) => {
    const target = event.target;
    const look = target.closest?.("#list [data-preview]");
    if (look) return shown === look.closest("tr").dataset.id && panel().open ? close() : open(look.closest("tr"), look);
    const step = target.closest?.("[data-preview-step]");
    if (step) return open(neighbour(Number(step.dataset.previewStep)));
    if (target.closest?.("[data-preview-close]") || (target === panel() && panel().matches(":modal"))) return close();
    const edit = target.closest?.("[data-preview-edit]");
    if (edit) return begin(edit);
    if (target.closest?.("#preview [data-cell-cancel]")) return end(target.closest(".cell-editor"));
    const star = target.closest?.("#list [data-star]");
    if (star) {
      const on = star.getAttribute("aria-pressed") === "true" ? "" : "1";
      const address = `${table().dataset.rows}/${star.closest("tr").dataset.id}/star`;
      htmx.ajax("POST", address, { source: star, target: star, swap: "none", values: { on } });
    }
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const star = event.detail.elt;
    if (!star.matches?.("#list [data-star]") || !event.detail.successful) return;
    const on = star.getAttribute("aria-pressed") !== "true";
    star.setAttribute("aria-pressed", String(on));
    star.classList.toggle("star--on", on);
  });

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const row = event.target.closest?.("#list table[data-rows] tbody tr");
    if (row && event.key === " " && !event.target.matches("input, button") && !event.target.closest(".cell-editor")) {
      event.preventDefault();
      open(row, event.target);
      return;
    }
    if (!panel()?.open || event.target.closest?.("#dialog")) return;
    const inside = panel().contains(event.target);
    const editor = inside && event.target.closest(".cell-editor");
    if (event.key === "Escape") {
      event.preventDefault();
      if (editor) end(editor); else close();
    } else if (inside && !editor && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      open(neighbour(event.key === "ArrowDown" ? 1 : -1));
    } else if (editor && event.key === "Enter" && !event.target.matches("textarea, button")) {
      event.preventDefault();
      editor.querySelector("form").requestSubmit();
    }
  });
  document.addEventListener("cancel", (event) => {
    if (event.target !== panel()) return;
    event.preventDefault();
    const editor = panel().querySelector(".cell-editor");
    if (editor) end(editor); else close();
  }, true);

  // A field is edited in place of what it holds.
  function begin(button) {
    panel().querySelectorAll(".cell-editor").forEach(end);
    const editor = document.createElement("div");
    editor.className = "cell-editor cell-editor--within";
    button.closest("dd").append(editor);
    button.closest("dd").classList.add("is-editing");
    htmx.ajax("GET", button.dataset.previewEdit, { source: editor, target: editor, swap: "innerHTML" }).then(() => {
      if (editor.isConnected && !editor.childElementCount) end(editor);
    });
  }

  function end(editor) {
    const place = editor.closest("dd");
    editor.remove();
    place.classList.remove("is-editing");
    place.querySelector("[data-preview-edit]")?.focus();
  }

  document.addEventListener("submit", (event) => {
    if (!event.target.closest?.("#preview .cell-editor")) return;
    event.target.elements._preview.value = "1";
    event.target.elements._select.value = rowOf(shown)?.querySelector("[name=_id]") ? "1" : "";
  }, true);

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.matches?.("#preview .cell-editor")) {
      event.target.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    } else if (event.target === panel()) {
      const row = panel().querySelector("template[data-row]");
      const old = rowOf(shown);
      if (row && old) {
        const ticked = old.querySelector("[name=_id]")?.checked;
        const drawnRow = row.content.querySelector("tr");
        if (drawnRow) old.replaceWith(drawnRow); else old.remove();
        const box = drawnRow?.querySelector("[name=_id]");
        if (box) {
          box.checked = ticked;
          box.setAttribute("aria-label", old.querySelector("[name=_id]").getAttribute("aria-label"));
        }
      }
      const regroup = row && table()?.dataset.grouped !== undefined;
      row?.remove();
      drawn();
      if (regroup) htmx.ajax("GET", location.pathname + location.search, { target: "#list", select: "#list", swap: "outerHTML" });
    }
  });

  // A list drawn anew takes the panel along only while it still shows the record.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (panel()?.open && event.target.id === "list") {
      if (rowOf(shown)) drawn(); else close();
    }
  });
})();
