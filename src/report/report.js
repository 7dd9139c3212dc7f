// Opens a cell's passages. All text from notes is set as text, never as markup.
"use strict";
(() => {
  const { about: data, cells: allCells } = JSON.parse(document.getElementById("data").textContent);
  const dialog = document.getElementById("passages");
  const title = document.getElementById("passages-title");
  const sentence = document.getElementById("passages-cell");
  const remark = document.getElementById("passages-note");
  const list = document.getElementById("list");
  const more = document.getElementById("more");
  const onlyCounted = document.getElementById("counted");
  const PER_PAGE = 50;
  const CELL_MAX = 200;
  let cell = { name: "", total: 0, rows: [] };
  let shown = 0;

  const element = (name, className, ...children) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...children);
    return made;
  };
  const isolated = (text) => element("bdi", "", text);
  const spaced = (text) => text.replaceAll("_", " ");
  const typeName = (type) => (data.types[type] === "unknown" ? "session type unknown" : spaced(data.types[type]));
  const WHY_NOT = {
    assertion: "not counted: its assertion",
    copied: "not counted: copied from an earlier note",
    duplicate_note: "not counted: its note is a duplicate",
    rejected: "not counted: a person rejected it",
  };
  const VOICE = {
    quote: "the participant's words",
    reported: "reported",
    clinician: "the clinician's words",
    other: "somebody else's words",
  };

  function gather(code, person, type) {
    const codes = new Set(data.codes[code][2]);
    const cells = allCells.filter(
      (c) => codes.has(c[0]) && (person === null || c[1] === person) && (type === null || c[2] === type),
    );
    const rows = cells.flatMap((c) => c[4].map((passage) => ({ code: c[0], type: c[2], passage })));
    rows.sort((a, b) => a.passage[0] - b.passage[0] || a.passage[1] - b.passage[1] || a.code - b.code);
    // Only sums over all people know what is beyond the page.
    const beyond = data.beyond.filter((b) => person === null && codes.has(b[0]) && (type === null || b[1] === type));
    const total = cells.reduce((sum, c) => sum + c[3], 0) + beyond.reduce((sum, b) => sum + b[2], 0);
    const place = [
      person === null ? "all participants" : data.people[person] || "participant unknown",
      type === null ? "all session types" : typeName(type),
    ];
    return { code, name: `${data.codes[code][1]}: ${place.join(", ")}`, total, rows: rows.slice(0, CELL_MAX) };
  }

  function item({ code, type, passage }) {
    const [note, start, end, before, text, after, pattern, cue, assertion, voice, whyNot, section] = passage;
    const [id, person, day, source, locator] = data.notes[note];
    const words = element("p", "text", element("bdi", "", before, element("mark", "", text), after));
    const facts = [];
    if (code !== cell.code) facts.push(data.codes[code][1]);
    facts.push(spaced(assertion), VOICE[voice], whyNot ? WHY_NOT[whyNot] : "counts");
    const evidence = element("p", "facts", `${facts.join(" · ")} · found by `, element("code", "", data.patterns[pattern]));
    if (cue) evidence.append(" · cue ", isolated(`“${cue}”`));
    const where = element("p", "facts", isolated(data.people[person] || "participant unknown"), `, ${typeName(type)}`);
    if (day !== null) where.append(`, day ${day}`);
    if (section) where.append(" · section ", isolated(spaced(section)));
    where.append(" · note ", isolated(id), `, characters ${start}–${end}`);
    if (source !== id) where.append(" · ", isolated(locator ? `${source}, ${locator}` : source));
    return element("li", whyNot ? "uncounted" : "", words, evidence, where);
  }

  function fill() {
    const rows = onlyCounted.checked ? cell.rows.filter((r) => !r.passage[10]) : cell.rows;
    const next = rows.slice(shown, shown + PER_PAGE).map(item);
    list.append(...next);
    shown += next.length;
    more.hidden = shown >= rows.length;
    if (cell.total === 0) {
      remark.textContent = "The page is full and holds no passages of this participant; codings.csv holds all.";
      return;
    }
    const left = cell.total - cell.rows.length;
    remark.textContent =
      `${rows.length} of ${cell.total} passages` +
      (data.beyond.length > 0 ? "; the page is full, codings.csv holds all." : left > 0 ? `; the page holds the first only (at most ${remark.dataset.bound} of each participant's session type), codings.csv holds all.` : ".");
  }

  function restart() {
    list.replaceChildren();
    shown = 0;
    fill();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-code]");
    if (!button) return;
    const number = (text) => (text === undefined ? null : Number(text));
    const { code, person, type } = button.dataset;
    cell = gather(Number(code), number(person), number(type));
    title.replaceChildren(isolated(cell.name));
    sentence.textContent = button.getAttribute("aria-label");
    restart();
    dialog.showModal();
    dialog.scrollTop = 0;
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  more.addEventListener("click", fill);
  onlyCounted.addEventListener("change", restart);
})();
