// Copies what an input holds, the link to a record, its number; shares the link where the device can. Browsers give their clipboard to pages over https only; elsewhere the older way does.
"use strict";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  source.select();
  try {
    if (navigator.clipboard && window.isSecureContext) await navigator.clipboard.writeText(source.value);
    else document.execCommand("copy");
    button.lastChild.textContent = button.dataset.copied;
    announce(button.dataset.copied);
  } catch {
    source.focus(); // it stays selected, to be copied by hand
  }
});

// A link is pasted as one where texts are rich, and as title and address elsewhere. This way works over http as well.
function copyTexts(texts) {
  const give = (event) => {
    event.preventDefault();
    Object.entries(texts).forEach(([kind, text]) => event.clipboardData.setData(kind, text));
  };
  document.addEventListener("copy", give, { once: true });
  const done = document.execCommand("copy");
  document.removeEventListener("copy", give);
  return done;
}

function linkOf(button) {
  const link = document.createElement("a");
  link.href = new URL(button.dataset.link || button.dataset.share, window.location.origin);
  link.textContent = button.dataset.title;
  return link;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-link], [data-plain], [data-share]");
  if (!button) return;
  button.closest("[popover]")?.hidePopover();
  if (button.dataset.share) {
    navigator.share({ title: button.dataset.title, url: linkOf(button).href }).catch(() => {}); // who gives it up has shared nothing
    return;
  }
  const link = button.dataset.link && linkOf(button);
  const copied = link ? { "text/plain": `${link.textContent} ${link.href}`, "text/html": link.outerHTML } : { "text/plain": button.dataset.plain };
  if (copyTexts(copied)) toast(button.dataset.done);
});

const offerShare = () => selectAll("[data-share]").forEach((button) => { button.hidden = !navigator.share; });
document.addEventListener("htmx:afterSettle", offerShare);
offerShare();
