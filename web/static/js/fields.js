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
})();
