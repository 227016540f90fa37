/* Shows a note rendered while it is written: a button named `preview` asks for the text of its form, and the answer
   (cleaned on the server) stands in `[data-preview="/desk/notes/preview/"]`. Without it the button sends the form. */

for (const place of document.querySelectorAll("form [data-preview]")) {
  const form = place.closest("form");
  const button = form.querySelector("button[name=preview]");
  button?.addEventListener("click", async (event) => {
    event.preventDefault();
    const sent = new FormData();
    sent.set("text", form.elements.text.value);
    sent.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    try {
      const answer = await fetch(place.dataset.preview, { method: "POST", body: sent, redirect: "manual" });
      if (!answer.ok) throw new Error(answer.status);
      const prose = document.createElement("div");
      prose.className = "prose";
      prose.innerHTML = (await answer.json()).html;
      place.replaceChildren(prose);
    } catch {
      place.textContent = "—";
    }
  });
}
