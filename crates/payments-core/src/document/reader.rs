//! Where reading is, and what was found wrong so far.

use std::collections::{HashMap, HashSet};

use crate::id::CardId;
use crate::pointer;
use crate::record::{Key, Part};

use super::Policy;
use super::json::Json;
use super::problem::{Expected, Problem, Violation};

/// Walks a document, keeps every mistake with its place, and goes on.
pub(super) struct Reader<'p> {
    /// What is accepted.
    pub(super) policy: &'p Policy,
    /// The key of the path a single object was put to, until the object's key is read.
    pub(super) path_key: Option<Key>,
    /// The part the present object belongs to.
    pub(super) part: Part,
    /// The keys objects have, whatever else is wrong with them.
    pub(super) declared: Vec<Mention>,
    /// The keys objects refer to.
    pub(super) references: Vec<Mention>,
    /// For cards with ranges of BINs: for each BIN the place of its entry in the list.
    pub(super) bin_entries: HashMap<CardId, Vec<usize>>,
    pointer: String,
    violations: Vec<Violation>,
    /// Pointers of what was no JSON: the null in its place is nobody's mistake.
    unreadable: HashSet<String>,
}

/// What was read; none when it was wrong, which the reader has noted.
pub(super) type Read<T> = Option<T>;

/// A key that stands in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mention {
    /// Where.
    pub(super) pointer: String,
    /// The part of the object it is the key of.
    pub(super) part: Part,
    /// The key.
    pub(super) key: Key,
}

impl<'p> Reader<'p> {
    pub(super) fn new(policy: &'p Policy, path_key: Option<Key>) -> Self {
        Self {
            policy,
            path_key,
            part: Part::Banks,
            declared: Vec::new(),
            references: Vec::new(),
            bin_entries: HashMap::new(),
            pointer: String::new(),
            violations: Vec::new(),
            unreadable: HashSet::new(),
        }
    }

    /// What was wrong.
    pub(super) fn into_violations(self) -> Vec<Violation> {
        self.violations
    }

    /// Notes the present object's key.
    pub(super) fn declare(&mut self, key: Key) {
        self.declared.push(Mention {
            pointer: self.pointer.clone(),
            part: self.part,
            key,
        });
    }

    /// Notes that the present member refers to an object.
    pub(super) fn refer(&mut self, part: Part, key: Key) {
        self.references.push(Mention {
            pointer: self.pointer.clone(),
            part,
            key,
        });
    }

    /// JSON pointer of the present place.
    pub(super) fn pointer(&self) -> &str {
        &self.pointer
    }

    /// Notes a mistake here.
    pub(super) fn problem<T>(&mut self, problem: Problem) -> Option<T> {
        let is_known = !self.unreadable.is_empty() && self.unreadable.contains(&self.pointer);
        if !is_known {
            let pointer = self.pointer.clone();
            Violation { pointer, problem }.add_to(&mut self.violations);
        }
        None
    }

    /// Notes that what stands here is no JSON, and that nothing more is to be said of it.
    pub(super) fn unreadable<T>(&mut self, problem: Problem) -> Option<T> {
        self.problem::<()>(problem);
        self.unreadable.insert(self.pointer.clone());
        None
    }

    /// Notes that something else belongs here.
    pub(super) fn expected<T>(&mut self, expected: Expected) -> Option<T> {
        self.problem(Problem::Expected(expected))
    }

    /// Notes a mistake at a place below, given as a pointer that has names of ours only.
    pub(super) fn problem_below(&mut self, pointer: &str, problem: Problem) {
        let length = self.pointer.len();
        self.pointer.push_str(pointer);
        self.problem::<()>(problem);
        self.pointer.truncate(length);
    }

    /// Reads what stands below a key; the pointer has it as [`pointer::push`] writes it.
    pub(super) fn at<T>(&mut self, key: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.pointer.len();
        pointer::push(&mut self.pointer, key);
        let read = read(self);
        self.pointer.truncate(length);
        read
    }

    /// Reads an entry of a list.
    pub(super) fn at_index<T>(&mut self, index: usize, read: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(&index.to_string());
        let read = read(self);
        self.pointer.truncate(length);
        read
    }

    /// The entries of a list that could be read.
    pub(super) fn entries<T>(
        &mut self,
        json: &Json<'_>,
        mut read: impl FnMut(&mut Self, &Json<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Json::List(entries) = json else {
            return self.expected(Expected::List);
        };
        let read = entries
            .iter()
            .enumerate()
            .filter_map(|(index, entry)| self.at_index(index, |reader| read(reader, entry)));
        Some(read.collect())
    }

    /// The entries of a list of at most `max`.
    pub(super) fn at_most<T>(
        &mut self,
        max: usize,
        json: &Json<'_>,
        read: impl FnMut(&mut Self, &Json<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        if let Json::List(entries) = json
            && entries.len() > max
        {
            return self.problem(Problem::TooMany(max));
        }
        self.entries(json, read)
    }
}
