//! What the study file says, as the options of reading.

use std::collections::BTreeMap;
use std::path::Path;

use crate::export::own_tables;
use crate::ingest::{Limits, Options, SourceDefaults, Transcript};
use crate::model::reading::{DateOrder, Role};

use super::{DateOrderName, Rules, Study};

impl Study {
    /// The options of reading; rule files and the output folder are known not to be notes.
    pub fn reading_options(
        &self,
        rules: &Rules,
        today: Option<jiff::civil::Date>,
        out: &Path,
    ) -> Options {
        let file = &self.file;
        let rule_files = rules.files.iter().map(|f| ("rule file", f));
        let codebook = std::iter::once(("codebook", &rules.codebook_file));
        let not_notes = rule_files
            .chain(codebook)
            .filter(|(_, f)| !f.path.is_empty())
            .map(|(what, f)| (f.path.clone().into(), what.to_owned()))
            .chain(std::iter::once((
                out.to_path_buf(),
                "output folder".to_owned(),
            )))
            .chain(file.agreement.coders.iter().map(|path| {
                let coder = self.folder.join(path);
                (coder, "human codings".to_owned())
            }))
            .collect();
        Options {
            notes: file.notes.clone(),
            ignore: file.ignore.clone(),
            split: file.split.clone(),
            columns: columns(&file.columns),
            transcript: file.transcript.as_ref().map(transcript),
            participants_table: file.participants.clone(),
            sessions_table: file.sessions.clone(),
            not_notes,
            own_tables: own_tables(),
            sources: file.sources.iter().map(source).collect(),
            date_order: file.date_order.map(date_order),
            today,
            encoding: file.encoding.clone(),
            limits: Limits {
                file_bytes: file.limits.file_megabytes << 20,
                note_bytes: usize::try_from(file.limits.note_megabytes << 20).unwrap_or(usize::MAX),
                unpacked_bytes: file.limits.unpacked_megabytes << 20,
                archive_files: file.limits.archive_files,
                archive_depth: file.limits.archive_depth,
                nesting: file.limits.nesting,
                sheet_cells: file.limits.sheet_cells,
                convert_seconds: file.limits.seconds,
            },
        }
    }
}

fn columns(named: &BTreeMap<String, String>) -> BTreeMap<Role, String> {
    let role = |(name, column): (&String, &String)| Some((Role::from_name(name)?, column.clone()));
    named.iter().filter_map(role).collect()
}

fn date_order(order: DateOrderName) -> DateOrder {
    match order {
        DateOrderName::MonthFirst => DateOrder::MonthFirst,
        DateOrderName::DayFirst => DateOrder::DayFirst,
    }
}

fn transcript(own: &super::Transcript) -> Transcript {
    Transcript {
        group_by: own.group_by.clone(),
        order: own.order.clone(),
        text: own.text.clone(),
        speaker: own.speaker.clone(),
        participant_speakers: own.participant_speakers.clone(),
        clinician_speakers: own.clinician_speakers.clone(),
    }
}

fn source(own: &super::SourceDefaults) -> SourceDefaults {
    let values = [
        (Role::Participant, &own.participant),
        (Role::SessionType, &own.session_type),
        (Role::Setting, &own.setting),
        (Role::Author, &own.author),
    ];
    SourceDefaults {
        files: own.files.clone(),
        values: values
            .into_iter()
            .filter_map(|(role, v)| Some((role, v.clone()?)))
            .collect(),
        columns: columns(&own.columns),
        split: own.split.clone(),
        date_order: own.date_order.map(date_order),
    }
}
