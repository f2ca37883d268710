// Pictures: made smaller before they are sent, seen whole by a press; how an upload goes is told at its field.
"use strict";
(function () {
  const LONGEST = 2048;
  const drawn = new WeakSet();

  // What a browser can draw is sent without what the camera noted in it (where it was taken among it), and no larger than needed;
  // what it cannot draw, or may be moving, is sent as it is. The server judges it all again.
  async function shrunk(file) {
    if (!/^image\/(jpeg|png|webp|heic|heif|avif|bmp)$/.test(file.type)) return file;
    try {
      const image = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(image.width * scale));
      canvas.height = Math.max(1, Math.round(image.height * scale));
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      image.close();
      const kind = file.type === "image/png" && scale === 1 ? "image/png" : /png|webp/.test(file.type) ? "image/webp" : "image/jpeg";
      const blob = await new Promise((done) => canvas.toBlob(done, kind, 0.85));
      const ending = blob.type.replace("image/", "").replace("jpeg", "jpg");
      return new File([blob], `${file.name.replace(/\.[^.]*$/, "")}.${ending}`, { type: blob.type });
    } catch {
      return file;
    }
  }

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches?.("[data-shrink]") || drawn.has(input)) return;
    event.stopImmediatePropagation();
    if (!input.files.length) return;
    const label = input.closest("label");
    label.setAttribute("aria-busy", "true");
    Promise.all(Array.from(input.files, shrunk)).then((files) => {
      const sent = new DataTransfer();
      files.forEach((file) => sent.items.add(file));
      input.files = sent.files;
      label.removeAttribute("aria-busy");
      drawn.add(input);
      input.dispatchEvent(new Event("change", { bubbles: true }));
      drawn.delete(input);
    });
  }, true);

  // ---- How it goes ----
  // A form that was judged meanwhile may hold another input in place of the one that sends.
  const part = (input, selector) => select(selector, (document.getElementById(input.id) ?? input).closest(".pictures") ?? input);
  const bar = (input) => part(input, ".upload");
  function tell(input, text) {
    const fault = part(input, "[data-upload-fault]");
    if (!fault) return;
    fault.hidden = !text;
    select("span", fault).textContent = text;
  }
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!event.detail.elt.matches("[data-upload]")) return;
    if (event.defaultPrevented) tell(event.detail.elt, texts().tooLarge);
    else tell(event.detail.elt, "");
  });
  document.addEventListener("htmx:xhr:progress", (event) => {
    const shown = event.target.matches?.("[data-upload]") && bar(event.target);
    if (!shown || !event.detail.lengthComputable) return;
    shown.hidden = false;
    shown.value = (100 * event.detail.loaded) / event.detail.total;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, xhr } = event.detail;
    if (!elt.matches("[data-upload]")) return;
    if (bar(elt)) bar(elt).hidden = true;
    const said = xhr?.getResponseHeader("X-Message");
    if (!xhr?.status || xhr.status >= 400) tell(elt, said ? decodeURIComponent(said) : xhr?.status ? texts().failed : texts().offline);
  });

  // ---- Seen whole ----
  const box = () => select("#lightbox");
  let around = [];
  let at = 0;
  function show(place) {
    at = (place + around.length) % around.length;
    const link = around[at];
    const image = select("img", box());
    image.src = link.href;
    image.alt = link.dataset.name;
    select("figcaption span", box()).textContent = around.length > 1 ? `${link.dataset.name} · ${at + 1} / ${around.length}` : link.dataset.name;
    select("a", box()).href = link.getAttribute("href").replace(/\/picture$/, "");
    selectAll("[data-before], [data-after]", box()).forEach((one) => { one.hidden = around.length < 2; });
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-picture]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      event.stopPropagation();
      around = selectAll("[data-picture]", link.closest(".thumbs, .chosen") ?? link.parentElement);
      show(around.indexOf(link));
      box().showModal();
    } else if (event.target.closest?.("#lightbox")) {
      if (event.target.closest("[data-before]")) show(at - 1);
      else if (event.target.closest("[data-after]")) show(at + 1);
      else if (!event.target.closest("a")) box().close();
    }
  }, true);
  document.addEventListener("keydown", (event) => {
    if (!event.target.closest?.("#lightbox")) return;
    if (event.key === "ArrowLeft" && around.length > 1) show(at - 1);
    else if (event.key === "ArrowRight" && around.length > 1) show(at + 1);
  });
})();
