// A new complaint while somebody is on the line: look up as you type, keys, what is still to ask, the draft that was left.
// The page works without this file: Enter looks up, and the radio buttons choose. Nothing here fires while an input method composes.
(() => {
  "use strict";
  const PAUSE = 200;
  const form = document.getElementById("new-complaint");
  if (!form) return;
  const who = form.elements.who;
  const words = form.elements.words;
  const found = document.getElementById("who-found");
  const composing = (event) => event.isComposing || event.keyCode === 229;
  const say = (text) => { const line = document.getElementById("say"); if (line) line.textContent = text; };
  const radios = () => [...form.querySelectorAll("input[name=customer]")];
  const chosen = () => radios().find((radio) => radio.checked);
  const changed = (control) => control.dispatchEvent(new Event("change", { bubbles: true }));
  const person = document.body.dataset.person ?? "";

  // The draft. A copy on this device that the server never got, for example because the line was down from the start, is fetched first.
  const copyHere = () => {
    const family = `fs-draft:${person}:`;
    let newest = null;
    try {
      for (const name of Object.keys(localStorage)) {
        const key = name.slice(family.length);
        if (!name.startsWith(family) || !/^new-[0-9a-f]{32}$/.test(key) || key === form.dataset.draft) continue;
        const copy = JSON.parse(localStorage.getItem(name));
        if (copy && copy.at > (newest?.at ?? 0)) newest = { at: copy.at, key };
      }
    } catch { /* this device keeps nothing */ }
    return newest;
  };
  const left = form.dataset.opened === "found" ? copyHere() : null;
  if (left && left.at > (Date.parse(form.dataset.draftAt ?? "") || 0)) {
    location.replace(`${form.dataset.address}?draft=${left.key}`);
    return;
  }
  // From here on the address names the draft: loading the page again, or a browser that comes back after a crash, finds it.
  const named = () => history.replaceState(null, "", `${form.dataset.address}?draft=${form.dataset.draft}`);
  if (/[?&](who|customer)=/.test(location.search)) form.addEventListener("input", named, { once: true });
  else named();

  // Two windows with one draft would write over each other: the second begins afresh, the draft stays where it is open.
  if ("BroadcastChannel" in window) {
    const channel = new BroadcastChannel(`fs-new:${person}`);
    const me = `${Date.now()}-${Math.random()}`;
    let asking = form.dataset.opened === "asked" || form.dataset.draftAt !== undefined;
    channel.addEventListener("message", ({ data }) => {
      if (data.key !== form.dataset.draft || data.from === me) return;
      if (data.kind === "anybody") channel.postMessage({ kind: "here", key: data.key, from: me });
      else if (data.kind === "here" && asking) location.replace(`${form.dataset.address}?fresh=1`);
    });
    if (asking) channel.postMessage({ kind: "anybody", key: form.dataset.draft, from: me });
    form.addEventListener("input", () => { asking = false; });
    addEventListener("pagehide", () => channel.close());
  }

  // Who is it? What this file chose by itself is taken back with the next key; what the person chose stays.
  let byItself = chosen() && !["new", "none"].includes(chosen().value) && !form.dataset.draftAt ? chosen() : null;
  let goOn = false;
  let filled = null;

  let waiting = null;
  const look = (pause = 0) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => window.htmx?.trigger(who, "look"), pause);
  };
  const takeBack = () => {
    if (byItself?.checked) byItself.checked = false;
    byItself = null;
  };
  const choose = (radio) => {
    radio.checked = true;
    byItself = radio;
    changed(radio);
    byItself = radio;
  };
  who.addEventListener("input", (event) => {
    takeBack();
    if (!composing(event)) look(PAUSE);
  });
  who.addEventListener("compositionend", () => look(PAUSE));

  const fillIn = () => {
    const count = found.querySelector("[data-count]");
    const kind = ["phone", "email"].includes(count?.dataset.look) ? count.dataset.look : "name";
    const target = form.elements[kind];
    const typed = who.value.trim();
    if (filled && filled !== target && filled.value === filled.dataset.filled) filled.value = "";
    if (typed && (target.value === "" || target.value === target.dataset.filled)) {
      target.value = target.dataset.filled = typed;
      filled = target;
    }
  };
  form.addEventListener("change", (event) => {
    if (event.target.name !== "customer") return;
    byItself = null;
    if (event.target.value === "new") fillIn();
  });

  const proceed = () => {
    goOn = false;
    const now = chosen();
    if (now?.value === "new") (form.elements.name.value ? form.elements.phone.value ? words : form.elements.phone : form.elements.name).focus();
    else if (now?.value === "none") form.elements.anonymous_reason.focus();
    else if (now) words.focus();
    else (found.querySelector("input[name=customer]") ?? document.getElementById("id_customer_new")).focus();
  };

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== found) return;
    const count = found.querySelector("[data-count]");
    const mine = found.querySelector("input[name=customer]:checked");
    if (count) say(count.textContent);
    if (mine) choose(mine);
    else if (count?.dataset.found === "0" && !chosen()) choose(document.getElementById("id_customer_new"));
    if (chosen()?.value === "new") fillIn();
    if (goOn) proceed();
  });
  const failed = (event) => {
    if (event.detail.elt !== who) return;
    const note = document.createElement("p");
    note.className = "fs-note fs-note--soon";
    note.textContent = found.dataset.failed;
    found.replaceChildren(note);
    say(note.textContent);
    if (goOn) proceed();
  };
  for (const kind of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) document.addEventListener(kind, failed);

  // Enter never sends half a complaint: in the look-up it goes on to the customer or the words, elsewhere to nothing.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!event.target.matches("input:not([type=file]), select")) return;
    if (event.target.type !== "search" && composing(event)) return;
    event.preventDefault();
    if (composing(event)) return;
    if (event.target === who) {
      goOn = true;
      look();
    } else if (event.target.name === "customer") proceed();
  });

  // What is still to ask.
  const answered = (name) => {
    const controls = form.elements[name];
    if (!controls) return false;
    const all = controls instanceof RadioNodeList ? [...controls] : [controls];
    return all.some((control) => (["radio", "checkbox"].includes(control.type) ? control.checked : control.value.trim() !== ""));
  };
  const asks = form.querySelector("[data-asks]");
  const ask = () => {
    let open = 0;
    for (const line of asks.querySelectorAll("[data-ask]")) {
      line.hidden = line.dataset.ask.split(" ").some(answered);
      open += line.hidden ? 0 : 1;
    }
    asks.classList.toggle("is-done", open === 0);
  };
  form.addEventListener("input", ask);
  form.addEventListener("change", ask);
  asks.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const target = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!target) return;
    event.preventDefault();
    (target.matches("input, textarea, select") ? target : target.querySelector("input:checked, input"))?.focus();
  });
  ask();

  words.setSelectionRange(words.value.length, words.value.length); // whoever comes back writes on, not before
  // Words came back from this device: the list of customers has to follow, with the one who was chosen.
  const back = form.draftBack;
  if (back && who.value.trim()) {
    const kept = back.find(([name]) => name === "customer")?.[1];
    if (kept && !chosen() && /^\d+$/.test(kept)) {
      const radio = document.createElement("input");
      Object.assign(radio, { type: "radio", name: "customer", value: kept, checked: true, hidden: true });
      found.replaceChildren(radio);
    }
    addEventListener("load", () => look());
  }
})();
