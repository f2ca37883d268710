// Inputs that have a part beside the text that is sent.
"use strict";
(function () {
  // A colour: the swatch and the text say the same.
  document.addEventListener("input", (event) => {
    const box = event.target.closest(".color-input");
    if (!box) return;
    const [swatch, text] = box.querySelectorAll("input");
    if (event.target === swatch) {
      text.value = swatch.value;
      text.dispatchEvent(new Event("change", { bubbles: true }));
    } else if (/^#[0-9a-f]{6}$/i.test(text.value)) {
      swatch.value = text.value;
    }
  });

  // A position: what the device says of where it is. Nothing is asked of it before the button is pressed.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-locate]");
    if (!button) return;
    const text = button.parentElement.querySelector("input");
    const missed = () => { button.disabled = false; toast(button.dataset.denied, true); };
    if (!navigator.geolocation) { missed(); return; }
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      button.disabled = false;
      text.value = `${coords.latitude.toFixed(6)}, ${coords.longitude.toFixed(6)}`;
      text.dispatchEvent(new Event("input", { bubbles: true }));
      text.dispatchEvent(new Event("change", { bubbles: true }));
    }, missed, { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 });
  });

  // Tags: what is typed becomes one at Enter, at a comma of either script, and when the input is left; a pasted list becomes many.
  const PARTS = /[,，、;；\r\n\t]+/;
  const tagsOf = (element) => element.closest?.("[data-tags]");
  const tidy = (text) => text.normalize("NFKC").trim().replace(/\s+/g, " ");
  const held = (root) => selectAll(".chosen__item input", root.parentElement).map((one) => one.value.toLowerCase());

  function addTags(root, text) {
    const input = select("[role=combobox]", root);
    const added = text.split(PARTS).map(tidy).filter(Boolean);
    for (const tag of added) {
      const known = select(`[role=option][data-value="${CSS.escape(tag)}" i]`, root);
      if (!held(root).includes(tag.toLowerCase())) addChosen(root, known?.dataset.value ?? tag, known?.dataset.value ?? tag);
    }
    input.value = "";
    if (!added.length) return;
    root.dataset.settled = "";
    open(root, false);
    changed(root);
  }

  function changed(root) {
    const form = root.closest("form[data-guard]");
    if (form) form.dataset.dirty = "";
    select("input[type=hidden]", root).dispatchEvent(new Event("change", { bubbles: true }));
  }

  document.addEventListener("keydown", (event) => {
    const root = tagsOf(event.target);
    if (!root || event.isComposing) return;
    const input = event.target;
    if (event.key === "Enter" && input.value.trim() && !options(root).slice(1).some((one) => one.ariaSelected === "true")) {
      event.preventDefault();
      event.stopPropagation();
      addTags(root, input.value);
    } else if (event.key === "Backspace" && !input.value) {
      const last = select(".chosen", root.parentElement).lastElementChild;
      if (!last) return;
      last.remove();
      changed(root);
    }
  }, true);
  document.addEventListener("input", (event) => {
    const root = tagsOf(event.target);
    if (!root || event.isComposing || !PARTS.test(event.target.value)) return;
    event.stopPropagation();
    addTags(root, event.target.value);
  }, true);
  document.addEventListener("compositionend", (event) => {
    const root = tagsOf(event.target);
    if (root && PARTS.test(event.target.value)) addTags(root, event.target.value);
  });
  document.addEventListener("paste", (event) => {
    const root = tagsOf(event.target);
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!root || !PARTS.test(text)) return;
    event.preventDefault();
    addTags(root, event.target.value + text);
  });
  document.addEventListener("focusout", (event) => {
    const root = tagsOf(event.target);
    if (root && !root.contains(event.relatedTarget)) addTags(root, event.target.value);
  }, true);
  document.addEventListener("submit", (event) => {
    selectAll("[data-tags]", event.target).forEach((root) => addTags(root, select("[role=combobox]", root).value));
  }, true);
  document.addEventListener("click", (event) => {
    const box = event.target.closest(".tags-input");
    if (box && (event.target === box || event.target.closest("[data-unchoose]"))) select("[role=combobox]", box)?.focus();
  }, true);
})();

// The editor of formatted text is loaded once, with the first field that needs it.
(() => {
  let loaded = false;
  function load() {
    const field = !loaded && document.querySelector("[data-rich]");
    if (!field) return;
    loaded = true;
    const script = document.createElement("script");
    script.src = field.dataset.rich;
    document.head.append(script);
  }
  document.addEventListener("htmx:afterSettle", load);
  load();
})();
