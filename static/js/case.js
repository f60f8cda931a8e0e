// The case page: panels become real dialogs, the composer changes tabs in place, the newest message is in sight, 1 to 4 fold the steps.
// All of it works without this file: panels and tabs are addresses.
(() => {
  "use strict";
  let opener = null;

  // A panel arrives open in the page. Here it becomes modal: Esc closes it, the focus stays in it and goes back to what opened it.
  const raise = (panel) => {
    if (!panel || panel.dataset.raised) return;
    panel.dataset.raised = "yes";
    panel.removeAttribute("open");
    panel.showModal();
    const first = panel.querySelector("[data-first-blocker], [aria-invalid=true], [data-invalid] input") ??
      panel.querySelector("#panel-form :is(textarea, select, input:not([type=hidden], [type=radio], [type=checkbox]))") ??
      panel.querySelector("#panel-form :is(input:not([type=hidden]), button)");
    first?.focus();
    panel.addEventListener("close", () => {
      panel.remove();
      if (new URL(location.href).searchParams.has("panel")) history.replaceState(null, "", panel.dataset.panel);
      (opener?.isConnected ? opener : document.querySelector(".c-head h1"))?.focus();
    });
  };
  document.addEventListener("click", (event) => {
    const asked = event.target.closest("[data-opens-panel]");
    if (asked) {
      const menu = asked.closest("details.fs-menu");
      opener = menu ? menu.querySelector("summary") : asked;
      if (menu) menu.open = false;
    }
    const leave = event.target.closest("[data-close]");
    const panel = leave?.closest("dialog");
    if (!panel) return;
    event.preventDefault();
    panel.close();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "panel") raise(event.detail.target.querySelector("dialog"));
  });

  // The composer: one form a kind; what stands in the others stays there.
  const turnTo = (code) => {
    const composer = document.querySelector("[data-composer]");
    const form = composer?.querySelector(`[data-writes="${CSS.escape(code)}"]`);
    if (!form) return false;
    for (const other of composer.querySelectorAll("[data-writes]")) other.hidden = other !== form;
    for (const tab of composer.querySelectorAll(".c-comp__h [data-write]")) {
      if (tab.dataset.write === code) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    }
    composer.scrollIntoView({ block: "nearest" });
    form.querySelector("textarea")?.focus();
    return true;
  };
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("[data-write], .c-gate a[href*='?write=']");
    if (!link) return;
    const code = link.dataset.write ?? new URL(link.href).searchParams.get("write");
    if (turnTo(code)) event.preventDefault();
  });

  // A blocker leads into its field: into the control, not only to the heading above it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".c-gate a[href^='#f-'], .c-both a[href^='#f-']");
    if (!link) return;
    const place = document.getElementById(link.getAttribute("href").slice(1));
    if (!place) return;
    event.preventDefault();
    place.scrollIntoView({ block: "center" });
    const control = place.matches("input, select, textarea") ? place : place.querySelector("input:not([type=hidden]), select, textarea, a[href], button");
    (control ?? place).focus({ preventScroll: true });
  });

  // Once something is typed, whether it is enough is for the server to say.
  document.addEventListener("input", (event) => {
    event.target.closest("[data-step-form]")?.querySelector("[data-gate][aria-disabled]")?.removeAttribute("aria-disabled");
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches(".c-attach__i")) return;
    const words = event.target.closest("form").querySelector("[data-attached]");
    const names = [...event.target.files].map((file) => file.name);
    words.textContent = names.length > 2 ? words.dataset.attached.replace("%s", names.length) : names.join(", ");
  });

  // Folding by number: the control carries the key, its summary does the work.
  document.addEventListener("click", (event) => {
    if (event.target.matches("details[data-key]")) event.target.open = !event.target.open;
  });

  const newest = () => {
    const talk = document.querySelector("[data-talk]");
    if (talk && !location.search.includes("before=")) talk.scrollTop = talk.scrollHeight;
  };
  document.addEventListener("htmx:afterSettle", (event) => { if (event.detail.target.id === "conversation") newest(); });
  // A page that answers a refused form has the form's address: loading it again would send it again. What was typed is kept as a draft.
  const here = document.querySelector("[data-case]")?.dataset.case;
  if (here && location.pathname.includes("/do/")) history.replaceState(null, "", here);
  newest();
  raise(document.querySelector("#panel > dialog"));
})();
