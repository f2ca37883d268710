// Behaviour the browser must have on its own: dialogs, menus, toasts, pickers, grids. Everything else is the server's.
"use strict";

// A judged form leaves alone what somebody is at: the value of an input, and the open list of a picker; and what looks alike, and
// how an upload goes. The fresh page of a record leaves alone what came into it later, the comment that is written, and what is open.
const KEPT = "#alike, .upload, [data-upload-fault], [data-related], .card__count, .comment-box, #members";
Idiomorph.defaults.ignoreActiveValue = true;
Idiomorph.defaults.callbacks.beforeNodeMorphed = (node, fresh) => {
  if (!(node instanceof Element)) return true;
  if (node.matches("[data-live]") && fresh.dataset?.live) {
    node.dataset.live = fresh.dataset.live; // at which revision to listen; who is here stays
    return false;
  }
  if (node.matches(".field") && fresh instanceof Element) keepFault(node, fresh);
  // What is wrong is told above the form, and on its tabs, until it is mended; then the lines go by themselves.
  if (node.matches("#faults") || (node.matches("[role=tab]:has(.tabs__fault)") && !select(".tabs__fault", fresh))) return false;
  return !(node.matches(KEPT) || (node.matches(".combo") && node.contains(document.activeElement)));
};
Idiomorph.defaults.callbacks.beforeNodeRemoved = (node) => !(node instanceof Element && node.matches("#faults"));
Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) => name !== "open" || !node.closest(".record, .record-head");

const select = (selector, root = document) => root.querySelector(selector);
const selectAll = (selector, root = document) => Array.from(root.querySelectorAll(selector));
const texts = () => document.body.dataset;

// ---- Messages -------------------------------------------------------------------------------------------------

function toast(text, bad = false) {
  selectAll(".toast").filter((old) => select(".toast__text", old).textContent === text).forEach((old) => old.remove());
  const template = select("#toast-template").content.cloneNode(true);
  select(".toast__text", template).textContent = text;
  select(".toast", template).classList.toggle("toast--bad", bad);
  select("#toasts").append(template);
  const shown = select("#toasts").lastElementChild;
  retire(shown);
  return shown;
}

// Stays until it is closed or another one says more, and offers the way to sign in.
function gate(text) {
  selectAll(".toast--gate").forEach((old) => old.remove());
  const shown = toast(text, true);
  shown.classList.add("toast--gate");
  select(".toast__way", shown).hidden = false;
}

function retire(element) {
  if (element) setTimeout(() => { if (!element.matches(".toast--gate, :hover, :focus-within")) element.remove(); }, 8000);
}

function announce(text) {
  select("#live").textContent = "";
  setTimeout(() => { select("#live").textContent = text; }, 50);
}

// ---- Dialogs --------------------------------------------------------------------------------------------------

const dialog = () => select("#dialog");

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "dialog" && !dialog().open && dialog().childElementCount) {
    dialog().showModal();
    const first = select("[autofocus], .dialog__body input:not([type=hidden]), .dialog__body select, textarea", dialog());
    if (first) first.focus();
    if (first?.matches(".dialog__body")) dialog().scrollTop = 0; // the whole of it is longer than the window
  }
});

document.addEventListener("click", (event) => {
  const closer = event.target.closest("[data-close]");
  if (closer) {
    const target = closer.closest("dialog, .toast, [popover]");
    if (target instanceof HTMLDialogElement) target.close();
    else if (target) target.remove();
  }
  if (event.target === dialog() && !select("[data-dirty]", dialog())) dialog().close();
});

// ---- Menus: a popover opens under its button --------------------------------------------------------------------

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!(menu instanceof HTMLElement) || !menu.hasAttribute("popover") || event.newState !== "open") return;
  const button = select(`[popovertarget="${CSS.escape(menu.id)}"]`);
  if (button) place(menu, button.getBoundingClientRect());
  const first = select("a, button, input, select", menu);
  if (first && menu.dataset.focus !== undefined) first.focus();
}, true);

function place(menu, anchor) {
  const left = Math.max(8, Math.min(anchor.left, window.innerWidth - menu.offsetWidth - 8));
  const below = anchor.bottom + 4;
  const fits = below + menu.offsetHeight <= window.innerHeight - 8;
  menu.style.left = `${anchor.right > window.innerWidth / 2 ? Math.max(8, anchor.right - menu.offsetWidth) : left}px`;
  menu.style.top = `${fits ? below : Math.max(8, anchor.top - menu.offsetHeight - 4)}px`;
}

// A menu closes when one of its lines opens a dialog.
document.addEventListener("click", (event) => {
  const item = event.target.closest(".menu__item[hx-target='#dialog']");
  item?.closest("[popover]")?.hidePopover();
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu");
  if (!menu || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const items = selectAll(".menu__item", menu);
  const at = items.indexOf(document.activeElement);
  if (at < 0) return;
  event.preventDefault();
  items[(at + (event.key === "ArrowDown" ? 1 : items.length - 1)) % items.length].focus();
});

// ---- Shell ----------------------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-drawer]")) document.body.classList.toggle("drawer-open");
  const theme = event.target.closest("[data-set-theme]");
  if (theme) chooseTheme(theme.dataset.setTheme);
});

function chooseTheme(name) {
  document.cookie = `theme=${name};path=/;max-age=31536000;samesite=lax`;
  const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.bsTheme = name === "auto" ? (dark ? "dark" : "light") : name;
  selectAll("[data-set-theme]").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.setTheme === name)));
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.body.classList.remove("drawer-open");
});

document.addEventListener("htmx:beforeSend", () => select(".progressbar")?.classList.add("is-busy"));
document.addEventListener("htmx:afterRequest", () => select(".progressbar")?.classList.remove("is-busy"));
document.addEventListener("htmx:afterSwap", (event) => {
  const said = event.target.dataset?.announce || select("[data-announce]", event.target)?.dataset.announce;
  if (said) announce(said);
});
document.addEventListener("htmx:sendError", (event) => {
  // A form waits for the network, and says so; what is only asked while one types is asked again.
  if (!event.detail.elt.matches("#record-form, #quick-form, #form-body, #quick-body, #alike")) toast(texts().offline, true);
});
document.addEventListener("htmx:responseError", (event) => {
  const { xhr, elt, requestConfig } = event.detail;
  const token = xhr.getResponseHeader("X-CSRF-Token");
  if (xhr.status === 401) {
    // What was typed is not given up for the gate; a page that holds nothing goes there.
    if (select("form[data-guard][data-dirty], dialog[open]")) gate(texts().signedOut);
    else window.location.reload();
  } else if (token && xhr.getResponseHeader("X-Person") === texts().person) adopt(token, elt, requestConfig.triggeringEvent?.submitter);
  else if (token) gate(texts().other);
  else toast(xhr.getResponseHeader("X-Message") ? decodeURIComponent(xhr.getResponseHeader("X-Message")) : texts().failed, true);
});

// A refusal without a piece to show is told; what stands on the page stays.
document.addEventListener("htmx:beforeSwap", (event) => {
  const said = event.detail.xhr.getResponseHeader("X-Message");
  if (said && event.detail.shouldSwap) {
    event.detail.shouldSwap = false;
    toast(decodeURIComponent(said), true);
  }
});

// The same person has signed in anew, on another tab: this page goes on under the new session, and what was refused is sent
// again, once the refused request has ended (until then its form drops any other).
function adopt(token, element, submitter) {
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRF-Token": token }));
  selectAll("input[name=_csrf]").forEach((input) => { input.value = token; });
  selectAll(".toast--gate").forEach((old) => old.remove());
  if (element.matches("form")) setTimeout(() => element.requestSubmit(submitter));
  else if (isForm(element)) element.dispatchEvent(new Event("change", { bubbles: true }));
  else toast(texts().again);
}

// ---- Forms ----------------------------------------------------------------------------------------------------

let leaving = false;
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form && event.isTrusted) form.dataset.dirty = "";
});
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.getResponseHeader("HX-Redirect")) leaving = true;
});
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-guard]")) changes += 1;
  const button = event.submitter;
  if (button && !event.target.hasAttribute("hx-post")) {
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    event.target.dataset.sent = "1";
    button.setAttribute("aria-busy", "true");
  }
});
// What is answered with a file leaves the page as it is.
document.addEventListener("submit", (event) => {
  if (event.target.matches("dialog form[data-downloads]")) setTimeout(() => dialog().close());
});
window.addEventListener("pageshow", () => { leaving = false; selectAll("form[data-sent]").forEach((f) => delete f.dataset.sent); });
window.addEventListener("beforeunload", (event) => {
  if (!leaving && select("form[data-guard][data-dirty]")) event.preventDefault();
});

// A form is judged after every change. An answer to what it held before the latest one would take that change back; it is
// left out, for the next answer is on its way. So is one that comes after the form was sent.
let changes = 0;
const isForm = (element) => element?.matches?.("#form-body, #quick-body") ?? false;
document.addEventListener("change", (event) => { if (event.target.closest("#form-body, #quick-body")) changes += 1; }, true);
document.addEventListener("htmx:beforeRequest", (event) => {
  if (isForm(event.detail.target)) event.detail.requestConfig.changes = changes;
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (isForm(event.detail.target) && event.detail.requestConfig.changes !== changes) event.detail.shouldSwap = false;
});

// The button of a form that is on its way shows it; a button outside of the form is sent along with it.
const sender = (event) => event.detail.elt.matches("form[hx-post]") && event.detail.requestConfig.triggeringEvent?.submitter;
document.addEventListener("htmx:beforeSend", (event) => { if (sender(event)) sender(event).setAttribute("aria-busy", "true"); });
document.addEventListener("htmx:afterRequest", (event) => { if (sender(event)) sender(event).removeAttribute("aria-busy"); });
document.addEventListener("htmx:configRequest", (event) => {
  const button = event.detail.triggeringEvent?.submitter;
  if (button?.name) event.detail.parameters[button.name] = button.value;
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "main") select("#record-form [aria-invalid=true]:not([type=hidden])")?.focus();
});

// Files go ahead of their form. What comes of them is a change of it, and it waits for them.
const uploads = new Set();
document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt } = event.detail;
  if (elt.matches("[data-upload]")) {
    if (Array.from(elt.files).reduce((size, file) => size + file.size, 0) >= Number(texts().most)) {
      // The server would refuse it unread, and browsers then often tell of a lost connection.
      event.preventDefault();
      elt.value = "";
      toast(texts().tooLarge, true);
      return;
    }
    uploads.add(elt.id);
    elt.closest("label").setAttribute("aria-busy", "true");
  } else if (elt.matches("form[data-guard]") && uploads.size) {
    event.preventDefault();
    toast(texts().uploading, true);
  }
});
document.addEventListener("htmx:afterRequest", (event) => {
  const { elt } = event.detail;
  if (!elt.matches("[data-upload]")) return;
  uploads.delete(elt.id);
  elt.value = "";
  document.getElementById(elt.id)?.closest("label").removeAttribute("aria-busy");
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.matches?.(".chosen")) event.target.dispatchEvent(new Event("change", { bubbles: true }));
});

// Rows of child grids: the server draws a new row, the browser only numbers and removes.
let rows = Date.now() % 100000;
document.addEventListener("htmx:configRequest", (event) => {
  const element = event.detail.elt;
  if (element.matches("[data-add-row]")) event.detail.parameters.key = `new${++rows}`;
  // The title of what is chosen already is no search.
  if (element.matches(".combo [role=combobox]") && element.value === element.dataset.title) event.detail.parameters[element.name] = "";
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.matches?.("[data-grid-body]")) {
    const last = event.target.lastElementChild;
    select("input:not([type=hidden]), select, textarea", last)?.focus();
    event.target.dispatchEvent(new Event("change", { bubbles: true }));
  }
});
document.addEventListener("click", (event) => {
  const remover = event.target.closest("[data-remove-row]");
  if (!remover) return;
  const row = remover.closest("tr");
  const next = row.nextElementSibling || row.previousElementSibling;
  const form = row.closest("form");
  row.remove();
  form.dataset.dirty = "";
  (select("input:not([type=hidden])", next || form) || form).focus?.();
  select("[data-grid-body]", form)?.dispatchEvent(new Event("change", { bubbles: true }));
});

// ---- Link picker: a combobox whose options the server finds -----------------------------------------------------

const combo = (element) => element.closest?.(".combo");
const options = (root) => selectAll("[role=option]", root);

function open(root, yes) {
  const list = select("[role=listbox]", root);
  list.hidden = !yes;
  if (yes) float(root);
  else sink(root);
  select("[role=combobox]", root).setAttribute("aria-expanded", String(yes));
}

function highlight(root, option) {
  options(root).forEach((o) => o.setAttribute("aria-selected", String(o === option)));
  const input = select("[role=combobox]", root);
  if (option) {
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else input.removeAttribute("aria-activedescendant");
}

// Asks for candidates. Once one is chosen, an answer that was still on its way opens the list no more.
function find(input) {
  delete combo(input).dataset.settled;
  htmx.trigger(input, "find");
}
document.addEventListener("input", (event) => {
  if (event.target.matches(".combo [role=combobox]")) delete combo(event.target).dataset.settled;
});

function choose(root, value, title) {
  root.dataset.settled = "";
  const input = select("[role=combobox]", root);
  const hidden = select("input[type=hidden]", root);
  if (root.dataset.several !== undefined) addChosen(root, value, title);
  else {
    hidden.value = value;
    input.value = title;
    input.dataset.title = title;
    const clear = select("[data-clear]", root);
    if (clear) clear.hidden = !value;
  }
  open(root, false);
  hidden.dispatchEvent(new Event("change", { bubbles: true }));
  const form = root.closest("form[data-guard]");
  if (form) form.dataset.dirty = "";
}

// The option of what is not there yet makes it first.
function take(root, option) {
  if (option.dataset.new) makeFor(root, option.dataset.new);
  else choose(root, option.dataset.value, option.dataset.title);
}

function addChosen(root, value, title) {
  const chosen = select(".chosen", root.parentElement);
  const name = root.dataset.several;
  if (!value || select(`input[value="${CSS.escape(value)}"]`, chosen)) return;
  const item = select("template", root).content.cloneNode(true);
  select(".chosen__title", item).textContent = title;
  const field = select("input", item);
  field.name = name;
  field.value = value;
  const remover = select("[data-unchoose]", item);
  remover.setAttribute("aria-label", `${remover.getAttribute("aria-label").trim()} ${title}`);
  chosen.append(item);
  const input = select("[role=combobox]", root);
  input.value = "";
  input.dataset.title = "";
}

document.addEventListener("focusin", (event) => {
  if (event.target.matches(".combo [role=combobox]")) {
    event.target.select();
    find(event.target);
  }
});
document.addEventListener("focusout", (event) => {
  const root = combo(event.target);
  if (!root || root.contains(event.relatedTarget)) return;
  open(root, false);
  const input = select("[role=combobox]", root);
  input.value = root.dataset.several === undefined && input.value === "" ? (clearCombo(root), "") : input.dataset.title || "";
});
function clearCombo(root) {
  const hidden = select("input[type=hidden]", root);
  if (hidden && hidden.value) choose(root, "", "");
}
document.addEventListener("htmx:afterSwap", (event) => {
  const root = combo(event.target);
  if (!root || !event.target.matches("[role=listbox]")) return;
  if (root.contains(document.activeElement) && root.dataset.settled === undefined) open(root, true);
  highlight(root, options(root)[0]);
});
document.addEventListener("click", (event) => {
  const input = event.target.closest?.(".combo [role=combobox]");
  if (input && input.getAttribute("aria-expanded") !== "true") find(input);
});
document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest?.("[role=option]");
  if (option && combo(option)) {
    event.preventDefault();
    take(combo(option), option);
  }
});
document.addEventListener("click", (event) => {
  const clear = event.target.closest("[data-clear]");
  if (clear) { choose(combo(clear), "", ""); select("[role=combobox]", combo(clear)).focus(); }
  const remove = event.target.closest("[data-unchoose]");
  if (remove) {
    const chosen = remove.closest(".chosen");
    remove.closest(".chosen__item").remove();
    chosen.dispatchEvent(new Event("change", { bubbles: true }));
  }
});
document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.(".combo [role=combobox]")) return;
  const root = combo(event.target);
  const all = options(root);
  const at = all.findIndex((o) => o.getAttribute("aria-selected") === "true");
  const shown = !select("[role=listbox]", root).hidden;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (!shown) find(event.target);
    else if (all.length) highlight(root, all[(at + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length]);
  } else if (event.key === "Enter" && shown && at >= 0) {
    event.preventDefault();
    take(root, all[at]);
  } else if (event.key === "Escape" && shown) {
    event.preventDefault();
    event.stopPropagation();
    open(root, false);
  }
});

// ---- Filters: an input that the chosen operator does not need is hidden ------------------------------------------

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-operator]")) return;
  const scope = event.target.closest("form");
  const within = event.target.value === "within";
  const bare = within || ["blank", "not_blank"].includes(event.target.value);
  selectAll("[data-operand]", scope).forEach((e) => { e.hidden = bare; });
  selectAll("[data-operand-period]", scope).forEach((e) => { e.hidden = !within; });
  selectAll("[data-operand-to]", scope).forEach((e) => { e.hidden = event.target.value !== "between"; });
});

// ---- Sorters: an item changes places with its neighbour, and keeps the focus -------------------------------------

document.addEventListener("click", (event) => {
  const mover = event.target.closest("[data-up], [data-down]");
  const item = mover?.closest("[data-sorter] > *");
  const neighbour = mover?.matches("[data-up]") ? item?.previousElementSibling : item?.nextElementSibling;
  if (!neighbour) return;
  if (mover.matches("[data-up]")) neighbour.before(item);
  else neighbour.after(item);
  mover.focus();
  item.scrollIntoView({ block: "nearest" });
});

selectAll(".toast").forEach(retire);

// ---- Lists: what is cut is told where the pointer rests ----------------------------------------------------------

document.addEventListener("pointerover", (event) => {
  const cut = event.target.closest(".cut, .table .tag, .rows__title, .rows__sub");
  if (!cut || cut.title) return;
  if (cut.scrollHeight > cut.clientHeight + 1 || cut.scrollWidth > cut.clientWidth + 1) cut.title = cut.textContent;
});
