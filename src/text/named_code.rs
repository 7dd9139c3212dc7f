//! A name with a code in brackets behind it, or a code with the name: "Ortega, Dana (DO-11)".

/// Letters of a code at most.
const LETTERS_MAX: usize = 6;

/// Digits of a code at most.
const DIGITS_MAX: usize = 5;

/// Words of a name at most.
const WORDS_MAX: usize = 5;

/// A name and the code that stands beside it, one of them in brackets; none where a text is anything
/// else.
///
/// ```
/// use verbatim::text::named_code;
/// assert_eq!(named_code("Ortega, Dana (DO-11)"), Some(("Ortega, Dana", "DO-11")));
/// assert_eq!(named_code("KAP012 [Dana Ortega]"), Some(("Dana Ortega", "KAP012")));
/// assert_eq!(named_code("Dana (34)"), None);
/// ```
pub fn named_code(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let inside = text.strip_suffix([')', ']'])?;
    let (before, inside) = inside.split_once(['(', '['])?;
    let (before, inside) = (before.trim(), inside.trim());
    if inside.contains(['(', '[', ')', ']']) {
        return None;
    }
    match (is_code(before), is_code(inside)) {
        (false, true) if is_name(before) => Some((before, inside)),
        (true, false) if is_name(inside) => Some((inside, before)),
        _ => None,
    }
}

/// Capitals and a number in one piece: "DO-11", "KAP012"; an age or a count has no capitals.
fn is_code(text: &str) -> bool {
    let letters = text.chars().take_while(char::is_ascii_uppercase).count();
    let rest = text.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let digits = rest.strip_prefix(['-', '_']).unwrap_or(rest);
    (1..=LETTERS_MAX).contains(&letters)
        && (1..=DIGITS_MAX).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
}

/// A few capitalised words, particles among them, without a digit.
fn is_name(text: &str) -> bool {
    const PARTICLES: [&str; 8] = ["de", "la", "del", "van", "der", "von", "da", "bin"];
    let words: Vec<&str> = text.split([' ', ',']).filter(|w| !w.is_empty()).collect();
    let is_word = |w: &&str| {
        let letters = |c: char| c.is_alphabetic() || matches!(c, '.' | '\'' | '’' | '-');
        w.chars().all(letters) && (w.starts_with(char::is_uppercase) || PARTICLES.contains(w))
    };
    (1..=WORDS_MAX).contains(&words.len())
        && words.iter().all(is_word)
        && words
            .iter()
            .any(|w| w.chars().filter(|c| c.is_alphabetic()).count() > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_beside_a_code_is_no_age_no_arm_and_no_date() {
        for (text, expected) in [
            ("Ortega, Dana (DO-11)", Some(("Ortega, Dana", "DO-11"))),
            ("DO-11 (Ortega, Dana)", Some(("Ortega, Dana", "DO-11"))),
            ("D. de la Cruz [P03]", Some(("D. de la Cruz", "P03"))),
            ("Dana (34)", None),
            ("Dana (age 34)", None),
            ("Dana (she/her)", None),
            ("KAP-07 (ketamine arm)", None),
            ("SB-2219 (03/14/1992)", None),
            ("DO-11", None),
            ("(DO-11)", None),
            ("Dana (DO-11", None),
        ] {
            assert_eq!(named_code(text), expected, "{text}");
        }
    }
}
