/* Keeps what is typed into a form as a draft on the server, within a second of any key.

   Any form takes part that carries these attributes, or has an element within that does (the template tag `autosave`
   writes them):

     data-autosave="statement:new:4xk…"  the key of the draft; which keys there are: visits/keys.py
     data-draft-url="/desk/drafts/…/"    where it is kept (PUT {data, version, fresh}; never published by it)
     data-owner="…"                      whose text it is, for a device that several people use
     data-version="3"                    the version of the record on which the form is based; empty for a new one
     data-device="never"                 the text never touches the device: for notes and whatever is confidential
     data-fresh                          a draft is offered beside the form: it is kept apart, not typed over
     data-ask                            no draft is offered by the page: it is asked for, and filled in by script
     data-resent                         the form is shown again as it was sent, and refused: it is kept at once

   A line `[data-draft-status]` within the form (templates/desk/_autosave.html) says what has become of the text, and
   carries the words for it. While there is no line to the server, the text of other forms than `never` is kept in
   localStorage and offered back there; it is sent, and forgotten on the device, as soon as the server answers, and
   when the field `visibility` of the form is set to confidential.
   Fields of type password, file and hidden `version` are left out. Without JavaScript nothing is kept, and drafts that
   were kept are offered by the page itself. */

const WAIT = 400; // from the first key to saving, in milliseconds
const AGAIN = 5000; // between attempts while offline

function fieldsOf(form) {
  const fields = {};
  for (const [name, value] of new FormData(form)) {
    const field = form.elements[name];
    if (name === "csrfmiddlewaretoken" || name === "version" || typeof value !== "string") continue;
    if (field instanceof HTMLInputElement && field.type === "password") continue;
    (fields[name] ||= []).push(value);
  }
  return fields;
}

// What somebody typed: not the token by which the server knows the form again.
function said(fields) {
  const { form_token: _token, ...typed } = fields;
  return typed;
}

function fill(form, fields) {
  for (const field of form.elements) {
    const values = fields[field.name];
    if (!field.name || (field.type === "hidden") || field.tagName === "BUTTON") continue;
    if (field.type === "checkbox" || field.type === "radio") field.checked = (values || []).includes(field.value);
    else if (field.tagName === "SELECT" && field.multiple) {
      for (const option of field.options) option.selected = (values || []).includes(option.value);
    } else if (values) {
      // A list that asks the server for its choices knows by its value alone what was chosen.
      if (field.tagName === "SELECT" && values[0] && ![...field.options].some((option) => option.value === values[0])) {
        field.add(new Option(`… ${values[0]}`, values[0]));
      }
      field.value = values[0];
      if (field.tagName === "SELECT") field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
}

// Rows of the admin's inlines that a draft has and the form has not yet.
function addRows(form, fields) {
  for (const name of Object.keys(fields)) {
    const row = /^(.+)-(\d+)-[^-]+$/.exec(name);
    if (!row || form.elements[name]) continue;
    const more = form.querySelector(`#${CSS.escape(row[1])}-group .add-row a`);
    for (let tries = Number(row[2]) + 1; more && tries > 0 && !form.elements[name]; tries -= 1) more.click();
  }
}

class Autosave {
  constructor(form, data) {
    this.form = form;
    this.data = data;
    this.place = `draft:${data.owner}:${data.autosave}`;
    this.status = form.querySelector("[data-draft-status]");
    this.saved = "resent" in data ? "" : JSON.stringify(fieldsOf(form));
    this.fresh = "fresh" in data;
    this.savedAt = 0;
    this.timer = 0;
    this.running = null;
    this.leaving = false;
    form.addEventListener("input", () => this.typed());
    form.addEventListener("change", () => this.typed());
    form.addEventListener("submit", () => this.submitted());
    document.addEventListener("visibilitychange", () => document.hidden && this.now(true));
    window.addEventListener("pagehide", () => this.now(true));
    window.addEventListener("pageshow", (event) => { if (event.persisted) this.leaving = false; });
    window.addEventListener("online", () => this.now());
    window.setInterval(() => this.tell(), 1000);
    this.offerBack();
    if ("ask" in data && this.saved) this.ask();
    if (!this.saved) this.soon(0);
  }

  get onDevice() {
    return this.data.device !== "never" && this.form.elements.visibility?.value !== "confidential";
  }

  typed() {
    if (!this.onDevice) localStorage.removeItem(this.place);
    if (!this.savedAt && this.status?.dataset.state !== "bad") this.say("typing");
    this.soon();
  }

  soon(after = WAIT) {
    const due = Date.now() + after;
    if (this.timer && this.due <= due) return;
    window.clearTimeout(this.timer);
    this.due = due;
    this.timer = window.setTimeout(() => { this.timer = 0; this.now(); }, after);
  }

  async now(last = false) {
    const text = JSON.stringify(fieldsOf(this.form));
    if (this.leaving || text === this.saved) return;
    if (this.running && !last) { this.soon(); return; }
    window.clearTimeout(this.timer);
    this.timer = 0;
    const mine = (this.running = new AbortController());
    const { version } = this.data;
    const fresh = this.fresh;
    try {
      const answer = await fetch(this.data.draftUrl, {
        method: "PUT",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value },
        body: JSON.stringify({ data: JSON.parse(text), version: version ? Number(version) : null, fresh }),
        // A request that outlives its page carries up to 64 KiB.
        keepalive: last && text.length < 20000,
        redirect: "manual",
        signal: mine.signal,
      });
      if (!answer.ok) { this.unkept(text, "refused"); return; }
      this.saved = text;
      this.savedAt = Date.now();
      this.fresh = false;
      if (this.onDevice) localStorage.removeItem(this.place);
      this.tell();
    } catch {
      if (!mine.signal.aborted) this.unkept(text, this.onDevice ? "offline" : "unsaved");
      return;
    } finally {
      if (this.running === mine) this.running = null;
    }
    if (JSON.stringify(fieldsOf(this.form)) !== this.saved) this.soon();
  }

  unkept(text, why) {
    this.savedAt = 0;
    if (this.onDevice) this.keep(text);
    this.say(why);
    this.soon(AGAIN);
  }

  keep(text) {
    localStorage.setItem(this.place, JSON.stringify({ at: Date.now(), fields: JSON.parse(text) }));
  }

  submitted() {
    // What is sent is no draft any more; the server forgets it. Without a line it is kept where it may be.
    if (this.onDevice && !navigator.onLine) this.keep(JSON.stringify(fieldsOf(this.form)));
    this.leaving = true;
    window.clearTimeout(this.timer);
    this.running?.abort();
    // Whoever comes back to the page without having left it goes on being saved.
    window.setTimeout(() => { this.leaving = false; this.timer = 0; }, 8000);
  }

  say(state) {
    if (!this.status) return;
    this.status.textContent = this.status.dataset[state];
    this.status.dataset.state = state === "typing" ? "" : "bad";
  }

  tell() {
    if (!this.status || !this.savedAt) return;
    const seconds = Math.round((Date.now() - this.savedAt) / 1000);
    this.status.textContent = this.status.dataset.saved.replace("{n}", seconds);
    this.status.dataset.state = "good";
  }

  offerBack() {
    if (!this.onDevice) return;
    const kept = JSON.parse(localStorage.getItem(this.place) || "null");
    if (!kept || !this.news(kept.fields).length) { localStorage.removeItem(this.place); return; }
    this.offer(kept, this.status?.dataset.offer, () => localStorage.removeItem(this.place));
  }

  async ask() {
    const answer = await fetch(this.data.draftUrl, { redirect: "manual" }).catch(() => null);
    const kept = answer?.ok ? await answer.json() : {};
    if (!kept.data || !this.news(kept.data).length) return;
    this.fresh = true;
    const forget = () => fetch(this.data.draftUrl, {
      method: "DELETE", headers: { "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value },
    });
    // Whoever takes the draft back goes on with it: saving the form settles it.
    const [token] = kept.data.form_token || [];
    const take = () => { this.fresh = false; if (token) this.form.elements.form_token.value = token; };
    this.offer({ at: Date.parse(kept.saved_at), fields: kept.data }, this.status?.dataset.kept, forget, take);
  }

  // What a draft says that the form does not show; hidden fields are the site's own.
  news(fields) {
    const shown = fieldsOf(this.form);
    return Object.entries(said(fields)).filter(([name, values]) => {
      if (this.form.elements[name]?.type === "hidden") return false;
      return values.some((value) => value.trim()) && JSON.stringify(values) !== JSON.stringify(shown[name] || []);
    }).flatMap(([, values]) => values);
  }

  offer(kept, line, forget, take = () => {}) {
    const words = this.status?.dataset || {};
    const box = document.createElement("section");
    box.className = "note offer";
    const told = document.createElement("p");
    told.textContent = (line || "{t}").replace("{t}", new Date(kept.at).toLocaleTimeString([], { timeStyle: "short" }));
    const text = document.createElement("p");
    text.className = "as-typed";
    text.textContent = this.news(kept.fields).filter((value) => value.trim()).join("\n");
    const acts = document.createElement("div");
    acts.className = "acts";
    acts.append(this.button(words.take, () => {
      addRows(this.form, kept.fields);
      fill(this.form, kept.fields);
      take();
      box.remove();
      this.soon(0);
    }));
    acts.append(this.button(words.throw, () => { forget(); box.remove(); }, "quiet"));
    box.append(told, text, acts);
    this.form.before(box);
  }

  button(words, act, look = "") {
    const button = document.createElement("button");
    button.type = "button";
    button.className = look;
    button.textContent = words;
    button.addEventListener("click", act);
    return button;
  }
}

for (const place of document.querySelectorAll("[data-autosave]")) new Autosave(place.closest("form"), place.dataset);
