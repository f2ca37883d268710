// Formatted text is edited as it will stand, over a text area that keeps what is posted (without scripts, that is what is typed into).
// Loaded where there is such a field.
"use strict";

(() => {
  const editors = new Map(); // the element around a text area -> what edits it
  const NAMES = {
    P: "p", DIV: "p", H1: "h2", H2: "h2", H3: "h3", H4: "h4", H5: "h4", H6: "h4", TR: "p", PRE: "pre", UL: "ul", OL: "ol", LI: "li",
    BLOCKQUOTE: "blockquote", B: "b", STRONG: "b", I: "i", EM: "i", U: "u", S: "s", DEL: "s", STRIKE: "s", CODE: "code", A: "a",
    BR: "br", HR: "hr",
  };
  const LEFT_OUT = "script, style, title, template, noscript, iframe, object, embed, svg, math, meta, link, head, input, button, select, textarea";
  const BLOCKS = "p, div, h1, h2, h3, h4, h5, h6, pre, ul, ol, table, blockquote, hr";
  const GOOD = /^(https?:\/\/[^/?#]|mailto:[^/]|tel:\+?[0-9])/i;

  // ---- What comes in, from the page or pasted, in the few elements there are. The server judges it again. ----

  // Attributes that style and act are given other names before anything is made of them: the page allows none.
  const parse = (html) => new DOMParser().parseFromString(
    html.replace(/<style\b[^]*?<\/style\s*>/gi, "").replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/[\s/"'](style|on[a-z]+)\s*=/gi, (_, name) => (name.toLowerCase() === "style" ? " data-s=" : " data-x="))), "text/html",
  ).body;

  function rebuild(from, into) {
    for (const child of from.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) into.append(child.data);
      else if (child.nodeType === Node.ELEMENT_NODE && !child.matches(LEFT_OUT)) rebuild(child, made(child, into));
    }
    return into;
  }

  function made(child, into) {
    const style = child.dataset.s || "";
    const usual = /font-weight:\s*(normal|400)/i.test(style);
    let name = NAMES[child.tagName.toUpperCase()];
    if (child.matches("td + td, th + th, td + th, th + td")) into.append(" ");
    if ((name === "p" && child.querySelector(BLOCKS)) || (name === "b" && usual)) name = "";
    if (name === "a" && !GOOD.test((child.getAttribute("href") || "").trim())) name = "";
    for (const one of [name, ...(name ? [] : styled(style, usual))].filter(Boolean)) {
      const element = document.createElement(one);
      if (one === "a") element.setAttribute("href", child.getAttribute("href").trim());
      into.append(element);
      into = element;
    }
    return into;
  }

  const styled = (style, usual) => [
    !usual && /font-weight:\s*(bold|[6-9]00)/i.test(style) && "b", /font-style:\s*italic/i.test(style) && "i",
    /text-decoration[^;]*underline/i.test(style) && "u", /text-decoration[^;]*line-through/i.test(style) && "s",
  ];

  function fragment(html) {
    const found = document.createDocumentFragment();
    rebuild(parse(html), found);
    return found;
  }

  const isMarkup = (text) => /^\s*<[a-z][a-z0-9]*(?=[\s/>])[^<>]*>/i.test(text);
  const lines = (text) => text.split(/\r?\n/).map((line) => {
    const paragraph = document.createElement("p");
    paragraph.append(line.trim() || document.createElement("br"));
    return paragraph.outerHTML;
  }).join("");
  const asHtml = (text) => (isMarkup(text) ? text : text.trim() ? lines(text) : "");

  // ---- The editor ----

  function enhance(root) {
    const area = root.querySelector("textarea");
    root.querySelectorAll(".rich__bar, .rich__link, .rich__text").forEach((old) => old.remove());
    root.append(root.querySelector("template").content.cloneNode(true));
    const text = root.querySelector(".rich__text");
    area.hidden = true;
    area.required = false;
    follow(area, text, area);
    if (area.disabled) {
      root.querySelectorAll(".rich__bar, .rich__link").forEach((part) => part.remove());
      text.removeAttribute("contenteditable");
      text.replaceChildren(fragment(asHtml(area.value)));
      editors.set(root, { area, text, squire: null });
      return;
    }
    const squire = new Squire(text, {
      blockTag: "P", sanitizeToDOMFragment: fragment, tagAttributes: { a: { rel: "noopener noreferrer", target: "_blank" } },
    });
    editors.set(root, { area, text, squire });
    squire.setHTML(asHtml(area.value));
    squire.addEventListener("input", () => keep(root));
    squire.addEventListener("pathChange", () => show(root));
    squire.addEventListener("undoStateChange", (event) => { root.querySelector('[data-do="undo"]').disabled = !event.detail.canUndo; });
    text.addEventListener("focusin", () => { root.dataset.held = area.value; });
    root.addEventListener("focusout", (event) => { if (!root.contains(event.relatedTarget)) settle(root); });
    text.addEventListener("keydown", (event) => shortcut(root, event));
    root.querySelector(".rich__bar").addEventListener("keydown", (event) => walk(root, event));
    root.querySelector(".rich__bar").addEventListener("mousedown", (event) => event.preventDefault());
    root.querySelector(".rich__link").addEventListener("keydown", (event) => {
      if (event.key === "Enter") { event.preventDefault(); event.stopPropagation(); link(root); }
      if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close(root); }
    });
    show(root);
  }

  // What screen readers are told of the text area goes to what stands in its place.
  function follow(area, text, from) {
    for (const name of ["aria-invalid", "aria-describedby", "aria-required"]) {
      const said = from.getAttribute(name);
      if (said) text.setAttribute(name, said);
      else text.removeAttribute(name);
    }
    area.removeAttribute("aria-invalid");
  }

  const isBlank = (text) => !text.textContent.trim() && !text.querySelector("hr, li");

  function keep(root) {
    const { area, text, squire } = editors.get(root);
    const html = isBlank(text) ? "" : squire.getHTML();
    text.classList.toggle("is-blank", isBlank(text));
    if (html === area.value) return;
    area.value = html;
    const form = area.closest("form[data-guard]");
    if (form && root.contains(document.activeElement)) form.dataset.dirty = "";
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // A form is judged once somebody has left the text, not while they write it.
  function settle(root) {
    const { area } = editors.get(root) || {};
    if (!area) return;
    keep(root);
    if (root.dataset.held === undefined || root.dataset.held === area.value) return;
    delete root.dataset.held;
    area.dispatchEvent(new Event("change", { bubbles: true }));
  }

  const HEADING = "H3";
  const ON = {
    bold: (squire) => squire.hasFormat("B"), italic: (squire) => squire.hasFormat("I"), heading: (squire) => squire.hasFormat(HEADING),
    list: (squire) => squire.hasFormat("UL"), numbers: (squire) => squire.hasFormat("OL"), quote: (squire) => squire.hasFormat("BLOCKQUOTE"),
    link: (squire) => squire.hasFormat("A"),
  };
  const DO = {
    bold: (squire, on) => (on ? squire.removeBold() : squire.bold()),
    italic: (squire, on) => (on ? squire.removeItalic() : squire.italic()),
    heading: (squire, on) => squire.modifyBlocks((part) => renamed(part, on ? "p" : HEADING.toLowerCase())),
    list: (squire, on) => (on ? squire.removeList() : squire.makeUnorderedList()),
    numbers: (squire, on) => (on ? squire.removeList() : squire.makeOrderedList()),
    quote: (squire, on) => (on ? squire.decreaseQuoteLevel() : squire.increaseQuoteLevel()),
    undo: (squire) => squire.undo(),
  };

  function renamed(part, name) {
    part.querySelectorAll("p, h2, h3, h4").forEach((block) => {
      const other = document.createElement(name);
      other.append(...block.childNodes);
      block.replaceWith(other);
    });
    return part;
  }

  function show(root) {
    const { squire, text } = editors.get(root);
    text.classList.toggle("is-blank", isBlank(text));
    root.querySelectorAll("[data-do]").forEach((button) => {
      if (ON[button.dataset.do]) button.setAttribute("aria-pressed", String(ON[button.dataset.do](squire)));
    });
  }

  function carryOut(root, name) {
    const { squire } = editors.get(root);
    if (name === "link") { ask(root); return; }
    DO[name](squire, ON[name]?.(squire));
    squire.focus();
    keep(root);
    show(root);
  }

  // ---- Links: the address is asked for between the buttons and the text ----

  function ask(root) {
    const { squire } = editors.get(root);
    const row = root.querySelector(".rich__link");
    const input = row.querySelector("input");
    const within = squire.getSelection().startContainer;
    const old = (within.nodeType === Node.ELEMENT_NODE ? within : within.parentElement)?.closest("a");
    row.hidden = false;
    row.querySelector("[data-unlink]").hidden = !squire.hasFormat("A");
    input.value = old?.getAttribute("href") || "";
    input.removeAttribute("aria-invalid");
    input.focus();
  }

  function close(root) {
    root.querySelector(".rich__link").hidden = true;
    editors.get(root).squire.focus();
  }

  function link(root) {
    const { squire } = editors.get(root);
    const input = root.querySelector(".rich__link input");
    const typed = input.value.trim();
    const address = GOOD.test(typed) ? typed : /^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(typed) ? `mailto:${typed}`
      : /^[^\s:/]+\.[^\s:/]+([/?#:]\S*)?$/.test(typed) ? `https://${typed}` : "";
    if (!address) {
      input.setAttribute("aria-invalid", "true");
      toast(root.dataset.badLink, true);
      return;
    }
    close(root);
    if (squire.getSelection().collapsed && squire.hasFormat("A")) squire.removeLink();
    squire.makeLink(address);
    keep(root);
    show(root);
  }

  // ---- Keys ----

  function shortcut(root, event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    event.stopPropagation();
    ask(root);
  }

  function walk(root, event) {
    const buttons = Array.from(root.querySelectorAll(".rich__bar button:not(:disabled)"));
    const at = buttons.indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1 + buttons.length, Home: 0, End: buttons.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const next = buttons[to % buttons.length];
    buttons.forEach((button) => { button.tabIndex = button === next ? 0 : -1; });
    next.focus();
  }

  document.addEventListener("click", (event) => {
    const root = event.target.closest(".rich[data-rich]");
    if (!root || !editors.get(root)?.squire) {
      const label = event.target.closest("label.field__label");
      const area = label && document.getElementById(label.htmlFor);
      if (area?.hidden) area.closest(".rich")?.querySelector(".rich__text")?.focus();
      return;
    }
    const button = event.target.closest("button");
    if (button?.dataset.do) carryOut(root, button.dataset.do);
    else if (button && "link" in button.dataset) link(root);
    else if (button && "unlink" in button.dataset) {
      close(root);
      editors.get(root).squire.removeLink();
      keep(root);
    }
  });

  // ---- Forms are drawn anew while somebody works in them: an editor stays, and takes what the server made of its text ----

  const before = Idiomorph.defaults.callbacks.beforeNodeMorphed;
  Idiomorph.defaults.callbacks.beforeNodeMorphed = (node, next) => {
    const held = node instanceof Element && node.matches(".rich") && editors.get(node);
    const area = held && next?.querySelector?.(":scope > textarea");
    if (!area) return before(node, next);
    if (area.disabled !== held.area.disabled) {
      held.squire?.destroy();
      editors.delete(node);
      return before(node, next);
    }
    follow(held.area, held.text, area);
    if (area.value !== held.area.value && !node.contains(document.activeElement)) {
      held.area.value = area.value;
      if (held.squire) held.squire.setHTML(asHtml(area.value));
      else held.text.replaceChildren(fragment(asHtml(area.value)));
    }
    return false;
  };

  function begin() {
    for (const [root, held] of editors) {
      if (!root.isConnected) { held.squire?.destroy(); editors.delete(root); }
    }
    document.querySelectorAll(".rich[data-rich]").forEach((root) => { if (!editors.has(root)) enhance(root); });
  }
  document.addEventListener("htmx:afterSettle", begin);
  begin();
})();
