//! How large a packed file would be unpacked, before anything is unpacked for good.

use std::io::{self, Cursor, Read};

use zip::ZipArchive;

/// Members of an archive beyond which it is not read.
const MEMBERS_MAX: usize = 10_000;

/// Refuses an archive that unpacks to more than `limit` bytes; what is no archive passes.
pub(crate) fn check(bytes: &[u8], limit: u64) -> Result<(), String> {
    if !bytes.starts_with(b"PK") {
        return Ok(());
    }
    let mut archive =
        ZipArchive::new(Cursor::new(bytes)).map_err(|e| format!("damaged or cut off ({e})"))?;
    if archive.len() > MEMBERS_MAX {
        return Err(format!(
            "an archive of {} members, over the limit of {MEMBERS_MAX}",
            archive.len()
        ));
    }
    let mut left = limit;
    for i in 0..archive.len() {
        let member = archive.by_index(i).map_err(|e| format!("damaged ({e})"))?;
        // What the directory says may be a lie: the bytes are counted.
        let unpacked = io::copy(&mut member.take(left + 1), &mut io::sink());
        let unpacked = unpacked.map_err(|e| format!("damaged ({e})"))?;
        if unpacked > left {
            return Err(format!("unpacks to more than {} MB", limit >> 20));
        }
        left -= unpacked;
    }
    Ok(())
}
