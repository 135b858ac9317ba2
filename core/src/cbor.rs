//! Records as CBOR arrays: fields in a fixed order, nothing else (RFC 8949 section 4.2).
//!
//! minicbor reads and writes the items. Its `Decode` trait is not used: its errors carry text, and the
//! code that passes them on was a fifth of the browser engine. Here whatever cannot be read is `None`.
//! Later versions append fields to the *outermost* array; what follows the fields that a reader knows is
//! never looked at.

use minicbor::{Decoder, Encoder};

/// A value that can be written and read.
pub(crate) trait Cbor: Sized {
    fn put(&self, to: &mut Encoder<Vec<u8>>);
    fn take(from: &mut Decoder<'_>) -> Option<Self>;
}

/// The bytes of a value.
pub(crate) fn write(value: &impl Cbor) -> Vec<u8> {
    let mut to = Encoder::new(Vec::new());
    value.put(&mut to);
    to.into_writer()
}

/// Reads a value; what follows it is not looked at.
pub(crate) fn read<T: Cbor>(bytes: &[u8]) -> Option<T> {
    T::take(&mut Decoder::new(bytes))
}

/// Begins an array. Writing to a vector cannot fail.
pub(crate) fn begin(to: &mut Encoder<Vec<u8>>, length: u64) {
    let _ = to.array(length);
}

/// Opens an array; the number of its elements.
#[inline(never)]
pub(crate) fn open(from: &mut Decoder<'_>) -> Option<u64> {
    from.array().ok().flatten()
}

#[inline(never)]
fn take_bytes(from: &mut Decoder<'_>) -> Option<Vec<u8>> {
    from.bytes().ok().map(<[u8]>::to_vec)
}

impl Cbor for u64 {
    #[inline(never)]
    fn put(&self, to: &mut Encoder<Vec<u8>>) {
        let _ = to.u64(*self);
    }

    #[inline(never)]
    fn take(from: &mut Decoder<'_>) -> Option<Self> {
        from.u64().ok()
    }
}

macro_rules! small_number {
    ($($name:ty),*) => {$(
        impl Cbor for $name {
            fn put(&self, to: &mut Encoder<Vec<u8>>) {
                u64::from(*self).put(to);
            }

            fn take(from: &mut Decoder<'_>) -> Option<Self> {
                Self::try_from(u64::take(from)?).ok()
            }
        }
    )*};
}

small_number!(u8, u32);

impl Cbor for String {
    #[inline(never)]
    fn put(&self, to: &mut Encoder<Vec<u8>>) {
        let _ = to.str(self);
    }

    #[inline(never)]
    fn take(from: &mut Decoder<'_>) -> Option<Self> {
        from.str().ok().map(str::to_owned)
    }
}

impl<const N: usize> Cbor for [u8; N] {
    fn put(&self, to: &mut Encoder<Vec<u8>>) {
        let _ = to.bytes(self);
    }

    fn take(from: &mut Decoder<'_>) -> Option<Self> {
        take_bytes(from)?.try_into().ok()
    }
}

impl<T: Cbor> Cbor for Vec<T> {
    fn put(&self, to: &mut Encoder<Vec<u8>>) {
        begin(to, self.len() as u64);
        self.iter().for_each(|item| item.put(to));
    }

    fn take(from: &mut Decoder<'_>) -> Option<Self> {
        (0..open(from)?).map(|_| T::take(from)).collect()
    }
}

/// Absence is an empty array, so that no other kind of item has to be known.
impl<T: Cbor> Cbor for Option<T> {
    fn put(&self, to: &mut Encoder<Vec<u8>>) {
        begin(to, u64::from(self.is_some()));
        self.iter().for_each(|item| item.put(to));
    }

    fn take(from: &mut Decoder<'_>) -> Option<Self> {
        if open(from)? == 0 { Some(None) } else { T::take(from).map(Some) }
    }
}

/// Makes a struct an array of its fields, in the order in which they are named here.
macro_rules! cbor_array {
    ($name:ty { $($field:tt),+ $(,)? }) => {
        impl crate::cbor::Cbor for $name {
            fn put(&self, to: &mut minicbor::Encoder<Vec<u8>>) {
                crate::cbor::begin(to, [$(stringify!($field)),+].len() as u64);
                $(crate::cbor::Cbor::put(&self.$field, to);)+
            }

            fn take(from: &mut minicbor::Decoder<'_>) -> Option<Self> {
                let enough = crate::cbor::open(from)? >= [$(stringify!($field)),+].len() as u64;
                enough.then_some(())?;
                Some(Self { $($field: crate::cbor::Cbor::take(from)?),+ })
            }
        }
    };
}

/// Makes an enum without content the number of its variant.
macro_rules! cbor_number {
    ($name:ident { $($variant:ident = $number:literal),+ $(,)? }) => {
        impl crate::cbor::Cbor for $name {
            fn put(&self, to: &mut minicbor::Encoder<Vec<u8>>) {
                let number: u64 = match self { $(Self::$variant => $number),+ };
                crate::cbor::Cbor::put(&number, to);
            }

            fn take(from: &mut minicbor::Decoder<'_>) -> Option<Self> {
                match <u64 as crate::cbor::Cbor>::take(from)? {
                    $($number => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

pub(crate) use {cbor_array, cbor_number};
