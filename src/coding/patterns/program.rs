//! Patterns compiled to nodes over terms.
//!
//! Comes in: parsed patterns and word lists. Goes out: one node for each piece, lists shared by all
//! patterns that name them, with what is known of each piece: how many words it covers and which
//! words it can start with.

use std::collections::{BTreeMap, HashMap};

use super::atoms::Atoms;
use super::terms::{TermId, Terms};
use crate::model::pattern::{
    Atom, Item, Near, Op, Pattern, PatternBody, Seq, WordForm, word_forms,
};

/// Names a node of one [`Program`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeId(pub(crate) u32);

/// A piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    /// One word.
    Term(TermId),
    /// So many words of any kind.
    Gap {
        /// At least.
        min: usize,
        /// At most.
        max: usize,
    },
    /// A piece or nothing.
    Optional(NodeId),
    /// Pieces in a row.
    Row(Vec<NodeId>),
    /// One of several; a term of all single words stands first.
    Any(Vec<NodeId>),
    /// Two pieces with at most so many words between.
    Near {
        /// Left side.
        left: NodeId,
        /// Right side.
        right: NodeId,
        /// Most words between.
        words: usize,
        /// Whether the right side may stand first.
        either: bool,
    },
    /// The left side where the right side is not near.
    NotNear {
        /// Left side.
        left: NodeId,
        /// Right side.
        right: NodeId,
        /// Words between that are still near.
        words: usize,
    },
}

/// What is known of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Fewest words it covers.
    pub(crate) min: usize,
    /// Most words it covers.
    pub(crate) max: usize,
    /// The words that a match of at least one word starts with; none: any.
    pub(crate) starts: Option<TermId>,
    /// Most words that it or any piece of it covers.
    pub(crate) widest: usize,
    /// How many pieces it holds, with all that its word lists hold.
    pub(crate) pieces: u64,
    /// Steps that reading it at one place can take without a memo, at worst.
    pub(crate) steps: u64,
}

impl Shape {
    /// The term that the word at the start must satisfy for any match at all.
    pub(crate) fn gate(&self) -> Option<TermId> {
        self.starts.filter(|_| self.min > 0)
    }

    /// How many different numbers of words it may cover.
    fn ends(&self) -> u64 {
        (self.max - self.min) as u64 + 1
    }
}

/// All nodes of a set of patterns.
#[derive(Debug)]
pub(crate) struct Program {
    nodes: Vec<Node>,
    shapes: Vec<Shape>,
    /// Each piece's gate, apart from its shape: asked far more often than anything else.
    gates: Vec<Option<TermId>>,
    pub(crate) atoms: Atoms,
    pub(crate) terms: Terms,
}

impl Program {
    /// The piece.
    #[inline]
    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// What is known of it.
    #[inline]
    pub(crate) fn shape(&self, id: NodeId) -> &Shape {
        &self.shapes[id.0 as usize]
    }

    /// The term that the word at its start must satisfy for any match at all.
    #[inline]
    pub(crate) fn gate(&self, id: NodeId) -> Option<TermId> {
        self.gates[id.0 as usize]
    }

    /// Drops the terms that nothing asks for: what a piece may start with is put together from many
    /// of them. Every word met is compared with every term that stays.
    fn keep_terms_asked_for(&mut self) {
        let gates = self.shapes.iter().filter_map(Shape::gate);
        let words = self.nodes.iter().filter_map(|node| match node {
            Node::Term(term) => Some(*term),
            _ => None,
        });
        let renamed = self.terms.keep(gates.chain(words));
        for node in &mut self.nodes {
            if let Node::Term(term) = node {
                *term = renamed[term];
            }
        }
        for shape in &mut self.shapes {
            shape.starts = shape.gate().map(|term| renamed[&term]);
        }
        self.gates = self.shapes.iter().map(Shape::gate).collect();
    }
}

/// Compiles patterns of one language, with word lists that are known to be readable.
pub(crate) struct Compiler<'p> {
    lists: &'p BTreeMap<String, Vec<Pattern>>,
    compiled_lists: BTreeMap<&'p str, NodeId>,
    /// Equal pieces are one node, which then stays near the processor.
    known: HashMap<Node, NodeId>,
    program: Program,
}

impl<'p> Compiler<'p> {
    pub(crate) fn new(lists: &'p BTreeMap<String, Vec<Pattern>>, language: &str) -> Self {
        Self {
            lists,
            compiled_lists: BTreeMap::new(),
            known: HashMap::new(),
            program: Program {
                nodes: Vec::new(),
                shapes: Vec::new(),
                gates: Vec::new(),
                atoms: Atoms::new(language),
                terms: Terms::default(),
            },
        }
    }

    /// The nodes of everything compiled.
    pub(crate) fn finish(mut self) -> Program {
        self.program.keep_terms_asked_for();
        self.program
    }

    /// What is known of a compiled pattern.
    pub(crate) fn shape(&self, id: NodeId) -> &Shape {
        self.program.shape(id)
    }

    /// Compiles one pattern of words.
    pub(crate) fn near(&mut self, near: &'p Near) -> NodeId {
        let mut left = self.seq(&near.first);
        for (op, seq) in &near.rest {
            let right = self.seq(seq);
            let node = match *op {
                Op::NotWithin(words) => Node::NotNear {
                    left,
                    right,
                    words: words as usize,
                },
                Op::Within(words) | Op::Before(words) => Node::Near {
                    left,
                    right,
                    words: words as usize,
                    either: matches!(op, Op::Within(_)),
                },
            };
            left = self.push(node);
        }
        left
    }

    fn seq(&mut self, seq: &'p Seq) -> NodeId {
        let nodes: Vec<NodeId> = seq.items.iter().map(|item| self.item(item)).collect();
        self.row(nodes)
    }

    fn row(&mut self, nodes: Vec<NodeId>) -> NodeId {
        match nodes.as_slice() {
            [only] => *only,
            _ => self.push(Node::Row(nodes)),
        }
    }

    fn item(&mut self, item: &'p Item) -> NodeId {
        let node = match &item.atom {
            Atom::Word { words, form } => self.written(words, *form),
            Atom::Gap { min, max } => self.push(Node::Gap {
                min: *min as usize,
                max: *max as usize,
            }),
            Atom::Group(alternatives) => {
                let nodes = alternatives.iter().map(|near| self.near(near)).collect();
                self.any(nodes)
            }
            Atom::List(name) => self.list(name),
        };
        if item.optional {
            self.push(Node::Optional(node))
        } else {
            node
        }
    }

    fn written(&mut self, words: &[String], form: WordForm) -> NodeId {
        let nodes = word_forms(words, form).map(|(word, form)| {
            let atom = self.program.atoms.intern(word, form);
            let term = self.program.terms.intern(vec![atom]);
            self.push(Node::Term(term))
        });
        let nodes = nodes.collect();
        self.row(nodes)
    }

    /// A list is compiled once; `lists::check` has found that it exists and is no loop.
    fn list(&mut self, name: &'p str) -> NodeId {
        if let Some(&known) = self.compiled_lists.get(name) {
            return known;
        }
        let entries = self.lists.get(name).into_iter().flatten();
        let mut nodes = Vec::new();
        for entry in entries {
            if let PatternBody::Words(near) = &entry.body {
                nodes.push(self.near(near));
            }
        }
        let (term, phrases) = self.split(nodes);
        // The phrases are a node of their own, so that an alternation with the list shares them.
        let phrases = match phrases.len() {
            0 | 1 => phrases,
            _ => vec![self.push(Node::Any(phrases))],
        };
        let list = self.joined(term, phrases);
        self.compiled_lists.insert(name, list);
        list
    }

    fn any(&mut self, alternatives: Vec<NodeId>) -> NodeId {
        let (term, phrases) = self.split(alternatives);
        self.joined(term, phrases)
    }

    fn joined(&mut self, term: Option<TermId>, phrases: Vec<NodeId>) -> NodeId {
        let mut nodes: Vec<NodeId> = term.map(|t| self.push(Node::Term(t))).into_iter().collect();
        nodes.extend(phrases);
        match nodes.as_slice() {
            [only] => *only,
            _ => self.push(Node::Any(nodes)),
        }
    }

    /// Parts alternatives into one term of all single words, and the others.
    fn split(&mut self, alternatives: Vec<NodeId>) -> (Option<TermId>, Vec<NodeId>) {
        let mut terms = Vec::new();
        let mut phrases = Vec::new();
        for id in alternatives {
            match self.program.node(id) {
                Node::Term(term) => terms.push(*term),
                Node::Any(inner) => {
                    for &id in inner {
                        match self.program.node(id) {
                            Node::Term(term) => terms.push(*term),
                            _ => phrases.push(id),
                        }
                    }
                }
                _ => phrases.push(id),
            }
        }
        phrases.sort_unstable();
        phrases.dedup();
        let term = (!terms.is_empty()).then(|| self.program.terms.union(&terms));
        (term, phrases)
    }

    fn push(&mut self, node: Node) -> NodeId {
        if let Some(&known) = self.known.get(&node) {
            return known;
        }
        let shape = self.shape_of(&node);
        let id = NodeId(self.program.nodes.len() as u32);
        self.known.insert(node.clone(), id);
        self.program.nodes.push(node);
        self.program.shapes.push(shape);
        id
    }

    fn shape_of(&mut self, node: &Node) -> Shape {
        match node {
            Node::Term(term) => Shape {
                min: 1,
                max: 1,
                starts: Some(*term),
                widest: 1,
                pieces: 1,
                steps: 1,
            },
            Node::Gap { min, max } => Shape {
                min: *min,
                max: *max,
                starts: None,
                widest: *max,
                pieces: 1,
                steps: 1,
            },
            Node::Optional(inner) => Shape {
                min: 0,
                ..*self.shape(*inner)
            },
            Node::Row(nodes) => self.row_shape(nodes),
            Node::Any(nodes) => self.any_shape(nodes),
            Node::Near { .. } | Node::NotNear { .. } => self.near_shape(node),
        }
    }

    fn row_shape(&mut self, nodes: &[NodeId]) -> Shape {
        let shapes: Vec<Shape> = nodes.iter().map(|&id| *self.shape(id)).collect();
        let until = shapes
            .iter()
            .position(|s| s.min > 0)
            .unwrap_or(shapes.len() - 1);
        let starts = self.union(shapes[..=until].iter());
        let mut row = Shape {
            min: 0,
            max: 0,
            starts,
            widest: shapes.iter().map(|s| s.widest).max().unwrap_or_default(),
            pieces: pieces(&shapes),
            steps: 1,
        };
        for shape in &shapes {
            let times = row.ends().saturating_mul(shape.steps.saturating_add(1));
            row.steps = row.steps.saturating_add(times);
            row.min = row.min.saturating_add(shape.min);
            row.max = row.max.saturating_add(shape.max);
        }
        row.widest = row.widest.max(row.max);
        row
    }

    fn any_shape(&mut self, nodes: &[NodeId]) -> Shape {
        let shapes: Vec<Shape> = nodes.iter().map(|&id| *self.shape(id)).collect();
        Shape {
            min: shapes.iter().map(|s| s.min).min().unwrap_or_default(),
            max: shapes.iter().map(|s| s.max).max().unwrap_or_default(),
            starts: self.union(shapes.iter()),
            widest: shapes.iter().map(|s| s.widest).max().unwrap_or_default(),
            pieces: pieces(&shapes),
            steps: shapes.iter().fold(1, |sum, s| s.steps.saturating_add(sum)),
        }
    }

    fn near_shape(&mut self, node: &Node) -> Shape {
        let (&Node::Near {
            left, right, words, ..
        }
        | &Node::NotNear { left, right, words }) = node
        else {
            return *self.shape(NodeId(0));
        };
        let (l, r) = (*self.shape(left), *self.shape(right));
        let product = |a: u64, b: u64| a.saturating_mul(b.saturating_add(1));
        let reach = words as u64;
        if matches!(node, Node::NotNear { .. }) {
            let places = (l.max.saturating_add(r.max) as u64).saturating_add(2 * reach);
            let steps = product(product(l.ends(), places), r.steps).saturating_add(l.steps);
            let widest = l.widest.max(r.widest);
            return Shape {
                steps,
                widest,
                pieces: pieces(&[l, r]),
                ..l
            };
        }
        let either = matches!(node, Node::Near { either: true, .. });
        let bound = l.min > 0 && (!either || r.min > 0);
        let sides = if either { vec![l, r] } else { vec![l] };
        let forth = product(l.ends() + reach, r.steps).saturating_add(l.steps);
        let back = product(r.ends() + reach, l.steps).saturating_add(r.steps);
        let max = l.max.saturating_add(r.max).saturating_add(words);
        Shape {
            min: l.min.saturating_add(r.min),
            max,
            widest: max.max(l.widest).max(r.widest),
            pieces: pieces(&[l, r]),
            starts: if bound {
                self.union(sides.iter())
            } else {
                None
            },
            steps: if either {
                forth.saturating_add(back)
            } else {
                forth
            },
        }
    }

    /// What any of some pieces may start with.
    fn union<'s>(&mut self, shapes: impl Iterator<Item = &'s Shape>) -> Option<TermId> {
        let terms: Option<Vec<TermId>> = shapes.map(|s| s.starts).collect();
        terms.map(|t| self.program.terms.union(&t))
    }
}

fn pieces(shapes: &[Shape]) -> u64 {
    shapes.iter().fold(1, |sum, s| s.pieces.saturating_add(sum))
}
