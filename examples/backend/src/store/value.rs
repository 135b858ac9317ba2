//! Values that cross into and out of a database, and nothing that only one of them knows.

use std::error::Error;

use consentkit_core::id::Id;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use super::{Result, StoreError};

/// A value of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// A number, a time in milliseconds.
    Int(i64),
    /// Text without the character NUL, which PostgreSQL cannot hold.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Nothing.
    Null,
}

/// A row of an answer; columns are read by their place.
#[derive(Debug, Clone)]
pub(crate) struct Row(pub(super) Vec<Value>);

impl Row {
    pub(crate) fn int(&self, column: usize) -> Result<i64> {
        if let Some(Value::Int(number)) = self.0.get(column) { Ok(*number) } else { Err(StoreError::Column(column)) }
    }

    /// A number that is never negative: a time, a position.
    pub(crate) fn count(&self, column: usize) -> Result<u64> {
        u64::try_from(self.int(column)?).map_err(|_| StoreError::Column(column))
    }

    pub(crate) fn text(&self, column: usize) -> Result<String> {
        if let Some(Value::Text(text)) = self.0.get(column) { Ok(text.clone()) } else { Err(StoreError::Column(column)) }
    }

    pub(crate) fn bytes(&self, column: usize) -> Result<Vec<u8>> {
        if let Some(Value::Bytes(bytes)) = self.0.get(column) { Ok(bytes.clone()) } else { Err(StoreError::Column(column)) }
    }

    pub(crate) fn id(&self, column: usize) -> Result<Id> {
        self.bytes(column)?.try_into().map(Id).map_err(|_| StoreError::Column(column))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.replace('\0', "\u{fffd}"))
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<Id> for Value {
    fn from(id: Id) -> Self {
        Value::Bytes(id.0.to_vec())
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Value::Bytes(bytes.to_vec())
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::ValueRef;
        Ok(rusqlite::types::ToSqlOutput::Borrowed(match self {
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
            Value::Null => ValueRef::Null,
        }))
    }
}

impl rusqlite::types::FromSql for Value {
    fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
        use rusqlite::types::{FromSqlError, ValueRef};
        match value {
            ValueRef::Integer(number) => Ok(Value::Int(number)),
            ValueRef::Text(_) => value.as_str().map(|text| Value::Text(text.to_owned())),
            ValueRef::Blob(bytes) => Ok(Value::Bytes(bytes.to_vec())),
            ValueRef::Null => Ok(Value::Null),
            ValueRef::Real(_) => Err(FromSqlError::InvalidType),
        }
    }
}

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> std::result::Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Value::Int(number) => ToSql::to_sql(number, kind, out),
            Value::Text(text) => ToSql::to_sql(text, kind, out),
            Value::Bytes(bytes) => ToSql::to_sql(bytes, kind, out),
            Value::Null => Ok(IsNull::Yes),
        }
    }

    fn accepts(kind: &Type) -> bool {
        [Type::INT8, Type::TEXT, Type::BYTEA].contains(kind)
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> std::result::Result<Self, Box<dyn Error + Sync + Send>> {
        match *kind {
            Type::INT8 => i64::from_sql(kind, raw).map(Value::Int),
            Type::INT4 => i32::from_sql(kind, raw).map(|number| Value::Int(number.into())),
            Type::BYTEA => Vec::from_sql(kind, raw).map(Value::Bytes),
            _ => String::from_sql(kind, raw).map(Value::Text),
        }
    }

    fn from_sql_null(_: &Type) -> std::result::Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Value::Null)
    }

    fn accepts(kind: &Type) -> bool {
        [Type::INT8, Type::INT4, Type::TEXT, Type::VARCHAR, Type::BYTEA].contains(kind)
    }
}
