//! Messages as mail programs keep them (RFC 5322, MIME): head, text, attachments.

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders as _, PartType};

use super::super::options::Limits;
use super::{Format, convert, guard};

/// A message.
#[derive(Debug, Default)]
pub(crate) struct Mail {
    /// Who sent it, when, and its subject, a line each.
    pub(crate) head: String,
    /// Its text.
    pub(crate) text: String,
    /// Names and bytes of what is attached.
    pub(crate) attached: Vec<(String, Vec<u8>)>,
    /// What could not be read of it.
    pub(crate) damage: Vec<String>,
}

/// A message's own parts: text as it is, or a page that is to be turned into text.
enum Piece {
    Plain(String),
    Page(String),
}

/// Lines at the head of a message that tell it from a note that begins with `From:`.
const TELLING: &[&str] = &[
    "message-id:",
    "mime-version:",
    "received:",
    "return-path:",
    "delivered-to:",
    "x-mailer:",
    "dkim-signature:",
];

/// Whether bytes begin as those of a message: header lines only, who sent it and when among them.
pub(crate) fn begins_as_mail(head: &[u8]) -> bool {
    let head = String::from_utf8_lossy(head);
    let lines = head.trim_start_matches('\u{FEFF}').lines();
    let header: Vec<String> = lines
        .take_while(|l| !l.trim().is_empty())
        .map(str::to_lowercase)
        .collect();
    let is_header = |line: &String| {
        let name = line.split_once(':').map_or("", |(name, _)| name);
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_graphic());
        is_name || line.starts_with([' ', '\t'])
    };
    let has = |start: &str| header.iter().any(|l| l.starts_with(start));
    let is_told = TELLING.iter().any(|start| has(start));
    is_told && has("from:") && has("date:") && header.iter().all(is_header)
}

/// Reads a message; an error is the reason why that cannot be done.
pub(crate) fn read(bytes: Vec<u8>, limits: &Limits) -> Result<Mail, String> {
    let (mut mail, pieces) = guard::guarded(limits.convert_seconds, move || {
        let message = MessageParser::default().parse(&bytes);
        let message = message.ok_or("no message that can be read: save its text as .txt")?;
        Ok(taken_apart(&message))
    })?;
    for piece in pieces {
        let text = match piece {
            Piece::Plain(text) => text,
            Piece::Page(page) => match convert(Format::Html, page.into_bytes(), limits) {
                Ok(converted) => {
                    mail.damage.extend(converted.damage);
                    converted.text
                }
                Err(why) => {
                    mail.damage.push(why);
                    continue;
                }
            },
        };
        if !mail.text.is_empty() {
            mail.text.push_str("\n\n");
        }
        mail.text.push_str(&text);
    }
    Ok(mail)
}

fn taken_apart(message: &Message<'_>) -> (Mail, Vec<Piece>) {
    let mut mail = Mail {
        head: head(message),
        ..Mail::default()
    };
    let mut own: Vec<usize> = message.text_body.iter().map(|id| *id as usize).collect();
    if own.is_empty() {
        own = message.html_body.iter().map(|id| *id as usize).collect();
    }
    let mut pieces = Vec::new();
    for part in own.iter().filter_map(|&id| message.parts.get(id)) {
        match &part.body {
            PartType::Text(text) => pieces.push(Piece::Plain(text.to_string())),
            PartType::Html(page) => pieces.push(Piece::Page(page.to_string())),
            _ => {}
        }
    }
    for (number, part) in message.attachments().enumerate() {
        mail.attached
            .push((attachment_name(part, number + 1), attached(part)));
    }
    (mail, pieces)
}

/// The head in lines as a note's are written. The day is the sender's own.
fn head(message: &Message<'_>) -> String {
    let mut lines = Vec::new();
    let sender = message.from().and_then(|from| from.first());
    if let Some(sender) = sender {
        let name = sender.name().unwrap_or_default();
        let address = sender.address().unwrap_or_default();
        lines.push(format!("From: {name} <{address}>"));
    }
    if let Some(date) = message.date() {
        lines.push(format!(
            "Date: {:04}-{:02}-{:02} {:02}:{:02}",
            date.year, date.month, date.day, date.hour, date.minute
        ));
    }
    if let Some(subject) = message.subject() {
        let words: Vec<&str> = subject.split_whitespace().collect();
        lines.push(format!("Subject: {}", words.join(" ")));
    }
    lines.join("\n")
}

fn attachment_name(part: &MessagePart<'_>, number: usize) -> String {
    let given = part.attachment_name().unwrap_or_default();
    let plain: String = given
        .chars()
        .map(|c| {
            if matches!(c, '/' | '\\') || c.is_control() {
                '_'
            } else {
                c
            }
        })
        .collect();
    let plain = plain.trim().trim_start_matches('.');
    let ending = match &part.body {
        PartType::Message(_) => ".eml",
        PartType::Html(_) => ".html",
        PartType::Text(_) => ".txt",
        _ => "",
    };
    if plain.is_empty() {
        format!("attachment {number}{ending}")
    } else if matches!(part.body, PartType::Message(_)) && !plain.to_lowercase().ends_with(ending) {
        format!("{plain}{ending}")
    } else {
        plain.to_owned()
    }
}

fn attached(part: &MessagePart<'_>) -> Vec<u8> {
    match &part.body {
        PartType::Message(message) => message.raw_message.to_vec(),
        _ => part.contents().to_vec(),
    }
}
