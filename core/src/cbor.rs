//! Records and plans as CBOR arrays: fields in a fixed order, nothing else (RFC 8949 section 4.2).
//!
//! What is needed of CBOR are four kinds of items, so the codec is our own: a crate's costs the browser's
//! engine a kilobyte, and errors that are passed on from field to field cost three more. A [`Reader`] that
//! has met something wrong remembers it and goes on with empty values; [`read`] then gives `None`. The
//! tests hold it against such a crate.
//!
//! Later versions append fields to the *outermost* array; what follows the fields that a reader knows is
//! never looked at.

/// A value that can be written and read.
pub(crate) trait Cbor: Sized {
    fn put(&self, to: &mut Writer);
    /// Some value when there is none; the reader knows.
    fn take(from: &mut Reader<'_>) -> Self;
}

/// The bytes of a value.
pub(crate) fn write(value: &impl Cbor) -> Vec<u8> {
    let mut to = Writer(Vec::new());
    value.put(&mut to);
    to.0
}

/// Reads a value; what follows it is not looked at.
pub(crate) fn read<T: Cbor>(bytes: &[u8]) -> Option<T> {
    let mut from = Reader { bytes, failed: false };
    let value = T::take(&mut from);
    (!from.failed).then_some(value)
}

const UNSIGNED: u8 = 0;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;

pub(crate) struct Writer(Vec<u8>);

impl Writer {
    /// The head of an item, in its shortest form.
    #[inline(never)]
    fn head(&mut self, kind: u8, number: u64) {
        let (short, length) = match number {
            0..24 => (number as u8, 0),
            24..0x100 => (24, 1),
            0x100..0x1_0000 => (25, 2),
            0x1_0000..0x1_0000_0000 => (26, 4),
            _ => (27, 8),
        };
        self.0.push(kind << 5 | short);
        for place in (0..length).rev() {
            self.0.push((number >> (8 * place)) as u8);
        }
    }

    #[inline(never)]
    fn content(&mut self, kind: u8, bytes: &[u8]) {
        self.head(kind, bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn begin(&mut self, length: usize) {
        self.head(ARRAY, length as u64);
    }
}

pub(crate) struct Reader<'b> {
    bytes: &'b [u8],
    failed: bool,
}

impl<'b> Reader<'b> {
    /// From here on nothing that is read counts.
    #[inline(never)]
    pub(crate) fn fail(&mut self) {
        self.failed = true;
        self.bytes = &[];
    }

    #[inline(never)]
    fn head(&mut self, kind: u8) -> u64 {
        let first = self.bytes(1).first().copied().unwrap_or_default();
        let short = first & 31;
        if first >> 5 != kind || short > 27 {
            self.fail();
            return 0;
        }
        if short < 24 {
            return short.into();
        }
        self.bytes(1 << (short - 24)).iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    #[inline(never)]
    fn bytes(&mut self, length: u64) -> &'b [u8] {
        match usize::try_from(length).ok().and_then(|length| self.bytes.split_at_checked(length)) {
            Some((taken, rest)) => {
                self.bytes = rest;
                taken
            }
            None => {
                self.fail();
                &[]
            }
        }
    }

    fn content(&mut self, kind: u8) -> &'b [u8] {
        let length = self.head(kind);
        self.bytes(length)
    }

    /// Opens an array of at least so many elements.
    pub(crate) fn open(&mut self, least: usize) {
        if self.head(ARRAY) < least as u64 {
            self.fail();
        }
    }
}

impl Cbor for u64 {
    fn put(&self, to: &mut Writer) {
        to.head(UNSIGNED, *self);
    }

    fn take(from: &mut Reader<'_>) -> Self {
        from.head(UNSIGNED)
    }
}

macro_rules! small_number {
    ($($name:ty),*) => {$(
        impl Cbor for $name {
            fn put(&self, to: &mut Writer) {
                u64::from(*self).put(to);
            }

            fn take(from: &mut Reader<'_>) -> Self {
                let number = u64::take(from);
                if number > u64::from(<$name>::MAX) {
                    from.fail();
                }
                number as $name
            }
        }
    )*};
}

small_number!(u8, u32);

impl Cbor for bool {
    fn put(&self, to: &mut Writer) {
        u64::from(*self).put(to);
    }

    fn take(from: &mut Reader<'_>) -> Self {
        u64::take(from) != 0
    }
}

impl Cbor for String {
    fn put(&self, to: &mut Writer) {
        to.content(TEXT, self.as_bytes());
    }

    #[inline(never)]
    fn take(from: &mut Reader<'_>) -> Self {
        match std::str::from_utf8(from.content(TEXT)) {
            Ok(text) => text.to_owned(),
            Err(_) => {
                from.fail();
                String::new()
            }
        }
    }
}

impl<const N: usize> Cbor for [u8; N] {
    fn put(&self, to: &mut Writer) {
        to.content(BYTES, self);
    }

    fn take(from: &mut Reader<'_>) -> Self {
        from.content(BYTES).try_into().unwrap_or_else(|_| {
            from.fail();
            [0; N]
        })
    }
}

impl<T: Cbor> Cbor for Vec<T> {
    fn put(&self, to: &mut Writer) {
        to.begin(self.len());
        self.iter().for_each(|item| item.put(to));
    }

    #[inline(never)]
    fn take(from: &mut Reader<'_>) -> Self {
        let mut list = Vec::new();
        let mut left = from.head(ARRAY);
        while left > 0 && !from.failed {
            list.push(T::take(from));
            left -= 1;
        }
        list
    }
}

/// Absence is an empty array, so that no other kind of item has to be known.
impl<T: Cbor> Cbor for Option<T> {
    fn put(&self, to: &mut Writer) {
        to.begin(usize::from(self.is_some()));
        self.iter().for_each(|item| item.put(to));
    }

    fn take(from: &mut Reader<'_>) -> Self {
        (from.head(ARRAY) > 0).then(|| T::take(from))
    }
}

/// Makes a struct an array of its fields, in the order in which they are named here.
macro_rules! cbor_array {
    ($name:ty { $($field:tt),+ $(,)? }) => {
        impl crate::cbor::Cbor for $name {
            fn put(&self, to: &mut crate::cbor::Writer) {
                to.begin([$(stringify!($field)),+].len());
                $(crate::cbor::Cbor::put(&self.$field, to);)+
            }

            fn take(from: &mut crate::cbor::Reader<'_>) -> Self {
                from.open([$(stringify!($field)),+].len());
                Self { $($field: crate::cbor::Cbor::take(from)),+ }
            }
        }
    };
}

/// Makes an enum without content the number of its variant.
macro_rules! cbor_number {
    ($name:ident { $first:ident = $zero:literal $(, $variant:ident = $number:literal)* $(,)? }) => {
        impl crate::cbor::Cbor for $name {
            fn put(&self, to: &mut crate::cbor::Writer) {
                let number: u64 = match self { Self::$first => $zero $(, Self::$variant => $number)* };
                crate::cbor::Cbor::put(&number, to);
            }

            fn take(from: &mut crate::cbor::Reader<'_>) -> Self {
                match <u64 as crate::cbor::Cbor>::take(from) {
                    $zero => Self::$first,
                    $($number => Self::$variant,)*
                    _ => {
                        from.fail();
                        Self::$first
                    }
                }
            }
        }
    };
}

pub(crate) use {cbor_array, cbor_number};

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, Clone, PartialEq)]
    struct Sample {
        number: u64,
        small: u8,
        words: Vec<String>,
        bytes: [u8; 3],
        flag: bool,
        maybe: Option<u32>,
    }

    cbor_array!(Sample { number, small, words, bytes, flag, maybe });

    /// The same with a crate that this module shares nothing with.
    fn by_minicbor(it: &Sample) -> Vec<u8> {
        let mut to = minicbor::Encoder::new(Vec::new());
        to.array(6).unwrap().u64(it.number).unwrap().u8(it.small).unwrap().array(it.words.len() as u64).unwrap();
        for word in &it.words {
            to.str(word).unwrap();
        }
        to.bytes(&it.bytes).unwrap().u8(it.flag.into()).unwrap().array(it.maybe.is_some().into()).unwrap();
        if let Some(number) = it.maybe {
            to.u32(number).unwrap();
        }
        to.into_writer()
    }

    fn sample() -> impl Strategy<Value = Sample> {
        let words = proptest::collection::vec(".*", 0..30);
        (any::<u64>(), any::<u8>(), words, any::<[u8; 3]>(), any::<bool>(), any::<Option<u32>>())
            .prop_map(|(number, small, words, bytes, flag, maybe)| Sample { number, small, words, bytes, flag, maybe })
    }

    proptest! {
        #[test]
        fn it_writes_what_a_crate_writes_and_reads_it_back(it in sample(), tail in any::<Vec<u8>>()) {
            let bytes = write(&it);
            prop_assert_eq!(&bytes, &by_minicbor(&it));
            prop_assert_eq!(read::<Sample>(&[bytes.clone(), tail].concat()), Some(it));
            for cut in 0..bytes.len() {
                prop_assert_eq!(read::<Sample>(&bytes[..cut]), None);
            }
        }

        #[test]
        fn nothing_that_is_read_panics(bytes in any::<Vec<u8>>()) {
            let _ = read::<Sample>(&bytes);
        }
    }

    #[test]
    fn an_array_that_claims_to_be_endless_ends() {
        assert_eq!(read::<Vec<u64>>(&[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]), None);
        assert_eq!(read::<Vec<u64>>(&[0x9f, 0x01, 0xff]), None);
    }
}
