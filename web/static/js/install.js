// The service worker of the shell; where browsers have none, or plain http forbids it, everything works without.
"use strict";

if ("serviceWorker" in navigator && window.isSecureContext) navigator.serviceWorker.register("/service-worker.js");

// The page that stands in while there is no network looks for it every few seconds, and at once when it is said to be back.
const lookAgain = document.querySelector("[data-look-again]");
if (lookAgain) {
  const look = () => fetch("/healthz", { cache: "no-store" }).then((answer) => { if (answer.ok) window.location.reload(); }, () => {});
  setInterval(look, 3000);
  window.addEventListener("online", look);
  lookAgain.addEventListener("click", () => window.location.reload());
}
