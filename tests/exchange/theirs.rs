//! Projects as other programs write them, piece by piece.

/// The GUID of the code.
pub(crate) const CODE: &str = "11111111-1111-4111-8111-111111111111";
/// The GUID of the text.
pub(crate) const TEXT_ID: &str = "33333333-3333-4333-8333-333333333333";
/// The GUID of the coder.
pub(crate) const USER: &str = "aaaaaaaa-0000-4000-8000-000000000001";
/// The text.
pub(crate) const TEXT: &str = "She felt calm today and safe at home. Nothing more was said.";

/// A coded selection at a place; it is named by its words.
pub(crate) fn selection_at(n: usize, (start, end): (i64, i64), words: &str) -> String {
    format!(
        "<PlainTextSelection guid='00000000-0000-4000-8000-0000000001{n:02}' name=\"{words}\" \
         startPosition='{start}' endPosition='{end}' creatingUser='{USER}'>\
         <Coding guid='00000000-0000-4000-8000-0000000002{n:02}' creatingUser='{USER}'>\
         <CodeRef targetGUID='{CODE}'/></Coding></PlainTextSelection>"
    )
}

/// A coded selection of some words of the text.
pub(crate) fn selection(n: usize, words: &str) -> String {
    let start = TEXT.find(words).unwrap();
    selection_at(n, (start as i64, (start + words.len()) as i64), words)
}

/// A source with what stands in it.
pub(crate) fn source(name: &str, place: &str, inside: &str) -> String {
    format!(
        "<TextSource guid='{TEXT_ID}' name='{name}' plainTextPath='{place}'>{inside}</TextSource>"
    )
}

/// A project with some sources.
pub(crate) fn project(sources: &str) -> String {
    format!(
        "<?xml version='1.0' encoding='utf-8'?><Project xmlns='urn:QDA-XML:project:1.0' name='p' \
         origin='Theirs 1'><Users><User guid='{USER}' name='Ann'/></Users><CodeBook><Codes>\
         <Code guid='{CODE}' name='calm' isCodable='true'/></Codes></CodeBook>\
         <Sources>{sources}</Sources></Project>"
    )
}
