//! What a PDF must not do before it is handed to its parser: unpack without end, hold itself.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use memchr::memmem;
use pdf_extract::{Dictionary, Document, Object, ObjectId};
use zip::read::read_zipfile_from_stream;

/// Forms inside forms, and pages inside nodes of the tree of pages.
const FORMS_MAX: usize = 16;
const PARENTS_MAX: usize = 100;

/// Bytes of a stream in the old packing (LZW), which is not measured: one may grow 1,700-fold.
const OLD_PACKED_BYTES_MAX: usize = 128 << 10;

/// How far before a stream its dictionary is looked for.
const ABOUT_BYTES_MAX: usize = 4096;

/// Refuses a file whose streams unpack to more than `bytes_max`.
pub(super) fn unpacked(bytes: &[u8], bytes_max: u64) -> Result<(), String> {
    let mut left = bytes_max;
    let mut from = 0;
    while let Some(found) = bytes
        .get(from..)
        .and_then(|rest| memmem::find(rest, b"stream"))
    {
        let at = from + found;
        from = at + b"stream".len();
        let rest = bytes.get(from..).unwrap_or_default();
        if !rest.starts_with(b"\n") && !rest.starts_with(b"\r\n") {
            continue;
        }
        let end = memmem::find(rest, b"endstream").unwrap_or(rest.len());
        let data = rest.get(..end).unwrap_or_default().trim_ascii_start();
        let about = bytes
            .get(at.saturating_sub(ABOUT_BYTES_MAX)..at)
            .unwrap_or_default();
        let object = memmem::rfind(about, b"obj").unwrap_or(0);
        let about = about.get(object..).unwrap_or_default();
        let packed = |name: &[u8]| memmem::find_iter(about, name).count();
        if packed(b"FlateDecode") + packed(b"LZWDecode") > 1 {
            return Err("a PDF whose parts are packed twice over: not read".to_owned());
        }
        if packed(b"LZWDecode") > 0 && data.len() > OLD_PACKED_BYTES_MAX {
            return Err(
                "a PDF with a large part in an old packing (LZW): print it to a new PDF".to_owned(),
            );
        }
        let grows = |left| {
            if packed(b"ASCII85Decode") > 0 {
                unpacked_bytes(&from_ascii85(data), left)
            } else {
                unpacked_bytes(data, left)
            }
        };
        let size = grows(left);
        if size > left {
            return Err(format!(
                "a PDF that unpacks to more than {} MB",
                bytes_max >> 20
            ));
        }
        left -= size;
        from += end;
    }
    Ok(())
}

/// How many bytes a packed stream gives, counted up to one more than `left`; 0 where it is none.
fn unpacked_bytes(data: &[u8], left: u64) -> u64 {
    // Packed data stand behind two bytes of a header, which may be wrong.
    let Some(data) = data.get(2..) else { return 0 };
    let size = u32::try_from(data.len()).unwrap_or(u32::MAX).to_le_bytes();
    let mut head = Vec::from(&b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0"[..]);
    head.extend(size);
    head.extend(u32::MAX.to_le_bytes());
    head.extend(b"\x01\0\0\0p");
    let mut member = Cursor::new(head).chain(data);
    let Ok(Some(member)) = read_zipfile_from_stream(&mut member) else {
        return 0;
    };
    let mut member = member.take(left + 1);
    let mut chunk = vec![0; 1 << 16];
    let mut total = 0;
    while let Ok(n) = member.read(&mut chunk) {
        if n == 0 {
            break;
        }
        total += n as u64;
    }
    total
}

/// Bytes written as printable characters, five for four.
fn from_ascii85(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() / 5 * 4);
    let mut group = Vec::new();
    for byte in data.iter().filter(|b| !b.is_ascii_whitespace()) {
        match byte {
            b'z' if group.is_empty() => out.extend([0; 4]),
            b'!'..=b'u' => group.push(u32::from(byte - b'!')),
            _ => break,
        }
        if group.len() == 5 {
            let value = group
                .drain(..)
                .fold(0_u32, |n, d| n.wrapping_mul(85).wrapping_add(d));
            out.extend(value.to_be_bytes());
        }
    }
    out
}

/// Refuses a file whose pages or forms hold themselves, or nest too deep.
pub(super) fn nesting(file: &Document, pages: &BTreeMap<u32, ObjectId>) -> Result<(), String> {
    let mut checked = BTreeSet::new();
    for page in pages.values() {
        let mut about = file.get_dictionary(*page).ok();
        let mut parents = 0;
        while let Some(above) = about {
            parents += 1;
            if parents > PARENTS_MAX {
                return Err("a damaged PDF: its pages hold themselves".to_owned());
            }
            if let Ok(resources) = above
                .get_deref(b"Resources", file)
                .and_then(Object::as_dict)
            {
                let mut path = Vec::new();
                forms(file, resources, &mut path, &mut checked)?;
            }
            let parent = above.get(b"Parent").and_then(Object::as_reference);
            about = parent.and_then(|id| file.get_dictionary(id)).ok();
        }
    }
    Ok(())
}

fn forms(
    file: &Document,
    resources: &Dictionary,
    path: &mut Vec<ObjectId>,
    checked: &mut BTreeSet<ObjectId>,
) -> Result<(), String> {
    let Ok(shown) = resources
        .get_deref(b"XObject", file)
        .and_then(Object::as_dict)
    else {
        return Ok(());
    };
    for (_, object) in shown {
        let Ok(id) = object.as_reference() else {
            continue;
        };
        if path.contains(&id) || path.len() > FORMS_MAX {
            return Err("a damaged PDF: its forms hold themselves".to_owned());
        }
        if checked.contains(&id) {
            continue;
        }
        let Ok(form) = file.get_object(id).and_then(Object::as_stream) else {
            continue;
        };
        path.push(id);
        match form
            .dict
            .get_deref(b"Resources", file)
            .and_then(Object::as_dict)
        {
            Ok(own) => forms(file, own, path, checked)?,
            Err(_) => calls_none(form)?,
        }
        path.pop();
        checked.insert(id);
    }
    Ok(())
}

/// A form without resources uses those of the page, itself included: it must show no other form.
fn calls_none(form: &pdf_extract::Stream) -> Result<(), String> {
    let content = form.get_plain_content().unwrap_or_default();
    let calls = content
        .split(u8::is_ascii_whitespace)
        .any(|word| word == b"Do");
    if calls {
        return Err("a damaged PDF: a form of it may hold itself".to_owned());
    }
    Ok(())
}
