//! JavaScript values by their own properties: a polluted prototype cannot answer for a person.

use std::slice::Iter;

use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;

#[cfg(feature = "compile")]
use super::STRICT;
use super::refuse;

/// The values of a list.
pub(super) struct Values {
    array: Array,
    next: u32,
}

impl Values {
    #[inline(never)]
    pub(super) fn of(value: &JsValue) -> Self {
        if !Array::is_array(value) {
            refuse();
        }
        Self { array: value.clone().unchecked_into(), next: 0 }
    }

    #[inline(never)]
    pub(super) fn next(&mut self) -> Option<JsValue> {
        let index = self.next;
        (index < self.array.length()).then(|| {
            self.next += 1;
            self.array.get(index)
        })
    }

    pub(super) fn next_pair(&mut self) -> Option<(JsValue, JsValue)> {
        loop {
            let pair: Array = self.next()?.unchecked_into();
            let value = pair.get(1);
            if !value.is_undefined() {
                return Some((pair.get(0), value));
            }
        }
    }
}

/// The own properties of an object, without a prototype.
#[inline(never)]
pub(super) fn bag(value: &JsValue) -> Bag {
    let bag = Object::create(JsValue::NULL.unchecked_ref());
    Object::assign(&bag, object(value)).unchecked_into()
}

/// Refuses names that nobody knows, in what people write.
#[cfg(not(feature = "compile"))]
pub(super) fn known(bag: Bag, _: &[&str]) -> Bag {
    bag
}

/// Refuses names that nobody knows, in what people write.
#[cfg(feature = "compile")]
#[inline(never)]
pub(super) fn known(bag: Bag, names: &[&str]) -> Bag {
    if !STRICT.get() {
        return bag;
    }
    let keys = Object::keys(bag.unchecked_ref::<Object>());
    if !keys.iter().all(|key| key.as_string().is_some_and(|key| names.contains(&key.as_str()))) {
        refuse();
    }
    bag
}

#[inline(never)]
pub(super) fn field(bag: &Bag, names: &mut Iter<'static, &'static str>) -> JsValue {
    names.next().map_or(JsValue::UNDEFINED, |name| bag.get(name))
}

#[inline(never)]
pub(super) fn pairs(value: &JsValue) -> Values {
    Values { array: Object::entries(object(value)), next: 0 }
}

/// A variant's name and what it holds.
pub(super) struct Variant {
    pub(super) name: JsValue,
    pub(super) content: JsValue,
}

/// A variant without content is a string, any other an object with one property.
#[inline(never)]
pub(super) fn variant(value: &JsValue) -> Variant {
    if value.is_string() {
        return Variant { name: value.clone(), content: JsValue::UNDEFINED };
    }
    let mut pairs = pairs(value);
    match (pairs.next_pair(), pairs.next_pair()) {
        (Some((name, content)), None) => Variant { name, content },
        _ => refuse(),
    }
}

pub(super) fn object(value: &JsValue) -> &Object {
    if !value.is_object() || Array::is_array(value) {
        refuse();
    }
    value.unchecked_ref()
}

pub(super) fn is_missing(value: &JsValue) -> bool {
    value.is_null() || value.is_undefined()
}

#[wasm_bindgen]
extern "C" {
    pub(super) type Bag;

    #[wasm_bindgen(method, structural, indexing_getter)]
    fn get(this: &Bag, name: &str) -> JsValue;
}
