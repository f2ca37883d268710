// Copies what an input holds. Browsers give their clipboard to pages over https only; elsewhere the older way does.
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
