// Light or dark, before the first paint. The server says light, dark or auto on <html>; auto follows the device.
// The switch is a form: without this file it posts and the page comes back; with it, the page changes at once and the server is told.
(() => {
  "use strict";
  const root = document.documentElement;
  const device = matchMedia("(prefers-color-scheme: dark)");
  let following = root.dataset.bsTheme === "auto";

  const paint = () => {
    if (following) root.dataset.bsTheme = device.matches ? "dark" : "light";
  };
  paint();
  device.addEventListener("change", paint);

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-theme-form]");
    if (!form) return;
    event.preventDefault();
    const theme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    following = false;
    root.dataset.bsTheme = theme;
    const words = new URLSearchParams(new FormData(form));
    words.set("theme", theme);
    // Out of reach, the choice holds for this page and the setting stays what it was.
    fetch(form.getAttribute("action"), { method: "POST", body: words, redirect: "manual" }).catch(() => {});
  });
})();
