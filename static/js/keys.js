// Single keys: data-key="e" on a control presses it. They never fire in a field, with a modifier held, or while an input method composes.
// Each one has a visible control, so nothing is lost without this file; the dialog that "?" opens lists them and switches them off.
// Ctrl Enter presses the form's own button: the one with data-send, or the first.
(() => {
  "use strict";
  const SETTING = "fs-keys";
  const dialog = document.getElementById("keys");

  const switchedOn = () => {
    try { return localStorage.getItem(SETTING) !== "off"; } catch { return true; }
  };
  const composing = (event) => event.isComposing || event.keyCode === 229;
  const writing = (element) => element.closest?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]");
  const seen = (element) => element.getClientRects().length > 0;

  const nameOf = (control) => {
    const said = control.getAttribute("aria-label");
    if (said) return said;
    const copy = control.cloneNode(true);
    copy.querySelectorAll("kbd, .fs-sr, svg").forEach((part) => part.remove());
    return copy.textContent.trim() || document.querySelector(`label[for="${CSS.escape(control.id)}"]`)?.textContent.trim() || "";
  };

  const list = () => {
    const keys = dialog.querySelector("[data-keys]");
    keys.querySelectorAll("[data-of-page]").forEach((line) => line.remove());
    const listed = new Set();
    for (const control of document.querySelectorAll("[data-key]")) {
      if (listed.has(control.dataset.key) || !seen(control)) continue;
      listed.add(control.dataset.key);
      const line = document.createElement("li");
      const key = document.createElement("kbd");
      const words = document.createElement("span");
      line.dataset.ofPage = "";
      key.textContent = control.dataset.key;
      words.textContent = nameOf(control);
      line.append(key, words);
      keys.append(line);
    }
  };

  const openList = () => {
    if (!dialog || dialog.open) return;
    dialog.querySelector("[data-keys-on]").checked = switchedOn();
    list();
    dialog.showModal();
  };

  const press = (key) => {
    if (key === "/") {
      const find = document.getElementById("q");
      if (!find || !seen(find)) return false;
      find.focus();
      find.select();
      return true;
    }
    const control = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(seen);
    if (!control) return false;
    if (control.matches("textarea, select, input:not([type=checkbox], [type=radio])")) control.focus();
    else control.click();
    return true;
  };

  const sendForm = (event) => {
    const form = event.target.closest?.("form");
    if (!form || form.getAttribute("method") === "dialog") return;
    const buttons = [...form.elements].filter((control) => control.type === "submit");
    const button = buttons.find((control) => "send" in control.dataset) ?? buttons[0];
    if (!button) return;
    event.preventDefault();
    form.requestSubmit(button);
  };

  document.addEventListener("keydown", (event) => {
    if (composing(event) || event.defaultPrevented) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.altKey) {
      sendForm(event);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.key.length !== 1) return;
    if (writing(event.target) || dialog?.open || !switchedOn()) return;
    if (event.key === "?") {
      openList();
      event.preventDefault();
    } else if (press(event.key)) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-opens=keys]")) openList();
  });
  dialog?.querySelector("[data-keys-on]").addEventListener("change", (event) => {
    try { localStorage.setItem(SETTING, event.target.checked ? "on" : "off"); } catch { /* this device keeps nothing */ }
  });
  document.querySelectorAll("[data-opens=keys]").forEach((control) => { control.hidden = false; });
})();
