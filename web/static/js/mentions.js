// `@` in a comment offers the people who may be meant. What is chosen goes along by number; the text shows the name.
"use strict";

const MENTION = /(?:^|[^A-Za-z0-9._-])@([^\s@]{0,30})$/;
const mentioning = (element) => element.closest?.("[data-mentioning]");
const people = (root) => select("[role=listbox]", root);
const choices = (root) => selectAll("[data-user]", people(root));
let asked = 0;

function closePeople(root) {
  asked += 1;
  people(root).hidden = true;
  people(root).replaceChildren();
  select("textarea", root).removeAttribute("aria-activedescendant");
}

function pointPerson(root, option) {
  selectAll("[role=option]", people(root)).forEach((one) => one.setAttribute("aria-selected", String(one === option)));
  const input = select("textarea", root);
  if (option) {
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else input.removeAttribute("aria-activedescendant");
}

function begunMention(input) {
  return MENTION.exec(input.value.slice(0, input.selectionStart));
}

async function offerPeople(root, text) {
  const mine = ++asked;
  await new Promise((done) => setTimeout(done, 150));
  if (mine !== asked) return;
  const list = people(root);
  await htmx.ajax("GET", `${root.dataset.mentioning}?q=${encodeURIComponent(text)}`, { source: list, target: list, swap: "innerHTML" });
  if (mine !== asked) { if (list.hidden) list.replaceChildren(); return; }
  list.hidden = false;
  pointPerson(root, choices(root)[0]);
}

function mention(root, option) {
  const input = select("textarea", root);
  const begun = begunMention(input);
  if (!begun || !option.dataset.user) return;
  const end = input.selectionStart;
  input.setRangeText(`@${option.dataset.name} `, end - begun[1].length - 1, end, "end");
  const chosen = document.createElement("input");
  chosen.type = "hidden";
  chosen.name = "mention";
  chosen.value = option.dataset.user;
  root.append(chosen);
  closePeople(root);
  input.focus();
}

document.addEventListener("input", (event) => {
  const root = mentioning(event.target);
  if (!root || event.isComposing) return;
  const begun = begunMention(event.target);
  if (begun) offerPeople(root, begun[1]);
  else closePeople(root);
});
document.addEventListener("compositionend", (event) => {
  const root = mentioning(event.target);
  const begun = root && begunMention(event.target);
  if (begun) offerPeople(root, begun[1]);
});
document.addEventListener("keydown", (event) => {
  const root = mentioning(event.target);
  if (!root || people(root).hidden || event.isComposing || event.ctrlKey || event.metaKey) return;
  const all = choices(root);
  const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    closePeople(root);
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && all.length) {
    event.preventDefault();
    pointPerson(root, all[(at + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length]);
  } else if ((event.key === "Enter" || event.key === "Tab") && at >= 0) {
    event.preventDefault();
    mention(root, all[at]);
  }
}, true);
document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest("[data-mentioning] [role=option]");
  if (!option) return;
  event.preventDefault();
  mention(mentioning(option), option);
});
document.addEventListener("focusout", (event) => {
  const root = mentioning(event.target);
  if (root && !root.contains(event.relatedTarget)) closePeople(root);
});
