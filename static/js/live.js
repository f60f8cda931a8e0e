// What other people do shows up by itself: an element with data-live="5" asks again every five seconds (its hx-get, on "look").
// Only while the page is in sight; and whoever has been signed out elsewhere is not shown the sign-in page in a corner of this one.
(() => {
  "use strict";
  const asked = new Map();
  const opened = Date.now();
  const look = (element) => {
    asked.set(element.id, Date.now());
    window.htmx.trigger(element, "look");
  };
  const lookAround = (every) => {
    if (document.hidden) return;
    for (const element of document.querySelectorAll("[data-live]")) {
      const since = Date.now() - (asked.get(element.id) ?? opened);
      if (every || since >= Number(element.dataset.live) * 1000) look(element);
    }
  };
  setInterval(() => lookAround(false), 1000);
  document.addEventListener("visibilitychange", () => lookAround(true));

  document.addEventListener("htmx:beforeSwap", (event) => {
    const elt = event.detail.requestConfig.elt;
    const xhr = event.detail.xhr;
    if (!elt.matches?.("[data-live]") || !xhr.responseURL) return;
    const wanted = new URL(elt.getAttribute("hx-get"), location.href).pathname;
    if (new URL(xhr.responseURL).pathname === wanted) return;
    event.detail.shouldSwap = false;
    elt.removeAttribute("data-live");
  });
  // Something is new on the desk: the figure at its door is counted again at once.
  document.addEventListener("htmx:afterSwap", (event) => {
    const door = document.getElementById("rail-n");
    if (event.detail.target.id === "d-new" && door) look(door);
  });
})();
