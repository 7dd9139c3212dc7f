//! How large a packed file would be unpacked, before anything is unpacked for good.

use std::io::{self, Cursor, Read};

use zip::ZipArchive;

use super::options::Limits;

/// Refuses an archive that unpacks to more than the limits allow; what is no archive passes.
pub(crate) fn check(bytes: &[u8], limits: &Limits) -> Result<(), String> {
    let (limit, members_max) = (limits.unpacked_bytes, limits.archive_files);
    if !bytes.starts_with(b"PK") {
        return Ok(());
    }
    let mut archive =
        ZipArchive::new(Cursor::new(bytes)).map_err(|e| format!("damaged or cut off ({e})"))?;
    if archive.len() > members_max {
        return Err(format!(
            "an archive of {} members, over the limit of {members_max}",
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
