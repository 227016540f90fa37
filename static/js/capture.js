// The capture page made quicker: selecting text, keys, and the verbatim check while typing.
const form = document.getElementById("capture-form");
const passage = form.elements.passage;
const save = document.getElementById("save");
let touched = false;

// Enter saves at once, and the page stays where the passage is.
if (!form.querySelector(".wrong")) save.focus({ preventScroll: true });
else form.querySelector(".wrong :is(input, select, textarea)").focus();

// Places are counted in characters as Python counts them, without the words meant for screen readers.
const length = (text) => Array.from(text).length;

function place(node, offset) {
  const paragraph = (node.nodeType === 1 ? node : node.parentElement)?.closest("[data-start]");
  if (!paragraph) return null;
  const range = document.createRange();
  range.setStart(paragraph, 0);
  range.setEnd(node, offset);
  const copy = range.cloneContents();
  for (const hidden of copy.querySelectorAll(".vh")) hidden.remove();
  return Number(paragraph.dataset.start) + length(copy.textContent);
}

// The words of a range as they stand in the source: not those for screen readers, an empty line between paragraphs.
function plain(range) {
  const copy = range.cloneContents();
  for (const hidden of copy.querySelectorAll(".vh")) hidden.remove();
  const paragraphs = [...copy.querySelectorAll("[data-start]")];
  return paragraphs.length ? paragraphs.map((one) => one.textContent).join("\n\n") : copy.textContent;
}

function selected() {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const start = place(range.startContainer, range.startOffset);
  const end = place(range.endContainer, range.endOffset);
  return start === null || end === null || end <= start ? null : { start, end, text: plain(range) };
}

function take() {
  const chosen = selected();
  if (!chosen) return;
  if (touched) {
    // What was typed stays: only the passage is replaced.
    passage.value = chosen.text.trim();
    form.elements.start.value = form.elements.span_start.value = chosen.start;
    form.elements.span_end.value = chosen.end;
    check();
  } else {
    location.assign(`?start=${chosen.start}&end=${chosen.end}#in-hand`);
  }
}

const text = document.querySelector(".text");
text.addEventListener("mouseup", () => setTimeout(take));
// A browser drags a link instead of selecting its words: while the button is down it is none, and a click that has
// selected nothing follows it.
text.addEventListener("mousedown", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const address = link.getAttribute("href");
  link.removeAttribute("href");
  const stop = (click) => click.preventDefault();
  const up = () => {
    link.setAttribute("href", address);
    if (!selected()) location.assign(link.href);
    setTimeout(() => link.removeEventListener("click", stop));
  };
  document.addEventListener("mouseup", up, { once: true });
  link.addEventListener("click", stop);
});
text.addEventListener("keyup", (event) => {
  if (event.key === "Shift") take();
});

// By keyboard: an arrow chooses the next word or line, with Shift more of them; Shift let go, or Enter, takes them.
const MOVES = {
  ArrowRight: ["forward", "word"], ArrowLeft: ["backward", "word"], ArrowDown: ["forward", "line"], ArrowUp: ["backward", "line"],
};

function words() {
  const selection = document.getSelection();
  if (selection.rangeCount && text.contains(selection.anchorNode)) return selection;
  selection.collapse(document.getElementById("in-hand") ?? text.querySelector("[data-start]") ?? text, 0);
  return selection;
}

text.addEventListener("keydown", (event) => {
  if (event.target !== text || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter") take();
  const move = MOVES[event.key];
  if (!move) return;
  event.preventDefault();
  const selection = words();
  if (!event.shiftKey) {
    if (move[0] === "forward") selection.collapseToEnd();
    else selection.collapseToStart();
    if (move[1] === "line") selection.modify("move", ...move);
  }
  selection.modify("extend", event.shiftKey ? move[0] : move[1] === "line" ? "forward" : move[0], event.shiftKey ? move[1] : "word");
  selection.focusNode.parentElement.scrollIntoView({ block: "nearest" });
});

let waiting;
let asked = 0;

function runs(parts) {
  const quote = document.createElement("q");
  for (const [words, differs] of parts) {
    const part = document.createElement(differs ? "mark" : "span");
    part.textContent = words;
    quote.append(part);
  }
  return quote;
}

async function check() {
  const number = ++asked;
  const body = new FormData();
  for (const name of ["csrfmiddlewaretoken", "passage", "mode", "start"]) body.set(name, form.elements[name].value);
  let answer;
  try {
    const response = await fetch(form.dataset.check, { method: "POST", body });
    if (!response.ok) return;
    answer = await response.json();
  } catch {
    return; // offline: the server says it when the form is sent
  }
  if (number !== asked) return;
  const line = document.getElementById("verdict");
  line.className = `verdict ${answer.verdict}`;
  const sign = { match: "✓ ", differs: "≠ " }[answer.verdict] ?? "";
  line.replaceChildren(sign + answer.text);
  if (answer.quoted.length) line.append(" ", runs(answer.quoted));
  if (answer.source.length) line.append(" ", runs(answer.source));
}

form.addEventListener("input", (event) => {
  touched = true;
  if (event.target === passage || event.target.name === "mode") {
    clearTimeout(waiting);
    waiting = setTimeout(check, 300);
  }
});

// A name taken from the list is that of somebody known: the choice that was offered for another name follows it.
const known = new Set(Array.from(document.querySelectorAll("#known-voices option"), (option) => option.value));
for (const end of ["", "2", "3"]) {
  const choice = form.elements[`speaker_is${end}`];
  const offered = form.elements[`offered_speaker_is${end}`].value;
  form.elements[`speaker${end}`].addEventListener("input", ({ target }) => {
    const named = known.has(target.value);
    if (named && choice.value === offered) choice.value = "";
    else if (!named && choice.value === "" && choice.dataset.followed) choice.value = offered;
    if (named) choice.dataset.followed = "1";
    else delete choice.dataset.followed;
  });
  choice.addEventListener("input", () => delete choice.dataset.followed);
}
// Whom a field means was said of the name that stood in it.
form.addEventListener("input", ({ target }) => target.closest(".field")?.querySelector(".means")?.remove());

const keys = {
  n: () => document.getElementById("skip")?.click(),
  e: () => passage.focus(),
  x: () => form.querySelector("[value=aside]")?.click(),
  t: () => document.querySelector("#pick input")?.focus(),
  w: () => { text.focus(); words(); },
  "?": () => {
    const help = document.getElementById("keys");
    help.open = !help.open;
  },
};

document.addEventListener("keydown", (event) => {
  // A key held down is one key.
  if (event.repeat && event.key === "Enter" && !event.target.matches("textarea")) {
    event.preventDefault();
    return;
  }
  // A browser that jumps to the passage leaves the focus on the page itself: Enter saves from there too.
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey || event.target === document.body)) {
    event.preventDefault();
    form.requestSubmit(save);
    return;
  }
  if (event.key === "Escape" && event.target.matches("input, select, textarea")) event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=checkbox]), select, textarea")) return;
  const act = keys[event.key.length === 1 ? event.key.toLowerCase() : ""];
  if (act) {
    event.preventDefault();
    act();
  }
});
