// The queue by keyboard: j and k go from row to row, x selects, Enter opens. Never in a field, with a modifier, or while an input method composes.
// Each has its visible control: the link, the tick. The words for the list that "?" opens stand on the table.
(() => {
  "use strict";
  const table = document.querySelector("[data-rows]");
  const links = () => [...document.querySelectorAll("[data-rows] tbody th[scope=row] a")].filter((link) => link.getClientRects().length > 0);
  const switchedOn = () => {
    try { return localStorage.getItem("fs-keys") !== "off"; } catch { return true; }
  };
  const writing = (element) => element.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], details[open], dialog");
  const rowOf = (element) => element.closest?.("[data-rows] tbody tr:not(.q-group)");

  const go = (by) => {
    const all = links();
    const now = all.findIndex((link) => rowOf(link) === rowOf(document.activeElement));
    const next = all[now < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(now + by, 0), all.length - 1)];
    next?.focus();
    next?.closest("tr").scrollIntoView({ block: "nearest" });
  };

  const keys = {
    j: () => go(1),
    k: () => go(-1),
    x: () => rowOf(document.activeElement)?.querySelector("[data-bulk-one]")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (!table || event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.key === "Enter" && event.target.matches("[data-pick] input")) {
      event.preventDefault(); // nobody is chosen by accident: the first one found is only pointed at
      event.target.closest("[data-pick]").querySelector(".q-offered button")?.focus();
      return;
    }
    if (document.querySelector("dialog[open]") || writing(event.target)) return;
    if (event.key === "Enter" && event.target.matches("[data-bulk-one], [data-bulk-all]")) {
      event.preventDefault();
      rowOf(event.target)?.querySelector("th[scope=row] a").click();
    } else if (keys[event.key] && switchedOn()) {
      event.preventDefault();
      keys[event.key]();
    }
  });

  const list = document.querySelector("[data-keys]");
  if (table && list) {
    for (const [key, name] of [["j", "keyNext"], ["k", "keyPrevious"], ["x", "keySelect"], ["↵", "keyOpen"]]) {
      const line = document.createElement("li");
      const cap = document.createElement("kbd");
      const words = document.createElement("span");
      cap.textContent = key;
      words.textContent = table.dataset[name];
      line.append(cap, words);
      list.append(line);
    }
  }

  // A menu that finds people: the field is ready when it opens.
  document.addEventListener("toggle", (event) => {
    if (event.target.matches?.("[data-pick][open]")) event.target.querySelector("input[type=search]").focus();
  }, true);
})();
