// Records made in a dialog: for a related list, which then shows them, or for a picker, which then has them chosen.
"use strict";

const quickForm = () => select("#quick-form");
const quickNote = () => select("[data-quick-note]");
let quickFor = null; // what the open dialog makes its record for: its address, and the related list or the id of the picker's input
let leftOpen = null; // a dialog that was closed with something typed in it: its address and nodes
let quickWaiting = 0;

function say(text, ...ways) {
  const note = quickNote();
  select(".grow", note).textContent = text;
  selectAll("a, button", note).forEach((way) => { way.hidden = !ways.some((name) => name in way.dataset); });
  note.hidden = !text;
}

// What was typed in it before it was closed is still there.
function takenUp() {
  if (leftOpen?.address !== quickFor.address) return false;
  dialog().replaceChildren(...leftOpen.nodes);
  leftOpen = null;
  dialog().showModal();
  return true;
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt } = event.detail;
  if (!elt.matches("[data-quick]")) return;
  quickFor = { address: elt.getAttribute("hx-get"), list: select("[data-related]", elt.closest(".card")) };
  if (takenUp()) event.preventDefault();
});

function makeFor(root, address) {
  open(root, false);
  quickFor = { address, input: select("[role=combobox]", root).id };
  if (!takenUp()) htmx.ajax("GET", address, { target: "#dialog", swap: "innerHTML" });
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "dialog" || !quickForm()) return;
  const first = select("[aria-invalid=true]:not([type=hidden])", quickForm()) || select(".dialog__body input:not([type=hidden]), .dialog__body select, .dialog__body textarea", quickForm());
  first?.focus();
  if (select("[aria-invalid=true], [role=alert], .note--bad", quickForm())) quickForm().dataset.dirty = "";
});

// ---- What was made goes to where it was wanted ----------------------------------------------------------------

document.addEventListener("made", async (event) => {
  const { another, text } = event.detail;
  const wanted = quickFor;
  if (!wanted || !quickForm()) return;
  delete quickForm().dataset.dirty;
  if (!another) {
    dialog().close();
    toast(text);
  }
  if (wanted.list) await htmx.ajax("GET", `${wanted.list.dataset.related}?made=${event.detail.id}`, { target: wanted.list, swap: "innerHTML" });
  else await pickMade(wanted.input, event.detail);
  if (another) await askAnother(wanted.address, text);
  if (wanted.list) await refreshRecord();
});

async function askAnother(address, text) {
  await htmx.ajax("GET", address, { target: "#dialog", swap: "innerHTML" });
  const note = select("[data-quick-made]");
  if (!note) return;
  select(".grow", note).textContent = text;
  note.hidden = false;
}

// What was made may count in the record's own sums and open a way: its facts, states and actions are drawn anew where they stand.
function refreshRecord() {
  const main = select("#main");
  return htmx.ajax("GET", window.location.pathname + window.location.search, { source: main, target: main, select: "#main", swap: "morph:outerHTML" });
}

// The picker is asked whether it admits what was made: its filter may say no.
async function pickMade(id, { id: made, title, astray }) {
  const input = document.getElementById(id);
  if (!input) return;
  const sent = new URLSearchParams(Array.from(new FormData(input.form)).filter(([, value]) => typeof value === "string"));
  sent.set(input.name, title);
  sent.set("_made", made);
  const answer = await fetch(input.getAttribute("hx-post"), { method: "POST", body: sent, headers: { "HX-Request": "true" } }).catch(() => null);
  const page = new DOMParser().parseFromString(answer?.ok ? await answer.text() : "", "text/html");
  const option = select("[role=option][data-value]", page);
  if (option) choose(combo(input), option.dataset.value, option.dataset.title);
  else toast(astray, true);
}

// ---- Leaving it ---------------------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const form = quickForm();
  if (!form) return;
  if (event.target.closest("#quick-form [data-close]")) delete form.dataset.dirty;
  const whole = event.target.closest("[data-quick-whole]");
  if (whole) toWhole(form, whole);
  if (event.target.closest("[data-quick-stay]")) stay();
});

// The whole form begins with what is typed in the short one.
function toWhole(form, link) {
  const typed = typedPairs(form).filter(([name, value]) => value !== "" && !name.startsWith("_"));
  const next = form.elements._next?.value;
  link.href = `${link.getAttribute("href").split("?")[0]}?${new URLSearchParams([...typed, ...(next ? [["_next", next]] : [])])}`;
  delete form.dataset.dirty;
  if (link.target) setTimeout(() => dialog().close());
}

select("#dialog").addEventListener("close", () => {
  const form = quickForm();
  if (!form) return;
  stay();
  leftOpen = form.dataset.dirty === undefined ? null : { address: quickFor.address, nodes: Array.from(dialog().childNodes) };
  dialog().replaceChildren();
});

// ---- No network, or no session: it stays as it is -----------------------------------------------------------------

const still = (yes) => ["#quick-body", "[data-quick-buttons]"].forEach((part) => { select(part, quickForm()).inert = yes; });

function stay() {
  clearInterval(quickWaiting);
  quickWaiting = 0;
  still(false);
  say("");
}

document.addEventListener("htmx:sendError", (event) => {
  if (event.detail.elt !== quickForm()) return;
  const submitter = event.detail.requestConfig.triggeringEvent?.submitter;
  still(true);
  say(quickNote().dataset.waits, "quickStay");
  clearInterval(quickWaiting);
  quickWaiting = setInterval(async () => {
    const there = await fetch("/healthz", { cache: "no-store" }).then((answer) => answer.ok, () => false);
    if (!there || !quickWaiting) return;
    stay();
    quickForm().requestSubmit(submitter);
  }, 3000);
});

document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.elt === quickForm() && event.detail.xhr.status === 401) say(texts().signedOut, "quickSign");
});
