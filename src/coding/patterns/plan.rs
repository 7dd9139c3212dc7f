//! Chooses the anchors of a pattern.
//!
//! Comes in: a compiled pattern and how rare its words are. Goes out: the rarest words that every
//! match of it holds, each with the rarest other word near it.

use super::anchors::{Anchor, Companion, Signal};
use super::program::{Node, NodeId, Program, Shape};
use super::rarity::Rarity;
use super::terms::TermId;

/// Where the matches of a piece are anchored.
pub(crate) struct Plan {
    /// How often a word of a text is an anchor, as estimated.
    frequency: f64,
    pub(crate) places: Vec<Anchored>,
}

/// A term that a match holds, counted from its start.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Anchored {
    pub(crate) term: TermId,
    back_min: i64,
    back_max: i64,
    companion: Option<Neighbour>,
}

/// A term that stands near another, with how often words of a text satisfy it.
#[derive(Debug, Clone, Copy)]
struct Neighbour {
    frequency: f64,
    term: TermId,
    from: i64,
    to: i64,
}

impl Anchored {
    /// The anchor of a whole pattern.
    pub(crate) fn anchor(self, pattern: u32, signal: impl FnOnce(TermId) -> Signal) -> Anchor {
        Anchor {
            pattern,
            back_min: self.back_min as u16,
            back_max: self.back_max as u16,
            alone: false,
            companion: self.companion.map(|near| Companion {
                signal: signal(near.term),
                from: near.from as i16,
                to: near.to as i16,
            }),
        }
    }

    /// The same word of a longer piece, which starts so much earlier.
    fn moved(mut self, min: usize, max: usize) -> Self {
        self.back_min += min as i64;
        self.back_max += max as i64;
        self
    }

    /// Takes a companion where it is rarer than the one it has.
    fn accompany(&mut self, frequency: f64, term: TermId, from: i64, to: i64) {
        if self
            .companion
            .is_none_or(|known| frequency < known.frequency)
        {
            self.companion = Some(Neighbour {
                frequency,
                term,
                from,
                to,
            });
        }
    }
}

/// Plans for the patterns of one program.
pub(crate) struct Planner<'p> {
    pub(crate) program: &'p Program,
    pub(crate) rarity: &'p Rarity,
}

impl Planner<'_> {
    /// The rarest anchors of a piece; none where a match need not hold any certain word.
    pub(crate) fn plan(&self, id: NodeId) -> Option<Plan> {
        if self.program.shape(id).min == 0 {
            return None;
        }
        match self.program.node(id) {
            &Node::Term(term) => Some(Plan {
                frequency: self.rarity.of(term),
                places: vec![Anchored {
                    term,
                    back_min: 0,
                    back_max: 0,
                    companion: None,
                }],
            }),
            Node::Gap { .. } | Node::Optional(_) => None,
            Node::Any(nodes) => {
                let plans: Option<Vec<Plan>> = nodes.iter().map(|&n| self.plan(n)).collect();
                let plans = plans?;
                Some(Plan {
                    frequency: plans.iter().map(|p| p.frequency).sum(),
                    places: plans.into_iter().flat_map(|p| p.places).collect(),
                })
            }
            Node::Row(nodes) => self.row(nodes),
            &Node::Near {
                left,
                right,
                words,
                either,
            } => self.near(left, right, words, either),
            Node::NotNear { left, .. } => self.plan(*left),
        }
    }

    /// The terms that every match of a piece satisfies, the rarest first.
    pub(crate) fn needs(&self, id: NodeId) -> Vec<TermId> {
        let mut needs = Vec::new();
        self.collect_needs(id, &mut needs);
        needs.sort_by(|&a, &b| {
            let frequencies = self.rarity.of(a).total_cmp(&self.rarity.of(b));
            frequencies.then(a.cmp(&b))
        });
        needs.dedup();
        needs
    }

    fn collect_needs(&self, id: NodeId, out: &mut Vec<TermId>) {
        if self.program.shape(id).min == 0 {
            return;
        }
        match self.program.node(id) {
            Node::Row(nodes) => nodes.iter().for_each(|&node| self.collect_needs(node, out)),
            &Node::Near { left, right, .. } => {
                self.collect_needs(left, out);
                self.collect_needs(right, out);
            }
            &Node::NotNear { left, .. } => self.collect_needs(left, out),
            Node::Term(_) | Node::Any(_) => out.extend(self.program.gate(id)),
            Node::Gap { .. } | Node::Optional(_) => {}
        }
    }

    fn row(&self, nodes: &[NodeId]) -> Option<Plan> {
        let plans = nodes.iter().enumerate();
        let plans = plans.filter_map(|(i, &node)| Some((i, self.plan(node)?)));
        let (chosen, mut plan) =
            plans.min_by(|(_, a), (_, b)| a.frequency.total_cmp(&b.frequency))?;
        let (mut min, mut max) = (0, 0);
        for &node in &nodes[..chosen] {
            min += self.program.shape(node).min;
            max += self.program.shape(node).max;
        }
        let own = *self.program.shape(nodes[chosen]);
        for place in &mut plan.places {
            self.accompany_row(place, nodes, chosen, &own);
            *place = place.moved(min, max);
        }
        Some(plan)
    }

    /// Looks for the rarest other item of a row; `place` still counts from its own item.
    fn accompany_row(&self, place: &mut Anchored, nodes: &[NodeId], chosen: usize, own: &Shape) {
        let (low, high) = (place.back_min, place.back_max);
        let (mut min, mut max) = (0, 0);
        for &node in nodes[..chosen].iter().rev() {
            let shape = self.program.shape(node);
            min += shape.min as i64;
            max += shape.max as i64;
            if let Some(term) = shape.gate() {
                place.accompany(self.rarity.of(term), term, -max - high, -min - low);
            }
        }
        let (mut min, mut max) = (own.min as i64, own.max as i64);
        for &node in &nodes[chosen + 1..] {
            let shape = self.program.shape(node);
            if let Some(term) = shape.gate() {
                place.accompany(self.rarity.of(term), term, min - high, max - low);
            }
            min += shape.min as i64;
            max += shape.max as i64;
        }
    }

    fn near(&self, left: NodeId, right: NodeId, words: usize, either: bool) -> Option<Plan> {
        let (l, r) = (self.program.shape(left), self.program.shape(right));
        let frequency = |p: &Option<Plan>| p.as_ref().map_or(f64::INFINITY, |p| p.frequency);
        let (on_left, on_right) = (self.plan(left), self.plan(right));
        let left_is_rarer = frequency(&on_left) <= frequency(&on_right);
        let (mut plan, own, other) = if left_is_rarer {
            (on_left?, l, r)
        } else {
            (on_right?, r, l)
        };
        for place in &mut plan.places {
            if let Some(term) = other.gate() {
                let reach = (other.max + words) as i64;
                let from = -place.back_max - reach;
                let to = own.max as i64 - place.back_min + words as i64;
                place.accompany(self.rarity.of(term), term, from, to);
            }
            let other_first_at_most = other.max + words;
            *place = match (left_is_rarer, either) {
                (true, false) => *place,
                (true | false, true) => place.moved(0, other_first_at_most),
                (false, false) => place.moved(other.min, other_first_at_most),
            };
        }
        Some(plan)
    }
}
