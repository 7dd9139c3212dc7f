//! What Taguette has no place for, as labelled lines of a description, there and back.
//!
//! A document's participant and variables, and the names of coders, stand below a first line that
//! tells that this program wrote them. People may write what they like below.

/// The first line of a description that this program wrote.
const MARK: &str = "(verbatim)";

/// What a description says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct About {
    /// Labels with what stands behind them.
    pub(super) values: Vec<(String, String)>,
    /// All else.
    pub(super) text: String,
}

impl About {
    /// Writes the lines; empty where nothing is to be said.
    pub(super) fn written(&self) -> String {
        if self.values.is_empty() {
            return self.text.clone();
        }
        let line = |(label, value): &(String, String)| {
            let one_line = value.split_whitespace().collect::<Vec<_>>().join(" ");
            format!("{}: {one_line}", label.replace([':', '\n'], " "))
        };
        let mut lines = vec![MARK.to_owned()];
        lines.extend(self.values.iter().map(line));
        if !self.text.is_empty() {
            lines.push(String::new());
            lines.push(self.text.clone());
        }
        lines.join("\n")
    }

    /// Reads a description; one that this program did not write is text.
    pub(super) fn read(description: &str) -> Self {
        let description = description.trim().replace("\r\n", "\n");
        let Some(rest) = description.strip_prefix(MARK) else {
            return Self {
                values: Vec::new(),
                text: description,
            };
        };
        let (head, text) = rest.split_once("\n\n").unwrap_or((rest, ""));
        let pair = |line: &str| {
            let (label, value) = line.split_once(": ")?;
            Some((label.trim().to_owned(), value.trim().to_owned()))
        };
        Self {
            values: head.lines().filter_map(pair).collect(),
            text: text.trim().to_owned(),
        }
    }

    /// What stands behind a label.
    pub(super) fn value(&self, label: &str) -> Option<&str> {
        let found = self.values.iter().find(|(known, _)| known == label);
        found.map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let about = About {
            values: vec![pair("participant", "P01"), pair("setting", "at: home")],
            text: "A memo.\n\nIn two parts.".to_owned(),
        };
        assert_eq!(About::read(&about.written()), about);
        let plain = About {
            text: "participant: not ours".to_owned(),
            ..About::default()
        };
        assert_eq!(About::read(&plain.written()), plain);
        assert_eq!(about.value("setting"), Some("at: home"));
    }
}
