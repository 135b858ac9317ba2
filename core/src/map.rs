//! Maps and sets as sorted vectors.
//!
//! A person has tens of records, not thousands, and the standard library's trees were a third of the
//! browser engine.

use std::borrow::Borrow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

/// A map in the order of its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map<K, V>(Vec<(K, V)>);

/// A set in the order of its elements.
pub type Set<K> = Map<K, ()>;

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord, V> Map<K, V> {
    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        self.0.binary_search_by(|(own, _)| own.borrow().cmp(key))
    }

    /// The value of a key.
    #[must_use]
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.find(key).ok().and_then(|index| self.0.get(index)).map(|(_, value)| value)
    }

    /// The value of a key, to be changed.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.find(key).ok().and_then(|index| self.0.get_mut(index)).map(|(_, value)| value)
    }

    /// Whether there is such a key.
    #[must_use]
    pub fn contains<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.find(key).is_ok()
    }

    /// Sets the value of a key; true when the key is new.
    pub fn set(&mut self, key: K, value: V) -> bool {
        match self.find(&key) {
            Ok(index) => {
                if let Some((_, old)) = self.0.get_mut(index) {
                    *old = value;
                }
                false
            }
            Err(index) => {
                self.0.insert(index, (key, value));
                true
            }
        }
    }

    /// Removes a key; true when it was there.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.find(key).map(|index| self.0.remove(index)).is_ok()
    }

    /// Keys with their values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// The keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.0.iter().map(|(key, _)| key)
    }

    /// The values, in the order of their keys.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.0.iter().map(|(_, value)| value)
    }

    /// The values, to be changed, in the order of their keys.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.0.iter_mut().map(|(_, value)| value)
    }

    /// Whether nothing is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K: Ord> Set<K> {
    /// Adds an element; true when it is new.
    pub fn add(&mut self, element: K) -> bool {
        self.set(element, ())
    }
}

impl<K: Ord, V> Map<K, Vec<V>> {
    /// Adds to the list of a key.
    pub fn push(&mut self, key: K, value: V) {
        let index = self.find(&key).unwrap_or_else(|index| {
            self.0.insert(index, (key, Vec::new()));
            index
        });
        if let Some((_, list)) = self.0.get_mut(index) {
            list.push(value);
        }
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut map = Self::default();
        pairs.into_iter().for_each(|(key, value)| {
            map.set(key, value);
        });
        map
    }
}

/// The places of some keys in their order; of equal ones the first stays first. Each type that the standard
/// library sorts is a kilobyte of the browser's engine, and few things are sorted at a time.
#[must_use]
pub(crate) fn in_order(keys: &[u64]) -> Vec<usize> {
    let mut places: Vec<usize> = Vec::new();
    for (place, key) in keys.iter().enumerate() {
        let mut at = places.len();
        while at > 0 && places.get(at - 1).and_then(|place| keys.get(*place)) > Some(key) {
            at -= 1;
        }
        places.insert(at, place);
    }
    places
}

impl<K: Serialize, V: Serialize> Serialize for Map<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>> Deserialize<'de> for Map<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs<K, V>(PhantomData<(K, V)>);

        impl<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>> Visitor<'de> for Pairs<K, V> {
            type Value = Map<K, V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Self::Value, A::Error> {
                let mut map = Map::default();
                while let Some((key, value)) = pairs.next_entry()? {
                    map.set(key, value);
                }
                Ok(map)
            }
        }

        deserializer.deserialize_map(Pairs(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn keys_are_put_in_order_and_equal_ones_stay_as_they_were(keys in proptest::collection::vec(0u64..20, 0..40)) {
            let mut sorted: Vec<usize> = (0..keys.len()).collect();
            sorted.sort_by_key(|place| keys[*place]);
            assert_eq!(in_order(&keys), sorted);
        }

        #[test]
        fn it_is_the_map_of_the_standard_library(work in proptest::collection::vec((0u8..20, any::<u8>(), any::<bool>()), 0..60)) {
            let (mut ours, mut theirs) = (Map::default(), BTreeMap::new());
            for (key, value, keep) in work {
                if keep {
                    assert_eq!(ours.set(key, value), theirs.insert(key, value).is_none());
                } else {
                    assert_eq!(ours.remove(&key), theirs.remove(&key).is_some());
                }
                assert_eq!(ours.get(&key), theirs.get(&key));
            }
            assert!(ours.iter().eq(theirs.iter()));
        }
    }
}
