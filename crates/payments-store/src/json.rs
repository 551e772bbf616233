//! JSON documents in TEXT columns.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::sql_error::SqlError;

/// The text of a document.
pub(crate) fn to_text(table: &'static str, document: &impl Serialize) -> Result<String, SqlError> {
    serde_json::to_string(document).map_err(|error| SqlError::row(table, error))
}

/// The document of a text.
pub(crate) fn from_text<T: DeserializeOwned>(
    table: &'static str,
    text: &str,
) -> Result<T, SqlError> {
    // The error says where the text is wrong; `classify` alone leaves the text itself out.
    serde_json::from_str(text)
        .map_err(|error| SqlError::row(table, format!("{:?} error in JSON", error.classify())))
}
