// What every part of the page needs: the data with names instead of places, and how elements are
// made. All text of notes is set as text, never as markup.
const packed = JSON.parse(document.getElementById("data").textContent);
const about = packed.about;

const by = (id) => document.getElementById(id);

/** An element with properties, attributes (data-, aria-, those with a hyphen, role) and children. */
function make(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "class") made.className = value;
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key.includes("-") || key === "role" || key === "for") made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== ""));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";
function draw(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Text of a note or a name of somebody's: its writing direction cannot reach the page. */
const isolated = (text) => make("bdi", {}, text);

const grouped = new Intl.NumberFormat("en-US");
const number = (n) => grouped.format(n);
const counted = (n, one, many = `${one}s`) => `${number(n)} ${n === 1 ? one : many}`;
const percent = (share) => `${Math.round(share * 100)}%`;
const spaced = (text) => text.replaceAll("_", " ");

const UNIT = about.unit;
const codes = about.codes.map(([path, name, depth, below, definition], index) => ({
  index, path, name, depth, definition, below: new Set(below),
}));
const types = about.types;
const personName = (person) => about.people[person] || "participant unknown";
const typeName = (type) => types[type];
const DETAILS = ["terse", "summary", "detailed"];

const notes = about.notes.map(
  ([row, person, day, ofTypes, words, detail, duplicate, ofCodes, source, locator, id, values]) => ({
    row, person, day, types: ofTypes, words, detail, duplicate: duplicate === 1, codes: ofCodes,
    source: about.sources[source], locator, id, values,
  }),
);
const noteOfRow = new Map(notes.map((note) => [note.row, note]));

const VOICES = {
  quote: "the participant’s words",
  reported: "reported by the clinician",
  clinician: "the clinician’s words",
  other: "somebody else’s words",
};
const REASONS = {
  assertion: "not counted: its assertion",
  copied: "not counted: copied from an earlier note",
  boilerplate: "not counted: a template's text, which recurs over participants",
  duplicate_note: "not counted: its note is a duplicate",
  rejected: "not counted: a person rejected it",
};

/** The passages cell by cell, and all together; unpacked when the first is asked for. */
const coded = () => (coded.found ??= unpacked());
function unpacked() {
  const passages = [];
  const cells = packed.cells.map(([code, person, type, total, kept]) => {
    const own = kept.map((p) => ({
      code, person, type, note: notes[p[0]], start: p[1], end: p[2], line: p[3],
      before: p[4], text: p[5], after: p[6],
      pattern: p[7] < 0 ? "" : about.patterns[p[7]],
      cue: p[8],
      assertion: about.assertions[p[9]],
      voice: about.voices[p[10]],
      whyNot: p[11] < 0 ? "" : about.reasons[p[11]],
      section: p[12] < 0 ? "" : about.sections[p[12]],
    }));
    passages.push(...own);
    return { code, person, type, total, passages: own };
  });
  packed.cells = null;
  return { cells, passages };
}

const groups = about.groups.map((group) => {
  const found = new Map(
    group.cells.map(([code, present, absent, mentioned, codings, people, low, high, rateLow, rateHigh]) => [
      code,
      { present, absent, mentioned, codings, people, low, high, rateLow, rateHigh },
    ]),
  );
  return { ...group, found };
});

/** What a group's notes say of a code, zeros included. */
function cellOf(group, code) {
  const found = group.found.get(code);
  const [low, high, rateLow, rateHigh] = group.nothing;
  const cell = found ?? { present: 0, absent: 0, mentioned: 0, codings: 0, people: 0, low, high, rateLow, rateHigh };
  return {
    ...cell,
    group,
    code,
    silent: group.notes - cell.present - cell.absent - cell.mentioned,
    share: group.notes > 0 ? cell.present / group.notes : 0,
    rate: group.words > 0 ? (1000 * cell.codings) / group.words : 0,
  };
}

const interval = (cell) => (cell.low < 0 ? "" : `${Math.round(cell.low / 10)}–${Math.round(cell.high / 10)}%`);

/** Which passages a group's are: person, session type, or a value of a crosstab. */
const whereOf = (group) => ({ person: group.person, type: group.type, by: group.by });

function nameOfGroup(group) {
  if (group.by) return `${about.by[group.by[0]].name}: ${about.by[group.by[0]].values[group.by[1]]}`;
  const parts = [];
  if (group.person !== null) parts.push(personName(group.person));
  if (group.type !== null) parts.push(typeName(group.type));
  return parts.length > 0 ? parts.join(", ") : "all notes";
}

/** A labelled select. Options are [value, text]. */
function select(label, options, value, changed) {
  const made = make("select", { onchange: () => changed(made.value) });
  made.append(...options.map(([v, text]) => make("option", { value: String(v) }, text)));
  made.value = String(value);
  return make("label", {}, make("span", {}, label), made);
}

function checkbox(label, checked, changed) {
  const made = make("input", { type: "checkbox", checked, onchange: () => changed(made.checked) });
  return make("label", { class: "check" }, made, make("span", {}, label));
}

function searchBox(label, placeholder, changed) {
  let waiting = 0;
  const made = make("input", {
    type: "search", placeholder, autocomplete: "off",
    oninput: () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => changed(made.value), 120);
    },
  });
  return make("label", {}, make("span", {}, label), made);
}

/** A table that scrolls in itself where it is wider than the page, with the keyboard too. */
const wide = (label, table) => make("div", { class: "wide", tabIndex: 0, role: "group", "aria-label": label }, table);
