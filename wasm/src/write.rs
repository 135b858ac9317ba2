//! Writes what leaves the engine as JSON text, which JavaScript parses at once.
//!
//! One text is smaller than objects that are made from here: it needs no import for each kind of value
//! and no cache for the names of fields. As in `read` there is no error, so no branch cleans up, and
//! nothing of `core::fmt`. It writes what the protocol has, which is no fractions, no bytes and no
//! numbers below zero; any other value is thrown as an exception.

use std::fmt;

use serde::ser::{self, Impossible, Serialize, Serializer};

/// A value as JSON text.
pub(crate) fn write(value: &(impl Serialize + ?Sized)) -> String {
    let mut writer = Writer(String::new());
    match value.serialize(&mut writer) {
        Ok(()) => writer.0,
        Err(never) => match never {},
    }
}

#[derive(Debug)]
enum Never {}

#[cold]
#[inline(never)]
fn refuse() -> ! {
    wasm_bindgen::throw_str("the protocol has no such values")
}

impl fmt::Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Never {}

impl ser::Error for Never {
    fn custom<T: fmt::Display>(_: T) -> Self {
        refuse()
    }
}

struct Writer(String);

impl Writer {
    #[inline(never)]
    fn raw(&mut self, text: &str) {
        self.0.push_str(text);
    }

    /// Begins a member of a list or record. Behind an opening bracket stands no comma.
    #[inline(never)]
    fn member(&mut self) {
        if !matches!(self.0.as_bytes().last(), Some(b'{' | b'[')) {
            self.raw(",");
        }
    }

    #[inline(never)]
    fn name(&mut self, name: &str) {
        self.member();
        self.text(name);
        self.raw(":");
    }

    /// Begins the one member of a variant with content.
    #[inline(never)]
    fn variant(&mut self, name: &str) {
        self.raw("{");
        self.name(name);
    }

    #[inline(never)]
    fn text(&mut self, text: &str) {
        self.raw("\"");
        for character in text.chars() {
            if character < ' ' {
                self.raw(if character < '\x10' { "\\u000" } else { "\\u001" });
                self.0.extend(char::from_digit(u32::from(character) & 15, 16));
            } else {
                if matches!(character, '"' | '\\') {
                    self.raw("\\");
                }
                self.0.push(character);
            }
        }
        self.raw("\"");
    }

    #[inline(never)]
    fn whole(&mut self, value: u64) {
        if value >= 10 {
            self.whole(value / 10);
        }
        self.0.extend(char::from_digit((value % 10) as u32, 10));
    }
}

type Done = Result<(), Never>;

macro_rules! refused {
    ($($method:ident($type:ty)),*) => {
        $(fn $method(self, _: $type) -> Done {
            refuse()
        })*
    };
}

macro_rules! elements {
    ($what:ident, $method:ident) => {
        impl ser::$what for Members<'_> {
            type Ok = ();
            type Error = Never;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
                self.element(value)
            }

            fn end(self) -> Done {
                self.close()
            }
        }
    };
}

macro_rules! fields {
    ($what:ident) => {
        impl ser::$what for Members<'_> {
            type Ok = ();
            type Error = Never;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Done {
                self.writer.name(name);
                value.serialize(&mut *self.writer)
            }

            fn end(self) -> Done {
                self.close()
            }
        }
    };
}

impl<'a> Serializer for &'a mut Writer {
    type Ok = ();
    type Error = Never;
    type SerializeSeq = Members<'a>;
    type SerializeTuple = Members<'a>;
    type SerializeTupleStruct = Impossible<(), Never>;
    type SerializeTupleVariant = Impossible<(), Never>;
    type SerializeMap = Members<'a>;
    type SerializeStruct = Members<'a>;
    type SerializeStructVariant = Members<'a>;

    fn serialize_bool(self, value: bool) -> Done {
        self.raw(if value { "true" } else { "false" });
        Ok(())
    }

    fn serialize_u8(self, value: u8) -> Done {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Done {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Done {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Done {
        self.whole(value);
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Done {
        self.text(value);
        Ok(())
    }

    fn serialize_none(self) -> Done {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Done {
        self.raw("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Done {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Done {
        self.serialize_str(name)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(self, _: &'static str, _: u32, name: &'static str, value: &T) -> Done {
        self.variant(name);
        value.serialize(&mut *self)?;
        self.raw("}");
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Members<'a>, Never> {
        Ok(Members::of(self, "[", "]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Members<'a>, Never> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Impossible<(), Never>, Never> {
        refuse()
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Impossible<(), Never>, Never> {
        refuse()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members<'a>, Never> {
        Ok(Members::of(self, "{", "}"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members<'a>, Never> {
        self.serialize_map(None)
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, name: &'static str, _: usize) -> Result<Members<'a>, Never> {
        self.variant(name);
        Ok(Members::of(self, "{", "}}"))
    }

    refused! {
        serialize_i8(i8), serialize_i16(i16), serialize_i32(i32), serialize_i64(i64),
        serialize_f32(f32), serialize_f64(f64), serialize_char(char), serialize_bytes(&[u8])
    }
}

/// The members of a list or record, and what closes it.
struct Members<'a> {
    writer: &'a mut Writer,
    end: &'static str,
}

impl<'a> Members<'a> {
    fn of(writer: &'a mut Writer, begin: &str, end: &'static str) -> Self {
        writer.raw(begin);
        Self { writer, end }
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        self.writer.member();
        value.serialize(&mut *self.writer)
    }

    fn close(self) -> Done {
        self.writer.raw(self.end);
        Ok(())
    }
}

elements!(SerializeSeq, serialize_element);
elements!(SerializeTuple, serialize_element);
fields!(SerializeStruct);
fields!(SerializeStructVariant);

/// Keys are strings.
impl ser::SerializeMap for Members<'_> {
    type Ok = ();
    type Error = Never;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Done {
        self.element(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        self.writer.raw(":");
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Done {
        self.close()
    }
}

#[cfg(test)]
mod tests {
    use consentkit_core::protocol::{Effect, Notice, Snapshot, StoredRecord, View};
    use serde::Serialize;
    use serde_json::Value;

    use super::write;

    /// Reads a text back and compares it with what serde_json makes of the value.
    fn same(value: &impl Serialize) {
        let text = write(value);
        let read: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(read, serde_json::to_value(value).unwrap());
    }

    #[derive(Serialize)]
    struct All<'a> {
        flags: [bool; 2],
        numbers: (u8, u16, u32, u64),
        nothing: Option<u8>,
        something: Option<&'a str>,
        unit: (),
        wrapped: Wrapped,
        lists: Vec<Vec<u32>>,
        kinds: Vec<Kind>,
    }

    #[derive(Serialize)]
    struct Wrapped(u32);

    #[derive(Serialize)]
    enum Kind {
        Plain,
        With(u32),
        Fields { a: u32, b: Vec<Kind> },
        Empty {},
    }

    #[test]
    fn every_form_is_written() {
        let kinds = vec![Kind::Plain, Kind::With(7), Kind::Fields { a: 1, b: vec![Kind::Plain, Kind::Empty {}] }, Kind::Empty {}];
        same(&All {
            flags: [true, false],
            numbers: (0, 10, 4_294_967_295, 9_007_199_254_740_992),
            nothing: None,
            something: Some("[{"),
            unit: (),
            wrapped: Wrapped(100),
            lists: vec![vec![], vec![1], vec![2, 3]],
            kinds,
        });
        same(&std::collections::BTreeMap::from([("", 1_u8), ("a\"b", 2), ("{", 3)]));
        same(&Vec::<u8>::new());
        same(&u64::MAX);
    }

    #[test]
    fn every_character_is_written() {
        same(&('\0'..='\u{2100}').chain("\u{fffd}\u{10ffff}".chars()).collect::<String>());
        assert_eq!(write("\u{1}\u{1f}\n\"\\/ä"), r#""\u0001\u001f\u000a\"\\/ä""#);
    }

    #[test]
    fn effects_are_written() {
        let record = StoredRecord { id: "id".into(), bytes: "bytes".into(), acked: true };
        same(&[
            Effect::Snapshot { snapshot: Snapshot { valid_until: 1_795_424_400_000, ..Snapshot::default() }, keep: true },
            Effect::View { view: View::default() },
            Effect::Send { records: vec![record.clone(), record], heads: Vec::new() },
            Effect::Notify { what: Notice::FirstConsent, changed: vec!["a".into(), "b".into()], control: String::new() },
            Effect::Wake { after: 5 },
        ]);
    }
}
