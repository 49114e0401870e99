// Keeps the chat and the traffic fresh, and sends forms without reloading. Without this script the page works too.
"use strict";
(() => {
  const body = document.body;
  let etag = "";
  let busy = false;

  // Zero is the end, since the style turns the list around; from there the browser follows what is added.
  const toBottom = () => { document.getElementById("scroller").scrollTop = 0; };

  // Replaces only the items that are new or changed, so that open details and scroll positions stay.
  function mergeItems(list, fresh) {
    const wanted = [...fresh.children];
    const ids = new Set(wanted.map((item) => item.id));
    [...list.children].forEach((item) => { if (!ids.has(item.id)) item.remove(); });
    wanted.forEach((item, index) => {
      const old = document.getElementById(item.id);
      if (old && old.dataset.version === item.dataset.version) {
        if (list.children[index] !== old) list.insertBefore(old, list.children[index] || null);
        return;
      }
      if (old) old.remove();
      list.insertBefore(item, list.children[index] || null);
    });
    [...fresh.attributes].forEach((attribute) => list.setAttribute(attribute.name, attribute.value));
  }

  function merge(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    page.querySelectorAll("[data-live]").forEach((fresh) => {
      const old = document.getElementById(fresh.id);
      if (!old) return;
      if ("keyed" in fresh.dataset) mergeItems(old, fresh);
      else if (old.outerHTML !== fresh.outerHTML && !old.querySelector("details[open]")) old.replaceWith(fresh);
    });
  }

  async function refresh() {
    if (busy || document.hidden) return;
    busy = true;
    try {
      const headers = etag ? { "If-None-Match": etag } : {};
      const answer = await fetch(body.dataset.updates, { headers, cache: "no-store" });
      if (answer.status === 200) {
        merge(await answer.text());
        etag = answer.headers.get("ETag") || "";
      }
      document.getElementById("connection").textContent = answer.status < 400 ? "" : "The simulator answers with an error.";
    } catch {
      document.getElementById("connection").textContent = "No connection; trying again.";
    } finally {
      busy = false;
    }
  }

  function showError(address) {
    document.querySelectorAll(".phone > .error").forEach((old) => old.remove());
    const text = new URL(address).searchParams.get("error");
    if (!text) return false;
    const note = Object.assign(document.createElement("p"), { className: "error", textContent: text });
    note.setAttribute("role", "alert");
    document.getElementById("below").before(note);
    return true;
  }

  // Forms that lead back to this same chat are sent in the background.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!["send", "press", "unsend", "redeliver", "plain"].includes(form.id)) return;
    if ("once" in form.dataset) return;  // a reply or an edit: the page comes back without it
    event.preventDefault();
    const data = new FormData(form, event.submitter);
    const action = event.submitter?.getAttribute("formaction") || form.getAttribute("action");
    document.querySelectorAll("details.plus[open], details.tools[open]").forEach((menu) => { menu.open = false; });
    try {
      const answer = await fetch(action, { method: "POST", body: new URLSearchParams(data) });
      if (!showError(answer.url) && form.id === "send" && answer.ok) {
        form.reset();
        grow(form.elements.text);
      }
    } catch {
      document.getElementById("connection").textContent = "Not sent: no connection.";
    }
    busy = false;
    await refresh();
    if (form.id !== "redeliver") toBottom();
  });

  // A copy action puts its text into the clipboard, as LINE does.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) navigator.clipboard?.writeText(button.dataset.copy);
  });

  function grow(area) {
    if (CSS.supports("field-sizing", "content")) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  }

  const area = document.querySelector("#send textarea");
  area.addEventListener("input", () => grow(area));
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    area.form.requestSubmit();
  });
  document.addEventListener("visibilitychange", refresh);
  setInterval(refresh, 1000);
})();
