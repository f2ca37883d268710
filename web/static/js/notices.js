// A notice that is opened is read. The request outlives the page that it was opened from.
"use strict";

function read(event) {
  const opened = event.target.closest("a[data-notice]");
  if (!opened || event.button > 1) return;
  const body = new URLSearchParams({ _csrf: JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRF-Token"] });
  fetch(`/notifications/${opened.dataset.notice}/read`, { method: "POST", body, keepalive: true, redirect: "manual" }).catch(() => {});
  delete opened.dataset.notice;
}
document.addEventListener("click", read);
document.addEventListener("auxclick", read);
