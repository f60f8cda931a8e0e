// My day by keyboard: j and k go from line to line, d, m and u press the buttons of the line, Enter opens its case.
// Never in a field, with a modifier, or while an input method composes. Everything has its visible control; the words for the list that "?" opens stand on the page.
(() => {
  "use strict";
  const day = document.querySelector("[data-my-day]");
  if (!day) return;
  const PLACE = "fs-my-day-line";
  const rows = () => [...day.querySelectorAll("[data-row]")];
  const rowOf = (element) => element?.closest?.("[data-row]");
  const switchedOn = () => {
    try { return localStorage.getItem("fs-keys") !== "off"; } catch { return true; }
  };
  const writing = (element) => element.closest?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable], dialog");

  const focusOn = (row) => {
    row?.querySelector("[data-open]").focus();
    row?.scrollIntoView({ block: "nearest" });
  };
  const go = (by) => {
    const all = rows();
    const now = all.indexOf(rowOf(document.activeElement));
    focusOn(all[now < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(now + by, 0), all.length - 1)]);
  };
  // A form that opens is ready at once: for the words of a new date, or for the one press that notes the try.
  const enter = (menu) => {
    const does = menu.querySelector("summary").dataset.do;
    menu.querySelector(does === "unreached" ? "[data-send]" : "input[name=when]")?.focus();
  };
  const press = (what) => {
    const control = rowOf(document.activeElement)?.querySelector(`[data-do="${what}"]`);
    const menu = control?.closest("details.md-menu");
    if (!menu) {
      control?.click();
      return;
    }
    for (const other of day.querySelectorAll("details.md-menu[open]")) other.open = other === menu;
    menu.open = true;
    enter(menu);
  };
  const keys = { j: () => go(1), k: () => go(-1), d: () => press("done"), m: () => press("move"), u: () => press("unreached") };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented || event.repeat) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (document.querySelector("dialog[open]") || writing(event.target) || !keys[event.key] || !switchedOn()) return;
    event.preventDefault();
    keys[event.key]();
  });

  day.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (menu.matches("details.md-menu[open]") && !menu.querySelector("form").contains(document.activeElement)) enter(menu);
  }, true);

  // After something was done the line that took its place has the focus.
  day.addEventListener("submit", (event) => {
    try { sessionStorage.setItem(PLACE, String(rows().indexOf(rowOf(event.target)))); } catch { /* begins at the top */ }
  });
  try {
    const place = Number(sessionStorage.getItem(PLACE) ?? "-1");
    sessionStorage.removeItem(PLACE);
    const all = rows();
    if (place >= 0 && all.length && !day.querySelector("[data-opened]")) focusOn(all[Math.min(place, all.length - 1)]);
  } catch { /* begins at the top */ }

  // The address of a refused form is not for loading again.
  if (location.pathname !== day.dataset.here) history.replaceState(null, "", day.dataset.here);

  const shown = day.querySelector("[data-keys-shown]");
  if (shown) shown.hidden = !switchedOn();
  const list = document.querySelector("[data-keys]");
  if (!list || !rows().length) return;
  for (const [key, name] of [["j", "keyNext"], ["k", "keyPrevious"], ["d", "keyDone"], ["m", "keyMove"], ["u", "keyUnreached"], ["↵", "keyOpen"]]) {
    const line = document.createElement("li");
    const cap = document.createElement("kbd");
    const words = document.createElement("span");
    cap.textContent = key;
    words.textContent = day.dataset[name];
    line.append(cap, words);
    list.append(line);
  }
})();
