//! The index's fields.

use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};

/// The fields by their use.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    /// The schema that holds them.
    pub(super) schema: Schema,
    /// Folded words with positions.
    pub(super) form: Field,
    /// Stems with positions.
    pub(super) stem: Field,
    /// The participant's id, folded.
    pub(super) participant: Field,
    /// The session types of the note and its sections.
    pub(super) session_type: Field,
    /// Year, month and day as one number (20220131); 0 where unknown.
    pub(super) date: Field,
    /// Paths of the note's codes and their ancestors.
    pub(super) code: Field,
    /// The note's place in the corpus.
    pub(super) order: Field,
    /// The note's text.
    pub(super) text: Field,
    /// What else a concordance line shows, as JSON.
    pub(super) about: Field,
}

impl Fields {
    /// Names the fields of a new index, and of an old one written by the same program.
    pub(super) fn new() -> Self {
        let mut builder = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("whitespace")
            .set_fieldnorms(false)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let words = TextOptions::default().set_indexing_options(indexing);
        let form = builder.add_text_field("form", words.clone());
        let stem = builder.add_text_field("stem", words);
        let participant = builder.add_text_field("participant", STRING);
        let session_type = builder.add_text_field("session_type", STRING);
        let date = builder.add_u64_field("date", INDEXED | FAST);
        let code = builder.add_text_field("code", STRING);
        let order = builder.add_u64_field("order", FAST);
        let text = builder.add_text_field("text", STORED);
        let about = builder.add_text_field("about", STORED);
        Self {
            schema: builder.build(),
            form,
            stem,
            participant,
            session_type,
            date,
            code,
            order,
            text,
            about,
        }
    }
}
