// Saves the draft by itself. Without this file the button does.
"use strict";

const form = document.querySelector("form[data-draft]");
const said = form.querySelector("[data-said]");
const PAUSE = 5000;

const content = () => {
  const data = new FormData(form);
  for (const name of ["csrf_token", "draft_version", "seen", "warned"]) data.delete(name);
  return new URLSearchParams(data).toString();
};
const body = () => {
  const data = new FormData(form);
  data.set("auto", "1");
  return data;
};

let saved = content();
let timer = 0;
let over = false;

const say = (words, alert) => {
  said.textContent = words;
  if (alert) said.setAttribute("role", "alert"); else said.removeAttribute("role");
};

// What is saved need not be asked about when one leaves the page.
const settle = () => {
  delete form.dataset.dirty;
  for (const area of form.querySelectorAll("textarea")) area.defaultValue = area.value;
};

const save = async () => {
  timer = 0;
  const now = content();
  if (over || now === saved) return;
  try {
    const answer = await fetch(form.dataset.draft, { method: "POST", body: body(), headers: { Accept: "application/json" } });
    const isOurs = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
    if (answer.ok && isOurs) {
      const kept = await answer.json();
      form.elements.draft_version.value = kept.version;
      saved = now;
      if (content() === now) settle(); else plan();
      say(kept.said);
    } else if (isOurs) {
      over = true;
      say((await answer.json()).said, true);
    } else if (answer.status === 401 || answer.status === 400) {
      over = true;
      say(form.dataset.ended, true);
    } else if (answer.status >= 500 || answer.status === 429) {
      say(form.dataset.failed, true);
      plan();
    } else {
      over = true;
      say(form.dataset.refused, true);
    }
  } catch {
    say(form.dataset.failed, true);
    plan();
  }
};

const plan = () => { if (!timer && !over) timer = setTimeout(save, PAUSE); };

form.addEventListener("input", plan);
form.addEventListener("submit", () => { over = true; clearTimeout(timer); });
addEventListener("pageshow", (event) => { if (event.persisted) over = false; });
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden" && timer) { clearTimeout(timer); save(); }
});
