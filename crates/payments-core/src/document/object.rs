//! An object of a document, read key by key.

use crate::pointer::is_key;
use crate::record::Key;

use super::field;
use super::json::Json;
use super::problem::{Expected, Problem};
use super::reader::{Read, Reader};

/// The members of an object, and which of them were asked for.
pub(super) struct Object<'j, 'd> {
    members: &'j [(String, Json<'d>)],
    known: Vec<&'static str>,
}

impl<'j, 'd> Object<'j, 'd> {
    /// The object that belongs here.
    pub(super) fn of(reader: &mut Reader<'_>, json: &'j Json<'d>) -> Option<Self> {
        match json {
            Json::Object(members) => Some(Self {
                members,
                known: Vec::with_capacity(12),
            }),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) | Json::List(_) => {
                reader.expected(Expected::Object)
            }
        }
    }

    fn member(&mut self, key: &'static str) -> Option<&'j Json<'d>> {
        self.known.push(key);
        self.members
            .iter()
            .find_map(|(name, json)| (name == key).then_some(json))
    }

    /// A member that has to be there.
    pub(super) fn required<T>(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        read: impl FnOnce(&mut Reader<'_>, &Json<'_>) -> Option<T>,
    ) -> Option<T> {
        let member = self.member(key);
        reader.at(key, |reader| match member {
            Some(json) => read(reader, json),
            None => reader.problem(Problem::Required),
        })
    }

    /// A member, or `default` when it is not there.
    pub(super) fn optional<T>(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        default: T,
        read: impl FnOnce(&mut Reader<'_>, &Json<'_>) -> Option<T>,
    ) -> Option<T> {
        match self.member(key) {
            Some(json) => reader.at(key, |reader| read(reader, json)),
            None => Some(default),
        }
    }

    /// A member that may be null or missing, which is the same.
    pub(super) fn nullable<T>(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        read: impl FnOnce(&mut Reader<'_>, &Json<'_>) -> Option<T>,
    ) -> Read<Option<T>> {
        match self.member(key) {
            Some(Json::Null) | None => Some(None),
            Some(json) => reader.at(key, |reader| read(reader, json)).map(Some),
        }
    }

    /// The member that is the object's primary key.
    pub(super) fn pk<T: TryFrom<i64> + Copy>(
        &mut self,
        reader: &mut Reader<'_>,
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

    /// The member that is the object's key: has to be there, unless the path names it, and then has to be the same.
    pub(super) fn key<T>(
        &mut self,
        reader: &mut Reader<'_>,
        name: &'static str,
        read: impl FnOnce(&mut Reader<'_>, &Json<'_>) -> Option<T>,
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

    /// Reports the members nobody asked for.
    pub(super) fn finish(self, reader: &mut Reader<'_>) {
        for (name, _) in self.members {
            if self.known.contains(&name.as_str()) {
                continue;
            }
            if is_key(name) {
                reader.at(name, |reader| reader.problem::<()>(Problem::UnknownKey));
            } else {
                reader.problem::<()>(Problem::UnknownOddKey);
            }
        }
    }
}
