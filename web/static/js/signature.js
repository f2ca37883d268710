// Signatures: drawn by finger, pen or mouse, or a name that is typed; sent as a picture, by the way that pictures take.
"use strict";
(function () {
  const INK = "#16203a";
  const SCRIPT = '"Segoe Script", "Snell Roundhand", "STKaiti", "KaiTi", cursive';

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-sign]");
    if (button) sign(button);
  });

  function sign(button) {
    const field = button.closest(".signature");
    const pad = select("template", field).content.firstElementChild.cloneNode(true);
    document.body.append(pad);
    pad.showModal();
    const canvas = select("canvas", pad);
    const use = select("[data-sign-use]", pad);
    const typed = select("input", pad);
    const { width, height } = canvas.getBoundingClientRect();
    const scale = 2;
    canvas.width = width * scale;
    canvas.height = height * scale;
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    let last = null;

    function wipe() {
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, width, height);
      use.disabled = true;
    }
    function line(event) {
      const box = canvas.getBoundingClientRect();
      const here = [event.clientX - box.left, event.clientY - box.top];
      pen.beginPath();
      pen.moveTo(...(last ?? here));
      pen.lineTo(...here);
      pen.stroke();
      last = here;
      use.disabled = false;
    }
    Object.assign(pen, { strokeStyle: INK, lineWidth: 2.5, lineCap: "round", lineJoin: "round" });
    wipe();

    canvas.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      if (typed.value) { typed.value = ""; wipe(); }
      canvas.setPointerCapture(event.pointerId);
      last = null;
      line(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) (event.getCoalescedEvents?.() ?? [event]).forEach(line);
    });
    typed.addEventListener("input", () => {
      wipe();
      const name = typed.value.trim();
      let size = 64;
      Object.assign(pen, { fillStyle: INK, textAlign: "center", textBaseline: "middle" });
      do pen.font = `italic ${size}px ${SCRIPT}`; while (pen.measureText(name).width > width - 32 && (size -= 4) > 12);
      pen.fillText(name, width / 2, height / 2);
      use.disabled = !name;
    });
    pad.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target === typed && !event.isComposing && !use.disabled) use.click();
    });
    select("[data-sign-clear]", pad).addEventListener("click", () => { typed.value = ""; wipe(); });
    select("[data-sign-end]", pad).addEventListener("click", () => pad.close());
    pad.addEventListener("close", () => { pad.remove(); document.querySelector(`[data-sign="${button.dataset.sign}"]`)?.focus(); });
    use.addEventListener("click", () => canvas.toBlob((blob) => {
      const input = document.getElementById(button.dataset.sign);
      const sent = new DataTransfer();
      sent.items.add(new File([blob], `${select("h2", pad).textContent.split(/[：:]/)[0]}.png`, { type: "image/png" }));
      input.files = sent.files;
      pad.close();
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }, "image/png"));
  }
})();
