// A suggestion goes into its field at once; without this the same button asks the server to do it.
const field = (button) => document.getElementById(button.dataset.for);

const take = (button) => {
  field(button).value = button.dataset.offer;
  field(button).dispatchEvent(new Event("input", { bubbles: true }));
  button.hidden = true;
};

const offers = () => [...document.querySelectorAll("button[data-offer]:not([hidden])")];

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=accept]");
  if (!button) return;
  event.preventDefault();
  if (button.dataset.offer !== undefined) {
    take(button);
    field(button).focus();
    return;
  }
  offers().filter((one) => !field(one).value.trim()).forEach(take);
  button.hidden = true;
  document.querySelector("#id_title")?.focus();
});
