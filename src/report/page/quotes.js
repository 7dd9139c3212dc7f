// The chosen quotes, filtered by theme, participant, session type, voice and words.
const quotes = about.quotes.map(([code, person, type, rank, row, day, before, quote, after, voice, why]) => ({
  code, person, type, rank, row, day, before, quote, after, voice: about.voices[voice], why,
}));
const wanted = { code: "", person: "", type: "", voice: "", text: "" };

function quoteItem(q) {
  const note = noteOfRow.get(q.row);
  const who = make("figcaption", {}, isolated(personName(q.person)), `, ${typeName(q.type)}${q.day === null ? "" : `, day ${number(q.day)}`}`);
  const block = make("blockquote", {}, make("bdi", {},
    q.before ? make("span", { class: "context" }, q.before) : "", q.quote, q.after ? make("span", { class: "context" }, q.after) : ""));
  const why = make("details", { class: "place" }, make("summary", {}, "why this one, and where"),
    make("p", { class: "facts" }, `${q.why}; ${VOICES[q.voice]}; choice ${q.rank} of its cell; row ${number(q.row)} of notes.csv`, note ? [", ", make("code", {}, isolated(fileOf(note)))] : ""));
  return make("li", { class: "quote" }, make("figure", {}, make("p", { class: "chips" }, make("span", { class: "chip" }, codes[q.code].name)), block, who), why);
}

function drawQuotes() {
  const text = wanted.text.toLowerCase();
  const found = quotes.filter(
    (q) =>
      (wanted.code === "" || codes[Number(wanted.code)].below.has(q.code)) &&
      (wanted.person === "" || q.person === Number(wanted.person)) &&
      (wanted.type === "" || q.type === Number(wanted.type)) &&
      (wanted.voice === "" || q.voice === wanted.voice) &&
      (text === "" || `${q.before}${q.quote}${q.after}`.toLowerCase().includes(text)),
  );
  const into = by("quotes-items");
  listed(into, found, quoteItem, { empty: quotes.length === 0 ? "No passage counts, so there is nothing to quote." : "No quote fits." });
  const left = about.quotesLeft > 0 ? ` ${number(about.quotesLeft)} more stand in quotes.csv.` : "";
  by("quotes-status").textContent = `${counted(found.length, "quote")}.${left}`;
}

const choose = (label, key, options) => select(label, [["", "all"], ...options], "", (v) => {
  wanted[key] = v;
  drawQuotes();
});
const quoted = (key) => [...new Set(quotes.map((q) => q[key]))].sort((a, b) => (a > b) - (a < b));
const quotedCodes = codes.filter((c) => quotes.some((q) => c.below.has(q.code)));
by("quotes-controls").append(
  choose("Theme", "code", quotedCodes.map((c) => [c.index, `${"\u2003".repeat(c.depth)}${c.name}`])),
  choose("Participant", "person", quoted("person").map((p) => [p, personName(p)])),
  choose("Session type", "type", quoted("type").map((t) => [t, typeName(t)])),
  choose("Voice", "voice", quoted("voice").map((v) => [v, VOICES[v]])),
  searchBox("Words", "in the quote", (v) => {
    wanted.text = v.trim();
    drawQuotes();
  }),
);
drawQuotes();
