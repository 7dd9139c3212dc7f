// The drawer: the passages behind a number, each with its context, its evidence, and its place.
const drawer = by("drawer");
let opener = null;

function openDrawer(title, sentence) {
  opener = document.activeElement;
  by("drawer-title").replaceChildren(isolated(title));
  by("drawer-about").textContent = sentence;
  by("drawer-controls").replaceChildren();
  by("drawer-status").textContent = "";
  by("drawer-list").replaceChildren();
  if (!drawer.open) drawer.showModal();
  drawer.scrollTop = 0;
  by("drawer-title").focus();
}
by("drawer-close").addEventListener("click", () => drawer.close());
drawer.addEventListener("click", (event) => {
  if (event.target === drawer) drawer.close();
});
drawer.addEventListener("close", () => opener?.focus());

/** The passages of a code (with those below it) in a group's notes. */
function passagesOf(code, { person = null, type = null, by: value = null }) {
  const wanted = codes[code].below;
  const own = coded().cells.filter(
    (c) => wanted.has(c.code) && (person === null || c.person === person) && (type === null || c.type === type),
  );
  const fits = (p) => value === null || p.note.values[value[0]] === value[1];
  const rows = own.flatMap((c) => c.passages).filter(fits);
  rows.sort((a, b) => a.note.row - b.note.row || a.start - b.start || a.code - b.code);
  // Only sums over all people know what is beyond the page.
  const beyond = about.beyond.filter((b) => person === null && wanted.has(b[0]) && (type === null || b[1] === type));
  const total = own.reduce((sum, c) => sum + c.total, 0) + beyond.reduce((sum, b) => sum + b[2], 0);
  return { rows, total: value === null ? total : null };
}

/** A cell in words. */
function sentenceOf(cell) {
  const { group } = cell;
  const unit = (n) => counted(n, UNIT);
  let text = `Documented in ${number(cell.present)} of ${unit(group.notes)}`;
  if (group.notes > 0) text += `, ${percent(cell.share)}`;
  if (cell.low >= 0) text += ` (95% interval ${interval(cell)})`;
  text += `; explicitly absent in ${number(cell.absent)}, only mentioned in ${number(cell.mentioned)}, silent in ${number(cell.silent)}. `;
  text += `${counted(cell.codings, "passage counts", "passages count")}`;
  if (group.words > 0) text += `, ${rateText(cell.rate)} per 1,000 of ${number(group.words)} words`;
  if (group.person === null) text += `; in the notes of ${cell.people} of ${counted(group.participants, "participant")}`;
  return `${text}.`;
}

function openCell(cell) {
  const { group, code } = cell;
  const { rows, total } = passagesOf(code, whereOf(group));
  openDrawer(`${codes[code].name}: ${nameOfGroup(group)}`, sentenceOf(cell));
  listPassages(rows, total, code);
}

/** Fills the open drawer with passages and what filters them. */
function listPassages(rows, total, code = null) {
  const state = { counted: "all", voice: "all", text: "" };
  const shown = () => {
    const text = state.text.toLowerCase();
    return rows.filter(
      (p) =>
        (state.counted === "all" || (state.counted === "yes") === (p.whyNot === "")) &&
        (state.voice === "all" || p.voice === state.voice) &&
        (text === "" || `${p.before}${p.text}${p.after}`.toLowerCase().includes(text)),
    );
  };
  const fill = () => {
    const found = shown();
    let status = counted(found.length, "passage");
    if (found.length < rows.length) status += ` of ${number(rows.length)}`;
    const counts = found.filter((p) => p.whyNot === "").length;
    if (found.length > 0) status += `, ${number(counts)} of them ${counts === 1 ? "counts" : "count"}`;
    if (total !== null && total > rows.length) {
      const why = about.beyond.length > 0 ? "the page is full" : `the page holds the first ${about.perCell} of each participant’s session type`;
      status += `. There are ${number(total)} in all: ${why}, codings.csv holds all`;
    }
    by("drawer-status").textContent = `${status}.`;
    listed(by("drawer-list"), found, (p) => passageItem(p, code), {
      root: drawer,
      empty: "No passage. Where a note is only counted as silent, there is nothing to read.",
    });
  };
  const voices = [...new Set(rows.map((p) => p.voice))];
  by("drawer-controls").replaceChildren(
    select("Show", [["all", "all passages"], ["yes", "those that count"], ["no", "those that do not"]], "all", (v) => {
      state.counted = v;
      fill();
    }),
    select("Voice", [["all", "all voices"], ...voices.map((v) => [v, VOICES[v]])], "all", (v) => {
      state.voice = v;
      fill();
    }),
    searchBox("Filter", "words in the passage", (v) => {
      state.text = v;
      fill();
    }),
  );
  fill();
}

/** `P01/note.txt`, `table.csv row 3`. */
function fileOf(note) {
  const place = note.locator ? `, ${note.locator.replaceAll("=", " ").replaceAll(",", ", ")}` : "";
  return `${note.source}${place}`;
}

/** The file with the line in it, as editors take it; in a file of many notes, the line of the note. */
function lineOf(passage) {
  const { note, line } = passage;
  return note.locator ? `${fileOf(note)}, line ${line} of the note` : `${note.source}:${line}`;
}

function passageItem(passage, code) {
  const { note } = passage;
  const who = make("p", { class: "who" }, isolated(personName(passage.person)), ` · ${typeName(passage.type)}`);
  if (note.day !== null) who.append(` · day ${number(note.day)}`);
  if (code !== passage.code) who.append(" · ", make("span", { class: "chip" }, codes[passage.code].name));
  const text = make("p", { class: "text" }, make("bdi", {}, passage.before, make("mark", {}, passage.text), passage.after));
  const chips = make("p", { class: "chips" },
    make("span", { class: passage.whyNot ? "chip no" : "chip yes" }, passage.whyNot ? REASONS[passage.whyNot] : "counts"),
    make("span", { class: "chip" }, spaced(passage.assertion)),
    make("span", { class: "chip" }, VOICES[passage.voice]),
  );
  const facts = make("dl", { class: "source" });
  const fact = (name, ...value) => facts.append(make("div", {}, make("dt", {}, name), make("dd", {}, ...value)));
  fact("Source", make("code", {}, isolated(lineOf(passage))));
  fact("Characters", `${passage.start}–${passage.end} of the note’s text`);
  fact("Note", `row ${number(note.row)} of notes.csv`, note.id ? [", id ", make("code", {}, isolated(note.id))] : "");
  if (passage.section) fact("Section", isolated(spaced(passage.section)));
  fact("Found by", passage.pattern ? make("code", {}, passage.pattern) : "a person");
  if (passage.cue) fact("Decided by", "the cue ", make("q", {}, isolated(passage.cue)));
  const place = make("details", { class: "place" }, make("summary", {}, isolated(lineOf(passage))), facts);
  return make("li", { class: passage.whyNot ? "passage uncounted" : "passage" }, who, text, chips, place);
}

/** The notes of one participant, each with what it holds. */
function openNotes(person) {
  const own = notes.filter((n) => n.person === person);
  openDrawer(`Notes of ${personName(person)}`, `${counted(own.length, "note")}, by day.`);
  listed(by("drawer-list"), own, noteItem, { root: drawer });
}

function noteItem(note) {
  const name = `${note.day === null ? "no day" : `day ${number(note.day)}`} · ${note.types.map(typeName).join(" and ")}`;
  const open = make("button", { type: "button", class: "row", onclick: () => openNote(note) }, name,
    make("small", {}, `${counted(note.words, "word")}, ${DETAILS[note.detail]}${note.duplicate ? ", a duplicate" : ""} · `, isolated(fileOf(note))));
  return make("li", {}, open);
}

/** The passages of one note. */
function openNote(note) {
  const rows = coded().passages.filter((p) => p.note === note).sort((a, b) => a.start - b.start || a.code - b.code);
  const day = note.day === null ? "" : `, day ${number(note.day)}`;
  openDrawer(
    `${personName(note.person)}, ${note.types.map(typeName).join(" and ")}${day}`,
    `${fileOf(note)}: ${counted(note.words, "word")}, ${DETAILS[note.detail]}; row ${number(note.row)} of notes.csv.`,
  );
  listPassages(rows, null);
}

by("search-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = by("search").value.trim();
  if (text === "") return;
  const folded = text.toLowerCase();
  const found = coded().passages.filter((p) => `${p.before}${p.text}${p.after}`.toLowerCase().includes(folded));
  found.sort((a, b) => a.note.row - b.note.row || a.start - b.start || a.code - b.code);
  openDrawer(`Passages with “${text}”`, "Searched: the coded passages of this page and the sentences around them. `verbatim search` searches every note.");
  listPassages(found, null);
});

