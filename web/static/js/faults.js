// A fault of a refused form stands at its input as long as that holds what was refused, also while the form is judged; the list of them
// above the form leads there, and grows shorter with them.
"use strict";

const saysIn = (input) => (/^(checkbox|radio)$/.test(input.type) ? input.checked : input.value);
const heldIn = (field) => selectAll("[name]:not([name^='_'])", field).map((one) => `${one.name}=${saysIn(one)}`).join("\n");
const AT = ".field__error:not([hidden])";
const faultOf = (field) => select(":scope > .field__error", field);

function noteRefused() {
  selectAll("#record-form .field, #quick-form .field").filter(faultOf).forEach((field) => { field.dataset.refused = heldIn(field); });
}

function mend(field) {
  faultOf(field)?.remove();
  delete field.dataset.refused;
  selectAll("[aria-invalid]", field).forEach((one) => one.removeAttribute("aria-invalid"));
  selectAll("[data-invalid]", field).forEach((one) => one.removeAttribute("data-invalid"));
  tidyFaults();
}

// Before a field is drawn anew: what was refused of it and is still there is told on.
function keepFault(field, fresh) {
  const fault = faultOf(field);
  if (!fault || field.dataset.refused === undefined || faultOf(fresh) || heldIn(fresh) !== field.dataset.refused) return;
  fresh.dataset.refused = field.dataset.refused;
  fresh.append(fault.cloneNode(true));
  selectAll("[aria-invalid]", field).forEach((one) => markAlike(fresh, one));
  if (select("[data-invalid]", field)) select(".combo, .tags-input", fresh)?.setAttribute("data-invalid", "");
}

function markAlike(fresh, old) {
  const same = old.id && fresh.querySelector(`#${CSS.escape(old.id)}`);
  if (!same) return;
  same.setAttribute("aria-invalid", "true");
  if (old.hasAttribute("aria-describedby")) same.setAttribute("aria-describedby", old.getAttribute("aria-describedby"));
}

function tidyFaults() {
  const note = select("[data-faults]");
  if (!note) return;
  const told = (link) => { const place = whereIs(link); return place && select(AT, place.closest(".field, tr, .stack")); };
  selectAll("[data-fault]", note).filter((link) => !told(link)).forEach((link) => link.closest("li").remove());
  const left = selectAll("li", note).length;
  if (!left) note.remove();
  else select("[data-faults-count]", note).textContent = left === 1 ? note.dataset.one : note.dataset.faults.replace("#", left);
  selectAll(".tabs__fault").forEach((mark) => {
    const panel = document.getElementById(mark.closest("[role=tab]").getAttribute("aria-controls"));
    if (panel && !select(AT, panel)) mark.remove();
  });
}

const whereIs = (link) => {
  const id = link.hash.slice(1);
  return document.getElementById(id) || document.getElementById(`${id}-label`);
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-fault]");
  const place = link && whereIs(link);
  if (!place) return;
  event.preventDefault();
  const panel = place.closest("[data-away]");
  if (panel) document.getElementById(panel.getAttribute("aria-labelledby")).click();
  for (let around = place.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
  const input = place.matches("input, select, textarea") ? place : select("input:not([type=hidden]), select, textarea", place.closest(".field, tr, .stack"));
  (input || place).focus({ preventScroll: true });
  (input || place).scrollIntoView({ block: "center" });
});

for (const moment of ["input", "change"]) {
  document.addEventListener(moment, (event) => {
    const field = event.target.closest?.(".field[data-refused]");
    if (field && heldIn(field) !== field.dataset.refused) mend(field);
  }, true);
}
document.addEventListener("htmx:afterSwap", (event) => {
  if (["main", "dialog"].includes(event.detail.target.id)) noteRefused();
});
document.addEventListener("htmx:afterSettle", tidyFaults);
noteRefused();
