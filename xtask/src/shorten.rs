//! Short names for what crosses between the module and its glue.
//!
//! wasm-bindgen names every import and some exports with a hash, once in the module and twice in the glue.
//! Hashes cannot be compressed: together they are 1.5 % of the engine.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use walrus::Module;

/// Names below this length gain nothing.
const SHORT: usize = 8;

/// Renames imports and exports in `engine_bg.wasm` and `engine.js` of a folder alike.
pub(crate) fn names(out: &Path) -> Result<()> {
    let (file, glue_file) = (out.join("engine_bg.wasm"), out.join("engine.js"));
    let mut glue = fs::read_to_string(&glue_file)?;
    let mut module = Module::from_file(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let imports = module.imports.iter_mut().map(|import| &mut import.name);
    let exports = module.exports.iter_mut().map(|export| &mut export.name);
    let mut names: Vec<&mut String> = imports.chain(exports).filter(|name| name.len() >= SHORT && is_made(name)).collect();
    // The longest first, because one may be the beginning of another.
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    for (number, name) in names.into_iter().enumerate() {
        let short = format!("$${number}");
        glue = glue.replace(name.as_str(), &short);
        *name = short;
    }
    module.emit_wasm_file(&file)?;
    fs::write(&glue_file, glue).map_err(Into::into)
}

/// Whether nobody but the glue speaks of it.
fn is_made(name: &str) -> bool {
    name.starts_with("__wb") || name.starts_with("wasm_bindgen_") || name.starts_with("__externref")
}
