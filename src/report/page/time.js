// Notes in time: who has which notes when, and in which of them a theme is documented.
const SHAPES = [
  (x, y, r) => draw("circle", { cx: x, cy: y, r }),
  (x, y, r) => draw("path", { d: `M${x} ${y - 1.2 * r}L${x + 1.15 * r} ${y + 0.85 * r}L${x - 1.15 * r} ${y + 0.85 * r}Z` }),
  (x, y, r) => draw("rect", { x: x - 0.9 * r, y: y - 0.9 * r, width: 1.8 * r, height: 1.8 * r }),
  (x, y, r) => draw("path", { d: `M${x} ${y - 1.25 * r}L${x + 1.25 * r} ${y}L${x} ${y + 1.25 * r}L${x - 1.25 * r} ${y}Z` }),
  (x, y, r) => draw("path", { d: `M${x - 1.15 * r} ${y - 0.85 * r}L${x + 1.15 * r} ${y - 0.85 * r}L${x} ${y + 1.2 * r}Z` }),
  (x, y, r) => draw("path", { d: `M${x - r} ${y}h${2 * r}M${x} ${y - r}v${2 * r}`, class: "cross" }),
];
const RADII = [3.2, 4.4, 5.6];
const LANE = { left: 12, right: 12, row: 14 };
const GLANCE_WIDTH = 320;
const LANES_WHOLE_MAX = 60;
const timed = notes.slice(0, about.notesListed).filter((n) => !n.duplicate);
const lastDay = Math.max(1, ...timed.map((n) => n.day ?? 0));
const shapeOf = (type) => SHAPES[type % SHAPES.length];
const lanes = { code: null, type: null };

const notesByPerson = about.people.map(() => []);
for (const note of timed) notesByPerson[note.person].push(note);

function mark(note, type, x, y) {
  const shape = shapeOf(type)(x, y, RADII[note.detail]);
  shape.classList.add("mark", `t${type % SHAPES.length}`);
  if (lanes.code !== null && !note.codes.some((c) => codes[lanes.code].below.has(c))) shape.classList.add("hollow");
  const day = note.day === null ? "no day" : `day ${note.day}`;
  shape.append(draw("title", {}, document.createTextNode(`${typeName(type)}, ${day}, ${note.words} words, ${DETAILS[note.detail]}`)));
  shape.addEventListener("click", () => openNote(note));
  return shape;
}

/** Where a day stands on a strip of a width. */
const dayPlace = (width) => (day) => LANE.left + (day / lastDay) * (width - LANE.left - LANE.right);

/** A participant's notes as a strip, in pixels; notes of one day stand on top of each other. */
function strip(own, width) {
  const x = dayPlace(width);
  const stacked = new Map();
  const placed = [];
  for (const note of own) {
    if (note.day === null) continue;
    for (const type of note.types) {
      if (lanes.type !== null && type !== lanes.type) continue;
      const at = Math.round(x(note.day) / 11);
      const level = stacked.get(at) ?? 0;
      stacked.set(at, level + 1);
      placed.push([note, type, x(note.day), level]);
    }
  }
  const levels = Math.min(6, Math.max(1, ...stacked.values()));
  const height = levels * LANE.row + 8;
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, class: "strip", role: "img" });
  svg.append(draw("line", { class: "axis", x1: LANE.left, x2: x(Math.max(0, ...own.map((n) => n.day ?? 0))), y1: height - 3, y2: height - 3 }));
  for (const [note, type, at, level] of placed) svg.append(mark(note, type, at, height - 11 - (level % 6) * LANE.row));
  return svg;
}

function laneItem(person, width) {
  const own = notesByPerson[person];
  const dated = own.filter((n) => n.day !== null);
  const group = groups.find((g) => g.kind === "participant" && g.person === person);
  const days = dated.length > 0 ? `days 0 to ${number(Math.max(...dated.map((n) => n.day)))}` : "no dates";
  const sessions = group ? `${counted(group.sessions, "session")}${group.missing > 0 ? ` and ${group.missing} without a note` : ""} · ` : "";
  let words = `${counted(own.length, "note")} · ${sessions}${days}`;
  if (dated.length < own.length) words += ` · ${own.length - dated.length} undated`;
  const perType = types.map((name, type) => [name, own.filter((n) => n.types.includes(type)).length]).filter(([, n]) => n > 0);
  let label = `${personName(person)}: ${words}. ${perType.map(([name, n]) => `${n} ${name}`).join(", ")}.`;
  if (lanes.code !== null) {
    const present = own.filter((n) => n.codes.some((c) => codes[lanes.code].below.has(c)));
    words = `${codes[lanes.code].name} in ${present.length} of ${counted(own.length, "note")}`;
    label += ` ${words}, on ${present.filter((n) => n.day !== null).slice(0, 40).map((n) => `day ${n.day}`).join(", ") || "no day"}.`;
  }
  const svg = strip(own, width);
  svg.setAttribute("aria-label", label);
  return make("li", { class: "lane" },
    make("div", { class: "lane-name" },
      make("button", { type: "button", class: "row", onclick: () => openNotes(person), "aria-label": `Notes of ${personName(person)}` }, isolated(personName(person))),
      make("small", {}, words)),
    svg);
}

function drawLanes() {
  const people = about.people.map((_, at) => at).filter((at) => notesByPerson[at].length > 0);
  const into = by("time-lanes");
  // The names stand beside the strips where there is room, above them where there is not.
  const room = into.clientWidth || 800;
  lanes.room = room;
  lanes.width = Math.max(260, matchMedia("(max-width: 60rem)").matches ? room : room - 208);
  listed(into, people, (person) => laneItem(person, lanes.width), { element: "ul", whole: LANES_WHOLE_MAX, empty: "There is no note." });
  if (people.length > 0) {
    const ruler = draw("svg", { viewBox: `0 0 ${lanes.width} 22`, class: "ruler", "aria-hidden": "true" });
    const steps = [7, 14, 28, 56, 91, 182, 365, 730, 1825, 3650];
    const step = steps.find((s) => lastDay / s <= lanes.width / 90) ?? 36500;
    const place = dayPlace(lanes.width);
    for (let day = 0; day <= lastDay; day += step) {
      const x = place(day);
      ruler.append(draw("line", { class: "axis", x1: x, x2: x, y1: 0, y2: 5 }));
      const text = draw("text", { x, y: 18, "text-anchor": day === 0 ? "start" : x > lanes.width - 30 ? "end" : "middle" });
      text.textContent = day === 0 ? "day 0" : number(day);
      ruler.append(text);
    }
    into.append(make("div", { class: "lane" }, make("div", { class: "lane-name" }), ruler));
  }
  if (about.notesTotal > about.notesListed) {
    into.append(make("p", {}, `The first ${number(about.notesListed)} of ${number(about.notesTotal)} notes are shown; timeline.csv holds all.`));
  }
}

function timeControls() {
  by("time-controls").replaceChildren(
    select("Theme", [["", "none: all notes"], ...codes.map((c) => [c.index, `${"\u2003".repeat(c.depth)}${c.name}`])], "", (v) => {
      lanes.code = v === "" ? null : Number(v);
      by("time-key").classList.toggle("themed", lanes.code !== null);
      drawLanes();
    }),
    select("Session type", [["", "all"], ...types.map((t, at) => [at, t])], "", (v) => {
      lanes.type = v === "" ? null : Number(v);
      drawLanes();
    }),
  );
  const sample = (type, extra = "") => {
    const shape = shapeOf(type)(8, 8, 5);
    shape.classList.add("mark", `t${type % SHAPES.length}`);
    if (extra) shape.classList.add(extra);
    return draw("svg", { viewBox: "0 0 16 16", class: "sample", "aria-hidden": "true" }, shape);
  };
  by("time-key").append(
    ...types.map((name, type) => make("span", {}, sample(type), name)),
    make("span", { class: "when-themed" }, "filled: the theme is documented · hollow: it is not"),
  );
}

/** Participants in a table: sessions, notes, words, and a strip of their notes. */
function drawParticipants() {
  const rows = ofKind("participant");
  const into = by("participants");
  if (rows.length === 0) return;
  const known = rows.some((g) => g.missing !== null);
  const head = ["participant", "sessions", ...(known ? ["without a note"] : []), "notes", "words", "median words a note", "quotations", "detailed"];
  const row = (g) => {
    const numbers = [g.sessions, ...(known ? [g.missing ?? 0] : []), g.notes, g.words, g.median ?? 0, g.quotes];
    const detailed = g.details ? percent(g.details[2] / Math.max(1, g.details[0] + g.details[1] + g.details[2])) : "";
    return make("tr", {},
      make("th", { scope: "row" }, make("button", { type: "button", class: "row", onclick: () => openNotes(g.person) }, isolated(personName(g.person)))),
      ...numbers.map((n) => make("td", { class: "number" }, number(n))),
      make("td", { class: "number" }, detailed),
      make("td", { class: "strip-cell" }, hiddenStrip(notesByPerson[g.person])));
  };
  const hiddenStrip = (own) => {
    const svg = strip(own, GLANCE_WIDTH);
    svg.setAttribute("aria-hidden", "true");
    return svg;
  };
  const body = make("tbody");
  const table = make("table", {},
    make("caption", {}, `Participants, and their notes over ${number(lastDay)} days`),
    make("thead", {}, make("tr", {},
      ...head.map((name, at) => make("th", { scope: "col", class: at > 0 ? "number" : "" }, name)),
      make("th", { scope: "col" }, "notes over time"))),
    body);
  const pager = paged(body, rows, row, 25, "participants");
  into.replaceChildren(wide("Participants", table), pager);
}

drawParticipants();
timeControls();
drawLanes();

let resized = 0;
addEventListener("resize", () => {
  clearTimeout(resized);
  resized = setTimeout(() => {
    if (by("time-lanes").clientWidth !== lanes.room) drawLanes();
  }, 200);
});

