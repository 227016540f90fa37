// Keys of the review pages. Without them every step has its link or button.
const forms = [...document.querySelectorAll("form.decide")];
const picks = [...document.querySelectorAll(".pick input")];
let at = -1;

document.querySelectorAll("[data-keys]").forEach((hint) => { hint.hidden = false; });
document.querySelector("main [role=alert]")?.focus();

function follow(rel) {
  document.querySelector(`nav a[rel=${rel}]`)?.click();
}

// On the page of one source J and K go through its statements, elsewhere through the queue.
function step(by) {
  if (!picks.length) {
    follow(by > 0 ? "next" : "prev");
    return;
  }
  at = Math.min(Math.max(at + by, 0), picks.length - 1);
  picks[at].focus();
  picks[at].closest("section").scrollIntoView({ block: "start" });
}

function answered(form) {
  return form.querySelector("[name=applies]:checked, [name=none]:checked") !== null;
}

function publish(form) {
  const button = form.querySelector("button[value=published]");
  if (!button) return;
  // Publishing asks first: an unanswered checklist is where the key leads.
  (answered(form) ? button.click() : form.querySelector("[name=none]").focus());
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  ArrowRight: () => step(1),
  ArrowLeft: () => step(-1),
  x: () => { if (picks[at]) picks[at].checked = !picks[at].checked; },
  n: (form) => { const none = form?.querySelector("[name=none]"); if (none) none.checked = !none.checked; },
  p: (form) => { if (form) publish(form); },
  r: (form) => form?.querySelector("[name=reason]").focus(),
};

function isTyping(target) {
  return target.closest("textarea, select, input:not([type=checkbox])") !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
  const act = KEYS[event.key] ?? KEYS[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act(forms[0]);
});
