/* The search box of the header suggests records while one types: `input[data-suggest="/search/suggest/"]` becomes a
   combobox with a list below it, called by `data-label`. Arrows move, Enter opens what is chosen, Escape closes; Enter
   without a choice searches as ever, and so does everything where no script runs or nothing can be asked. */

const WAIT = 120;
const box = document.querySelector("input[data-suggest]");

const make = (tag, values, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(values)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

if (box) {
  const list = make("div", { id: "suggested", class: "suggested", role: "listbox", "aria-label": box.dataset.label });
  const told = make("span", { class: "vh", role: "status" });
  let timer, asking, options = [], chosen = -1;

  const choose = (number) => {
    options[chosen]?.setAttribute("aria-selected", "false");
    chosen = number;
    const option = options[chosen];
    if (!option) return box.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", option.id);
  };
  const open = (shown) => {
    list.hidden = !shown;
    box.setAttribute("aria-expanded", String(shown));
  };
  const close = () => {
    clearTimeout(timer);
    asking?.abort();
    choose(-1);
    open(false);
    told.textContent = "";
  };
  const clear = () => {
    close();
    options = [];
    list.replaceChildren();
  };

  const show = ({ groups, told: number }) => {
    clear();
    groups.forEach(({ label, rows }, at) => {
      const heading = make("b", { id: `suggested-${at}`, role: "presentation" }, label);
      const group = make("div", { role: "group", "aria-labelledby": heading.id }, heading);
      for (const { name, notes, url } of rows) {
        // Names of either direction stand beside dates.
        const parts = notes.flatMap((note) => [" · ", make("bdi", {}, note)]).slice(1);
        const option = make(
          "div",
          { id: `suggestion-${options.length}`, role: "option", "aria-selected": "false", "data-url": url },
          make("bdi", {}, name),
          ...(parts.length ? [" ", make("span", {}, ...parts)] : []),
        );
        options.push(option);
        group.append(option);
      }
      list.append(group);
    });
    open(options.length > 0);
    told.textContent = number;
  };

  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const query = new URLSearchParams({ q: box.value });
      const answer = await fetch(`${box.dataset.suggest}?${query}`, { signal });
      if (!answer.ok) throw new Error(answer.status);
      const found = await answer.json();
      if (!signal.aborted && document.activeElement === box) show(found);
    } catch {
      if (!signal.aborted) clear();
    }
  };

  box.addEventListener("input", (event) => {
    clearTimeout(timer);
    asking?.abort();
    if (event.isComposing) return;
    if (box.value.trim()) timer = setTimeout(ask, WAIT);
    else clear();
  });
  box.addEventListener("compositionend", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && options.length) {
      event.preventDefault();
      if (list.hidden) open(true);
      // Beyond either end stands the box itself, with nothing chosen.
      const places = options.length + 1;
      choose(((chosen + 1 + step + places) % places) - 1);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && options[chosen]) {
      event.preventDefault();
      location.assign(options[chosen].dataset.url);
    }
  });
  // What tells the number stands there while somebody types: pages have messages of their own to tell.
  const listen = () => box.form.append(told);
  box.addEventListener("focus", listen);
  box.addEventListener("blur", () => {
    close();
    told.remove();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.url);
  });
  box.form.addEventListener("submit", close);
  addEventListener("pagehide", close);

  // A search field may not be a combobox; a text field may, and keeps the key of a search on screen keyboards.
  box.type = "text";
  for (const [name, value] of Object.entries({
    role: "combobox", autocomplete: "off", inputmode: "search", enterkeyhint: "search",
    "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false",
  })) box.setAttribute(name, value);
  list.hidden = true;
  box.form.append(list);
  if (document.activeElement === box) listen();
}
