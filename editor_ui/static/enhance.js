// Conveniences only: every page works without this file.
"use strict";

// A person who has typed something is asked before leaving the page.
const guarded = [...document.querySelectorAll("form[data-guard]")];
const typed = (form) =>
  "dirty" in form.dataset ||
  [...form.querySelectorAll("textarea")].some((area) => area.value !== area.defaultValue);
let sending = false;
for (const form of document.forms) form.addEventListener("submit", () => { sending = form.method === "post"; });
addEventListener("beforeunload", (event) => {
  if (!sending && guarded.some(typed)) event.preventDefault();
});
addEventListener("pageshow", () => { sending = false; });

// How many characters are left. Counted in code points, as the server does.
for (const area of document.querySelectorAll("textarea[data-count]")) {
  const limit = Number(area.dataset.count);
  const output = document.createElement("p");
  output.className = "counter";
  const show = () => {
    const used = [...area.value].length;
    output.textContent = `${used.toLocaleString()} / ${limit.toLocaleString()}`;
    output.classList.toggle("over", used > limit);
  };
  area.insertAdjacentElement("afterend", output);
  area.addEventListener("input", show);
  show();
}

// A counter for the screen renews itself.
for (const part of document.querySelectorAll("[data-renew]")) {
  setInterval(async () => {
    if (document.hidden || part.contains(document.activeElement)) return;
    const answer = await fetch(location.href, { cache: "no-cache" }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(part.id);
    if (fresh) part.replaceChildren(...fresh.childNodes);
  }, 1000 * Number(part.dataset.renew));
}

// Copies of what was typed and not saved (`drafts.js`): none is left of what is published, or by whoever logs out.
let store = null;
try { store = localStorage; } catch { /* it is switched off */ }
const copies = () => Object.keys(store ?? {}).filter((name) => name.startsWith("draft "));
for (const name of copies()) {
  const key = new URLSearchParams(JSON.parse(store.getItem(name)).typed).get("form_key");
  if (document.getElementById(`reply-${key}`) ?? document.getElementById(`waiting-${key}`)) store.removeItem(name);
}
document.querySelector("form[action$='/logout']")?.addEventListener("submit", () => {
  for (const name of copies()) store.removeItem(name);
});

// What went wrong is read out and in view.
document.querySelector("[data-focus]")?.focus();
