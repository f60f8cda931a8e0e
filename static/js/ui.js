// Small manners of every page: menus close, numbers copy, ticks count, countdowns move on, forms go out once.
// Everything here improves what already works without it.
(() => {
  "use strict";
  const say = (words) => {
    const line = document.getElementById("say");
    if (line) line.textContent = words;
  };

  // Menus: one open at a time; a click elsewhere or Esc closes, and Esc gives the focus back.
  const openMenus = () => document.querySelectorAll("details.fs-menu[open]");
  document.addEventListener("click", (event) => {
    for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || event.keyCode === 229) return;
    for (const menu of openMenus()) {
      const inside = menu.contains(document.activeElement);
      menu.open = false;
      if (inside) menu.querySelector("summary").focus();
    }
  });

  // Copy: <button data-copy="4821-0937-5" data-copied="Number copied">
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      say(button.dataset.copied ?? "");
    } catch { /* without the right to the clipboard the number can still be selected */ }
  });

  // Ticks: [data-bulk] holds [data-bulk-all], rows' [data-bulk-one], [data-bulk-bar] and in it [data-bulk-count data-words="%s selected"], [data-bulk-none].
  const count = (bulk) => {
    const ones = [...bulk.querySelectorAll("[data-bulk-one]")];
    const ticked = ones.filter((box) => box.checked);
    for (const box of ones) box.closest("tr")?.classList.toggle("is-sel", box.checked);
    const all = bulk.querySelector("[data-bulk-all]");
    if (all) {
      all.checked = ones.length > 0 && ticked.length === ones.length;
      all.indeterminate = ticked.length > 0 && ticked.length < ones.length;
    }
    const bar = bulk.querySelector("[data-bulk-bar]");
    if (bar) bar.hidden = ticked.length === 0;
    const words = bulk.querySelector("[data-bulk-count]");
    if (words) words.textContent = words.dataset.words.replace("%s", ticked.length);
  };
  document.addEventListener("change", (event) => {
    const bulk = event.target.closest("[data-bulk]");
    if (!bulk || !event.target.matches("[data-bulk-all], [data-bulk-one]")) return;
    if (event.target.matches("[data-bulk-all]")) {
      for (const box of bulk.querySelectorAll("[data-bulk-one]")) box.checked = event.target.checked;
    }
    count(bulk);
  });
  document.addEventListener("click", (event) => {
    const none = event.target.closest("[data-bulk-none]");
    const bulk = none?.closest("[data-bulk]");
    if (!bulk) return;
    for (const box of bulk.querySelectorAll("[data-bulk-one]")) box.checked = false;
    count(bulk);
    bulk.querySelector("[data-bulk-all]")?.focus();
  });

  // Countdowns: the last hour before and the first hour after change once a minute; nothing counts seconds.
  const SHOWN = 60;
  const countDown = () => {
    for (const time of document.querySelectorAll("time[data-due]")) {
      const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
      const minutes = seconds > 0 ? Math.ceil(seconds / 60) : -Math.max(1, Math.floor(-seconds / 60));
      if (Math.abs(minutes) > SHOWN) continue;
      const late = minutes < 0;
      const words = late ? time.dataset.past : time.dataset.left;
      if (words) time.textContent = words.replace("%s", Math.abs(minutes));
      const box = time.closest(".fs-due");
      if (!box) continue;
      box.classList.remove("fs-due--calm", "fs-due--today", "fs-due--soon", "fs-due--late");
      box.classList.add(late ? "fs-due--late" : "fs-due--soon");
      const drawing = box.querySelector("use");
      if (late && drawing) drawing.setAttribute("href", drawing.getAttribute("href").replace(/#.*/, "#alert-triangle"));
    }
  };
  setInterval(countDown, 60_000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) countDown(); });

  // A form goes out once. The button stays enabled, or its own value would not be sent.
  const busy = new Set();
  const rest = (form) => {
    if (!busy.delete(form)) return;
    for (const button of form.querySelectorAll("[aria-busy=true]")) {
      button.removeAttribute("aria-busy");
      if (button.dataset.idle) button.querySelector("[data-label]").textContent = button.dataset.idle;
    }
  };
  document.addEventListener("submit", (event) => {
    if (!busy.has(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const byHtmx = form.matches("[hx-post], [hx-put], [hx-patch], [hx-delete]");
    if (!byHtmx && (event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post")) return;
    busy.add(form);
    const button = event.submitter;
    if (!button) return;
    button.setAttribute("aria-busy", "true");
    const label = button.querySelector("[data-label]");
    if (label && button.dataset.busy) {
      button.dataset.idle = label.textContent;
      label.textContent = button.dataset.busy;
    }
  });
  document.addEventListener("htmx:afterRequest", (event) => { const form = event.target.closest?.("form"); if (form) rest(form); });
  addEventListener("pageshow", (event) => { if (event.persisted) for (const form of [...busy]) rest(form); });

  // A toast with an undo goes when the undo would come too late.
  const letGo = (scope) => {
    for (const toast of scope.querySelectorAll("[data-gone-after]")) {
      setTimeout(() => toast.remove(), Number(toast.dataset.goneAfter) * 1000);
    }
  };

  // After a refusal the focus goes to what is missing.
  const pointOut = (scope) => {
    const first = scope.querySelector("[data-first-blocker]") ?? scope.querySelector("[aria-invalid=true], [data-invalid]");
    const control = first?.matches("a[href], button, input, select, textarea, [tabindex]") ? first : first?.querySelector("input, select, textarea, button, a[href]");
    control?.focus();
  };

  const begin = (scope) => {
    scope.querySelectorAll("[data-bulk]").forEach(count);
    letGo(scope);
    const focused = document.activeElement;
    if (focused === document.body || scope.contains(focused)) pointOut(scope);
  };
  begin(document.body);
  document.addEventListener("htmx:load", (event) => { if (event.detail.elt !== document.body) begin(event.detail.elt); });
})();
