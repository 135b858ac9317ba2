//! Our words in those of DPV 2.3.

use serde_json::{Value, json};

use crate::choice::State;
use crate::policy::{Kind, LegalBasis};

/// Where our own terms are explained.
const OWN: &str = "https://github.com/consentkit/consentkit/blob/main/examples/backend/RECEIPT.md#";

/// The context of every receipt.
pub(super) fn context() -> Value {
    json!({
        "ck": OWN,
        "ck:evidence": { "@id": "ck:evidence", "@type": "@json" },
        "dct": "http://purl.org/dc/terms/",
        "dpv": "https://w3id.org/dpv#",
        "loc": "https://w3id.org/dpv/loc#",
        "pd": "https://w3id.org/dpv/pd#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
    })
}

/// The purposes of DPV that are broader than a kind. Kinds that say something of the data or the law have none.
pub(super) fn purposes(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Necessary => &["dpv:ServiceProvision"],
        Kind::Security => &["dpv:EnforceSecurity"],
        Kind::PrefsUserChosen => &["dpv:UserInterfacePersonalisation"],
        Kind::StatsFp | Kind::StatsOther => &["dpv:ServiceUsageAnalytics"],
        Kind::Personalisation => &["dpv:ServicePersonalisation"],
        Kind::AdsContextual => &["dpv:Advertising"],
        Kind::AdsTargeted => &["dpv:PersonalisedAdvertising", "dpv:TargetedAdvertising"],
        Kind::SaleShare => &["dpv:SellDataToThirdParties"],
        Kind::EMarketing => &["dpv:DirectMarketing"],
        Kind::Sensitive
        | Kind::GeoPrecise
        | Kind::Xborder
        | Kind::ThirdParty
        | Kind::PublicDisclosure
        | Kind::AutomatedDecision
        | Kind::AiTrain => &[],
    }
}

/// The ground.
pub(super) fn basis(basis: LegalBasis) -> &'static str {
    match basis {
        LegalBasis::Consent => "dpv:Consent",
        LegalBasis::Contract => "dpv:Contract",
        LegalBasis::LegalObligation => "dpv:LegalObligation",
        LegalBasis::LegitimateInterest => "dpv:LegitimateInterest",
        LegalBasis::VitalInterest => "dpv:VitalInterest",
        LegalBasis::PublicTask => "dpv:PublicInterest",
    }
}

/// The state. ISO/IEC TS 27560 has no event type for the two of ours.
pub(super) fn status(state: State, actor: &str) -> &'static str {
    match state {
        State::Left => "ck:Left",
        State::Refused | State::Withdrawn if actor == "signal" => "ck:RefusedBySignal",
        State::Given => "dpv:ConsentGiven",
        State::Refused => "dpv:ConsentRefused",
        State::Withdrawn => "dpv:ConsentWithdrawn",
    }
}

/// Who answered.
pub(super) fn actor(actor: &str) -> Value {
    match actor {
        "subject" => json!({ "@id": "dpv:DataSubject" }),
        "guardian" => json!({ "@id": "dpv:GuardianOfDataSubject" }),
        other => json!({ "dct:identifier": other }),
    }
}
