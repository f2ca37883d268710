// Runs before the first paint: without a choice of one's own, the page follows the system's light or dark; rows are as high as
// was chosen in this browser.
(function () {
  "use strict";
  const root = document.documentElement;
  try { root.dataset.density = localStorage.getItem("density") || "normal"; } catch { root.dataset.density = "normal"; }
  if (root.dataset.theme) return;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const follow = () => { root.dataset.bsTheme = dark.matches ? "dark" : "light"; };
  follow();
  dark.addEventListener("change", follow);
})();
