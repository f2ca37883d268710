// Tabs of the page and the form of a record: one is open, and named in the address. Without this script all sections stand below each
// other; so they do on paper.
"use strict";

(() => {
  const strip = () => select("[data-tabs]");
  const all = () => selectAll("[role=tab]", strip());
  const panel = (tab) => document.getElementById(tab.getAttribute("aria-controls"));
  let current = ""; // the id of the open tab, kept when the server draws the form anew

  function show(tab) {
    current = tab.id;
    for (const one of all()) {
      const chosen = one === tab;
      one.setAttribute("aria-selected", String(chosen));
      one.tabIndex = chosen ? 0 : -1;
      panel(one).toggleAttribute("data-away", !chosen);
    }
    slide(strip(), tab.getBoundingClientRect());
  }

  // Brings the tab into its strip, and leaves the page where it is.
  function slide(box, { left, right }) {
    const around = box.getBoundingClientRect();
    if (left < around.left) box.scrollLeft += left - around.left;
    else if (right > around.right) box.scrollLeft += right - around.right;
  }

  // The tab that is meant: where something was refused, else the one that was open, else the one of the address, else the first.
  function arrange(refused) {
    if (!strip()) return;
    strip().hidden = false;
    const faulty = refused && all().find((tab) => select("[aria-invalid=true], .field__error:not([hidden])", panel(tab)));
    const named = document.getElementById(window.location.hash.slice(1));
    show(faulty || all().find((tab) => tab.id === current) || all().find((tab) => tab === named) || all()[0]);
  }

  function choose(tab) {
    show(tab);
    window.history.replaceState(window.history.state, "", `#${tab.id}`);
  }

  document.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-tabs] [role=tab]");
    if (tab) choose(tab);
  });
  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest?.("[data-tabs] [role=tab]");
    if (!tab || event.ctrlKey || event.altKey || event.metaKey) return;
    const tabs = all();
    const at = tabs.indexOf(tab);
    const to = { ArrowRight: (at + 1) % tabs.length, ArrowLeft: (at + tabs.length - 1) % tabs.length, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose(tabs[to]);
    tabs[to].focus();
  });
  window.addEventListener("hashchange", () => { current = ""; arrange(false); });
  document.addEventListener("htmx:afterSwap", (event) => {
    const { target } = event.detail;
    if (target.id === "main") arrange(true);
    else if (target.id === "form-body") arrange(false);
  });
  arrange(false);
})();
