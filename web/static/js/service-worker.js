// Keeps the static files of the shell at hand, and shows a page of ours while there is no network. Pages, records and answers
// are never kept: they are somebody's, and only the server knows who may still read them.
"use strict";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => Promise.all(names.filter((name) => name !== SHELL).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match("/offline")));
  } else if (address.pathname.startsWith("/static/") && address.searchParams.has("v")) {
    event.respondWith(caches.match(request).then((kept) => kept || fetch(request)));
  }
});
