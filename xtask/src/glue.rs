//! Takes out of wasm-bindgen's glue what the browsers that we support, and our loader, never use.
//!
//! The glue is written for every browser and every way of loading. Ours know `instantiateStreaming`, and the engine is loaded
//! by its address or, in the single file, from bytes. What falls away is a third of the glue. A piece that is not found is an error, so that a new version of wasm-bindgen is looked at.

use anyhow::{Context, Result};

/// From a line that begins with the first to the line before one that begins with the second; empty: to the end.
const PIECES: [(&str, &str, &str); 4] = [
    // Longer texts in two steps, which saves a copy that nobody notices here.
    (
        "function passStringToWasm0",
        "function takeFromExternrefTable0",
        "function passStringToWasm0(arg, malloc) {
    const bytes = cachedTextEncoder.encode(arg);
    const ptr = malloc(bytes.length, 1) >>> 0;
    getUint8ArrayMemory0().set(bytes, ptr);
    WASM_VECTOR_LEN = bytes.length;
    return ptr;
}
",
    ),
    // Safari forgets how to decode after two gigabytes.
    (
        "let cachedTextDecoder",
        "const cachedTextEncoder",
        "const cachedTextDecoder = new TextDecoder();
const decodeText = (bytes) => cachedTextDecoder.decode(bytes);
",
    ),
    ("if (!('encodeInto' in cachedTextEncoder))", "let WASM_VECTOR_LEN", ""),
    ("let wasmModule, wasmInstance, wasm;", "", LOADER),
];

/// A server that sends another type than `application/wasm` only makes it slower.
const LOADER: &str = "let wasm;
function start({ instance }) {
    wasm = instance.exports;
    wasm.__wbindgen_start();
}
export function initSync({ module }) {
    start({ instance: new WebAssembly.Instance(new WebAssembly.Module(module), __wbg_get_imports()) });
}
export default async function ({ module_or_path: url }) {
    const imports = __wbg_get_imports();
    const whole = async () => WebAssembly.instantiate(await (await fetch(url)).arrayBuffer(), imports);
    start(await WebAssembly.instantiateStreaming(fetch(url), imports).catch(whole));
}
";

/// What frees memory when JavaScript forgets something. A driver lives as long as its page, or is freed; what it listens with
/// goes with it.
const REGISTRIES: [&str; 5] =
    ["DriverFinalization.", "CLOSURE_DTORS.", "const DriverFinalization", "const CLOSURE_DTORS", "if (Symbol.dispose)"];

/// The lines that follow the first of a registry.
const ELSEWHERE: [&str; 2] = ["? { register:", ": new FinalizationRegistry("];

/// The glue of the form `web` with what pages need.
pub(crate) fn for_pages(glue: &str) -> Result<String> {
    let mut glue = glue.to_owned();
    for (from, to, instead) in PIECES {
        let missing = || format!("wasm-bindgen writes other glue than xtask/src/glue.rs knows: no `{from}` … `{to}`");
        let start = line(&glue, from).with_context(missing)?;
        let (before, rest) = glue.split_at(start);
        let end = if to.is_empty() { rest.len() } else { line(rest, to).with_context(missing)? };
        glue = [before, instead, rest.get(end..).unwrap_or_default()].concat();
    }
    for start in REGISTRIES.into_iter().chain(ELSEWHERE) {
        let begins = |line: &str| line.trim_start().starts_with(start);
        anyhow::ensure!(
            glue.lines().any(begins),
            "wasm-bindgen writes other glue than xtask/src/glue.rs knows: no line begins with `{start}`"
        );
        glue = glue.lines().filter(|line| !begins(line)).map(|line| [line, "\n"].concat()).collect();
    }
    Ok(glue)
}

/// Where a line begins that begins with `start`.
fn line(text: &str, start: &str) -> Option<usize> {
    if text.starts_with(start) { Some(0) } else { text.find(&format!("\n{start}")).map(|place| place + 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_that_is_not_there_is_said() {
        let error = for_pages("let wasm;").expect_err("no glue").to_string();
        assert!(error.contains("passStringToWasm0"), "{error}");
    }
}
