// The service worker of the shell; where browsers have none, or plain http forbids it, everything works without.
"use strict";

if ("serviceWorker" in navigator && window.isSecureContext) navigator.serviceWorker.register("/service-worker.js");

// The page that stands in while there is no network looks again as soon as there is one.
const again = document.querySelector("[data-look-again]");
if (again) {
  again.addEventListener("click", () => window.location.reload());
  window.addEventListener("online", () => window.location.reload());
}
