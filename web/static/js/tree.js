// Trees: opened and closed by the pointer or the keys of the ARIA pattern; a branch is loaded when it is first opened.
"use strict";

(() => {
  const item = (element) => element?.closest?.("[data-tree] [role=treeitem]");
  const group = (node) => node.parentElement.querySelector(":scope > [role=group]");
  const above = (node) => node.parentElement.parentElement.closest(".tree__node")?.querySelector(":scope > [role=treeitem]");
  const isOpen = (node) => node.getAttribute("aria-expanded") === "true";
  const shown = (tree) => Array.from(tree.querySelectorAll("[role=treeitem]")).filter((node) => node.offsetParent !== null);

  function focus(node) {
    if (!node) return;
    node.closest("[data-tree]").querySelectorAll("[role=treeitem][tabindex='0']").forEach((one) => { one.tabIndex = -1; });
    node.tabIndex = 0;
    node.focus();
  }

  function open(node, yes) {
    if (!node.hasAttribute("aria-expanded")) return;
    node.setAttribute("aria-expanded", String(yes));
    group(node).hidden = !yes;
    if (yes) htmx.trigger(group(node), "opened");
  }

  function enter(tree) {
    const first = tree.querySelector("[role=treeitem]");
    if (first && !tree.querySelector("[tabindex='0']")) first.tabIndex = 0;
  }
  document.querySelectorAll("[data-tree]").forEach(enter);
  document.addEventListener("htmx:afterSwap", (event) => {
    const { target } = event.detail;
    document.querySelectorAll("[data-tree]").forEach(enter);
    if (document.activeElement === document.body && target.matches?.("[data-tree-more]")) focus(shown(document.querySelector("[data-tree]")).at(-1));
  });

  document.addEventListener("click", (event) => {
    const node = item(event.target);
    if (!node) return;
    if (event.target.closest("[data-tree-toggle]")) open(node, !isOpen(node));
    if (!event.target.closest("a")) focus(node);
  });

  document.addEventListener("keydown", (event) => {
    const node = item(event.target);
    if (!node || event.ctrlKey || event.altKey || event.metaKey) return;
    const all = shown(node.closest("[data-tree]"));
    const at = all.indexOf(node);
    const keys = {
      ArrowDown: () => focus(all[at + 1]),
      ArrowUp: () => focus(all[at - 1]),
      Home: () => focus(all[0]),
      End: () => focus(all.at(-1)),
      ArrowRight: () => (isOpen(node) ? focus(group(node).querySelector("[role=treeitem]")) : open(node, true)),
      ArrowLeft: () => (isOpen(node) ? open(node, false) : focus(above(node))),
      Enter: () => (node.querySelector("a") || node).click(),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
})();
