//! Grounds, contracts, transfers and recipients.

use super::{Hit, Rule, Severity, optional, purposes};
use crate::policy::{Kind, LegalBasis, Policy, Purpose};
use crate::regime::RuleSet;

/// What protects data abroad, as the policy may name it.
const SAFEGUARDS: [&str; 4] = ["adequacy", "scc", "bcr", "consent"];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "consent_is_the_ground",
        severity: Severity::Error,
        citation: "ePrivacy Directive art. 5(3); GDPR art. 9(2); CJEU C-252/21 (Meta)",
        remedy: "write \"consent\": where people are asked, another ground makes the question untrue",
        find: ground,
    },
    Rule {
        name: "not_bundled",
        severity: Severity::Error,
        citation: "GDPR art. 7(4); PIPL art. 16; LGPD art. 8",
        remedy: "keep in this purpose what the contract cannot do without, and make purposes of the rest",
        find: bundled,
    },
    Rule {
        name: "recipients_stated",
        severity: Severity::Error,
        citation: "GDPR art. 13(1)(e); PIPL art. 23; CCPA 1798.100; CNIL 2020-092 (list of controllers)",
        remedy: "list who receives the data under recipients",
        find: recipients,
    },
    Rule {
        name: "each_recipient",
        severity: Severity::Advice,
        citation: "PIPL art. 23; KR PIPA art. 17",
        remedy: "set perRecipient: in China and Korea each of them needs a yes of its own",
        find: each_recipient,
    },
    Rule {
        name: "recipient_notice",
        severity: Severity::Warning,
        citation: "CNIL 2020-092 (identity of all controllers, link to their notice); PIPL art. 23",
        remedy: "give the recipient's noticeUrl and country",
        find: recipient_notice,
    },
    Rule {
        name: "transfer_safeguard",
        severity: Severity::Error,
        citation: "GDPR art. 44 to 49; PIPL art. 38",
        remedy: "write adequacy, scc, bcr or consent",
        find: safeguard,
    },
    Rule {
        name: "transfer_stated",
        severity: Severity::Warning,
        citation: "GDPR art. 13(1)(f), art. 44",
        remedy: "add the country to the purpose's transfers, with what protects the data there",
        find: transfer,
    },
];

/// What a question is asked about whatever ground is written down.
fn needs_consent(kind: Kind) -> bool {
    matches!(kind, Kind::AdsTargeted | Kind::SaleShare | Kind::Sensitive | Kind::GeoPrecise)
}

fn ground(policy: &Policy) -> Vec<Hit> {
    let other = purposes(policy).filter(|(_, purpose, kinds)| {
        matches!(purpose.legal_basis, LegalBasis::LegitimateInterest | LegalBasis::PublicTask) && kinds.iter().copied().any(needs_consent)
    });
    other
        .map(|(path, purpose, _)| {
            let finding = format!("\"{}\": targeted ads, sale, sensitive data and precise location stand on consent", purpose.id);
            (format!("{path}.legalBasis"), finding)
        })
        .collect()
}

fn bundled(policy: &Policy) -> Vec<Hit> {
    let inside = |kind: &Kind| matches!(kind, Kind::Necessary | Kind::Security | Kind::PrefsUserChosen | Kind::ThirdParty);
    let more = purposes(policy).filter(|(_, purpose, kinds)| purpose.legal_basis == LegalBasis::Contract && !kinds.iter().all(inside));
    more.map(|(path, it, _)| (format!("{path}.legalBasis"), format!("the contract of \"{}\" covers more than it needs", it.id))).collect()
}

fn recipients(policy: &Policy) -> Vec<Hit> {
    let gives = |kind: &Kind| matches!(kind, Kind::SaleShare | Kind::ThirdParty);
    let silent = purposes(policy).filter(|(_, purpose, kinds)| kinds.iter().any(gives) && purpose.recipients.is_empty());
    silent.map(|(path, it, _)| (format!("{path}.recipients"), format!("\"{}\" hands data on, and nothing says to whom", it.id))).collect()
}

fn each_recipient(policy: &Policy) -> Vec<Hit> {
    let many = purposes(policy).filter(|(_, it, kinds)| kinds.contains(&Kind::ThirdParty) && it.recipients.len() > 1 && !it.per_recipient);
    let finding = |it: &Purpose| format!("one answer to \"{}\" covers {} recipients", it.id, it.recipients.len());
    many.map(|(path, it, _)| (format!("{path}.perRecipient"), finding(it))).collect()
}

fn recipient_notice(policy: &Policy) -> Vec<Hit> {
    let used = |id: &String| policy.purposes.iter().any(|it| optional(policy, it) && it.recipients.contains(id));
    let mut found = Vec::new();
    for (index, recipient) in policy.recipients.iter().enumerate().filter(|(_, it)| used(&it.id)) {
        let fields = [("noticeUrl", recipient.notice_url.as_str()), ("country", recipient.country.as_str())];
        let empty = fields.into_iter().filter(|(_, value)| value.is_empty());
        found.extend(
            empty.map(|(field, _)| {
                (format!("recipients[{index}].{field}"), format!("people cannot learn more about \"{}\"", recipient.name))
            }),
        );
    }
    found
}

fn safeguard(policy: &Policy) -> Vec<Hit> {
    let all = purposes(policy).flat_map(|(path, purpose, _)| {
        purpose.transfers.iter().enumerate().map(move |(index, it)| (format!("{path}.transfers[{index}].safeguard"), it))
    });
    let open = all.filter(|(_, it)| !SAFEGUARDS.contains(&it.safeguard.as_str()));
    open.map(|(path, it)| (path, format!("nothing that is known protects the data in {}", it.country))).collect()
}

/// Recipients outside the European Economic Area, of a controller that keeps its data inside.
fn transfer(policy: &Policy) -> Vec<Hit> {
    let rules = RuleSet::bundled().ok();
    let places = rules.iter().flat_map(|rules| &rules.regimes).find(|row| row.id == "EU").map(|row| row.places.clone()).unwrap_or_default();
    let inside = |country: &str| places.split(' ').any(|place| place == country);
    if !policy.storage_locations.iter().any(|country| inside(country)) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (path, purpose, _) in purposes(policy) {
        for (index, id) in purpose.recipients.iter().enumerate() {
            let country = policy.recipients.iter().find(|it| it.id == *id).map(|it| it.country.as_str()).unwrap_or_default();
            if !country.is_empty() && !inside(country) && !purpose.transfers.iter().any(|it| it.country == country) {
                found.push((format!("{path}.recipients[{index}]"), format!("\"{id}\" is in {country}, and no transfer there is stated")));
            }
        }
    }
    found
}
