//! An object, read key by key.

use alloc::string::String;
use alloc::vec::Vec;

use crate::pointer::is_repeatable;
use crate::record::Key;

use super::field;
use super::reader::Reader;
use super::value::Json;
use super::violation::Problem;

/// The members of an object, and which of them were read.
pub(crate) struct Object<'j, 'd> {
    members: &'j [(String, Json<'d>)],
    known: Vec<&'static str>,
}

impl<'j, 'd> Object<'j, 'd> {
    /// The object expected here.
    pub(crate) fn of(reader: &mut Reader, json: &'j Json<'d>) -> Option<Self> {
        let members = members(reader, json)?;
        Some(Self {
            members,
            known: Vec::with_capacity(12),
        })
    }

    /// The object expected here, whose keys must all be in `keys`. Unknown keys are reported immediately.
    pub(crate) fn of_keys(reader: &mut Reader, json: &'j Json<'d>, keys: &[&str]) -> Option<Self> {
        let members = members(reader, json)?;
        let mut unknown: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
        unknown.retain(|name| !keys.contains(name));
        unknown.sort_unstable();
        for name in unknown {
            reader.at(name, |reader| reader.problem::<()>(Problem::UnknownKey));
        }
        Some(Self {
            members,
            known: Vec::new(),
        })
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    fn member(&mut self, key: &'static str) -> Option<&'j Json<'d>> {
        self.known.push(key);
        self.members
            .iter()
            .find_map(|(name, json)| (name == key).then_some(json))
    }

    /// A required member.
    pub(crate) fn required<T>(
        &mut self,
        reader: &mut Reader,
        key: &'static str,
        read: impl FnOnce(&mut Reader, &Json<'_>) -> Option<T>,
    ) -> Option<T> {
        let member = self.member(key);
        reader.at(key, |reader| match member {
            Some(json) => read(reader, json),
            None => reader.problem(Problem::Required),
        })
    }

    /// A member, or `default` if it is missing.
    pub(crate) fn optional<T>(
        &mut self,
        reader: &mut Reader,
        key: &'static str,
        default: T,
        read: impl FnOnce(&mut Reader, &Json<'_>) -> Option<T>,
    ) -> Option<T> {
        match self.member(key) {
            Some(json) => reader.at(key, |reader| read(reader, json)),
            None => Some(default),
        }
    }

    /// An optional member; null means that it is missing.
    #[expect(
        clippy::option_option,
        reason = "the outer one is what could be read, as everywhere here"
    )]
    pub(crate) fn nullable<T>(
        &mut self,
        reader: &mut Reader,
        key: &'static str,
        read: impl FnOnce(&mut Reader, &Json<'_>) -> Option<T>,
    ) -> Option<Option<T>> {
        match self.member(key) {
            Some(Json::Null) | None => Some(None),
            Some(json) => reader.at(key, |reader| read(reader, json)).map(Some),
        }
    }

    /// An optional member: `None` if it is missing or wrong.
    pub(crate) fn given<T>(
        &mut self,
        reader: &mut Reader,
        key: &'static str,
        read: impl FnOnce(&mut Reader, &Json<'_>) -> Option<T>,
    ) -> Option<T> {
        let json = self.member(key)?;
        reader.at(key, |reader| read(reader, json))
    }

    /// The readable entries of an optional list of 1 to `max`.
    pub(crate) fn list<T>(
        &mut self,
        reader: &mut Reader,
        key: &'static str,
        max: usize,
        read: impl FnMut(&mut Reader, &Json<'_>) -> Option<T>,
    ) -> Vec<T> {
        self.given(reader, key, |reader, json| reader.some_of(max, json, read))
            .unwrap_or_default()
    }

    /// The member that is the object's primary key.
    pub(crate) fn pk<T: TryFrom<i64> + Copy>(
        &mut self,
        reader: &mut Reader,
        get: impl FnOnce(T) -> i64,
    ) -> Option<T> {
        let from_key = |key| {
            if let Key::Pk(pk) = key {
                T::try_from(pk).ok()
            } else {
                None
            }
        };
        self.key(reader, "pk", field::pk, |pk| Key::Pk(get(*pk)), from_key)
    }

    /// The member that is the object's key. It may be missing only if the path names the key; if both name
    /// it, they must agree.
    pub(crate) fn key<T>(
        &mut self,
        reader: &mut Reader,
        name: &'static str,
        read: impl FnOnce(&mut Reader, &Json<'_>) -> Option<T>,
        as_key: impl FnOnce(&T) -> Key,
        from_key: impl FnOnce(Key) -> Option<T>,
    ) -> Option<T> {
        let path_key = reader.path_key.take();
        let own = match (self.member(name), &path_key) {
            (None, Some(path_key)) => from_key(path_key.clone()),
            (None, None) => reader.at(name, |reader| reader.problem(Problem::Required)),
            (Some(json), _) => reader.at(name, |reader| read(reader, json)),
        }?;
        let key = as_key(&own);
        if path_key.is_some_and(|path_key| path_key != key) {
            return reader.at(name, |reader| reader.problem(Problem::NotThePathsKey));
        }
        reader.declare(key);
        Some(own)
    }

    /// Accepts a member without reading it.
    pub(crate) fn ignore(&mut self, key: &'static str) {
        self.known.push(key);
    }

    /// Reports the members that were not read.
    pub(crate) fn finish(self, reader: &mut Reader) {
        for (name, _) in self.members {
            if self.known.contains(&name.as_str()) {
                continue;
            }
            if is_repeatable(name) {
                reader.at(name, |reader| reader.problem::<()>(Problem::UnknownKey));
            } else {
                reader.problem::<()>(Problem::UnknownOddKey);
            }
        }
    }
}

/// The members of the object expected here.
pub(crate) fn members<'j, 'd>(
    reader: &mut Reader,
    json: &'j Json<'d>,
) -> Option<&'j [(String, Json<'d>)]> {
    if let Json::Object(members) = json {
        Some(members)
    } else {
        reader.expected("an object")
    }
}
