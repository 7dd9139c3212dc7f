//! Rich text (RTF), as Word, `LibreOffice` and record programs write it.
//!
//! Comes in: bytes. Goes out: the text, its bytes decoded by the code page of their font, `\u`
//! characters whole. Deleted (tracked) and hidden text and comments are left out; heads and feet
//! of pages stand apart; footnotes stand behind the text.

mod fonts;
mod state;
mod words;

use super::Bounds;
use super::Converted;
use super::flow::Flow;
use super::marks::{private, symbol, tick_box};
use fonts::{Fonts, page_encoding};
use state::{Form, Found, State};
use words::{Place, place_of};

/// Reads a file.
pub(super) fn convert(bytes: &[u8], bounds: Bounds) -> Result<Converted, String> {
    let flow = || Flow::new(bounds.bytes as usize);
    let mut reader = Reader {
        bytes,
        at: 0,
        state: State::default(),
        stack: Vec::new(),
        fonts: Fonts::default(),
        pending: Vec::new(),
        replaced: 0,
        high: None,
        depth_max: bounds.nesting,
        starred: false,
        list_mark: String::new(),
        form: Form::default(),
        found: Found::default(),
        body: flow(),
        notes: flow(),
        apart: flow(),
    };
    reader.read()?;
    let damage = (!reader.stack.is_empty()).then(|| "cut off: it ends inside a group".to_owned());
    let mut remarks = reader.found.remarks();
    let tables = reader.body.take_tables();
    let (mut text, notes) = (reader.body.finish()?, reader.notes.finish()?);
    if !notes.is_empty() {
        text = format!("{text}\n\n{}", notes.trim());
        remarks.push("footnotes stand behind the text".to_owned());
    }
    Ok(Converted {
        text,
        apart: reader.apart.finish()?,
        tables,
        remarks,
        damage: damage.into_iter().collect(),
        ..Converted::default()
    })
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
    state: State,
    stack: Vec<State>,
    fonts: Fonts,
    /// Bytes that wait to be decoded together.
    pending: Vec<u8>,
    /// What is still to be skipped behind a `\u` character.
    replaced: usize,
    /// The first half of a character that needs two.
    high: Option<u16>,
    /// Groups inside each other.
    depth_max: usize,
    /// Whether `\*` stands before the next word.
    starred: bool,
    list_mark: String,
    form: Form,
    found: Found,
    body: Flow,
    notes: Flow,
    apart: Flow,
}

impl Reader<'_> {
    fn read(&mut self) -> Result<(), String> {
        while let Some(byte) = self.next() {
            match byte {
                b'{' => {
                    self.flush();
                    self.replaced = 0;
                    if self.stack.len() >= self.depth_max {
                        return Err(format!(
                            "more than {} groups inside each other",
                            self.depth_max
                        ));
                    }
                    self.stack.push(self.state);
                }
                b'}' => {
                    self.flush();
                    self.replaced = 0;
                    self.end_group();
                    if self.stack.is_empty() {
                        return Ok(());
                    }
                }
                b'\\' => self.control(),
                b'\r' | b'\n' | 0 => {}
                byte => self.byte(byte),
            }
        }
        self.flush();
        Ok(())
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied();
        self.at += usize::from(byte.is_some());
        byte
    }

    fn end_group(&mut self) {
        let ended = self.state;
        self.state = self.stack.pop().unwrap_or_default();
        if ended.place == self.state.place {
            return;
        }
        match ended.place {
            Place::ListMark => {
                let mark = std::mem::take(&mut self.list_mark);
                let mark = mark.trim();
                if mark.contains(char::is_alphanumeric) {
                    self.say(&format!("{mark} "));
                } else {
                    self.say("- ");
                }
            }
            Place::Form => {
                let form = std::mem::take(&mut self.form);
                if form.is_box {
                    // 25 says that the box was never touched.
                    let value = form.result.filter(|r| *r != 25).unwrap_or(form.default);
                    let place = std::mem::replace(&mut self.state.place, Place::Text);
                    self.say(tick_box(value != 0));
                    self.state.place = place;
                }
            }
            _ => {}
        }
    }

    fn control(&mut self) {
        let Some(first) = self.next() else { return };
        if first.is_ascii_alphabetic() {
            let (word, number) = self.word(first);
            return self.control_word(&word, number);
        }
        match first {
            b'\'' => {
                let digits = [self.next(), self.next()].map(|d| d.unwrap_or(b'0') as char);
                let value = digits
                    .iter()
                    .try_fold(0, |n, d| Some(n * 16 + d.to_digit(16)?));
                self.byte(value.unwrap_or(u32::from(b'?')) as u8);
            }
            b'*' => self.starred = true,
            b'{' | b'}' | b'\\' => self.byte(first),
            b'~' => self.plain(" "),
            b'_' => self.plain("-"),
            b'\r' | b'\n' => self.control_word("par", None),
            _ => {}
        }
    }

    /// A control word's letters and its number.
    fn word(&mut self, first: u8) -> (String, Option<i32>) {
        let mut word = String::from(first as char);
        while let Some(&byte) = self.bytes.get(self.at).filter(|b| b.is_ascii_alphabetic()) {
            if word.len() < 32 {
                word.push(byte as char);
            }
            self.at += 1;
        }
        let mut digits = String::new();
        if self.bytes.get(self.at) == Some(&b'-') {
            digits.push('-');
            self.at += 1;
        }
        while let Some(&byte) = self.bytes.get(self.at).filter(|b| b.is_ascii_digit()) {
            if digits.len() < 11 {
                digits.push(byte as char);
            }
            self.at += 1;
        }
        if self.bytes.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        (word, digits.parse().ok())
    }

    fn control_word(&mut self, word: &str, number: Option<i32>) {
        let starred = std::mem::take(&mut self.starred);
        self.replaced = 0;
        if word == "u" {
            return self.unicode(number.unwrap_or(0));
        }
        self.flush();
        if let Some(place) = place_of(word, starred) {
            self.enter(place, word);
            return;
        }
        if self.state.place == Place::Fonts {
            return self.font_word(word, number);
        }
        if self.state.place == Place::Form {
            return self.form_word(word, number);
        }
        if self.state.place == Place::Nowhere && word != "bin" {
            return;
        }
        self.text_word(word, number);
    }

    fn enter(&mut self, place: Place, word: &str) {
        self.found.comments += usize::from(word == "annotation");
        // What is left out stays so, but for the fields of forms in a field's instruction.
        let stays = self.state.place == Place::Nowhere && place != Place::Form;
        if !stays {
            self.state.place = place;
        }
    }

    fn text_word(&mut self, word: &str, number: Option<i32>) {
        let on = number != Some(0);
        match word {
            "f" => self.state.font = number.unwrap_or(-1),
            "uc" => self.state.replacements = number.unwrap_or(1).clamp(0, 64) as usize,
            "ansicpg" => {
                if let Some(encoding) = number.and_then(page_encoding) {
                    self.fonts.default = encoding;
                }
            }
            "mac" => self.fonts.default = page_encoding(10_000).unwrap_or(self.fonts.default),
            "bin" => {
                let len = number.unwrap_or(0).max(0) as usize;
                self.at = self.at.saturating_add(len).min(self.bytes.len());
            }
            "plain" => (self.state.hidden, self.state.deleted) = (false, false),
            "v" => self.state.hidden = on,
            "deleted" => self.state.deleted = on,
            "pard" => self.state.in_table = false,
            "intbl" => self.state.in_table = true,
            "itap" => self.state.in_table = number.unwrap_or(0) > 0,
            _ => self.layout_word(word),
        }
    }

    fn layout_word(&mut self, word: &str) {
        match word {
            "par" | "sect" => {
                self.settle_table();
                self.flow().end_paragraph();
            }
            "page" | "column" | "nestrow" => self.flow().new_line(),
            "line" | "lbr" => self.flow().end_line(),
            "tab" => self.say("\t"),
            "cell" => {
                self.state.in_table = true;
                self.settle_table();
                self.flow().end_cell();
            }
            "row" => self.flow().end_row(),
            "nestcell" => self.say(" | "),
            "emdash" => self.say("—"),
            "endash" => self.say("–"),
            "bullet" => self.say("•"),
            "lquote" => self.say("‘"),
            "rquote" => self.say("’"),
            "ldblquote" => self.say("“"),
            "rdblquote" => self.say("”"),
            "emspace" | "enspace" | "qmspace" => self.say(" "),
            _ => {}
        }
    }

    fn font_word(&mut self, word: &str, number: Option<i32>) {
        let number = number.unwrap_or(0);
        match word {
            "f" => self.state.font = number,
            "fcharset" => self.fonts.set_charset(self.state.font, number),
            "cpg" => self.fonts.set_page(self.state.font, number),
            _ => {}
        }
    }

    fn form_word(&mut self, word: &str, number: Option<i32>) {
        match word {
            "fftype" => self.form.is_box = number == Some(1),
            "ffres" => self.form.result = number,
            "ffdefres" => self.form.default = number.unwrap_or(0),
            _ => {}
        }
    }

    fn unicode(&mut self, number: i32) {
        self.flush();
        self.replaced = self.state.replacements;
        let unit = number as u16;
        match (self.high.take(), unit) {
            (_, 0xD800..=0xDBFF) => self.high = Some(unit),
            (Some(high), 0xDC00..=0xDFFF) => {
                let both = char::decode_utf16([high, unit]).flatten();
                self.say(&both.collect::<String>());
            }
            // Symbol fonts keep their bytes in the private range.
            (_, 0xF000..=0xF0FF) => {
                let code = u32::from(unit);
                let text = match self.fonts.symbols(self.state.font) {
                    Some(name) => symbol(name, code),
                    None => private(code),
                };
                self.say(text.unwrap_or_default());
            }
            (_, unit) => {
                if let Some(c) = char::from_u32(u32::from(unit)) {
                    self.say(c.encode_utf8(&mut [0; 4]));
                }
            }
        }
    }

    fn byte(&mut self, byte: u8) {
        self.starred = false;
        if self.replaced > 0 {
            self.replaced -= 1;
        } else {
            self.pending.push(byte);
        }
    }

    fn plain(&mut self, text: &str) {
        if self.replaced > 0 {
            self.replaced -= 1;
        } else {
            self.flush();
            self.say(text);
        }
    }

    /// Decodes the bytes that wait.
    fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.pending);
        let symbols = self.fonts.symbols(self.state.font);
        if let Some(font) = symbols.filter(|_| self.state.place != Place::Fonts) {
            let font = font.to_owned();
            for byte in bytes {
                match symbol(&font, u32::from(byte)) {
                    Some(text) => self.say(text),
                    None if byte == b' ' || byte == b'\t' => self.say(" "),
                    None => {}
                }
            }
            return;
        }
        let encoding = self.fonts.encoding(self.state.font);
        let (text, _) = encoding.decode_without_bom_handling(&bytes);
        self.say(&text);
    }

    fn flow(&mut self) -> &mut Flow {
        match self.state.place {
            Place::Apart => &mut self.apart,
            Place::Notes => &mut self.notes,
            _ => &mut self.body,
        }
    }

    /// Opens a cell for text of a table, ends the table for other text.
    fn settle_table(&mut self) {
        if self.state.place != Place::Text {
            return;
        }
        if self.state.in_table {
            if !self.body.in_cell() {
                self.body.begin_cell();
            }
        } else if self.body.in_cell() || self.body.in_table() {
            self.body.end_table();
        }
    }

    fn say(&mut self, text: &str) {
        match self.state.place {
            Place::Nowhere | Place::Form => return,
            Place::ListMark => {
                self.list_mark.push_str(text);
                return;
            }
            Place::Fonts => {
                let name = text.trim_end_matches(';');
                let font = self.fonts.list.entry(self.state.font).or_default();
                if font.name.is_empty() {
                    name.clone_into(&mut font.name);
                }
                return;
            }
            Place::Text | Place::Apart | Place::Notes => {}
        }
        if self.state.deleted {
            self.found.deletions += 1;
            return;
        }
        if self.state.hidden {
            self.found.hidden += 1;
            return;
        }
        self.settle_table();
        self.flow().push(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(body: &str) -> String {
        let file = format!("{{\\rtf1\\ansi\\ansicpg1252{body}}}");
        convert(file.as_bytes(), Bounds::SMALL).unwrap().text
    }

    #[test]
    fn characters_come_whole_whatever_wrote_them() {
        assert_eq!(
            text(r"\'93fine,\'94 she said\emdash it\'92s"),
            "“fine,” she said—it’s"
        );
        assert_eq!(
            text(r"caf\u233?\uc2 \u8220\'81\'67ok\u8221\'81\'68"),
            "café“ok”"
        );
        assert_eq!(text(r"\u-10179?\u-8704? done"), "😀 done");
        assert_eq!(text(r"a\~b\_c\-d \{x\} \\y"), "a b-cd {x} \\y");
        let fonts = r"{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial Cyr;}{\f2\fcharset2 Wingdings;}{\f3\fcharset128 MS Mincho;}}";
        assert_eq!(
            text(&format!(
                r"{fonts}\f1 \'ef\'f0\'e8\f0  caf\'e9 {{\f2 \'fe}} yes \f3\'93\'fa\'96\'7b"
            )),
            "при café [x] yes 日本"
        );
    }

    #[test]
    fn what_is_no_text_is_left_out() {
        assert_eq!(
            text(
                r"{\*\generator Word;}{\info{\author X}}{\stylesheet{\s1 Normal;}}{\pict 0102}A{\v secret}{\deleted gone}{\*\annotation no}B{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}"
            ),
            "ABlink"
        );
        let file = r"{\rtf1{\header Clinic\par}{\footer Page 1}Text.{\footnote Note.}\par}";
        let read = convert(file.as_bytes(), Bounds::SMALL).unwrap();
        assert_eq!(
            (read.text.as_str(), read.apart.as_str()),
            ("Text.\n\nNote.", "Clinic\nPage 1")
        );
    }

    #[test]
    fn tables_lists_and_boxes_are_lines() {
        assert_eq!(
            text(
                r"One\par\trowd\pard\intbl Nausea\cell no\cell\row\trowd\intbl Mood\cell low\cell\row\pard After\par\par Last"
            ),
            "One\nNausea: no\nMood: low\nAfter\n\nLast"
        );
        assert_eq!(
            text(r"{\listtext\'b7\tab}breathing\par{\listtext 2.\tab}rest\par"),
            "- breathing\n2. rest"
        );
        assert_eq!(
            text(
                r"{\field{\*\fldinst FORMCHECKBOX {\*\formfield{\fftype1\ffres25\ffdefres1}}}{\fldrslt}} tearful"
            ),
            "[x] tearful"
        );
    }

    #[test]
    fn what_is_cut_off_is_kept_and_said() {
        let read = convert(b"{\\rtf1 Slept well. {\\b Ate", Bounds::SMALL).unwrap();
        assert_eq!(read.text, "Slept well. Ate");
        assert_eq!(read.damage, ["cut off: it ends inside a group"]);
        assert!(convert(&b"{".repeat(100_000), Bounds::SMALL).is_err());
    }
}
