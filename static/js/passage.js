/* Takes words selected in a note into the field named by `[data-passages="id of the field"]`. Without it paragraphs are
   ticked. */

for (const place of document.querySelectorAll("[data-passages]")) {
  const field = document.getElementById(place.dataset.passages);
  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    const words = selection.toString().trim();
    if (!words || !place.contains(selection.anchorNode) || !place.contains(selection.focusNode)) return;
    field.value = words;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
