//! Old Office files (OLE) are chains of sectors. A damaged chain may lead back to itself, and the
//! parser would follow it until the memory is full.

/// Ids from here on are marks, not sectors.
const MARKS_FROM: u32 = 0xFFFF_FFFA;

/// Ids of sectors of the table that the head of a file has room for.
const IN_HEAD: usize = 109;

/// The reason for a chain without an end.
const LOOPS: &str = "damaged: its sectors lead back to themselves";

/// Refuses a file whose chains of sectors have no end; what is no such file passes.
pub(crate) fn check(bytes: &[u8]) -> Result<(), String> {
    if !bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Ok(());
    }
    let shift = number(bytes, 30).unwrap_or(0) & 0xFFFF;
    if shift != 9 && shift != 12 {
        return Err("damaged: its head says no size of sectors".to_owned());
    }
    let sectors = Sectors {
        bytes,
        size: 1 << shift,
    };
    let table = sectors.table()?;
    ends(&table)?;
    let mut small = Vec::new();
    let mut next = number(bytes, 60).unwrap_or(u32::MAX);
    while next < MARKS_FROM {
        small.extend(sectors.numbers(next));
        next = table.get(next as usize).copied().unwrap_or(u32::MAX);
    }
    ends(&small)
}

struct Sectors<'b> {
    bytes: &'b [u8],
    size: usize,
}

impl Sectors<'_> {
    /// The numbers that a sector holds; none where the file does not reach to it.
    fn numbers(&self, sector: u32) -> Vec<u32> {
        let start = (sector as usize + 1).saturating_mul(self.size);
        let end = start.saturating_add(self.size).min(self.bytes.len());
        let sector = self.bytes.get(start..end).unwrap_or_default();
        let numbers = sector.chunks_exact(4);
        numbers
            .filter_map(|n| Some(u32::from_le_bytes(n.try_into().ok()?)))
            .collect()
    }

    /// For each sector, the next one of its chain.
    fn table(&self) -> Result<Vec<u32>, String> {
        let in_head = (0..IN_HEAD).filter_map(|i| number(self.bytes, 76 + 4 * i));
        let mut parts: Vec<u32> = in_head.filter(|id| *id < MARKS_FROM).collect();
        let most = self.bytes.len() / self.size + 1;
        let mut next = number(self.bytes, 68).unwrap_or(u32::MAX);
        let mut seen = 0;
        while next < MARKS_FROM {
            seen += 1;
            if seen > most {
                return Err(LOOPS.to_owned());
            }
            let mut ids = self.numbers(next);
            next = ids.pop().unwrap_or(u32::MAX);
            parts.extend(ids.into_iter().filter(|id| *id < MARKS_FROM));
        }
        if parts.len() > most {
            return Err(LOOPS.to_owned());
        }
        Ok(parts.into_iter().flat_map(|id| self.numbers(id)).collect())
    }
}

/// Whether every chain of a table ends.
fn ends(table: &[u32]) -> Result<(), String> {
    // The walk on which a sector was first seen; a walk that meets itself goes round.
    let mut walks = vec![0_u32; table.len()];
    for start in 0..table.len() {
        let walk = start as u32 + 1;
        let mut at = start;
        while let (Some(seen), Some(&next)) = (walks.get_mut(at), table.get(at)) {
            if *seen == walk {
                return Err(LOOPS.to_owned());
            }
            if *seen != 0 || next >= MARKS_FROM {
                break;
            }
            *seen = walk;
            at = next as usize;
        }
    }
    Ok(())
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_end_or_are_refused() {
        let end = 0xFFFF_FFFE;
        assert!(ends(&[1, 2, end, end, 2]).is_ok());
        assert!(ends(&[1, 2, 0]).is_err());
        assert!(ends(&[end, 1]).is_err());
        assert!(check(b"PK").is_ok());
    }
}
