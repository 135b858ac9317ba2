// Generated from the core by `cargo xtask generate`. Do not edit.

/**
 * The moment of an event. The shell's clock and randomness; the core has none of its own.
 */
export type Env = { 
/**
 * Milliseconds since 1970-01-01T00:00:00Z by the shell's clock, which may be wrong.
 */
now: number, 
/**
 * 32 fresh random bytes.
 */
entropy: Array<number>, };

/**
 * Where a person is, as far as it is known, and what their device says.
 */
export type Context = { 
/**
 * ISO 3166-1 or 3166-2 (`DE`, `US-CA`); empty when unknown, which is treated strictly.
 */
region: string, 
/**
 * Where the person says that they live, in the same codes; its law holds too. Empty when nothing was said.
 */
residence: string, 
/**
 * Signals that are present: `gpc` (Global Privacy Control), `att_denied` (App Tracking Transparency). A signal may only lower a state.
 */
signals: Array<string>, 
/**
 * A band of ages, never a date of birth: see [`Age`]. Empty when unknown.
 */
age: string, 
/**
 * The site's own opaque reference to a signed-in account; empty when nobody is signed in.
 */
account: string, };

/**
 * What a shell found in its storage.
 */
export type Stored = { 
/**
 * Every record that is kept here.
 */
records: Array<StoredRecord>, 
/**
 * Every intent that has not become a record yet.
 */
intents: Array<Intent>, 
/**
 * The value of the cookie, when there is one.
 */
cookie: string, 
/**
 * What [`Effect::Outbox`] told last, word for word.
 */
outbox: string, 
/**
 * The pseudonymous id of this device, by which its own records are told from those that a backend has sent for an
 * account. Empty when it has none yet.
 */
subject: string, };

/**
 * A record as it lies in storage.
 */
export type StoredRecord = { 
/**
 * The SHA-256 of the bytes.
 */
id: string, 
/**
 * The record: deterministic CBOR in base64url. It never changes.
 */
bytes: string, 
/**
 * A backend has acknowledged it by its id.
 */
acked: boolean, };

/**
 * What a person did or a device learned, before it has become a record.
 *
 * A shell writes one synchronously, as JSON, in the handler of a click: it copies `stamp` and answer
 * lines out of the last [`View`](crate::protocol::View) or of the initial snapshot and adds the moment and 32 random bytes. A
 * record can therefore be made from it later, or on another machine, with the same bytes.
 */
export type Intent = { 
/**
 * 32 random bytes: the intent's id, and the salt of its record.
 */
nonce: string, 
/**
 * `choice`, `preference`, `acceptance`, `signal`, `link`, `unlink`, `import` or `erase`.
 */
kind: string, 
/**
 * The pseudonymous id of the device's person.
 */
subject: string, 
/**
 * The account that was signed in; empty when none was.
 */
account: string, 
/**
 * When, by the clock of the device (milliseconds since 1970).
 */
at: number, 
/**
 * The newest records when this happened, by id, and the newest intents, by `~` and nonce.
 */
heads: Array<string>, 
/**
 * Under which policy, rules and notice: opaque, copied as it was found.
 */
stamp: string, 
/**
 * As in [`Context`](crate::context::Context).
 */
region: string, 
/**
 * As in [`Context`](crate::context::Context).
 */
signals: Array<string>, 
/**
 * As in [`Context`](crate::context::Context).
 */
age: string, 
/**
 * `subject`, `guardian`, `agent`, `signal` or `import`.
 */
actor: string, 
/**
 * What was used to answer: `banner.accept`, `centre.save`, `api`, `signal.gpc`, …
 */
control: string, 
/**
 * One letter for each item (see [`State`](crate::choice::State)); empty when the kind has no answers.
 */
answers: string, 
/**
 * Wishes inside purposes.
 */
wishes: Array<Wish>, 
/**
 * The newest checkpoint of the backend that was seen; empty when none was.
 */
checkpoint: string, 
/**
 * For other kinds: what they carry (a document's id and version, an account, evidence), as JSON.
 */
body: string, };

/**
 * A wish inside a purpose (see [`Preference`](crate::policy::Preference)).
 */
export type Wish = { 
/**
 * The preference's id.
 */
id: string, 
/**
 * 0 or 1 for topics and channels, the number of the step for frequencies. Lower is less contact.
 */
value: number, };

/**
 * What happened.
 */
export type Event = { "open": { 
/**
 * Where and with which signals.
 */
context: Context, 
/**
 * What lies in storage.
 */
stored: Stored, } } | { "context": { 
/**
 * All of it, not only what changed.
 */
context: Context, } } | { "intent": { 
/**
 * The answer.
 */
intent: Intent, 
/**
 * Whether the intent lies safely in storage.
 */
saved: boolean, } } | { "stored": { 
/**
 * All that is in storage now.
 */
stored: Stored, } } | { "saved": { 
/**
 * The record's id.
 */
id: string, 
/**
 * False when storage refused.
 */
ok: boolean, } } | { "sent": { 
/**
 * The ids that were sent.
 */
ids: Array<string>, 
/**
 * What became of them.
 */
outcome: Outcome, } } | { "wake": { 
/**
 * Ask the backend also when there is nothing to send: it may have records of the account that is signed in.
 */
pull: boolean, } };

/**
 * How sending ended. Only ids that the server lists are acknowledged; a bare success means nothing.
 */
export type Outcome = { 
/**
 * The HTTP status; 0 when there was no answer at all.
 */
status: number, 
/**
 * What the server said of each record; empty when the body was not of our protocol.
 */
results: Array<SyncResult>, 
/**
 * Ids of records that the server lacks, of those that it has heard of: parents and heads.
 */
wants: Array<string>, 
/**
 * Records of the account that is signed in which this device lacks. The shell has proved to the server whose they are.
 */
records: Array<StoredRecord>, 
/**
 * The server's `Retry-After` in milliseconds; 0 when it sent none.
 */
retryAfter: number, };

/**
 * What the server said of one record.
 */
export type SyncResult = { 
/**
 * The record's id, or the nonce of an intent.
 */
id: string, 
/**
 * `stored`, `duplicate`, `erased`, `later` or `quarantine`.
 */
status: string, };

/**
 * What the shell must do, in this order.
 */
export type Effect = { "snapshot": { 
/**
 * What is allowed.
 */
snapshot: Snapshot, 
/**
 * Whether to keep it for the next start. False while its records cannot be saved.
 */
keep: boolean, } } | { "view": { 
/**
 * All of it.
 */
view: View, } } | { "save": { 
/**
 * The record.
 */
record: StoredRecord, } } | { "forget": { 
/**
 * The intent's nonce.
 */
nonce: string, } } | { "cookie": { 
/**
 * Its value.
 */
value: string, 
/**
 * How long it should live, in seconds.
 */
maxAge: number, } } | { "send": { 
/**
 * In this order. None when it is only asked what this device lacks.
 */
records: Array<StoredRecord>, 
/**
 * The newest records that are known here: a server that has lost some says which it wants.
 */
heads: Array<string>, } } | { "outbox": { 
/**
 * Opaque; empty when there is nothing to store.
 */
state: string, 
/**
 * How long it waits before the next try, in milliseconds; 0 when it does not.
 */
wait: number, 
/**
 * How many records the server has refused.
 */
refused: number, } } | { "wake": { 
/**
 * Milliseconds.
 */
after: number, } } | { "stop": { 
/**
 * The service's id.
 */
service: string, 
/**
 * What to clear now and at every start while it stays off.
 */
clear: Array<Trace>, 
/**
 * What cannot be cleared from a page.
 */
stays: Array<Trace>, 
/**
 * Reload afterwards.
 */
reload: boolean, } } | { "askGuardian": { 
/**
 * Keys of the items.
 */
items: Array<string>, } } | { "notify": { 
/**
 * Which of its events.
 */
what: Notice, 
/**
 * The items whose decision changed.
 */
changed: Array<string>, 
/**
 * What was used: `banner.accept`, `centre.save`, `signal.gpc`, … Empty at start.
 */
control: string, } } | { "log": { 
/**
 * A code of [`Error`](crate::Error).
 */
code: string, 
/**
 * What is wrong and what to do.
 */
message: string, } };

/**
 * The events of the page's code.
 */
export type Notice = "firstConsent" | "consent" | "change";

/**
 * A cookie or storage key.
 */
export type Trace = { 
/**
 * Exact name, or a prefix that ends in `*`.
 */
name: string, 
/**
 * `cookie`, `local`, `session`, `indexed_db` or `cache`.
 */
kind: string, };

/**
 * The last decisions, signed off by the core: what a shell may apply without asking the core again.
 *
 * It holds while `format` is known, `key` equals the key of the page (see [`snapshot_key`]) and
 * `made_at − 1 day ≤ now < valid_until`.
 *
 * [`snapshot_key`]: crate::view::snapshot_key
 */
export type Snapshot = { 
/**
 * [`SNAPSHOT_FORMAT`].
 */
format: number, 
/**
 * What it was made for: policy meaning, rules, region, signals, age and account.
 */
key: string, 
/**
 * The policy's version. A page with an older policy permits nothing by it and asks nothing.
 */
policy: number, 
/**
 * Milliseconds since 1970.
 */
madeAt: number, 
/**
 * Milliseconds since 1970.
 */
validUntil: number, 
/**
 * The items that are permitted.
 */
granted: Array<string>, 
/**
 * The services that may start: all their items are permitted.
 */
services: Array<string>, 
/**
 * Whether something must be asked or told, so that the engine is needed.
 */
ask: boolean, 
/**
 * Wishes of the person.
 */
wishes: Array<Wish>, 
/**
 * Traces of withdrawn services, to be cleared again at every start.
 */
clear: Array<Trace>, 
/**
 * The newest records, for the next intent's `heads`.
 */
heads: Array<string>, };

/**
 * What can be drawn: everything a banner or a preference centre shows, without any text of its own.
 */
export type View = { 
/**
 * What to ask now.
 */
prompt: Prompt, 
/**
 * Every item of the policy, in its order.
 */
items: Array<ItemView>, 
/**
 * Every document of the policy, in its order. Accepting one is an intent of its own, of the kind `acceptance`.
 */
documents: Array<DocumentStatus>, 
/**
 * To be copied into the next intent.
 */
stamp: string, 
/**
 * The answer lines of the prompt: only what it asks is answered, the rest stays.
 */
banner: Lines, 
/**
 * The answer lines of the preference centre: they cover every item.
 */
centre: Lines, 
/**
 * The answer line of "withdraw everything".
 */
withdraw: string, 
/**
 * The answer line of a signal that is present and not on record yet; empty when there is none.
 */
signal: string, 
/**
 * The answer line of a yes in spite of a signal, where it has turned off what the account had said yes to, and nobody
 * has told the person of it yet (control `conflict.accept`, or `conflict.refuse`); empty when there is no such conflict.
 */
conflict: string, 
/**
 * Whether this device has said something that the account does not know of yet: an intent of the kind `link` joins them.
 */
link: boolean, 
/**
 * The pseudonymous id, empty before the first answer.
 */
subject: string, 
/**
 * When the person last answered; 0 when never.
 */
lastAnswer: number, 
/**
 * When an answer expires next; 0 when none does.
 */
askAgain: number, 
/**
 * The person's own answers, newest first.
 */
history: Array<Past>, 
/**
 * The regimes that were applied, those of the place first.
 */
regimes: Array<string>, };

/**
 * What the two equal buttons answer.
 */
export type Lines = { 
/**
 * The answer line of "accept all".
 */
accept: string, 
/**
 * The answer line of "refuse all".
 */
refuse: string, };

/**
 * What to ask now, or why not to.
 */
export type Prompt = { 
/**
 * Whether and how.
 */
kind: PromptKind, 
/**
 * What to ask, in the policy's order.
 */
items: Array<Asked>, 
/**
 * Why nothing is asked although something is off: the person said no not long ago, for example.
 */
suppressed: Suppressor | null, 
/**
 * Items that wait for a guardian.
 */
guardian: Array<Asked>, 
/**
 * Links that the law wants on every page: `opt_out` (sale and targeted ads) and `limit` (sensitive data).
 */
links: Array<string>, };

/**
 * Whether and how to ask.
 */
export type PromptKind = "none" | "required" | "link";

/**
 * A document, and whether the person has accepted it.
 */
export type DocumentStatus = { 
/**
 * The document's id.
 */
id: string, 
/**
 * The version that applies, or is going to.
 */
version: string, 
/**
 * Where it can be read.
 */
url: string, 
/**
 * What is to be done.
 */
state: DocumentState, 
/**
 * Whether the person must be told or asked something.
 */
waits: boolean, 
/**
 * From when it applies (milliseconds since 1970); 0: at once.
 */
effective: number, 
/**
 * Until when an earlier version that was accepted may still be used (milliseconds since 1970).
 */
graceUntil: number, 
/**
 * The version that the person has accepted; empty when none.
 */
accepted: string, 
/**
 * When; 0 when never.
 */
acceptedAt: number, 
/**
 * The body of the intent that accepts it.
 */
body: string, };

/**
 * What is to be done about a document.
 */
export type DocumentState = "open" | "accepted" | "announced" | "grace" | "required";

/**
 * An item of a prompt.
 */
export type Asked = { 
/**
 * The item's key.
 */
item: string, 
/**
 * Why it is asked.
 */
reason: AskReason, };

/**
 * Why an item is asked.
 */
export type AskReason = "FIRST_VISIT" | "GEO_UNKNOWN" | "NEW_PURPOSE" | "PURPOSE_CHANGED" | "NEW_RECIPIENT" | "LEGAL_BASIS_CHANGED" | "EXPIRED" | "DORMANT" | "JURISDICTION_STRICTER" | "AGED_UP" | "RECONFIRM_2Y" | "TCF_REMINDER" | "GUARDIAN_UNVERIFIED" | "RECORD_UNREADABLE";

/**
 * Why nothing is asked although something is open.
 */
export type Suppressor = "COOL_DOWN" | "ASK_ONCE" | "CA_12M" | "U16_CA" | "CN_48H" | "POLICY_STALE";

/**
 * An item as it can be shown.
 */
export type ItemView = { 
/**
 * The item's key: `analytics`, or `analytics/acme` for one recipient.
 */
key: string, 
/**
 * The purpose's id.
 */
purpose: string, 
/**
 * The recipient's id; empty for the purpose as a whole.
 */
recipient: string, 
/**
 * What the person can do about it.
 */
control: Control, 
/**
 * What holds as long as nobody has answered.
 */
default: DefaultState, 
/**
 * Whether it is permitted now.
 */
granted: boolean, 
/**
 * Why, the deciding reason first.
 */
reasons: Array<Reason>, 
/**
 * The letter to put into the answer line when the person wants it on.
 */
on: string, 
/**
 * The letter to put into the answer line when the person wants it off.
 */
off: string, 
/**
 * The letter to put into the answer line when the person leaves it as it is.
 */
keep: string, 
/**
 * Which of the prompt's links turn it off.
 */
links: Array<string>, 
/**
 * The services for which it decides: a yes to this item alone starts them, a no stops them.
 */
decides: Array<string>, 
/**
 * Asked for the first time since the person last answered.
 */
isNew: boolean, 
/**
 * What has changed since the person answered it.
 */
changes: Array<Change>, };

/**
 * What a regime says of an item as long as nobody has answered. Later is stricter.
 */
export type DefaultState = "allowed" | "notice" | "optOut" | "optIn" | "separate" | "guardian" | "prohibited";

/**
 * What a person can do about an item.
 */
export type Control = "fixed" | "switch" | "separate" | "guardian" | "prohibited";

/**
 * Why a decision is as it is. The first reason of a chain decided.
 */
export type Reason = { 
/**
 * What kind of reason.
 */
code: ReasonCode, 
/**
 * The row of the rules that says so; empty when none does.
 */
regime: string, 
/**
 * The record that says so; empty when none does.
 */
record: string, };

/**
 * The kinds of [`Reason`].
 */
export type ReasonCode = "EXEMPT" | "PROHIBITED" | "SIGNAL" | "GIVEN" | "REFUSED" | "WITHDRAWN" | "DEFAULT_ON" | "DEFAULT_OFF" | "EXPIRED" | "CHANGED" | "POLICY_STALE" | "UNSAVED" | "SEPARATE_NEEDED" | "GUARDIAN_NEEDED" | "CHILD_NEEDED" | "UNDERAGE" | "PURPOSE_OFF";

/**
 * An earlier answer of the person.
 */
export type Past = { 
/**
 * Milliseconds since 1970.
 */
at: number, 
/**
 * What was used.
 */
control: string, 
/**
 * Items that were turned on.
 */
given: Array<string>, 
/**
 * Items that were turned off.
 */
refused: Array<string>, 
/**
 * Items whose earlier yes was taken back.
 */
withdrawn: Array<string>, };

/**
 * Everything that one site or app asks for.
 */
export type Policy = { 
/**
 * For editors: where the JSON Schema of this file is. The engine does not read it.
 */
$schema?: string, 
/**
 * The name under which choices are stored, usually the domain. Changing it starts anew for everybody.
 */
site: string, 
/**
 * Grows by one with every published change. Alone it asks nobody again: only changed items do.
 */
version: number, 
/**
 * Who decides about the data (ISO 27560 `party`, role controller). At least one.
 */
controllers: Array<Controller>, 
/**
 * What the data is used for. At least one.
 */
purposes: Array<Purpose>, 
/**
 * Third parties that receive data (ISO 27560 `recipient_third_parties`).
 */
recipients: Array<Recipient>, 
/**
 * Kinds of data (ISO 27560 `pii_type`).
 */
dataCategories: Array<DataCategory>, 
/**
 * What the purposes load, and the traces that it leaves on the device.
 */
services: Array<Service>, 
/**
 * Terms and notices that have versions of their own.
 */
documents: Array<Document>, 
/**
 * Countries in which the controller stores the data (ISO 3166-1 alpha-2; ISO 27560 `storage_locations`).
 */
storageLocations: Array<string>, 
/**
 * Where a person can withdraw, also without this software (ISO 27560 `withdrawal_method`).
 */
withdrawalUrl: string, 
/**
 * The full privacy notice.
 */
noticeUrl: string, 
/**
 * Switches that belong to the operator and not to the law.
 */
settings: Settings, 
/**
 * The language used when none of the visitor's is there. Without it: the first of `texts`.
 */
defaultLanguage: string, 
/**
 * Language → key → text. Every purpose needs `<purpose>.name` and `<purpose>.text` in each language.
 */
texts: Record<string, Record<string, string>>, 
/**
 * Written by `build`: earlier forms of items and what has changed since.
 */
history?: Array<PastItem>, };

/**
 * A party that decides why and how data is used.
 */
export type Controller = { 
/**
 * Short and stable; part of the fingerprints.
 */
id: string, 
/**
 * Legal name.
 */
name: string, 
/**
 * Postal address.
 */
address: string, 
/**
 * E-mail address or URL for privacy questions.
 */
contact: string, };

/**
 * A reason for using data that a person can answer on its own.
 */
export type Purpose = { 
/**
 * Short and stable: `analytics`. Used in `data-category` and `isGranted`.
 */
id: string, 
/**
 * What it is in the eyes of the law; several are possible, the strictest rules.
 * Empty: known ids (`necessary`, `functionality`, `analytics`, `marketing`) have defaults.
 */
kinds: Array<Kind>, 
/**
 * What is known about how the data is used. A missing fact is read as the strict case.
 */
facts: Facts, 
/**
 * The ground on which the data is used.
 */
legalBasis: LegalBasis, 
/**
 * Ids of [`Recipient`]s.
 */
recipients: Array<string>, 
/**
 * Each recipient is an item of its own, with its own switch.
 */
perRecipient: boolean, 
/**
 * Which data, and how long it is kept.
 */
data: Array<DataUse>, 
/**
 * Transfers to other countries.
 */
transfers: Array<Transfer>, 
/**
 * How the data is used, in one stable word or phrase. Changing it is a material change.
 */
method: string, 
/**
 * Finer wishes inside the purpose: topics, channels, frequency. Never a legal basis.
 */
preferences: Array<Preference>, };

/**
 * The purpose keys of the default matrix.
 *
 * The order is the order of the cells in a compiled rules table.
 */
export type Kind = "necessary" | "security" | "prefs_user_chosen" | "stats_fp" | "stats_other" | "personalisation" | "ads_contextual" | "ads_targeted" | "sale_share" | "sensitive" | "geo_precise" | "xborder" | "e_marketing" | "third_party" | "public_disclosure" | "automated_decision" | "ai_train";

/**
 * What is known about a purpose. A fact that is missing is read as the strict case.
 */
export type Facts = { 
/**
 * Only the operator uses the result. Strict case: no.
 */
ownUse: boolean, 
/**
 * Only totals are kept. Strict case: no.
 */
aggregated: boolean, 
/**
 * The trackers serve no other purpose. Strict case: no.
 */
solePurpose: boolean, 
/**
 * It builds a profile with a high risk for the person. Strict case: yes.
 */
highRisk: boolean | null, 
/**
 * The recipient matches the data to a person. Strict case: yes.
 */
matchedToPerson: boolean | null, 
/**
 * Data may be sold under the law of every place that the policy is for. Strict case: no.
 */
lawfulSale: boolean, };

/**
 * The ground on which a purpose uses data (GDPR art. 6(1); other laws name the same grounds).
 */
export type LegalBasis = "consent" | "contract" | "legal_obligation" | "legitimate_interest" | "vital_interest" | "public_task";

/**
 * A third party that receives data; a TCF vendor is one.
 */
export type Recipient = { 
/**
 * Short and stable.
 */
id: string, 
/**
 * Legal name.
 */
name: string, 
/**
 * Where it is established (ISO 3166-1 alpha-2).
 */
country: string, 
/**
 * Its own privacy notice.
 */
noticeUrl: string, 
/**
 * Its number in the IAB Global Vendor List, where it has one.
 */
tcfId: number | null, };

/**
 * A kind of data.
 */
export type DataCategory = { 
/**
 * Short and stable.
 */
id: string, 
/**
 * Special category (GDPR art. 9) or sensitive personal information of any law.
 */
sensitive: boolean, 
/**
 * The term of DPV's personal data taxonomy, for receipts: `pd:BrowsingBehaviour`.
 */
dpv: string, };

/**
 * One kind of data inside a purpose.
 */
export type DataUse = { 
/**
 * Id of a [`DataCategory`].
 */
category: string, 
/**
 * How long it is kept, ISO 8601 (`P13M`; ISO 27560 `retention_period`).
 */
retention: string | null, };

/**
 * A transfer of data to another country.
 */
export type Transfer = { 
/**
 * Destination (ISO 3166-1 alpha-2).
 */
country: string, 
/**
 * What protects the data there: `adequacy`, `scc`, `bcr`, `consent`.
 */
safeguard: string, };

/**
 * A wish inside a permitted purpose. Lower always means less contact, so the lower of two
 * concurrent wishes wins.
 */
export type Preference = { 
/**
 * Short and stable, unique in the policy. Its words are the texts `preference.<id>.name` and `preference.<id>.<step>`.
 */
id: string, 
/**
 * What kind of wish it is.
 */
kind: PreferenceKind, 
/**
 * For a frequency: the ids of the steps, from least to most contact. Topics and channels have none.
 */
steps: Array<string>, };

/**
 * The three kinds of [`Preference`].
 */
export type PreferenceKind = "topic" | "channel" | "frequency";

/**
 * Something that a page loads: a script, an embed, a pixel.
 */
export type Service = { 
/**
 * Short and stable; used in `data-service`.
 */
id: string, 
/**
 * Name for people.
 */
name: string, 
/**
 * Items that must all be permitted: `analytics`, or `analytics/acme` for one recipient.
 */
needs: Array<string>, 
/**
 * What it leaves on the device.
 */
trackers: Array<Tracker>, 
/**
 * Reload the page after its consent was withdrawn: for code that cannot be stopped otherwise.
 */
reloadOnWithdraw: boolean, 
/**
 * The recipe of the npm package that knows this vendor: `build` takes its trackers from there where none are named, and
 * pages tell the vendor's code about the answer in its own words. See `npx consentkit recipes`.
 */
recipe: string, };

/**
 * A cookie or storage key that a service sets.
 */
export type Tracker = { 
/**
 * Exact name, or a prefix that ends in `*`.
 */
name: string, 
/**
 * Where it lives.
 */
kind: TrackerKind, 
/**
 * The host that sets it, when it is not the page's own: it cannot be cleared from here.
 */
host: string, 
/**
 * Set by a server with `HttpOnly`: it cannot be cleared from here.
 */
httpOnly: boolean, 
/**
 * How long it lives, ISO 8601; missing: until the browser closes.
 */
lifetime: string | null, };

/**
 * Where a [`Tracker`] lives.
 */
export type TrackerKind = "cookie" | "local" | "session" | "indexed_db" | "cache";

/**
 * Terms, a notice or another text that has versions of its own. Accepting one is never consent.
 */
export type Document = { 
/**
 * Short and stable.
 */
id: string, 
/**
 * Its version, as people cite it. A new one must be accepted anew.
 */
version: string, 
/**
 * Where it can be read.
 */
url: string, 
/**
 * The day from which it applies, `YYYY-MM-DD` in UTC; empty: at once.
 */
effective: string, 
/**
 * How long who has accepted an earlier version may still go by it after that day.
 */
grace: string | null, };

/**
 * Switches that belong to the operator.
 */
export type Settings = { 
/**
 * Where Global Privacy Control is honoured beyond the law.
 */
gpc: GpcSetting, 
/**
 * Where records are sent: the base URL of a backend. Empty: nowhere.
 */
endpoint: string, 
/**
 * How the first layer is laid out on wide screens; narrow ones always get a sheet.
 */
layout: Layout, 
/**
 * A small button in the lower corner of every page that opens the preference centre, besides the link of your own.
 */
corner: boolean, 
/**
 * The backend gives out receipts: the preference centre offers the one of the newest answer.
 */
receipts: boolean, 
/**
 * What the operator is or does, where a law has rules of its own for it.
 */
flags: Array<Flag>, 
/**
 * Public keys, as `npx consentkit keys` prints them, that may sign a newer version of this policy for pages that are already
 * deployed. Pages ask the backend for one. Empty: they never do.
 */
keys: Array<string>, 
/**
 * What Google's tags are told besides the answers, where a service has one of Google's recipes.
 */
google: Google, };

/**
 * Options of Google's Consent Mode.
 */
export type Google = { 
/**
 * Milliseconds for which tags wait for an answer that is already known (`wait_for_update`). The page knows it before any
 * tag is there, so 0, which leaves the word out, is enough unless tags are loaded from elsewhere.
 */
waitForUpdate: number, 
/**
 * While cookies are denied, what an ad has put into the address goes on from page to page (`url_passthrough`).
 */
urlPassthrough: boolean, 
/**
 * While ads are denied, identifiers of clicks are left out (`ads_data_redaction`).
 */
adsDataRedaction: boolean, 
/**
 * Where the page does not know the visitor's place, Google's own idea of it decides what is on before an answer.
 * Off: the strictest of all places counts, as it does for everything else.
 */
regionDefaults: boolean, };

/**
 * Where Global Privacy Control counts as a refusal of targeted ads and sale.
 */
export type GpcSetting = "everywhere" | "statutory_only";

/**
 * The layout of the first layer.
 */
export type Layout = "bar" | "box" | "dialog";

/**
 * What an operator is or does; each is named by rows of `core/rules/overlays.csv`.
 */
export type Flag = "video" | "online_platform" | "gatekeeper" | "tcf" | "california_opt_in" | "child_directed" | "hipaa_entity" | "hipaa_data" | "glba_entity" | "glba_data" | "biometrics" | "social_service";

/**
 * An earlier form of an item, so that a person who answered it can be told what is new.
 */
export type PastItem = { 
/**
 * The item's key.
 */
item: string, 
/**
 * The fingerprint that it had, in base64url.
 */
fingerprint: string, 
/**
 * What has changed since.
 */
changes: Array<Change>, };

/**
 * One thing that has changed in an item.
 */
export type Change = { 
/**
 * Which part of the meaning.
 */
part: Part, 
/**
 * Whether it must be asked again. Losing a recipient or a kind of data is no such change.
 */
material: boolean, 
/**
 * What it is about: the id of a recipient or data category, or empty for the part as a whole.
 */
id: string, 
/**
 * How it was; empty when it is new.
 */
was: string, 
/**
 * How it is now; empty when it is gone.
 */
now: string, };

/**
 * A part of an item's meaning.
 */
export type Part = "aim" | "method" | "data" | "recipients" | "controller" | "basis";

/**
 * What `build` is told besides the policy.
 */
export type BuildOptions = { 
/**
 * Now, in milliseconds since 1970.
 */
now: number, 
/**
 * The interface's own texts: language → key → text, `ui.` before every key. The policy's texts go on top of them.
 */
interface: Record<string, Record<string, string>>, };

/**
 * The files of a build.
 */
export type Built = { 
/**
 * For the preference centre: the policy without texts.
 */
policy: Policy, 
/**
 * For the engine: what the rules say of this policy, in base64url (see [`Plan`]).
 */
plan: string, 
/**
 * For the first lines of a page.
 */
boot: BootData, 
/**
 * For the interface, one for each language.
 */
texts: Record<string, TextBundle>, 
/**
 * For the owner's repository: every version so far.
 */
lock: Lock, 
/**
 * What the owner should know.
 */
warnings: Array<string>, };

/**
 * The words of one language, and under what they are shown.
 */
export type TextBundle = { 
/**
 * The language, BCP 47.
 */
lang: string, 
/**
 * The policy's version.
 */
policy: number, 
/**
 * The policy's part of a stamp.
 */
stamp: string, 
/**
 * The notice's part of a stamp, without the layer.
 */
notice: string, 
/**
 * What the buttons of a first visit do.
 */
first: Array<[string, string]>, 
/**
 * The place's part of a stamp, by how long an answer counts: `P12M` → `AT BE FI=FI,AX`. A law without `=` lists the
 * place of its name. A part of a country that is not listed has what its country has, and any other place the last of all.
 */
places: Array<[string, string]>, 
/**
 * How many recipients there are.
 */
partners: number, 
/**
 * The full privacy notice.
 */
noticeUrl: string, 
/**
 * The layout of the first layer.
 */
layout: Layout, 
/**
 * Key → text.
 */
texts: Record<string, string>, };

/**
 * The data of the inline snippet: all that a page must know to open its gates. Every page carries it.
 */
export type BootData = { 
/**
 * The policy's site.
 */
site: string, 
/**
 * The meaning that snapshots are matched by.
 */
meaning: string, 
/**
 * From this day on (days since 1970) the cases are too old: rebuild.
 */
expires: number, 
/**
 * Keys of the items, in the order of lines and masks.
 */
items: Array<string>, 
/**
 * Ids of the services, in the order of masks.
 */
services: Array<string>, 
/**
 * Languages with texts, the default first. The command puts them in the order that boot wants, and adds tags of readers.
 */
langs: Array<string>, 
/**
 * First visits, without and with Global Privacy Control. Three words each: flags (`a`: ask, `s`: there is
 * a signal to be put on record), then masks with a `1` for the items and services that are on. The
 * first case is for every place that none of `places` lists, neither itself nor its country.
 */
cases: Array<[string, string]>, 
/**
 * In the form of a case: what a refusal leaves on everywhere. It holds while there is an answer that
 * only the engine can read.
 */
refused: string, 
/**
 * The places of each case, separated by spaces.
 */
places: Array<string>, };

/**
 * The content of `consentkit.lock.json`. Keep it in version control beside the policy.
 */
export type Lock = { 
/**
 * Oldest first, without texts and history.
 */
versions: Array<Policy>, };
