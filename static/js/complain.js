// The public form: what is typed stays on this device until it has arrived. The form works without this file.
(() => {
  "use strict";
  const KEY = "fourstep-complain";
  const WORDS = ["words", "wanted", "category", "name", "email", "phone"];
  const store = (act) => {
    try { return act(window.localStorage); } catch { return null; } // a browser may keep nothing
  };
  if (document.querySelector("[data-complain-done]")) {
    store((kept) => kept.removeItem(KEY));
    return;
  }
  const form = document.querySelector("[data-complain]");
  if (!form) return;
  let before = {};
  try { before = JSON.parse(store((kept) => kept.getItem(KEY)) ?? "{}"); } catch { /* nothing readable */ }
  for (const name of WORDS) {
    const field = form.elements[name];
    if (field && !field.value && typeof before[name] === "string") field.value = before[name];
  }
  const keep = () => {
    const typed = Object.fromEntries(WORDS.map((name) => [name, form.elements[name]?.value ?? ""]));
    store((kept) => kept.setItem(KEY, JSON.stringify(typed)));
  };
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
})();
