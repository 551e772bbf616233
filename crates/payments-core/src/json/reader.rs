//! Reads JSON and collects the mistakes in it.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::id::CardId;
use crate::pointer;
use crate::record::{Key, Part};
use crate::slug::Slug;

use super::value::Json;
use super::violation::{Problem, Violation, Violations};

/// Walks a JSON value and collects mistakes with their pointers. A value that could not be read is `None`.
#[derive(Debug)]
pub(crate) struct Reader {
    /// The key in the path of a request that writes one object, until the object's own key is read.
    pub(crate) path_key: Option<Key>,
    /// The part of the current object.
    pub(crate) part: Part,
    /// The keys of the objects in the input, valid or not.
    pub(crate) declared: Vec<Mention>,
    /// The keys that objects of the input refer to.
    pub(crate) references: Vec<Mention>,
    /// The slugs that rules test, as keys of the parts that they name.
    pub(crate) slugs: Vec<Mention>,
    /// For each card with ranges of BINs: the index in the list for each BIN.
    pub(crate) bin_entries: BTreeMap<CardId, Vec<usize>>,
    pointer: String,
    violations: Violations,
    /// How many more mistakes are collected.
    budget: usize,
    /// Mistakes found so far, collected or not.
    found: usize,
    /// Pointers of values that are not JSON. Each was replaced by a null, which is not reported as a second mistake.
    unreadable: BTreeSet<String>,
}

/// The key of an object in the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    pub(crate) pointer: String,
    /// The part of the object it is the key of.
    pub(crate) part: Part,
    pub(crate) key: Key,
}

impl Default for Reader {
    fn default() -> Self {
        Self::new(None)
    }
}

impl Reader {
    pub(crate) fn new(path_key: Option<Key>) -> Self {
        Self {
            path_key,
            part: Part::Banks,
            declared: Vec::new(),
            references: Vec::new(),
            slugs: Vec::new(),
            bin_entries: BTreeMap::new(),
            pointer: String::new(),
            violations: Violations::default(),
            budget: usize::MAX,
            found: 0,
            unreadable: BTreeSet::new(),
        }
    }

    pub(crate) fn into_violations(self) -> Violations {
        self.violations
    }

    /// The result, if there were no mistakes.
    pub(crate) fn finish<T>(self, read: Option<T>) -> Result<T, Violations> {
        match read {
            Some(read) => self.violations.or(read),
            None => Err(self.violations),
        }
    }

    /// Records the current object's key.
    pub(crate) fn declare(&mut self, key: Key) {
        self.declared.push(Mention {
            pointer: self.pointer.clone(),
            part: self.part,
            key,
        });
    }

    /// Records that the current member refers to an object.
    pub(crate) fn refer(&mut self, part: Part, key: Key) {
        self.references.push(Mention {
            pointer: self.pointer.clone(),
            part,
            key,
        });
    }

    /// Records that a rule tests a slug of an object. The object need not exist.
    pub(crate) fn test_slug(&mut self, part: Part, slug: Slug) {
        self.slugs.push(Mention {
            pointer: self.pointer.clone(),
            part,
            key: Key::Slug(slug),
        });
    }

    /// The JSON pointer of the current value.
    pub(crate) fn pointer(&self) -> &str {
        &self.pointer
    }

    /// The number of mistakes found so far.
    pub(crate) const fn found(&self) -> usize {
        self.found
    }

    /// Reports a mistake at the current value.
    pub(crate) fn problem<T>(&mut self, problem: Problem) -> Option<T> {
        self.found += 1;
        let is_known = !self.unreadable.is_empty() && self.unreadable.contains(&self.pointer);
        if self.budget > 0 && !is_known {
            self.budget -= 1;
            self.violations
                .add(Violation::new(self.pointer.as_str(), problem));
        }
        None
    }

    /// Reports a mistake below the current value; `pointer` starts there.
    pub(crate) fn problem_below(&mut self, pointer: &str, problem: Problem) {
        let length = self.pointer.len();
        self.pointer.push_str(pointer);
        self.problem::<()>(problem);
        self.pointer.truncate(length);
    }

    /// Reports that the current value is not JSON; no other mistake is reported for it.
    pub(crate) fn unreadable<T>(&mut self, problem: Problem) -> Option<T> {
        self.problem::<()>(problem);
        self.unreadable.insert(self.pointer.clone());
        None
    }

    /// Reports that the value has the wrong type or form.
    pub(crate) fn expected<T>(&mut self, expected: &'static str) -> Option<T> {
        self.problem(Problem::Expected(expected))
    }

    /// Reports that a rule of one noun is broken.
    pub(crate) fn invalid<T>(&mut self, what: &'static str) -> Option<T> {
        self.problem(Problem::Invalid(what.into()))
    }

    /// Collects at most `max` mistakes while `read` runs.
    pub(crate) fn with_budget<T>(&mut self, max: usize, read: impl FnOnce(&mut Self) -> T) -> T {
        let budget = core::mem::replace(&mut self.budget, max);
        let read = read(self);
        self.budget = budget;
        read
    }

    /// Reads the value of a key. A key that is not shaped like one of ours is `?` in pointers.
    pub(crate) fn at<T>(&mut self, key: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.pointer.len();
        pointer::push(&mut self.pointer, key);
        let read = read(self);
        self.pointer.truncate(length);
        read
    }

    /// Reads an entry of a list.
    pub(crate) fn at_index<T>(&mut self, index: usize, read: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(&index.to_string());
        let read = read(self);
        self.pointer.truncate(length);
        read
    }

    /// Reads the entries of a list, and returns the readable ones.
    pub(crate) fn entries<T>(
        &mut self,
        json: &Json<'_>,
        mut read: impl FnMut(&mut Self, &Json<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Json::List(entries) = json else {
            return self.expected("a list");
        };
        let read = entries
            .iter()
            .enumerate()
            .filter_map(|(index, entry)| self.at_index(index, |reader| read(reader, entry)));
        Some(read.collect())
    }

    /// The entries of a list of at most `max`.
    pub(crate) fn at_most<T>(
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

    /// The entries of a list of 1 to `max`.
    pub(crate) fn some_of<T>(
        &mut self,
        max: usize,
        json: &Json<'_>,
        read: impl FnMut(&mut Self, &Json<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        if let Json::List(entries) = json {
            if entries.is_empty() {
                return self.problem(Problem::Empty);
            }
            if entries.len() > max {
                return self.problem(Problem::TooLong);
            }
        }
        self.entries(json, read)
    }
}
