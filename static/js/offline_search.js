/* The search of a copy of the site (docs/lifeboat.md). It takes its words from the address of the page (?q=…&kind=visit) and
   finds the pages on which every one of them stands, or begins so. The index lies beside the page as scripts, which are the
   only thing that a page opened from a disk may load: head.js, terms-….js by the first two letters, pages-….js. */

const MOST = 200;
// Scripts with no space between words, as config/lifeboat/searching.py has them.
const UNSPACED = "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3041-\\u30ff\\u3400-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3fffd}";
const PIECE = new RegExp(`[${UNSPACED}]+|[^${UNSPACED}]+`, "gu");
const FIRST_UNSPACED = new RegExp(`^[${UNSPACED}]`, "u");

const here = new URL("./", location.href);
const asked = new URLSearchParams(location.search);
const place = document.getElementById("found");
const loading = new Map();

/* Called by each file of the index. */
const offlineSearch = (what, name, value) => loading.get(`${what}${name && `-${name}`}.js`)?.keep(value);
window.offlineSearch = offlineSearch;

const load = (file) => {
  const known = loading.get(file);
  if (known) return known.promise;
  const entry = {};
  entry.promise = new Promise((resolve, reject) => {
    entry.keep = resolve;
    const script = document.createElement("script");
    script.src = new URL(file, here);
    script.onerror = reject;
    document.head.append(script);
  });
  loading.set(file, entry);
  return entry.promise;
};

const fold = (text, plain) =>
  [...text.normalize("NFKD").replace(/[\p{M}\p{Cf}]/gu, "").toLowerCase()].map((char) => plain[char] ?? char).join("");

/* Words are found by their beginning; of scripts without spaces, pairs of letters as they are. */
const termsOf = (text, plain) =>
  (fold(text, plain).match(/[\p{L}\p{N}]+/gu) ?? []).flatMap((run) =>
    run.match(PIECE).flatMap((piece) => {
      const letters = [...piece];
      if (!FIRST_UNSPACED.test(piece) || letters.length === 1) return [{ term: letters.slice(0, 64).join(""), begins: true }];
      return letters.slice(1).map((letter, at) => ({ term: letters[at] + letter, begins: false }));
    }),
  );

/* Returns for a term a map of documents: 2 where it stands in the title, else 1. */
const look = async ({ term, begins }, shards) => {
  const start = [...term].slice(0, 2).map((char) => char.codePointAt(0).toString(16)).join("-");
  const one = [...term].length === 1;
  const wanted = shards.filter((shard) => shard === start || (one && begins && shard.startsWith(`${start}-`)));
  const found = new Map();
  for (const terms of await Promise.all(wanted.map((shard) => load(`terms-${shard}.js`)))) {
    for (const [known, [titled, others]] of Object.entries(terms)) {
      if (begins ? !known.startsWith(term) : known !== term) continue;
      for (const id of others) if (!found.has(id)) found.set(id, 1);
      for (const id of titled) found.set(id, 2);
    }
  }
  return found;
};

const make = (tag, values, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(values)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

const entry = ([, title, file, about]) =>
  make("li", {}, make("h3", {}, make("a", { href: new URL(`../${file}`, here) }, title)), make("p", { class: "small" }, about));

const show = (rows, kinds, chosen, more) => {
  const told = [];
  for (const [kind, label] of Object.entries(kinds)) {
    const own = rows.filter((row) => row[0] === kind);
    if (!own.length || (chosen && chosen !== kind)) continue;
    told.push(make("h2", { id: `found-${kind}` }, `${label} `, make("span", { class: "num soft" }, String(own.length))));
    told.push(make("ul", { class: "plain" }, ...own.map(entry)));
  }
  if (!told.length) told.push(make("p", { class: "note", role: "status" }, place.dataset.none));
  if (more) told.push(make("p", { class: "note" }, place.dataset.most));
  if (chosen) {
    const all = new URL(location.href);
    all.searchParams.delete("kind");
    told.push(make("p", {}, make("a", { href: all }, place.dataset.all)));
  }
  place.replaceChildren(...told);
};

const search = async (query) => {
  const { shards, block, kinds, plain } = await load("head.js");
  const terms = termsOf(query, plain);
  const [first, ...others] = await Promise.all(terms.map((term) => look(term, shards)));
  const ranked = [...(first ?? new Map())]
    .filter(([id]) => others.every((other) => other.has(id)))
    .map(([id, rank]) => [id, others.reduce((sum, other) => sum + other.get(id), rank)])
    .sort(([one, its], [other, theirs]) => theirs - its || one - other);
  // Of one kind alone, only its own count; which kind a page has stands beside its title.
  const chosen = kinds[asked.get("kind")] ? asked.get("kind") : "";
  const rows = [];
  for (const [id] of ranked) {
    const row = (await load(`pages-${Math.floor(id / block)}.js`))[id % block];
    if (!chosen || row[0] === chosen) rows.push(row);
    if (rows.length > MOST) break;
  }
  show(rows.slice(0, MOST), kinds, chosen, rows.length > MOST);
};

const query = asked.get("q") ?? "";
for (const field of document.querySelectorAll("input[name=q]")) field.value = query;
if (query.trim()) {
  search(query).catch(() => place.replaceChildren(make("p", { class: "note error", role: "status" }, place.dataset.failed)));
} else place.replaceChildren();
