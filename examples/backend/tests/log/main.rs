//! The log against another implementation of the same formats, and against the definition of RFC 6962.

#[cfg(test)]
mod table;

#[cfg(test)]
mod plain;

#[cfg(test)]
mod against_go;
#[cfg(test)]
mod properties;
