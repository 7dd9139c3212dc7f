//! The whole pipe: read, lay out, code, count, write.
//!
//! Pass one reads every note and spools its text; pass two takes the notes in corpus order, chunk
//! by chunk: one chunk is laid out and coded in parallel while the one before it is written. Notes
//! are never held, and nothing depends on the number of threads.

mod account;
pub mod agree;
mod counted;
mod crosstabs;
mod decisions;
pub mod deidentify;
mod each;
mod job;
mod made_with;
pub mod memos;
mod missed;
mod on_run;
mod one;
mod pass;
pub mod quotes;
mod run_quotes;
mod standing;
mod stored;
mod templates;
mod workers;

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::agreement::CodeMissed;
use crate::coding::matcher::Matcher;
use crate::deident::Characteristics;
use crate::error::{Diagnostic, Result};
use crate::export::{Counts, Output, RenderedNote, Tables, Totals, missed_in_words, render};
use crate::index;
use crate::ingest::{self, Reading};
use crate::model::codebook::CodeIndex;
use crate::model::coded::CodedNote;
use crate::model::corpus::Note;
use crate::model::decision::Ruling;
use crate::model::memo::Memo;
use crate::model::provenance::{Provenance, Stage};
use crate::quote::{self, Picker, Quotable};
use crate::report;
use crate::study::{Rules, Study};
use crate::tally::{Crosstab, Documentation, SessionTotals, Tally};

use account::Account;
use agree::{Others, WithOthers};
use counted::Counted;
use crosstabs::Crosstabs;
pub use decisions::Decided;
use decisions::read_and_decisions;
pub use each::{ReadStudy, each_note};
pub use job::{Job, Wanted};
pub use missed::{Missing, NoteMissing};
pub use on_run::{RunAnew, SeenNote, each_note_of_run};
pub use one::work_one;
pub use pass::Worked;
use pass::{Pass, Settling, code_all};
pub use run_quotes::{ChosenQuotes, run_quotes};
pub use standing::{Asked, SavedRun, Standing, run_of_output};
pub use stored::Stored;
use workers::Workers;

/// Told where the work is; the caller may show it and time it.
pub trait Observer: Sync {
    /// A stage begins, of so many steps if that is known.
    fn begin(&self, stage: &'static str, steps: Option<u64>);
    /// The stage has done so many steps in all.
    fn advance(&self, done: u64);
    /// The stages so far with their wall times.
    fn stages(&self) -> Vec<Stage>;
}

/// An observer that shows and times nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn begin(&self, _stage: &'static str, _steps: Option<u64>) {}
    fn advance(&self, _done: u64) {}
    fn stages(&self) -> Vec<Stage> {
        Vec::new()
    }
}

/// What a run gives back besides its files.
#[derive(Debug)]
pub struct Finished {
    /// The notes without their text, and the ledger.
    pub reading: Reading,
    /// Everything counted.
    pub tally: Tally,
    /// The same by the columns that were asked for.
    pub crosstabs: Vec<Crosstab>,
    /// Sums over the tables.
    pub counts: Counts,
    /// How much is written of whom.
    pub documentation: Documentation,
    /// Sessions with and without notes.
    pub sessions: SessionTotals,
    /// People's decisions and what became of each; none without `decisions.csv`.
    pub decided: Option<Decided>,
    /// What is missed of the codes that somebody looked for.
    pub missed: Vec<CodeMissed>,
    /// What is wrong with the sheets that say so.
    pub missed_findings: Vec<Diagnostic>,
    /// How the run agrees with the other coders that the study names; none where it names nobody.
    pub agreement: Option<WithOthers>,
    /// Coders that the study names, none of whom could be read.
    pub agreement_findings: Vec<Diagnostic>,
    /// Where the files are.
    pub out: PathBuf,
}

/// Reads a study's notes, without coding.
///
/// # Errors
/// Where the folder cannot be read at all or the study file asks for what does not exist.
pub fn read(
    study: &Study,
    rules: &Rules,
    today: Option<jiff::civil::Date>,
    out: &Path,
    observer: &dyn Observer,
) -> Result<Reading> {
    observer.begin("read", None);
    let options = study.reading_options(rules, today, out);
    ingest::read(&study.input, &options, &rules.reading, &|done, _all| {
        observer.advance(done);
    })
}

/// Runs the whole pipe.
///
/// # Errors
/// Where the study cannot be read or the output not be written; the output that was there before
/// then stands as it was.
pub fn run(
    study: &Study,
    rules: &Rules,
    mut job: Job,
    observer: &dyn Observer,
) -> Result<Finished> {
    let codebook = &rules.codebook.codebook;
    let matcher = Matcher::new(codebook, &rules.cues)?;
    let (others, agreement_findings) = Others::read(study);
    let output = Output::create(&job.out, job.foreign)?;
    let (reading, decisions) = read_and_decisions(study, rules, &job, observer)?;
    job.provenance.rules.extend(decisions.provenance(study));
    let missing = Missing::read(study, codebook, &reading.corpus.notes);
    job.provenance.rules.extend(missing.sheets.iter().cloned());
    let crosstabs = Crosstabs::new(study, rules, &reading.corpus, &job.by)?;
    let account = Account::new(study, rules, &reading.corpus);
    observer.begin("names", None);
    let (finder, known) = deidentify::finder(&reading, rules)?;
    let pseudonyms = deidentify::pseudonyms(&reading.corpus, &finder);
    let mask = study.file.report.mask.then_some(report::Mask {
        finder: &finder,
        known: &known,
        pseudonyms: &pseudonyms,
    });
    let mut writer = Writer::create(&output, rules, (crosstabs, account), (&job, mask))?;
    writer.missing = missing;
    writer.others = others;
    writer.characteristics = Characteristics::of(&reading.corpus, &finder, &known);
    writer.tables.participants(&writer.characteristics)?;
    let left_out = writer.characteristics.left_out.clone();
    job.provenance.participant_columns_left_out = left_out;
    observer.begin("templates", None);
    let boilerplate = templates::templates(&reading, rules)?;
    let pass = Pass {
        reading: &reading,
        rules,
        workers: Workers::new(&matcher),
        decisions: &decisions,
        boilerplate: &boilerplate,
        identifiers: Some((&finder, &known)),
    };
    let mut write = |chunk| writer.write(chunk, &reading.corpus.notes);
    code_all(&pass, &mut write, observer)?;
    // What codes notes is large, and so are the sums that are written now.
    drop(pass);
    drop(matcher);
    observer.begin("write tables", None);
    let rulings = std::mem::take(&mut writer.rulings);
    let decided = decisions.finish(rulings, study, (codebook, &reading));
    if let Some(decided) = &decided {
        writer.tables.decisions(&decided.file, &decided.rulings)?;
    }
    if study.file.memos_in_report {
        writer.memos = memos::all_memos(study, codebook, decided.as_ref());
    }
    writer
        .tables
        .pseudonyms(&pseudonyms, &reading.corpus.participants)?;
    let finish = writer.finish(&reading, job.provenance, output.path(), observer)?;
    output.commit()?;
    Ok(Finished {
        reading,
        tally: finish.tally,
        crosstabs: finish.crosstabs,
        counts: finish.counts,
        documentation: finish.documentation,
        sessions: finish.sessions,
        decided,
        missed: finish.missed,
        missed_findings: finish.missed_findings,
        agreement: finish.agreement,
        agreement_findings,
        out: job.out,
    })
}

/// A note's rows and what the page shows of it: worked out in parallel, appended in order.
struct Ready {
    counted: Counted,
    rendered: RenderedNote,
    quotable: Quotable,
    gathered: Option<report::GatheredNote>,
    missing: NoteMissing,
}

/// Everything that notes are written and counted into, in corpus order.
struct Writer<'r> {
    rules: &'r Rules,
    tables: Tables<'r>,
    settling: Settling,
    tally: Tally,
    crosstabs: Crosstabs<'r>,
    account: Account<'r>,
    rule: quote::Rule,
    quotes: Picker,
    index: Option<index::Builder>,
    report: Option<report::Material>,
    /// What masks identifiers in the page; none where it shows them.
    mask: Option<report::Mask<'r>>,
    rulings: Vec<Ruling>,
    /// Memos that the page shows.
    memos: Vec<Memo>,
    /// What people found among sentences without a code.
    missing: Missing,
    /// Coders that the run is compared with.
    others: Option<Others>,
    characteristics: Characteristics,
}

/// What is missed of a code over all notes, for the page.
fn in_words(missed: &CodeMissed) -> Option<(CodeIndex, String)> {
    let all = missed.rows.first()?;
    Some((missed.code, missed_in_words(all.found, &all.estimate)))
}

/// What is left when all is written.
struct Finish {
    tally: Tally,
    crosstabs: Vec<Crosstab>,
    counts: Counts,
    documentation: Documentation,
    sessions: SessionTotals,
    missed: Vec<CodeMissed>,
    missed_findings: Vec<Diagnostic>,
    agreement: Option<WithOthers>,
}

impl<'r> Writer<'r> {
    fn create(
        output: &Output,
        rules: &'r Rules,
        (crosstabs, account): (Crosstabs<'r>, Account<'r>),
        (job, mask): (&Job, Option<report::Mask<'r>>),
    ) -> Result<Self> {
        let codebook = &rules.codebook.codebook;
        let dir = output.path();
        let index = match job.index {
            Wanted::Yes => Some(index::Builder::create(
                &dir.join("index"),
                &codebook.language,
            )?),
            Wanted::No => None,
        };
        let mut tables = Tables::create(dir, codebook)?;
        tables.parquet_too = job.parquet == Wanted::Yes;
        tables.keep_codebook(&rules.codebook.source)?;
        Ok(Self {
            rules,
            tables,
            settling: Settling::new(rules),
            tally: Tally::counting(codebook, crosstabs.unit()),
            crosstabs,
            account,
            rule: quote::Rule::default(),
            quotes: Picker::new(),
            index,
            report: (job.report == Wanted::Yes).then(report::Material::new),
            mask,
            rulings: Vec::new(),
            memos: Vec::new(),
            missing: Missing::default(),
            others: None,
            characteristics: Characteristics::default(),
        })
    }

    /// Whether the page masks identifiers.
    fn shown(&self) -> report::Shown {
        if self.mask.is_some() {
            report::Shown::Masked
        } else {
            report::Shown::Plain
        }
    }

    fn write(&mut self, mut chunk: Vec<Worked>, notes: &[Note]) -> Result<()> {
        for worked in &mut chunk {
            self.settling.settle(worked, &notes[worked.index]);
            self.rulings.append(&mut worked.rulings);
        }
        let (codebook, sections) = (&self.rules.codebook.codebook, &self.rules.sections);
        let report = self.report.is_some();
        let shown = self.shown();
        let (copies, rule) = (self.rules.copies, &self.rule);
        let missing = &self.missing;
        let ready: Vec<Ready> = chunk
            .par_iter()
            .map(|worked| {
                let counted = Counted::new(worked, sections);
                let coded = counted.note(worked, notes, copies);
                Ready {
                    rendered: render(&coded, codebook),
                    quotable: rule.quotable(&coded),
                    gathered: report.then(|| report::gather(&coded, shown)),
                    missing: missing.gather(&coded, codebook),
                    counted,
                }
            })
            .collect();
        for (worked, ready) in chunk.iter().zip(ready) {
            self.missing.take(ready.missing, worked.index);
            self.add(
                &ready.counted.note(worked, notes, copies),
                &ready.rendered,
                ready.quotable,
                ready.gathered,
            )?;
        }
        Ok(())
    }

    fn add(
        &mut self,
        coded: &CodedNote<'_>,
        rendered: &RenderedNote,
        quotable: Quotable,
        gathered: Option<report::GatheredNote>,
    ) -> Result<()> {
        self.tables.rendered(rendered)?;
        self.tally.add(coded);
        let values = self.crosstabs.add(coded);
        self.account.add(coded, &mut self.tables)?;
        self.quotes.take(quotable)?;
        let shown = self.shown();
        if let Some(others) = &mut self.others {
            others.add(coded, &self.rules.codebook.codebook, shown);
        }
        if let (Some(report), Some(gathered)) = (&mut self.report, gathered) {
            report.take(gathered, values);
        }
        if let Some(index) = &mut self.index {
            index.add(coded, &self.rules.codebook.codebook)?;
        }
        Ok(())
    }

    /// How the run agrees with the study's other coders, where it has any.
    fn agreement(&mut self) -> Result<Option<WithOthers>> {
        let others = self.others.take().map(|o| o.finish(&self.rules.codebook));
        let agreement = others.transpose()?;
        if let Some(found) = &agreement {
            self.tables
                .agreement(&found.compared, &found.disagreements_csv)?;
        }
        Ok(agreement)
    }

    fn finish(
        mut self,
        reading: &Reading,
        mut provenance: Provenance,
        dir: &Path,
        observer: &dyn Observer,
    ) -> Result<Finish> {
        let agreement = self.agreement()?;
        let codebook = &self.rules.codebook.codebook;
        let (quotes, quotes_left) = quotes::write(self.quotes, &mut self.tables)?;
        let order = &reading.corpus.session_types;
        self.tally.finish();
        self.crosstabs.finish();
        let compared = self.crosstabs.compared();
        let account = self.account.finish(&mut self.tables)?;
        let documentation = account.write(&reading.corpus, &mut self.tables)?;
        let (missed, missed_findings) = missed::write(self.missing, codebook, &mut self.tables)?;
        let missed_words: Vec<_> = missed.iter().filter_map(in_words).collect();
        let totals = Totals {
            sessions: &account.sessions,
            compared: &compared,
            ledger: &reading.ledger,
            tally: &self.tally,
            crosstabs: &self.crosstabs.tables,
            session_types: order,
        };
        let page = || {
            let Some(material) = &self.report else {
                return Ok(());
            };
            let data = report::ReportData {
                codebook,
                characteristics: &self.characteristics,
                session_types: order,
                tally: &self.tally,
                crosstabs: &self.crosstabs.tables,
                compared: &compared,
                sessions: &account.sessions,
                documentation: &documentation,
                saturation: &account.saturation,
                rule: account.rule,
                quotes: &quotes,
                quotes_left,
                mask: self.mask,
                material,
                ledger: &reading.ledger,
                missed: &missed_words,
                memos: &self.memos,
                agreement: agreement.as_ref().map(|found| &found.compared),
                disagreements: agreement
                    .as_ref()
                    .map_or((&[], 0), |a| (a.shown.as_slice(), a.disagreement_total)),
                provenance: &provenance,
            };
            report::write(dir, &data)
        };
        // The tables and the page read the same sums and write different files.
        let (finished, paged) = rayon::join(|| self.tables.finish(&totals), page);
        let (finished, ()) = (finished?, paged?);
        if let Some(index) = self.index {
            observer.begin("index", None);
            index.finish()?;
        }
        provenance.stages = observer.stages();
        finished.run_json(&provenance, &reading.ledger)?;
        Ok(Finish {
            tally: self.tally,
            crosstabs: self.crosstabs.tables,
            counts: finished.counts,
            documentation: account.documentation,
            sessions: account.sessions,
            missed,
            missed_findings,
            agreement,
        })
    }
}
