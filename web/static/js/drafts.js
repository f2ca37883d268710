// What is typed into a form is kept in this browser, for each person and form, until it is saved: without files and secrets, for two
// weeks, 500 KB in all. A form that meets no network waits for it, and is sent once, under its own key.
"use strict";

const DRAFT_AGE = 14 * 24 * 3600 * 1000;
const DRAFTS_MOST = 250_000; // characters; browsers count two bytes for each
const OWN_INPUTS = ["_revision", "_seen", "_next", "_key"];
const draftForm = () => select("#record-form[data-draft]");
const draftNote = () => select("#draft");
const draftKey = () => `draft:${texts().person}:${window.location.pathname}${window.location.search}`;
let undecided = null; // the draft that is offered, while nothing was decided about it
let keeping = 0;
let waiting = 0;

function parsed(text) {
  try { return JSON.parse(text); } catch { return null; }
}

function draftKeys() {
  try { return Object.keys(window.localStorage).filter((key) => key.startsWith("draft:")); } catch { return []; }
}

function drop(key) {
  try { window.localStorage.removeItem(key); } catch { /* a browser that keeps nothing has nothing to drop */ }
}

// The drafts that are young enough, oldest first; the others are dropped.
function draftsKept() {
  const all = draftKeys().map((key) => ({ key, text: kept(key), at: parsed(kept(key))?.at || 0 }));
  all.filter((one) => Date.now() - one.at > DRAFT_AGE).forEach((one) => drop(one.key));
  return all.filter((one) => Date.now() - one.at <= DRAFT_AGE).sort((one, other) => one.at - other.at);
}

function typedPairs(form) {
  const left = new Set(["_csrf", ...OWN_INPUTS, ...selectAll("[data-upload]", form).flatMap((one) => [one.dataset.upload, one.name])]);
  selectAll("input[type=password]", form).forEach((one) => left.add(one.name));
  return Array.from(new FormData(form)).filter(([name, value]) => typeof value === "string" && !left.has(name));
}

const ownInputs = (form) => Object.fromEntries(OWN_INPUTS.map((name) => [name, form.elements[name]?.value ?? ""]));

function keepDraft(unsent = false) {
  clearTimeout(keeping);
  keeping = 0;
  const form = draftForm();
  if (!form || leaving || undecided || select(".viewing") || (form.dataset.dirty === undefined && !unsent)) return;
  const key = draftKey();
  const text = JSON.stringify({ at: Date.now(), unsent, own: ownInputs(form), pairs: typedPairs(form) });
  const others = draftsKept().filter((one) => one.key !== key);
  let size = others.reduce((sum, one) => sum + one.text.length, text.length);
  while (size > DRAFTS_MOST && others.length) {
    const oldest = others.shift();
    size -= oldest.text.length;
    drop(oldest.key);
  }
  if (size > DRAFTS_MOST) drop(key);
  else keep(key, text);
}

function keepSoon(event) {
  if (!event.target.closest?.("#record-form[data-draft]")) return;
  clearTimeout(keeping);
  keeping = setTimeout(keepDraft, 400);
}
document.addEventListener("input", keepSoon);
document.addEventListener("change", keepSoon);
window.addEventListener("pagehide", () => { if (keeping) keepDraft(); });
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.elt === draftForm() && event.detail.xhr.getResponseHeader("HX-Redirect")) {
    clearTimeout(keeping);
    keeping = 0;
    drop(draftKey());
  }
});

// ---- What was left is offered again ---------------------------------------------------------------------------

function sinceWhen(at) {
  const minutes = Math.round((Date.now() - at) / 60000);
  const [count, unit] = minutes < 1 ? [0, "second"] : minutes < 60 ? [minutes, "minute"]
    : minutes < 2880 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
  return new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" }).format(-count, unit);
}

function tell(words, ...buttons) {
  const note = draftNote();
  select("[data-draft-text]", note).textContent = words;
  selectAll("button", note).forEach((one) => { one.hidden = !buttons.some((name) => name in one.dataset); });
  note.hidden = false;
}

const changedSince = (draft, form) => draft.own._revision !== (form.elements._revision?.value ?? "");

function offer(draft) {
  const form = draftForm();
  const { left, unsent, changed } = draftNote().dataset;
  const words = (draft.unsent ? unsent : left).replace("{when}", sinceWhen(draft.at));
  undecided = draft;
  tell(changedSince(draft, form) ? `${words} ${changed}` : words, "draftGo", "draftDrop");
}

// The server draws the form as it stood: rows, titles of what was chosen, sections that depend on it. What was seen comes back with
// it, so that saving compares with that.
async function goOn(draft) {
  const form = draftForm();
  const changed = changedSince(draft, form);
  const values = {};
  draft.pairs.forEach(([name, value]) => { (values[name] ||= []).push(value); });
  let drawn = false;
  const note = (event) => { drawn ||= event.target.id === "form-body"; };
  document.addEventListener("htmx:afterSwap", note);
  await htmx.ajax("POST", form.dataset.draft, { source: draftNote(), target: "#form-body", swap: "morph:outerHTML", values }).catch(() => {});
  document.removeEventListener("htmx:afterSwap", note);
  if (!drawn) return;
  for (const name of OWN_INPUTS) {
    if (form.elements[name] && (name !== "_key" || draft.unsent)) form.elements[name].value = draft.own[name];
  }
  undecided = null;
  form.dataset.dirty = "";
  if (changed) tell(draftNote().dataset.compared);
  else draftNote().hidden = true;
  select("input:not([type=hidden]), select, textarea", form)?.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("#draft button");
  if (!button) return;
  if ("draftGo" in button.dataset && undecided) goOn(undecided);
  else if ("draftDrop" in button.dataset) {
    drop(draftKey());
    undecided = null;
    draftNote().hidden = true;
    keepDraft();
  } else if ("draftStay" in button.dataset) {
    stopWaiting();
    draftNote().hidden = true;
  }
});

// ---- No network: the form waits for it --------------------------------------------------------------------------

function stopWaiting() {
  clearInterval(waiting);
  waiting = 0;
  if (draftForm()) draftForm().inert = false;
}

async function sendAgain(submitter) {
  const there = await fetch("/healthz", { cache: "no-store" }).then((answer) => answer.ok, () => false);
  if (!there || !waiting) return;
  stopWaiting();
  draftNote().hidden = true;
  draftForm()?.requestSubmit(submitter?.isConnected ? submitter : undefined);
}

document.addEventListener("htmx:sendError", (event) => {
  const { elt, requestConfig } = event.detail;
  if (elt !== draftForm()) return;
  undecided = null;
  keepDraft(true);
  elt.inert = true;
  tell(draftNote().dataset.waits, "draftStay");
  draftNote().scrollIntoView({ block: "center" });
  const submitter = requestConfig.triggeringEvent?.submitter;
  clearInterval(waiting);
  waiting = setInterval(() => sendAgain(submitter), 3000);
});

const foundDraft = draftForm() && !select(".viewing") && draftsKept().find((one) => one.key === draftKey());
if (foundDraft) offer(parsed(foundDraft.text));
