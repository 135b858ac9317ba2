//! Reads JavaScript values into the core's types.
//!
//! It differs from the deserialiser of serde-wasm-bindgen in two ways, both for size:
//!
//! - It has no error: what cannot be read is thrown as an exception. The texts of serde's errors would
//!   pull number formatting and more into the engine (14 KB after compression), and every error that is
//!   returned needs code that cleans up after it (2 KB). `npx consentkit build` reads the same types as
//!   JSON text and names every place.
//! - Fields are looked up by name in the order of the type, so the code that tells names apart is not
//!   needed. Names that the type does not have are noticed only in policies, and a field that
//!   may be missing must say so with `#[serde(default)]`, also an `Option`.
//!
//! Only own enumerable properties are seen, so a polluted prototype cannot answer for a person, and a
//! property that is `undefined` counts as missing.

mod own;

use std::cell::Cell;
use std::fmt;
use std::slice::Iter;

use js_sys::Array;
use serde::de::{self, DeserializeOwned, DeserializeSeed, Visitor};
use wasm_bindgen::prelude::*;

use own::{Bag, Values, Variant, bag, field, is_missing, known, pairs, variant};

/// Reads a value or throws `refusal`. An exception runs no destructors: what is borrowed meanwhile would
/// stay borrowed, and the few bytes that were read so far stay allocated.
pub(crate) fn read<T: DeserializeOwned>(value: &JsValue, refusal: Refusal) -> T {
    STRICT.set(false);
    read_as_set(value, refusal)
}

/// The same for what people write: a name that the type does not have is a mistake.
#[cfg(feature = "compile")]
pub(crate) fn read_strictly<T: DeserializeOwned>(value: &JsValue, refusal: Refusal) -> T {
    STRICT.set(true);
    read_as_set(value, refusal)
}

fn read_as_set<T: DeserializeOwned>(value: &JsValue, refusal: Refusal) -> T {
    REFUSAL.set(refusal);
    match T::deserialize(Reader(value.clone())) {
        Ok(value) => value,
        Err(never) => match never {},
    }
}

/// Makes what is thrown.
pub(crate) type Refusal = fn() -> JsValue;

thread_local! {
    static STRICT: Cell<bool> = const { Cell::new(false) };
    static REFUSAL: Cell<Refusal> = const { Cell::new(|| JsValue::UNDEFINED) };
}

/// A whole number without sign. The halves are converted apart: binaryen's wasm2js, which makes the
/// form for pages without WebAssembly, cannot convert a float to 64 bits.
pub(crate) fn whole(value: f64) -> Option<u64> {
    const HALF: f64 = 4_294_967_296.0;
    let high = (value / HALF) as u32;
    let low = (value - f64::from(high) * HALF) as u32;
    (f64::from(high) * HALF + f64::from(low) == value).then_some(u64::from(high) << 32 | u64::from(low))
}

/// A value that does not have the form of the type is thrown as an exception. So no error is ever
/// returned, and every branch that would clean up after one falls away.
#[derive(Debug)]
enum Never {}

#[cold]
#[inline(never)]
fn refuse() -> ! {
    wasm_bindgen::throw_val(REFUSAL.get()())
}

impl fmt::Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Never {}

impl de::Error for Never {
    fn custom<T: fmt::Display>(_: T) -> Self {
        refuse()
    }

    fn invalid_type(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        refuse()
    }

    fn invalid_value(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        refuse()
    }

    fn invalid_length(_: usize, _: &dyn de::Expected) -> Self {
        refuse()
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        refuse()
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        refuse()
    }

    fn missing_field(_: &'static str) -> Self {
        refuse()
    }

    fn duplicate_field(_: &'static str) -> Self {
        refuse()
    }
}

struct Reader(JsValue);

impl Reader {
    #[inline(never)]
    fn whole(&self) -> u64 {
        self.0.as_f64().and_then(whole).unwrap_or_else(|| refuse())
    }

    #[inline(never)]
    fn text(&self) -> String {
        self.0.as_string().unwrap_or_else(|| refuse())
    }

    #[inline(never)]
    fn flag(&self) -> bool {
        self.0.as_bool().unwrap_or_else(|| refuse())
    }
}

impl<'de> de::Deserializer<'de> for Reader {
    type Error = Never;

    // Only for types that describe themselves; the compiler drops it when the protocol has none.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        if is_missing(&self.0) {
            visitor.visit_unit()
        } else if let Some(value) = self.0.as_bool() {
            visitor.visit_bool(value)
        } else if let Some(value) = self.0.as_f64() {
            match whole(value) {
                Some(value) => visitor.visit_u64(value),
                None => visitor.visit_f64(value),
            }
        } else if let Some(value) = self.0.as_string() {
            visitor.visit_string(value)
        } else if Array::is_array(&self.0) {
            self.deserialize_seq(visitor)
        } else {
            self.deserialize_map(visitor)
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_bool(self.flag())
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_u64(self.whole())
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_string(self.text())
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        self.deserialize_string(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        self.deserialize_string(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        if is_missing(&self.0) { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_seq(Items { values: Values::of(&self.0) })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_map(Entries { pairs: pairs(&self.0), value: JsValue::UNDEFINED })
    }

    fn deserialize_struct<V: Visitor<'de>>(self, _: &'static str, names: &'static [&'static str], visitor: V) -> Result<V::Value, Never> {
        visitor.visit_seq(Fields { bag: known(bag(&self.0), names), names: names.iter() })
    }

    fn deserialize_enum<V: Visitor<'de>>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value, Never> {
        visitor.visit_enum(variant(&self.0))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i64 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct
    }
}

struct Items {
    values: Values,
}

impl<'de> de::SeqAccess<'de> for Items {
    type Error = Never;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Never> {
        self.values.next().map(|value| seed.deserialize(Reader(value))).transpose()
    }
}

/// The fields of a record, in the order of the type. One that is missing ends nothing: a field with a
/// default takes it, any other makes the record unreadable.
struct Fields {
    bag: Bag,
    names: Iter<'static, &'static str>,
}

impl<'de> de::SeqAccess<'de> for Fields {
    type Error = Never;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Never> {
        let value = field(&self.bag, &mut self.names);
        if value.is_undefined() { Ok(None) } else { seed.deserialize(Reader(value)).map(Some) }
    }
}

struct Entries {
    pairs: Values,
    value: JsValue,
}

impl<'de> de::MapAccess<'de> for Entries {
    type Error = Never;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Never> {
        let Some((key, value)) = self.pairs.next_pair() else { return Ok(None) };
        self.value = value;
        seed.deserialize(Reader(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Never> {
        seed.deserialize(Reader(std::mem::replace(&mut self.value, JsValue::UNDEFINED)))
    }
}

impl<'de> de::EnumAccess<'de> for Variant {
    type Error = Never;
    type Variant = Reader;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Reader), Never> {
        Ok((seed.deserialize(Reader(self.name))?, Reader(self.content)))
    }
}

impl<'de> de::VariantAccess<'de> for Reader {
    type Error = Never;

    fn unit_variant(self) -> Result<(), Never> {
        if self.0.is_undefined() { Ok(()) } else { refuse() }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Never> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Never> {
        de::Deserializer::deserialize_seq(self, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, names: &'static [&'static str], visitor: V) -> Result<V::Value, Never> {
        de::Deserializer::deserialize_struct(self, "", names, visitor)
    }
}
