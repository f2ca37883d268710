// The page of a record hears who else is here and that it was changed. Only a page that is seen listens: a browser holds few
// connections to one host.
"use strict";

const listening = () => select("[data-live]");
const SETTLED = 800; // milliseconds that a page is looked at before it listens: who only passes through is not here
let heard = null; // { address, source }
let settling = 0;

function hush() {
  clearTimeout(settling);
  settling = 0;
  heard?.source.close();
  heard = null;
}

function listen() {
  const address = document.hidden ? undefined : listening()?.dataset.live;
  if (address && heard?.address === address) return;
  hush();
  if (address) settling = setTimeout(() => attend(address), SETTLED);
}

function attend(address) {
  settling = 0;
  heard = { address, source: new EventSource(address) };
  heard.source.addEventListener("record", (event) => tellOf(JSON.parse(event.data)));
  heard.source.addEventListener("error", () => { select("[data-here]")?.replaceChildren(); });
}

// The pieces are the server's, escaped there.
function tellOf({ here, changed }) {
  const people = select("[data-here]");
  if (people) people.innerHTML = here;
  const note = select("[data-stale]");
  if (!note) return;
  if (note.dataset.shown !== changed) note.innerHTML = changed;
  note.dataset.shown = changed;
  note.hidden = !changed;
}

// A form goes through its draft: what was typed is offered on the fresh form, set against what is stored now. On a record's page the
// comment that is being written goes on, with its files.
async function freshen() {
  if (draftForm()) {
    keepDraft();
    leaving = true;
    window.location.reload();
    return;
  }
  const begun = select("#comment")?.value;
  const chosen = Array.from(select("#comment-files-chosen")?.children ?? []);
  await htmx.ajax("GET", window.location.pathname + window.location.search, { target: "#main", select: "#main", swap: "outerHTML" });
  const box = select("#comment");
  if (box && begun) {
    box.value = begun;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
  select("#comment-files-chosen")?.append(...chosen);
  select("h1")?.focus();
}

document.addEventListener("click", (event) => { if (event.target.closest("[data-live-reload]")) freshen(); });
document.addEventListener("visibilitychange", listen);
document.addEventListener("htmx:afterSettle", listen);
window.addEventListener("pagehide", hush);
window.addEventListener("pageshow", listen);
