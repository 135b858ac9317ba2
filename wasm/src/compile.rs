//! From a policy to what an engine runs, for pages whose policy was not compiled ahead.

use consentkit_core::Error;
use consentkit_core::plan::Plan;
use consentkit_core::policy;
use consentkit_core::regime::RuleSet;
use wasm_bindgen::prelude::*;

use crate::read::read_strictly;
use crate::values::{failure, refusal};

/// Checks a policy and compiles it against the rules of this version: the text that `Driver` takes.
///
/// # Errors
/// An object with `code`, `path` and `hint`; one whose form is wrong is thrown.
#[wasm_bindgen]
pub fn compile(policy: &JsValue) -> Result<String, JsValue> {
    let refusal =
        || refusal("POLICY_INVALID", "the policy does not have the right form: run `npx consentkit build` on it, which names the place");
    let policy = read_strictly(policy, refusal);
    if let Some(code) = policy::first_mistake(&policy) {
        return Err(failure(&Error::new(code, "", "the policy has a mistake: run `npx consentkit check` on it, which names the place")));
    }
    let plan = RuleSet::bundled().and_then(|rules| Plan::compile(&policy, &rules));
    plan.map(|plan| plan.to_text()).map_err(|error| failure(&error))
}
