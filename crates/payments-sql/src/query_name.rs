//! The names of queries in traces.

/// The name of the query in a closure: its port, batch or file, and its function, such as `Sessions.find`.
///
/// `closure` is the closure's [`type_name`](std::any::type_name), whose format the language does not promise: a test compares
/// the names of real queries.
pub fn query_name(closure: &str) -> String {
    let function = closure.trim_end_matches("::{{closure}}");
    let function = match function.rsplit_once('<') {
        Some((function, lifetimes)) if lifetimes.starts_with('\'') => function,
        Some(_) | None => function,
    };
    let (path, function) = function.rsplit_once("::").unwrap_or(("query", function));
    // `<Type as Trait>`, or `module::<impl Trait for Type>` in another module than the type's.
    let implementation = path.rsplit_once(" as ").or_else(|| {
        let (_, implementation) = path.split_once("<impl ")?;
        let (port, implementor) = implementation.rsplit_once(" for ")?;
        Some((implementor, port))
    });
    let noun = match implementation {
        // The database implements each port; a batch is a type of its own.
        Some((implementor, port)) if last(implementor) == "Database" => last(port),
        Some((implementor, _)) => last(implementor),
        None => last(path),
    };
    format!("{noun}.{function}")
}

/// The last segment of a path, without the brackets around it.
fn last(path: &str) -> &str {
    let path = path.trim_matches(['<', '>']);
    path.rsplit_once("::").map_or(path, |(_, last)| last)
}

#[cfg(test)]
mod tests {
    use std::any::type_name_of_val;

    use super::query_name;

    mod session {
        use super::type_name_of_val;

        pub(super) trait Port {
            async fn find(&self) -> &'static str;
        }

        pub(super) use elsewhere::Database;

        mod elsewhere {
            pub(in super::super) struct Database;
        }

        pub(super) struct Baskets;

        impl Port for Database {
            async fn find(&self) -> &'static str {
                type_name_of_val(&async |_: &mut u8| {})
            }
        }

        impl Port for Baskets {
            async fn find(&self) -> &'static str {
                type_name_of_val(&async |_: &mut u8| {})
            }
        }

        pub(super) fn naming() -> &'static str {
            type_name_of_val(&async |_: &mut u8| {})
        }
    }

    #[tokio::test]
    async fn a_query_is_named_by_its_port_or_batch_or_file_and_its_function() {
        use session::Port as _;
        assert_eq!(query_name(session::Database.find().await), "Port.find");
        assert_eq!(query_name(session::Baskets.find().await), "Baskets.find");
        assert_eq!(query_name(session::naming()), "session.naming");
    }
}
