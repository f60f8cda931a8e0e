// While somebody writes, the server says what it found; here the marks are laid under the words, a better sentence is put in their
// place, a suggested pattern is accepted with Alt A, and a line of a playbook goes into the reply with l. All of it has a visible control.
(() => {
  "use strict";
  const composing = (event) => event.isComposing || event.keyCode === 229;
  const boxOf = (part) => document.getElementById(part.closest("[data-said]")?.dataset.said ?? "");
  const mirrorOf = (box) => box?.closest(".fs-ink")?.querySelector("[data-mirror]");

  const mark = (said) => {
    const box = document.getElementById(said.dataset.said);
    const mirror = mirrorOf(box);
    const marks = said.querySelector("template[data-marks]");
    said.querySelectorAll("[data-take]").forEach((button) => { button.hidden = false; });
    if (!mirror || !marks || marks.content.textContent.trimEnd() !== box.value.trimEnd()) return;
    mirror.replaceChildren(marks.content.cloneNode(true), document.createTextNode("\n"));
  };

  // Once the words change, the old marks would lie under other words.
  document.addEventListener("input", (event) => {
    const mirror = event.target.matches("textarea") ? mirrorOf(event.target) : null;
    if (mirror) mirror.textContent = event.target.value + "\n";
  });

  // While an input method composes nothing is asked; what it made is looked at.
  let writing = null;
  document.addEventListener("compositionstart", (event) => { writing = event.target; });
  document.addEventListener("compositionend", (event) => {
    writing = null;
    if (mirrorOf(event.target)) event.target.dispatchEvent(new Event("look"));
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (writing && event.detail.elt === writing) event.preventDefault();
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    const said = event.detail.target;
    if (said.matches?.("[data-said]")) mark(said);
  });

  // What is ticked in the findings was said to the words that stand there: it goes with the next question, nothing more.
  const put = (box, start, end, words) => {
    box.focus();
    box.setRangeText(words, start, end, "end");
    const gap = words.search(/…|\[[^\]]+\]/);
    if (gap >= 0) {
      const length = words.slice(gap).match(/^(?:…|\[[^\]]+\])/)[0].length;
      box.setSelectionRange(start + gap, start + gap + length);
    }
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };

  // The server counts characters, the browser halves of them: beyond the first plane they differ.
  const place = (text, characters) => [...text].slice(0, characters).join("").length;

  document.addEventListener("click", (event) => {
    const take = event.target.closest("[data-take]");
    if (take) {
      const box = boxOf(take);
      if (box) put(box, place(box.value, Number(take.dataset.start)), place(box.value, Number(take.dataset.end)), take.dataset.better);
      return;
    }
    const line = event.target.closest("[data-put]");
    if (!line) return;
    const form = document.querySelector("[data-composer] form:not([hidden])");
    const box = form?.querySelector("textarea");
    if (!box) return;
    const gap = box.value && !/\s$/.test(box.value) ? "\n" : "";
    put(box, box.value.length, box.value.length, gap + line.dataset.put);
    line.dataset.used = "yes";
    line.removeAttribute("data-key");
    document.querySelector("[data-put]:not([data-used])")?.setAttribute("data-key", "l");
  });

  document.addEventListener("keydown", (event) => {
    if (composing(event) || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.code !== "KeyA") return;
    const open = [...document.querySelectorAll("[data-heard]")].filter((group) => group.getClientRects().length > 0);
    const next = open.find((group) => !group.querySelector("input:checked"));
    if (!next) return;
    event.preventDefault();
    const yes = next.querySelector("[data-accept]");
    yes.checked = true;
    yes.dispatchEvent(new Event("change", { bubbles: true }));
    const say = document.getElementById("say");
    if (say) say.textContent = next.closest("[role=group]").querySelector(".fs-strong").textContent;
  });

  // How long a silence is waited for on the telephone.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-timer]");
    if (!button || button.dataset.runs) return;
    const words = button.querySelector("[data-words]");
    const before = words.textContent;
    let left = Number(button.dataset.timer);
    button.dataset.runs = "yes";
    const show = () => { words.textContent = left > 0 ? String(left) : before; };
    const tick = setInterval(() => {
      left -= 1;
      show();
      if (left > 0) return;
      clearInterval(tick);
      delete button.dataset.runs;
    }, 1000);
    show();
  });

  // What stands in a box when the page opens is looked at as well.
  const begin = () => {
    document.querySelectorAll("[data-put], [data-timer]").forEach((button) => { button.hidden = false; });
    for (const said of document.querySelectorAll("[data-said]")) {
      const box = document.getElementById(said.dataset.said);
      if (said.querySelector("template")) mark(said);
      else if (box?.value.trim()) htmx.trigger(box, "look");
    }
  };
  document.addEventListener("htmx:load", (event) => { if (event.detail.elt === document.body) begin(); });
})();
