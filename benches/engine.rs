//! Measures the coding of generated notes: the engine beside the same work as one would write it
//! first, with and without context, on one core and on two.
//!
//! `cargo bench --bench engine [-- --notes N --naive-notes N --rounds N]`. Both code from text and
//! sentence bounds: words are found, folded and stemmed, patterns matched, look-alikes taken away,
//! context read, overlaps joined, and codings counted by participant, session type and code. The
//! naive pipeline takes a minute for what the engine does in a second, so it gets the first notes
//! only; there the two must agree in every coding. Figures are the best of the rounds, in MB of
//! text per second of processor time (threads: of wall time). Rules are made ready before, once.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod support;

/// The program's own.
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use support::clock::Clock;
use support::corpus::{Corpus, GeneratedNote};
use support::naive::Naive;
use verbatim::codebook;
use verbatim::coding::matcher::{Matcher, NOTES_TOGETHER, Worker};
use verbatim::model::codebook::Codebook;
use verbatim::model::cue::CueSet;
use verbatim::model::layout::Layout;
use verbatim::segment;
use verbatim::text::Words;

/// A study in memory.
struct Study {
    notes: Vec<GeneratedNote>,
    /// The notes as the CSV table that a study would hold.
    table: Vec<u8>,
    layouts: Vec<Layout>,
    bytes: usize,
}

/// A study's table while it is read and coded.
struct Reading<'s> {
    study: &'s Study,
    reader: csv::Reader<&'s [u8]>,
    /// The next note.
    next: usize,
    codes: usize,
    /// Codings by note and code.
    counts: Vec<u64>,
}

/// Codings by participant, session type and code.
type Counts = BTreeMap<(String, String, String), u64>;

/// Notes that one matcher codes before the other has its turn.
const SLICE: usize = 4 * NOTES_TOGETHER;

fn main() {
    let number = |name: &str, default: usize| {
        let mut args = std::env::args().skip_while(|a| a != name);
        args.nth(1).and_then(|n| n.parse().ok()).unwrap_or(default)
    };
    let (notes, rounds) = (number("--notes", 10_000), number("--rounds", 3));
    let naive_notes = number("--naive-notes", 200);
    let book = codebook::builtin("kap")
        .expect("built in")
        .expect("a sound codebook")
        .codebook;
    let cues = codebook::builtin_cues("en")
        .expect("built in")
        .expect("sound cue rules");
    let study = Study::generate(notes);
    let few = Study::generate(naive_notes);
    println!(
        "{notes} notes, {:.1} MB, best of {rounds} rounds; {naive_notes} of them for the naive pipeline",
        study.bytes as f64 / 1e6
    );

    let words = study.measure(rounds, || {
        let words = study.notes.iter().map(|n| Words::new(&n.text).len());
        words.sum::<usize>()
    });
    show("words found and folded", words.1, None);
    let rules = codebook::builtin_section_rules("en")
        .expect("built in")
        .expect("sound rules");
    let layout = study.measure(rounds, || {
        let layouts = study
            .notes
            .iter()
            .map(|n| segment::layout(&n.text, &rules, &[]));
        layouts.map(|l| l.sentences.len()).sum::<usize>()
    });
    show(
        "layout (words, sentences, sections, quotes)",
        layout.1,
        None,
    );
    let none = CueSet::default();
    let matchers = [("without context", &none), ("with context", &cues)].map(|(name, cues)| {
        println!("\n{name}");
        let matcher = Matcher::new(&book, cues).expect("a sound codebook");
        compare(&few, &Naive::new(&book, cues), &matcher, &book, rounds);
        matcher
    });
    println!("\nengine on all notes");
    let [bare, whole] = study.measure_in_turn(rounds, &matchers, &book);
    show("without context, one core", bare, None);
    show("with context, one core", whole, None);
    let (added, cost) = (100.0 * (bare / whole - 1.0), 100.0 * (1.0 - whole / bare));
    println!("  {added:>9.1} %     what context adds to its time");
    println!("  {cost:>9.1} %     what context costs of its throughput");
    let own = 1.0 / (1.0 / whole - 1.0 / bare);
    show("context alone, by what it adds", own, None);
    let wall = |threads| study.measure_threads(rounds, threads, &matchers[1], &book);
    let (one, two) = (wall(1), wall(2));
    show(
        "with context, 2 threads",
        two,
        Some(("1 thread", two / one)),
    );
}

/// Measures engine and naive pipeline on the same few notes, and that they find the same.
fn compare(few: &Study, naive: &Naive<'_>, matcher: &Matcher, book: &Codebook, rounds: usize) {
    let (by_naive, naive_speed) = few.measure(1, || few.code_naive(naive));
    show("naive pipeline", naive_speed, None);
    let (by_engine, speed) = few.measure(rounds, || {
        few.by_name(book, &few.code_all(&mut matcher.worker(), book))
    });
    let times = Some(("naive", speed / naive_speed));
    show("engine on the same notes, one core", speed, times);
    assert_eq!(by_engine, by_naive, "engine and naive pipeline agree");
    println!(
        "  {:>9} codings, both agree",
        by_engine.values().sum::<u64>()
    );
}

fn show(what: &str, speed: f64, ratio: Option<(&str, f64)>) {
    let ratio = ratio
        .map(|(to, times)| format!("  {times:.1} x {to}"))
        .unwrap_or_default();
    println!("  {speed:>9.2} MB/s  {what}{ratio}");
}

impl Study {
    fn generate(notes: usize) -> Self {
        let rules = codebook::builtin_section_rules("en")
            .expect("built in")
            .expect("sound rules");
        let notes: Vec<GeneratedNote> = Corpus::new(notes, 1).collect();
        let mut writer = csv::Writer::from_writer(Vec::new());
        for note in &notes {
            let row = [&note.participant, note.session_type, &note.text];
            writer.write_record(row).expect("memory takes every row");
        }
        Self {
            layouts: notes
                .iter()
                .map(|n| segment::layout(&n.text, &rules, &[]))
                .collect(),
            bytes: notes.iter().map(|n| n.text.len()).sum(),
            table: writer.into_inner().expect("memory takes every row"),
            notes,
        }
    }

    /// Does some work several times; gives its result and the best speed in MB/s.
    fn measure<T>(&self, rounds: usize, mut work: impl FnMut() -> T) -> (T, f64) {
        let mut best = Duration::MAX;
        let mut result = None;
        for _ in 0..rounds.max(1) {
            let clock = Clock::start();
            result = Some(work());
            best = best.min(clock.elapsed());
        }
        let result = result.expect("at least one round");
        (result, self.speed(best))
    }

    /// The speed of each matcher. They take turns, slice by slice of the notes, so that a busy machine slows both;
    /// what counts of a slice is its best round, from a worker that knows nothing to one that knows all words.
    fn measure_in_turn(&self, rounds: usize, matchers: &[Matcher; 2], book: &Codebook) -> [f64; 2] {
        let slices = self.notes.len().div_ceil(SLICE);
        let mut best = [(); 2].map(|()| vec![Duration::MAX; slices + 1]);
        for _ in 0..rounds.max(1) {
            let mut begun = Vec::new();
            for (matcher, best) in matchers.iter().zip(&mut best) {
                let clock = Clock::start();
                begun.push((matcher.worker(), self.read(book)));
                best[slices] = best[slices].min(clock.elapsed());
            }
            for slice in 0..slices {
                for ((worker, reading), best) in begun.iter_mut().zip(&mut best) {
                    let clock = Clock::start();
                    reading.code(worker, SLICE);
                    best[slice] = best[slice].min(clock.elapsed());
                }
            }
        }
        best.map(|times| self.speed(times.iter().sum()))
    }

    fn speed(&self, time: Duration) -> f64 {
        self.bytes as f64 / 1e6 / time.as_secs_f64()
    }

    /// Reads the table and codes it with `String`s and hash maps all the way.
    fn code_naive(&self, naive: &Naive<'_>) -> Counts {
        let mut counts: HashMap<(String, String, String), u64> = HashMap::new();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(self.table.as_slice());
        for (row, layout) in reader.records().zip(&self.layouts) {
            let row = row.expect("a row that was written above");
            for (code, ..) in naive.code(&row[2], layout) {
                let key = (
                    row[0].to_owned(),
                    row[1].to_owned(),
                    naive.path(code).to_owned(),
                );
                *counts.entry(key).or_default() += 1;
            }
        }
        counts.into_iter().collect()
    }

    /// Reads the table and codes it with the engine; codings by note and code.
    fn code_all(&self, worker: &mut Worker<'_>, book: &Codebook) -> Vec<u64> {
        let mut reading = self.read(book);
        reading.code(worker, usize::MAX);
        reading.counts
    }

    fn read(&self, book: &Codebook) -> Reading<'_> {
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(self.table.as_slice());
        Reading {
            study: self,
            reader,
            next: 0,
            codes: book.codes.len(),
            counts: vec![0; self.notes.len() * book.codes.len()],
        }
    }

    /// Codes notes that follow each other, as a pipeline would hand them out. The layout's words are found again, since
    /// the engine's time holds that of its words.
    fn code_notes(
        &self,
        worker: &mut Worker<'_>,
        (first, texts): (usize, &[&str]),
        counts: &mut [u64],
        codes: usize,
    ) {
        let layouts = &self.layouts[first..first + texts.len()];
        for (text, layout) in texts.iter().zip(layouts) {
            let words = Words::new(text).len();
            assert_eq!(words, layout.words.len(), "the words of the layout");
        }
        let coded = worker.code_all(texts.iter().copied().zip(layouts));
        for (coded, counts) in coded.iter().zip(counts.chunks_mut(codes)) {
            for coding in &coded.codings {
                counts[coding.code.0 as usize] += 1;
            }
        }
    }

    /// Sums codings of notes by the names that tables print.
    fn by_name(&self, book: &Codebook, counts: &[u64]) -> Counts {
        let mut out = Counts::new();
        for (note, counts) in self.notes.iter().zip(counts.chunks(book.codes.len())) {
            for (code, &count) in book
                .codes
                .iter()
                .zip(counts)
                .filter(|(_, count)| **count > 0)
            {
                let session = note.session_type.to_owned();
                let key = (
                    note.participant.clone(),
                    session,
                    code.path.as_str().to_owned(),
                );
                *out.entry(key).or_default() += count;
            }
        }
        out
    }

    /// Speed in wall time of so many threads that share the notes.
    fn measure_threads(
        &self,
        rounds: usize,
        threads: usize,
        matcher: &Matcher,
        book: &Codebook,
    ) -> f64 {
        let mut best = Duration::MAX;
        for _ in 0..rounds.max(1) {
            let started = Instant::now();
            std::thread::scope(|scope| {
                for thread in 0..threads {
                    scope.spawn(move || {
                        let mut worker = matcher.worker();
                        let codes = book.codes.len();
                        let mut counts = vec![0; NOTES_TOGETHER * codes];
                        // Blocks of notes in turn, as a pipeline would hand them out.
                        let blocks = self.notes.chunks(NOTES_TOGETHER).enumerate();
                        for (block, notes) in blocks.skip(thread).step_by(threads) {
                            let texts: Vec<&str> = notes.iter().map(|n| n.text.as_str()).collect();
                            let first = block * NOTES_TOGETHER;
                            self.code_notes(&mut worker, (first, &texts), &mut counts, codes);
                        }
                    });
                }
            });
            best = best.min(started.elapsed());
        }
        self.speed(best)
    }
}

impl Reading<'_> {
    /// Codes the next notes.
    fn code(&mut self, worker: &mut Worker<'_>, notes: usize) {
        let end = self.next.saturating_add(notes);
        while self.next < end {
            let some = NOTES_TOGETHER.min(end - self.next);
            let rows: Result<Vec<_>, _> = self.reader.records().take(some).collect();
            let rows = rows.expect("rows that were written above");
            if rows.is_empty() {
                break;
            }
            let texts: Vec<&str> = rows.iter().map(|row| &row[2]).collect();
            let counts = &mut self.counts[self.next * self.codes..];
            self.study
                .code_notes(worker, (self.next, &texts), counts, self.codes);
            self.next += rows.len();
        }
    }
}
