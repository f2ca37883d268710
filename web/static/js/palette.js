// The command palette, the keys, and the records opened last, which this browser remembers for each person.
"use strict";

// ---- Records opened last --------------------------------------------------------------------------------------

const SEEN_MOST = 12;
const seenKey = () => `seen:${texts().person}`;

function kept(key) {
  try { return window.localStorage.getItem(key) || ""; } catch { return ""; }
}
function keep(key, value) {
  try { window.localStorage.setItem(key, value); } catch { /* a browser that keeps nothing still shows its pages */ }
}

const here = select("[data-record]")?.dataset.record;
if (here) keep(seenKey(), [here, ...kept(seenKey()).split(",").filter((one) => one && one !== here)].slice(0, SEEN_MOST).join(","));

document.addEventListener("htmx:configRequest", (event) => {
  const { elt, parameters } = event.detail;
  if (elt.id === "palette-input") parameters.here = window.location.pathname;
  if (elt.id === "palette-input" || elt.matches("[data-seen]")) parameters.seen = kept(seenKey());
});

// ---- Palette --------------------------------------------------------------------------------------------------

const palette = () => select("#palette");
const commands = () => selectAll("#palette-list [role=option]");

function openPalette(text = "") {
  if (!palette() || palette().open || select("dialog[open]")) return;
  const input = select("#palette-input");
  input.value = text;
  palette().showModal();
  input.setAttribute("aria-expanded", "true");
  input.focus();
  htmx.trigger(input, "offer");
}

function point(option) {
  commands().forEach((one) => one.setAttribute("aria-selected", String(one === option)));
  const input = select("#palette-input");
  if (option) {
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else input.removeAttribute("aria-activedescendant");
}

function follow(option, beside) {
  if (option.dataset.href && beside) { window.open(option.dataset.href, "_blank", "noopener"); return; }
  palette().close();
  if (option.dataset.themeName) chooseTheme(option.dataset.themeName);
  else if (option.dataset.dialog) htmx.ajax("GET", option.dataset.dialog, { target: "#dialog" });
  else window.location.assign(option.dataset.href);
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "palette-list") return;
  point(commands()[0]);
  select("#palette-list").scrollTop = 0;
  if (select("#palette-input").value) announce(select("#palette-count").dataset.count);
});
document.addEventListener("keydown", (event) => {
  if (event.target.id !== "palette-input") return;
  const all = commands();
  const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (all.length) point(all[(at + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length]);
  } else if (event.key === "Enter" && !event.isComposing && at >= 0) {
    event.preventDefault();
    follow(all[at], event.ctrlKey || event.metaKey);
  }
});
document.addEventListener("click", (event) => {
  const option = event.target.closest("#palette-list [role=option]");
  if (option) follow(option, event.ctrlKey || event.metaKey);
  else if (event.target === palette()) palette().close();
});
document.addEventListener("pointermove", (event) => {
  const option = event.target.closest?.("#palette-list [role=option]");
  if (option && option.getAttribute("aria-selected") !== "true") point(option);
});

// ---- Keys -----------------------------------------------------------------------------------------------------

const GO = { h: "/", a: "/approvals", n: "/notifications", r: "/reports" };
const singleKeys = () => kept("keys") !== "off";
let begun = 0;

// An input that was closed together with its dialog may hold the focus for a moment longer.
const types = (element) =>
  element.matches?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]") && element.checkVisibility();

function step(by) {
  const links = selectAll(".table--list tbody .c-title a, .rows a.rows__item");
  if (!links.length) return false;
  const row = document.activeElement.closest("tr, .rows__item");
  const at = links.findIndex((link) => link === document.activeElement || (row && row.contains(link)));
  links[at < 0 ? 0 : Math.max(0, Math.min(links.length - 1, at + by))].focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (palette()?.open) palette().close(); else openPalette();
    return;
  }
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target.id !== "palette-input") {
    const form = event.target.closest("form");
    const button = form && select("[type=submit]:not([formaction])", form);
    if (button) { event.preventDefault(); form.requestSubmit(button); }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (types(event.target) || select("dialog[open], [popover]:popover-open") || !singleKeys()) return;
  if (begun && Date.now() - begun < 1500 && GO[event.key]) {
    begun = 0;
    event.preventDefault();
    window.location.assign(GO[event.key]);
    return;
  }
  begun = 0;
  if (event.key === "g") begun = Date.now();
  else if (event.key === "?") { event.preventDefault(); htmx.ajax("GET", "/shortcuts", { target: "#dialog" }); }
  else if (event.key === "j" || event.key === "k") { if (step(event.key === "j" ? 1 : -1)) event.preventDefault(); }
  else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.closest(".table--list tbody, .rows")) {
    if (step(event.key === "ArrowDown" ? 1 : -1)) event.preventDefault();
  } else if (/^[a-z/]$/.test(event.key)) {
    const target = select(`[aria-keyshortcuts="${event.key}"]`);
    if (!target) return;
    event.preventDefault();
    if (target.matches("input")) target.focus(); else target.click();
  }
});
document.addEventListener("htmx:afterSwap", (event) => {
  const box = event.target.id === "dialog" && select("[data-keys-switch]", event.target);
  if (box) box.checked = singleKeys();
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-keys-switch]")) keep("keys", event.target.checked ? "on" : "off");
});

// The search of the top bar opens the palette where a pointer asks for it; the keyboard's way into the field stays.
document.addEventListener("pointerdown", (event) => {
  if (!event.target.closest(".topbar__search") || !palette()) return;
  event.preventDefault();
  openPalette(select("#global-search").value);
});
