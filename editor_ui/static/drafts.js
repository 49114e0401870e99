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

const isUnsaved = "unsaved" in form.dataset;
let saved = isUnsaved ? "" : content();
let timer = 0;
let over = false;
let busy = false;

const say = (words, alert) => {
  said.textContent = words;
  if (alert) said.setAttribute("role", "alert"); else said.removeAttribute("role");
};

// A copy in this browser, for when the line is gone, and the page with it.
const { draft_version: versions, form: kind, form_key: key } = form.elements;
const changed = kind.value.startsWith("edit:") ? key.value : ""; // which version of the reply
const COPY = ["draft", form.dataset.owner, form.dataset.draft, kind.value, changed].join(" ");
const keep = () => {
  try { store?.setItem(COPY, JSON.stringify({ typed: content(), version: versions.value })); } catch { /* it is full */ }
};
const offer = (copy) => {
  const note = document.querySelector("[data-copy]");
  note.querySelector("[data-forget]").addEventListener("click", () => { store.removeItem(COPY); note.hidden = true; });
  note.querySelector("[data-put-back]").addEventListener("click", () => {
    const back = document.createElement("form");
    const now = ["csrf_token", "draft_version", "seen"].map((name) => [name, form.elements[name].value]);
    for (const [name, value] of [...new URLSearchParams(copy.typed), ...now, ["add_row", "1"]]) {
      const field = document.createElement("textarea"); // an input would lose the ends of lines
      Object.assign(field, { name, value });
      back.append(field);
    }
    Object.assign(back, { method: "post", action: form.dataset.preview, hidden: true });
    document.body.append(back);
    back.submit();
  });
  note.hidden = false;
};
const wordsOf = (typed) => {
  const fields = new URLSearchParams(typed);
  for (const name of ["form_key", "list", "n"]) fields.delete(name);
  return fields.toString();
};
const copy = JSON.parse(store?.getItem(COPY) ?? "null");
if (isUnsaved) keep();
else if (copy?.version === versions.value && wordsOf(copy.typed) !== wordsOf(content())) offer(copy);

// What is saved need not be asked about when one leaves the page.
const settle = () => {
  delete form.dataset.dirty;
  for (const area of form.querySelectorAll("textarea")) area.defaultValue = area.value;
};

const save = async () => {
  timer = 0;
  const now = content();
  if (over || now === saved) return;
  if (busy) { plan(); return; } // the next must name the version that this one makes
  busy = true;
  const keepalive = document.visibilityState === "hidden"; // whoever turns to another app may not come back
  try {
    const answer = await fetch(form.dataset.draft, { method: "POST", body: body(), keepalive });
    const isOurs = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
    if (answer.ok && isOurs) {
      const kept = await answer.json();
      versions.value = kept.version;
      saved = now;
      if (content() === now) { settle(); store?.removeItem(COPY); } else { keep(); plan(); }
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
  } finally {
    busy = false;
  }
};

const plan = () => { if (!timer && !over) timer = setTimeout(save, PAUSE); };

form.addEventListener("input", () => { keep(); plan(); });
if (isUnsaved) plan();
form.addEventListener("submit", () => { over = true; clearTimeout(timer); });
addEventListener("pageshow", (event) => { if (event.persisted) over = false; });
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden" && timer) { clearTimeout(timer); save(); }
});
