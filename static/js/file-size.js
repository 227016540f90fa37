// A file that is too large is told of before it is sent; the server refuses it all the same.
document.addEventListener("change", (event) => {
  const input = event.target;
  if (input.type !== "file") return;
  const hint = document.getElementById(`${input.id}_helptext`);
  const tooLarge = [...input.files].some((file) => file.size > Number(hint.dataset.limit));
  input.setCustomValidity(tooLarge ? hint.textContent : "");
  input.reportValidity();
});
