/* Warns before doing nothing signs somebody out, two minutes ahead: `[data-idle="30"]`, in minutes, with a button that
   asks `data-stay` (any request of a signed-in person counts as activity).

   Typing counts too: it is told to the server once a minute, so that nobody is signed out over a long form. All tabs
   of the site know of each other's activity. What stands in a form is left as it is. */

const WARNED = 2 * 60; // seconds before the end
const EVERY = 60; // seconds between two words to the server while somebody types

const box = document.querySelector("[data-idle]");
const limit = Number(box.dataset.idle) * 60;
const tabs = new BroadcastChannel("idle");
let active = Date.now();
let told = Date.now();

function seconds(since) {
  return (Date.now() - since) / 1000;
}

function heard() {
  active = Date.now();
  told = active;
  box.hidden = true;
}

async function stay() {
  told = Date.now();
  const answer = await fetch(box.dataset.stay, { redirect: "manual" }).catch(() => null);
  if (!answer?.ok) return;
  heard();
  tabs.postMessage("active");
}

function look() {
  const idle = seconds(active);
  const over = idle >= limit;
  const near = idle >= Math.max(limit - WARNED, limit / 2);
  if (near && box.hidden) {
    box.hidden = false;
    box.querySelector("button").focus();
  }
  box.querySelector("[data-over]").hidden = !over;
  box.querySelector("button").hidden = over;
}

tabs.addEventListener("message", heard);
tabs.postMessage("active");
box.querySelector("button").addEventListener("click", stay);
document.addEventListener("input", () => { if (seconds(told) >= Math.min(EVERY, limit / 4)) stay(); });
document.addEventListener("visibilitychange", look);
window.setInterval(look, 1000);
