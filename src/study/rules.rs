//! The rules of a run: codebook, cues, headings, reading rules, each with its hash.
//!
//! Built in by the codebook's language, replaced where the study file names a file.

use std::fs;
use std::path::Path;

use crate::codebook::{self, Loaded};
use crate::error::{Diagnostic, Error, Result};
use crate::model::coded::Copies;
use crate::model::cue::CueSet;
use crate::model::headings::SectionRules;
use crate::model::identifier::IdentifierRules;
use crate::model::provenance::RuleFile;
use crate::model::reading::{Named, ReadingRules};

use super::Study;

/// The codebook of a study that names none.
const DEFAULT_CODEBOOK: &str = "kap";

/// All rules that a run follows.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The codebook with its findings and source.
    pub codebook: Loaded,
    /// Cues of context.
    pub cues: CueSet,
    /// Headings of sections.
    pub sections: SectionRules,
    /// Words by which metadata are recognised.
    pub reading: ReadingRules,
    /// Words and shapes of what names a person.
    pub identifiers: IdentifierRules,
    /// What becomes of text that is copied forward.
    pub copies: Copies,
    /// What the rule files say that is odd.
    pub findings: Vec<Diagnostic>,
    /// The codebook as provenance names it.
    pub codebook_file: RuleFile,
    /// The other rule files.
    pub files: Vec<RuleFile>,
}

impl Rules {
    /// Loads the rules of a study; `codebook` (a file or a name) goes before the study's own.
    ///
    /// # Errors
    /// Where a rule file cannot be read or has errors.
    pub fn load(study: &Study, codebook: Option<&str>) -> Result<Self> {
        let (loaded, codebook_file) = match (codebook, &study.file.codebook) {
            (Some(wanted), _) => open_codebook(wanted, Path::new(""))?,
            (None, Some(own)) => open_codebook(own, &study.folder)?,
            (None, None) => open_codebook(DEFAULT_CODEBOOK, Path::new(""))?,
        };
        let language = loaded.codebook.language.clone();
        let own = &study.file.rules;
        let mut files = Vec::new();
        let mut findings = loaded.findings.clone();
        let cues = match own_file(study, own.context.as_deref(), &mut files)? {
            Some((_, path)) => {
                let (rules, found) = codebook::load_cues(&path)?;
                findings.extend(found);
                rules
            }
            None => in_language(codebook::builtin_cues, &language)?,
        };
        let sections = match own_file(study, own.sections.as_deref(), &mut files)? {
            Some((source, path)) => {
                let (rules, found) = codebook::parse_section_rules(&source, &path)?;
                findings.extend(found);
                rules
            }
            None => in_language(codebook::builtin_section_rules, &language)?,
        };
        let mut reading = match own_file(study, own.reading.as_deref(), &mut files)? {
            Some((source, path)) => codebook::reading::parse(&source, &path)?,
            None => codebook::reading::english()?,
        };
        let identifiers = match own_file(study, own.identifiers.as_deref(), &mut files)? {
            Some((source, path)) => codebook::parse_identifier_rules(&source, &path)?,
            None => in_language(codebook::builtin_identifier_rules, &language)?,
        };
        let own_types = &study.file.session_types.0;
        if !own_types.is_empty() {
            reading.session_types = listed(own_types, reading.session_types);
        }
        Ok(Self {
            codebook: loaded,
            cues,
            sections,
            reading,
            identifiers,
            copies: if study.file.count_copied {
                Copies::Counted
            } else {
                Copies::LeftOut
            },
            findings,
            codebook_file,
            files,
        })
    }
}

/// The study's own session types in its order, each with what is built in for its name; types that
/// the study does not list are still recognised, so that their words are not taken for another's.
fn listed(own: &[(String, Vec<String>)], built_in: Vec<Named>) -> Vec<Named> {
    let (mut types, mut rest): (Vec<Named>, Vec<Named>) = (Vec::new(), built_in);
    for (name, aliases) in own {
        let known = rest
            .iter()
            .position(|t| &t.name == name)
            .map(|i| rest.remove(i));
        let is_new = known.is_none();
        let mut named = known.unwrap_or_default();
        named.name.clone_from(name);
        named.listed = true;
        // A name that is built in is read as it always is: to list it must not change what is read.
        if is_new {
            named.decides.push(name.replace('_', " "));
        }
        named.decides.extend(aliases.iter().cloned());
        types.push(named);
    }
    types.extend(rest.into_iter().map(|t| Named { listed: false, ..t }));
    types
}

/// The built-in rules of a language; English ones where it has none, since most headings and column
/// names of clinics are English.
///
/// # Errors
/// Where the built-in rules themselves have errors.
pub fn in_language<T>(builtin: fn(&str) -> Option<Result<T>>, language: &str) -> Result<T> {
    builtin(language)
        .or_else(|| builtin("en"))
        .unwrap_or_else(|| {
            Err(Error::other(format!(
                "there are no built-in rules for the language {language:?}."
            )))
        })
}

fn open_codebook(wanted: &str, folder: &Path) -> Result<(Loaded, RuleFile)> {
    let beside = folder.join(wanted);
    let is_file = beside.is_file();
    let loaded = if is_file {
        codebook::load(&beside)?
    } else {
        codebook::open(wanted)?
    };
    let about = RuleFile {
        name: loaded.codebook.name.clone(),
        version: loaded.codebook.version.clone(),
        path: if is_file {
            beside.to_string_lossy().into_owned()
        } else {
            String::new()
        },
        sha256: loaded.codebook.sha256.clone(),
    };
    Ok((loaded, about))
}

fn own_file(
    study: &Study,
    path: Option<&Path>,
    files: &mut Vec<RuleFile>,
) -> Result<Option<(String, std::path::PathBuf)>> {
    let Some(path) = path else { return Ok(None) };
    let path = study.folder.join(path);
    let source =
        fs::read_to_string(&path).map_err(|e| Error::io("read the rule file", &path, e))?;
    let name = path
        .file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default();
    files.push(RuleFile {
        name,
        version: String::new(),
        path: path.to_string_lossy().into_owned(),
        sha256: crate::text::hex_sha256(source.as_bytes()),
    });
    Ok(Some((source, path)))
}
