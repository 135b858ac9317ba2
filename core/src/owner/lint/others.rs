//! The operator: how to reach it, how to withdraw, and which flags it sets.

use super::{Hit, Rule, Severity, purposes};
use crate::policy::{Flag, Kind, Policy, Purpose};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "withdrawal_reachable",
        severity: Severity::Error,
        citation: "GDPR art. 7(3); PIPL art. 15; ISO/IEC TS 27560 (withdrawal_method is mandatory)",
        remedy: "write the address of a page: https://… or a path that begins with /",
        find: withdrawal,
    },
    Rule {
        name: "controller_reachable",
        severity: Severity::Warning,
        citation: "GDPR art. 13(1)(a); ISO/IEC TS 27560 (party_address and party_contact are mandatory)",
        remedy: "write the controller's postal address, and an e-mail address or a page for privacy questions",
        find: controller,
    },
    Rule {
        name: "notice_reachable",
        severity: Severity::Warning,
        citation: "GDPR art. 12 and 13; ISO/IEC TS 27560 (privacy_notice is mandatory)",
        remedy: "write the address of the full privacy notice under noticeUrl",
        find: notice,
    },
    Rule {
        name: "children_and_ads",
        severity: Severity::Error,
        citation: "16 CFR 312.5; DSA art. 28(2); DPDP Act s. 9(3)",
        remedy: "take ads, sale and profiling out of a service for children",
        find: children,
    },
    Rule {
        name: "flags_match",
        severity: Severity::Warning,
        citation: "core/rules/overlays.csv: the row that the flag switches on",
        remedy: "set the flag where it is true and take it away where it is not",
        find: flags,
    },
    Rule {
        name: "exempting_flags",
        severity: Severity::Advice,
        citation: "HIPAA and GLBA exemptions of the state acts",
        remedy: "let a lawyer confirm it: with this flag nothing is asked in the states that exempt you",
        find: exempting,
    },
];

fn is_page(url: &str) -> bool {
    ["https://", "http://", "/"].iter().any(|start| url.strip_prefix(start).is_some_and(|rest| *start == "/" || !rest.is_empty()))
}

fn withdrawal(policy: &Policy) -> Vec<Hit> {
    let wrong = !is_page(&policy.withdrawal_url);
    wrong.then(|| ("withdrawalUrl".to_owned(), format!("\"{}\" is no page", policy.withdrawal_url))).into_iter().collect()
}

fn controller(policy: &Policy) -> Vec<Hit> {
    let mut found = Vec::new();
    for (index, it) in policy.controllers.iter().enumerate() {
        let fields = [("address", it.address.as_str()), ("contact", it.contact.as_str())];
        let empty = fields.into_iter().filter(|(_, value)| value.trim().is_empty());
        found.extend(empty.map(|(field, _)| (format!("controllers[{index}].{field}"), format!("\"{}\" cannot be reached by it", it.name))));
    }
    found
}

fn notice(policy: &Policy) -> Vec<Hit> {
    let wrong = !is_page(&policy.notice_url);
    wrong.then(|| ("noticeUrl".to_owned(), "there is no full privacy notice to read".to_owned())).into_iter().collect()
}

fn children(policy: &Policy) -> Vec<Hit> {
    if !policy.settings.flags.contains(&Flag::ChildDirected) {
        return Vec::new();
    }
    let profiles = |kind: &Kind| matches!(kind, Kind::AdsTargeted | Kind::SaleShare | Kind::AutomatedDecision);
    let bad = purposes(policy).filter(|(_, _, kinds)| kinds.iter().any(profiles));
    let finding = |it: &Purpose| format!("the service is directed to children, and \"{}\" advertises, sells or profiles", it.id);
    bad.map(|(path, purpose, _)| (format!("{path}.kinds"), finding(purpose))).collect()
}

/// Flags that nothing in the policy bears out, and one that the policy shows without it.
fn flags(policy: &Policy) -> Vec<Hit> {
    let has = |any: &[Kind]| purposes(policy).any(|(_, _, kinds)| kinds.iter().any(|kind| any.contains(kind)));
    let vendors = policy.recipients.iter().any(|it| it.tcf_id.is_some());
    let mut found = Vec::new();
    for (index, flag) in policy.settings.flags.iter().enumerate() {
        let why = match flag {
            Flag::Tcf if !vendors => "no recipient has a number in the Global Vendor List (tcfId)",
            Flag::Tcf if !has(&[Kind::AdsContextual, Kind::AdsTargeted]) => "no purpose is about advertising",
            Flag::Video if !has(&[Kind::ThirdParty, Kind::SaleShare, Kind::AdsTargeted]) => {
                "no purpose tells others what somebody has watched"
            }
            Flag::Biometrics if !has(&[Kind::Sensitive]) => "no data is marked as sensitive",
            _ => continue,
        };
        found.push((format!("settings.flags[{index}]"), why.to_owned()));
    }
    if vendors && !policy.settings.flags.contains(&Flag::Tcf) {
        found.push(("settings.flags".to_owned(), "a recipient has a tcfId, and the flag tcf is not set".to_owned()));
    }
    found
}

fn exempting(policy: &Policy) -> Vec<Hit> {
    let exempt = |flag: &Flag| matches!(flag, Flag::HipaaEntity | Flag::HipaaData | Flag::GlbaEntity | Flag::GlbaData);
    let flags = policy.settings.flags.iter().enumerate().filter(|(_, flag)| exempt(flag));
    flags.map(|(index, _)| (format!("settings.flags[{index}]"), "it exempts everything in some states".to_owned())).collect()
}
