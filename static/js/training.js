// Enter goes on in a round of practice: it answers once something is chosen, and then asks for the next question. 1 to 4 choose (keys.js).
// Never in a control that has an Enter of its own, with a modifier, or while an input method composes; off where single keys are switched off.
(() => {
  "use strict";
  const place = document.querySelector("[data-training]");
  const onward = place?.querySelector("[data-goes-on]");
  if (!onward) return;
  const switchedOn = () => {
    try { return localStorage.getItem("fs-keys") !== "off"; } catch { return true; }
  };
  const itsOwn = (element) => element.closest?.("a[href], button, summary, input, select, textarea, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented || event.repeat || event.key !== "Enter") return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (document.querySelector("dialog[open]") || itsOwn(event.target) || !switchedOn()) return;
    event.preventDefault();
    onward.click();
  });

  const list = document.querySelector("[data-keys]");
  if (!list) return;
  const line = document.createElement("li");
  const cap = document.createElement("kbd");
  const words = document.createElement("span");
  cap.textContent = "↵";
  words.textContent = place.dataset.keyEnter;
  line.append(cap, words);
  list.append(line);
})();
