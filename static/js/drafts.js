// No word is lost: <form data-draft="case-17-reply" data-draft-url="…" data-draft-at="2026-11-24T10:42:00Z">.
//
// Every change is put down on this device at once and sent to the server 800 ms after the last key. The copy on the device is what the
// server has not confirmed; a confirmed one is erased. When the line is down it stays, and is sent on "online" and every five seconds.
// Before a form goes out its words are saved once more: if that finds no line, the form stays where it is, with everything in it.
//
// The words shown are on the element with data-draft-status (in the form, or carrying the form's key): data-saved="Draft saved %s",
// data-saving, data-offline="No connection since %s. …", data-signedout, data-refused. The server may answer JSON {"saved_at": "10:42"} in the person's own zone.
// Copies are kept per person, and for a week at most.
(() => {
  "use strict";
  const PAUSE = 800;
  const RETRY = 5_000;
  const PATIENCE = 8_000;
  const KEPT = 7 * 24 * 3_600_000;
  const PREFIX = "fs-draft:";
  const LEFT_OUT = new Set(["csrfmiddlewaretoken", "version", "next"]);
  const forms = new Map();

  const store = {
    read(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    write(key, copy) { try { localStorage.setItem(key, JSON.stringify(copy)); } catch { /* full, or not allowed: the server still gets it */ } },
    erase(key) { try { localStorage.removeItem(key); } catch { /* nothing there */ } },
    sweep() {
      try {
        for (const key of Object.keys(localStorage)) {
          if (key.startsWith(PREFIX) && !(Date.now() - (store.read(key)?.at ?? 0) < KEPT)) store.erase(key);
        }
      } catch { /* not allowed here */ }
    },
  };

  const hour = () => new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false });
  const wanted = (control) => control.name && !control.closest("[data-said]") && !LEFT_OUT.has(control.name) && !["password", "file", "submit", "button", "image", "reset"].includes(control.type);
  const controlsOf = (form) => [...form.elements].filter(wanted);
  const wordsOf = (form) => {
    const names = new Set(controlsOf(form).map((control) => control.name));
    return [...new FormData(form)].filter(([name, value]) => names.has(name) && typeof value === "string");
  };
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

  class Draft {
    constructor(form) {
      this.form = form;
      this.key = `${PREFIX}${document.body.dataset.person ?? ""}:${form.dataset.draft}`;
      this.saved = wordsOf(form);
      this.offlineSince = null;
      this.timer = null;
      this.sending = null;
      this.giveUp = null;
      this.leaving = false;
      this.takeBack();
      form.addEventListener("input", () => this.changed());
      form.addEventListener("change", () => this.changed());
    }

    get dirty() { return !same(wordsOf(this.form), this.saved); }

    status() {
      return this.form.querySelector("[data-draft-status]") ?? document.querySelector(`[data-draft-status="${CSS.escape(this.form.dataset.draft)}"]`);
    }

    show(kind, value = "") {
      const line = this.status();
      const words = line?.dataset[kind];
      if (!words) return;
      const place = line.querySelector("[data-words]") ?? line;
      place.textContent = words.replace("%s", value);
      line.dataset.state = kind;
      line.hidden = false;
    }

    // Words this device holds and the server does not: newer than the server's they go into the form, older ones only where it is empty.
    takeBack() {
      const copy = store.read(this.key);
      if (!copy) return;
      const newer = !(Date.parse(this.form.dataset.draftAt ?? "") > copy.at);
      const kept = new Map();
      for (const [name, value] of copy.words) kept.set(name, [...(kept.get(name) ?? []), value]);
      for (const control of controlsOf(this.form)) {
        const values = kept.get(control.name) ?? [];
        if (control.type === "hidden") continue;
        if (control.type === "checkbox" || control.type === "radio") { if (newer) control.checked = values.includes(control.value); }
        else if (control.multiple && control.options) { if (newer) for (const option of control.options) option.selected = values.includes(option.value); }
        else if (values.length && (newer || control.value === "")) control.value = values[0];
      }
      this.form.draftBack = copy.words; // for the page's own script: values whose control is not there yet
      if (this.dirty) {
        this.form.dispatchEvent(new Event("input", { bubbles: true }));
        this.send();
      } else store.erase(this.key);
    }

    changed() {
      if (this.leaving) return;
      if (!this.dirty) { store.erase(this.key); return; }
      store.write(this.key, { at: Date.now(), words: wordsOf(this.form) });
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.send(), PAUSE);
    }

    body(words) {
      const body = new URLSearchParams(words);
      body.set("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken?.value ?? "");
      return body;
    }

    async send() {
      clearTimeout(this.timer);
      if (this.sending) await this.sending;
      if (!this.dirty) return "saved";
      this.sending = this.post(wordsOf(this.form));
      const outcome = await this.sending;
      this.sending = null;
      return outcome;
    }

    // What became of the words: "saved", "offline", "signedout" or "refused".
    async post(words) {
      this.show("saving");
      this.giveUp = new AbortController();
      let answer;
      try {
        answer = await fetch(this.form.dataset.draftUrl, {
          method: "POST",
          body: this.body(words),
          headers: { "X-CSRFToken": this.form.elements.csrfmiddlewaretoken?.value ?? "", Accept: "application/json" },
          redirect: "manual",
          signal: AbortSignal.any([AbortSignal.timeout(PATIENCE), this.giveUp.signal]),
        });
      } catch {
        this.offlineSince ??= hour();
        this.show("offline", this.offlineSince);
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.send(), RETRY);
        return "offline";
      }
      this.offlineSince = null;
      if (!answer.ok) {
        const outcome = answer.type === "opaqueredirect" || answer.status === 401 ? "signedout" : "refused";
        this.show(outcome);
        return outcome;
      }
      this.saved = words;
      if (this.dirty) {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.send(), PAUSE);
      } else store.erase(this.key);
      const told = await answer.json().catch(() => ({}));
      this.show("saved", told.saved_at ?? hour());
      return "saved";
    }

    // The line is back: what went out on the dead one gets no answer any more. A form that was going out tries again by itself.
    online() {
      this.again = this.checking;
      this.giveUp?.abort();
      if (!this.checking) this.send();
    }

    // The page goes away: one last try that may outlive it. The copy stays; if the words arrived, the next visit finds them equal and erases it.
    farewell() {
      if (this.leaving || !this.dirty) return;
      fetch(this.form.dataset.draftUrl, {
        method: "POST",
        body: this.body(wordsOf(this.form)),
        headers: { "X-CSRFToken": this.form.elements.csrfmiddlewaretoken?.value ?? "" },
        redirect: "manual",
        keepalive: true,
      }).catch(() => {});
    }

    async submit(submitter) {
      this.again = this.checking; // pressed once more while a try is under way: if that finds no line, there is another
      if (this.checking) return;
      this.checking = true;
      submitter?.setAttribute("aria-busy", "true");
      let outcome;
      do {
        this.again = false;
        outcome = await this.send();
        // With nothing to save we are still inside the submit event of a real click, and the form would not hear a second one.
        await new Promise((later) => setTimeout(later));
      } while (outcome === "offline" && this.again);
      submitter?.removeAttribute("aria-busy");
      this.checking = false;
      if (outcome === "offline" || outcome === "signedout") return;
      clearTimeout(this.timer);
      if (outcome === "saved") store.erase(this.key);
      this.leaving = true;
      this.gone = false;
      this.form.requestSubmit(submitter?.form === this.form ? submitter : undefined);
      this.leaving = this.gone; // a field may have refused in the meantime
    }

    // The form is still here after it went out (htmx, or the way back): begin again from what it shows.
    stay() {
      this.leaving = false;
      this.saved = wordsOf(this.form);
    }
  }

  const begin = (scope) => {
    for (const form of scope.querySelectorAll("form[data-draft]")) if (!forms.has(form)) forms.set(form, new Draft(form));
    for (const form of [...forms.keys()]) if (!form.isConnected) forms.delete(form);
  };

  // First in line: the words are saved before anything else hears of the submit. The second time round it passes.
  document.addEventListener("submit", (event) => {
    const draft = forms.get(event.target);
    if (!draft) return;
    if (draft.leaving) {
      draft.gone = true;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    draft.submit(event.submitter);
  }, true);
  addEventListener("online", () => { for (const draft of forms.values()) draft.online(); });
  addEventListener("pagehide", () => { for (const draft of forms.values()) draft.farewell(); });
  addEventListener("pageshow", (event) => { if (event.persisted) for (const draft of forms.values()) draft.stay(); });
  // Only when the form itself went out: a look-up inside it says nothing about what was saved.
  document.addEventListener("htmx:afterRequest", (event) => { forms.get(event.detail.elt)?.stay(); });
  document.addEventListener("htmx:load", (event) => { begin(event.detail.elt.parentElement ?? event.detail.elt); });
  store.sweep();
  begin(document);
})();
