//! A group of notes, and its row for each code.

use std::borrow::Cow;

use crate::model::codebook::CodeIndex;
use crate::model::corpus::ParticipantId;

use super::frequencies::{Cell, Counts, Member};
use super::interval::{
    Cluster, Interval, IntervalKind, PARTICIPANTS_MIN, cluster, garwood, wilson,
};

/// Which notes a group holds; no participant means that theirs is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupKind<'t> {
    /// Every note.
    All,
    /// One participant's.
    Participant(Option<&'t ParticipantId>),
    /// Those of one session type.
    SessionType(&'t str),
    /// One participant's of one session type.
    Both(Option<&'t ParticipantId>, &'t str),
}

impl<'t> GroupKind<'t> {
    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Participant(_) => "participant",
            Self::SessionType(_) => "session_type",
            Self::Both(..) => "participant_session_type",
        }
    }

    /// The participant, where the group has one and it is known.
    pub fn participant(self) -> Option<&'t ParticipantId> {
        match self {
            Self::Participant(id) | Self::Both(id, _) => id,
            Self::All | Self::SessionType(_) => None,
        }
    }

    /// The session type, where the group has one.
    pub fn session_type(self) -> Option<&'t str> {
        match self {
            Self::SessionType(name) | Self::Both(_, name) => Some(name),
            Self::All | Self::Participant(_) => None,
        }
    }
}

/// A group that has notes.
#[derive(Debug, Clone)]
pub struct Group<'t> {
    /// Which notes it holds.
    pub kind: GroupKind<'t>,
    /// The sum over its participants.
    pub total: Cow<'t, Cell>,
    members: Vec<Member<'t>>,
}

/// A code's numbers in a group: a row of `frequencies.csv`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FrequencyRow<'t> {
    /// The group.
    pub kind: GroupKind<'t>,
    /// The code.
    pub code: CodeIndex,
    /// Notes of the group.
    pub notes: u64,
    /// Their words.
    pub words: u64,
    /// Their direct quotations.
    pub direct_quotes: u64,
    /// What the notes say of the code.
    pub counts: Counts,
    /// Notes that do not name it.
    pub silent: u64,
    /// Share of the notes in which it is present.
    pub share: Option<f64>,
    /// 95% interval of the share.
    pub share_interval: Option<Interval>,
    /// Counted passages per 1,000 words.
    pub rate: Option<f64>,
    /// 95% interval of the rate.
    pub rate_interval: Option<Interval>,
    /// Known participants of the group.
    pub participants: u64,
    /// Those of them in whose notes it is present.
    pub participants_present: u64,
    /// How the intervals were computed.
    pub interval: IntervalKind,
}

impl FrequencyRow<'_> {
    /// What the share could be: the lowest if notes that are silent and sessions without a note were
    /// all without the code, the highest if they all had it. A missing session counts as one note.
    pub fn share_bounds(&self, missing: u64) -> Option<Interval> {
        let all = (self.notes + missing) as f64;
        let low = self.counts.present as f64;
        let high = low + (self.silent + missing) as f64;
        (all > 0.0).then(|| Interval {
            low: low / all,
            high: high / all,
        })
    }
}

impl<'t> Group<'t> {
    /// A group of participants' cells; none where no note is in it.
    pub fn new(kind: GroupKind<'t>, members: Vec<Member<'t>>) -> Option<Self> {
        // Most groups are one participant's, whose cell is the sum.
        let total = if let [(_, cell)] = members.as_slice() {
            Cow::Borrowed(*cell)
        } else {
            let mut sum = Cell::default();
            for (_, cell) in &members {
                sum += cell;
            }
            Cow::Owned(sum)
        };
        (total.notes > 0).then_some(Self {
            kind,
            total,
            members,
        })
    }

    /// Known participants who have notes in the group.
    pub fn participants(&self) -> u64 {
        self.members.iter().filter(|(id, _)| id.is_some()).count() as u64
    }

    /// The row of one code.
    pub fn row(&self, code: CodeIndex) -> FrequencyRow<'t> {
        let counts = self.total.counts(code);
        let present = |(id, cell): &&Member<'t>| id.is_some() && cell.counts(code).present > 0;
        let (share_interval, rate_interval, interval) = self.intervals(code);
        FrequencyRow {
            kind: self.kind,
            code,
            notes: self.total.notes,
            words: self.total.words,
            direct_quotes: self.total.direct_quotes,
            counts,
            silent: self.total.notes - counts.present - counts.absent - counts.mentioned_only,
            share: ratio(counts.present as f64, self.total.notes as f64),
            share_interval,
            rate: ratio(counts.codings as f64, self.total.words as f64 / 1000.0),
            rate_interval,
            participants: self.participants(),
            participants_present: self.members.iter().filter(present).count() as u64,
            interval,
        }
    }

    /// Share's interval, rate's interval, and how they were computed.
    fn intervals(&self, code: CodeIndex) -> (Option<Interval>, Option<Interval>, IntervalKind) {
        let counts = self.total.counts(code);
        match self.kind {
            GroupKind::Participant(Some(_)) | GroupKind::Both(Some(_), _) => (
                wilson(counts.present, self.total.notes),
                garwood(counts.codings, self.total.words as f64 / 1000.0),
                IntervalKind::WithinParticipant,
            ),
            _ if self.participants() < PARTICIPANTS_MIN => {
                (None, None, IntervalKind::NoneFewParticipants)
            }
            _ => {
                // Notes of unknown participants stand together as one more cluster.
                let share = self.clusters(|c| (c.counts(code).present as f64, c.notes as f64));
                let rate =
                    self.clusters(|c| (c.counts(code).codings as f64, c.words as f64 / 1000.0));
                let (share, rate) = (cluster(&share, 1.0), cluster(&rate, f64::INFINITY));
                let kind = if share.is_none() && rate.is_none() {
                    IntervalKind::NoneNoVariation
                } else {
                    IntervalKind::Cluster
                };
                (share, rate, kind)
            }
        }
    }

    fn clusters(&self, of: impl Fn(&Cell) -> (f64, f64)) -> Vec<Cluster> {
        let cluster = |(_, cell): &Member<'t>| {
            let (count, base) = of(cell);
            Cluster { count, base }
        };
        self.members.iter().map(cluster).collect()
    }
}

fn ratio(count: f64, base: f64) -> Option<f64> {
    (base > 0.0).then(|| count / base)
}
