// Pages seen as somebody else: what would change something is there to be looked at, and does not answer. The server refuses it anyway.
"use strict";

(() => {
  const bar = select(".viewing");
  if (!bar) return;
  const LEFT = "[action='/viewing/end'], [action='/language'], [action='/sign-out'], dialog form[data-downloads]";
  const LEADS = /\/(new|edit|move|convert|assign|trash|quick|recall|remove|bulk)(\/|\?|$)|^\/approvals\/\d+\?action/;
  const { why } = bar.dataset;

  function off(control) {
    if (control.matches("a")) control.setAttribute("aria-disabled", "true");
    else control.disabled = true;
    control.title = why;
  }

  function still() {
    const forms = selectAll("form[method=post]").filter((form) => !form.matches(LEFT));
    for (const form of forms) {
      Array.from(form.elements).filter((one) => one.type === "submit").forEach(off);
      const foot = select(".dialog__foot, .form-foot", form);
      if (!foot || select(".viewing-why", foot)) continue;
      const line = document.createElement("p");
      line.className = "viewing-why";
      line.textContent = why;
      foot.prepend(line);
    }
    selectAll("a[href], button[hx-get], button[hx-post]").filter((one) => {
      const address = one.getAttribute("hx-get") || one.getAttribute("hx-post") || one.getAttribute("href");
      return LEADS.test(address) && address !== "/trash" && !one.closest(".sidebar");
    }).forEach(off);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[aria-disabled=true]");
    if (!link || !LEADS.test(link.getAttribute("href"))) return;
    event.preventDefault();
    event.stopPropagation();
    toast(why, true);
  }, true);
  document.addEventListener("htmx:afterSettle", still);
  still();
})();
