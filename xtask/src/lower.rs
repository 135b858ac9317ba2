//! From WebAssembly to JavaScript: what wasm2js needs beyond a build for the first version of WebAssembly.

use anyhow::{Context, Result};

/// Rewrites instructions that the standard library as rustup delivers it uses and wasm2js does not know.
pub(crate) const PASSES: [&str; 3] = ["--signext-lowering", "--llvm-memory-copy-fill-lowering", "--llvm-nontrapping-fptoint-lowering"];

/// Joins the module in JavaScript to wasm-bindgen's glue. The same exports as the WebAssembly form; there
/// is nothing to load, so its default export only keeps the two alike.
pub(crate) const ENTRY: &str = "import * as wasm from './engine_bg.wasm.js';
import { __wbg_set_wasm } from './engine_bg.js';
__wbg_set_wasm(wasm);
export { Driver, compile, notice } from './engine_bg.js';
export default async () => {};
";

/// wasm-bindgen's glue for memory that JavaScript makes. When WebAssembly's memory grows, the views on it
/// become empty, and the glue makes new ones; the memory of wasm2js leaves the old views as they were.
pub(crate) fn glue_for_grown_memory(glue: &str) -> Result<String> {
    const TESTS: [(&str, &str); 2] = [
        ("cachedUint8ArrayMemory0.byteLength === 0", "cachedUint8ArrayMemory0.buffer !== wasm.memory.buffer"),
        ("cachedDataViewMemory0.buffer.detached === true", "cachedDataViewMemory0.buffer !== wasm.memory.buffer"),
    ];
    let missing = TESTS.iter().find(|(from, _)| !glue.contains(from));
    anyhow::ensure!(missing.is_none(), "wasm-bindgen writes other glue than xtask/src/lower.rs knows: {missing:?}");
    anyhow::ensure!(
        glue.matches("Memory0 === null").count() == TESTS.len(),
        "wasm-bindgen keeps views that xtask/src/lower.rs does not know"
    );
    Ok(TESTS.iter().fold(glue.to_owned(), |glue, (from, to)| glue.replace(from, to)))
}

/// The module without its list of features. A linked module names the features of the standard library,
/// and wasm-bindgen then expects intrinsics that ours, built without them, does not have.
pub(crate) fn without_features(wasm: &[u8]) -> Result<Vec<u8>> {
    const HEADER: usize = 8;
    let mut rest = wasm.get(HEADER..).context("not a WebAssembly module")?;
    let mut kept = wasm.get(..HEADER).unwrap_or_default().to_vec();
    while let Some((id, after)) = rest.split_first() {
        let (length, body) = number(after).context("a section of the module has no length")?;
        let content = body.get(..length).context("a section of the module is cut off")?;
        let end = rest.len() - body.len() + length;
        let named = number(content).and_then(|(length, name)| name.get(..length));
        if *id != 0 || named != Some(b"target_features".as_slice()) {
            kept.extend_from_slice(rest.get(..end).unwrap_or_default());
        }
        rest = rest.get(end..).unwrap_or_default();
    }
    Ok(kept)
}

/// A LEB128 number and what follows it.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0;
    for (index, byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(index + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &[u8] = b"\0asm\x01\0\0\0";

    #[test]
    fn only_the_list_of_features_goes() {
        let types = [&[1, 1], &[0_u8][..]].concat();
        let names = [&[0, 6, 4], &b"name\x07"[..]].concat();
        let features = [&[0, 17, 15], &b"target_features\x00"[..]].concat();
        let module = [HEADER, &types, &features, &names].concat();
        assert_eq!(without_features(&module).unwrap(), [HEADER, &types, &names].concat());
        assert!(without_features(&[HEADER, &[1, 200]].concat()).is_err());
    }
}
