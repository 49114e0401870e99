// Single letters, for those who switched them on: a page names with data-key what each of them does.
"use strict";

const HELP = document.currentScript.dataset.help;
const TYPED = "input, textarea, select, [contenteditable]";
const FOCUSABLE = "a[href], button, summary, input, select, textarea";
const TITLES = ".cards > .card .card-title a";

const isShown = (node) => node.getClientRects().length > 0;

// Layouts without Latin letters have them on the same keys.
const letterOf = (event) =>
  event.key === "?" ? "?" : event.shiftKey ? "" : /^[a-z]$/.test(event.key) ? event.key :
  event.key.charCodeAt(0) > 127 ? (/^Key([A-Z])$/.exec(event.code)?.[1].toLowerCase() ?? "") : "";

// In a list, next and previous go from title to title.
const step = (letter) => {
  const titles = [...document.querySelectorAll(TITLES)].filter(isShown);
  const at = titles.indexOf(document.activeElement?.closest(".card")?.querySelector(".card-title a"));
  const next = letter === "n" ? at + 1 : at < 0 ? titles.length - 1 : at - 1;
  titles[next]?.focus();
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.repeat) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(TYPED)) return;
  const letter = letterOf(event);
  if (!letter) return;
  const named = [...document.querySelectorAll(`[data-key="${letter}"]`)].find(isShown);
  if (letter === "?") location.assign(HELP);
  else if (named?.matches("a, button")) named.click();
  else if (named) [...named.querySelectorAll(FOCUSABLE)].find(isShown)?.focus();
  else if (letter === "n" || letter === "p") step(letter);
  else return;
  event.preventDefault();
});
