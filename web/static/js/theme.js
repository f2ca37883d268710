// Runs before the first paint: without a choice of one's own, the page follows the system's light or dark.
(function () {
  "use strict";
  const root = document.documentElement;
  if (root.dataset.theme) return;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const follow = () => { root.dataset.bsTheme = dark.matches ? "dark" : "light"; };
  follow();
  dark.addEventListener("change", follow);
})();
