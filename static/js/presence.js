/* Tells the server that this page has a record open, and shows who else has: `[data-presence="/desk/presence/…/"]`,
   with a token, a line of `role="status"` and the words for it in `data-words` (templates/desk/_also_here.html).
   A page that nobody looks at is silent. */

const EVERY = 10000;

async function beat(place) {
  if (document.hidden) return;
  try {
    const answer = await fetch(place.dataset.presence, {
      method: "POST",
      headers: { "X-CSRFToken": place.querySelector("[name=csrfmiddlewaretoken]").value },
      redirect: "manual",
    });
    if (!answer.ok) return;
    const { others } = await answer.json();
    const words = others.length ? place.dataset.words.replace("{names}", others.join(", ")) : "";
    const line = place.querySelector("[role=status]");
    if (line.textContent.trim() !== words) line.textContent = words;
  } catch {
    // Without a line nobody is told anything; the next beat tries again.
  }
}

for (const place of document.querySelectorAll("[data-presence]")) {
  beat(place);
  window.setInterval(() => beat(place), EVERY);
  document.addEventListener("visibilitychange", () => beat(place));
  for (const form of document.querySelectorAll("form[data-autosave]")) {
    form.addEventListener("input", () => beat(place), { once: true });
  }
}
