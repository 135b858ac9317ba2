/** What a receipt must say, made from its evidence. */
import { base64url, hashOf, urn } from './bytes.js';
import { member } from './json.js';
import type { Members, Plain } from './json.js';
import { BASES, KINDS } from './policy.js';
import type { Facts, Purpose } from './policy.js';
import type { Fields, Item } from './record.js';

export interface Notice {
  lang: string;
  layout: string;
  texts: Record<string, string>;
}

export interface Source {
  id: Uint8Array;
  record: Fields;
  /** The text of the policy's facts, and the facts where it could be read. */
  policyText: string | undefined;
  facts: Facts | undefined;
  notice: Notice | undefined;
  logged: boolean;
}

const CONTEXT: Members = {
  ck: 'https://github.com/consentkit/consentkit/blob/main/examples/backend/RECEIPT.md#',
  'ck:evidence': { '@id': 'ck:evidence', '@type': '@json' },
  dct: 'http://purl.org/dc/terms/',
  dpv: 'https://w3id.org/dpv#',
  loc: 'https://w3id.org/dpv/loc#',
  pd: 'https://w3id.org/dpv/pd#',
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  skos: 'http://www.w3.org/2004/02/skos/core#',
};

const SCHEMA = 'https://w3id.org/dpv/schema/dpv-27560#';

export function receiptOf(source: Source): Members {
  const { id } = source;
  return {
    '@context': CONTEXT,
    '@id': `${urn(id)}#receipt`,
    '@type': 'dpv:ConsentReceipt',
    'dct:conformsTo': { '@id': `${SCHEMA}receipt-record` },
    'dct:identifier': base64url(id),
    'ck:log': source.logged ? 'integrated' : 'pending',
    'dpv:hasRecordOfActivity': recordOf(source),
  };
}

function recordOf(source: Source): Members {
  const { id, record, facts } = source;
  const members: Members = {
    '@id': urn(id),
    '@type': 'dpv:ConsentRecord',
    'dct:conformsTo': { '@id': `${SCHEMA}record` },
    'dct:identifier': base64url(id),
    'dct:created': record.at,
    'dpv:hasDataSubject': { '@type': 'dpv:DataSubject', 'dct:identifier': record.subject },
    'dpv:hasJurisdiction': record.region ? [{ '@id': `loc:${record.region}` }] : [],
    'dpv:hasApplicableLaw': record.laws.map((law) => ({ '@type': 'dpv:Law', 'dct:identifier': law })),
    'dpv:hasProcess': record.answers.map(({ item, letter }) => processOf(source, item, letter)),
    'ck:kind': record.kind,
    'ck:account': record.account,
    'ck:age': record.age,
    'ck:signals': record.signals,
    'ck:parents': record.parents.map(urn),
    'ck:wishes': record.wishes.map(({ id: wish, value }) => ({ 'dct:identifier': wish, 'rdf:value': String(value) })),
    'ck:body': record.body,
    'ck:checkpoint': record.checkpoint,
    'ck:policy': policyOf(source),
    ...noticeOf(record),
    ...(facts && partiesOf(facts)),
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => !(typeof value === 'string' || Array.isArray(value)) || value.length > 0));
}

function noticeOf({ notice }: Fields): Members {
  if (!notice) return {};
  return { 'dpv:hasNotice': { '@id': urn(notice.hash), '@type': 'dpv:ConsentNotice', 'dct:language': notice.language, 'ck:level': notice.level } };
}

function policyOf({ record: { policy }, policyText }: Source): Members {
  return {
    ...(policyText !== undefined && { '@id': urn(hashOf(policyText)) }),
    'ck:site': policy.site,
    'dct:hasVersion': String(policy.version),
    'ck:rules': policy.rules,
    'ck:software': policy.software,
  };
}

function partiesOf(facts: Facts): Members {
  return {
    'dpv:hasDataController': facts.controllers.map(({ id, name, address, contact }) => ({
      '@type': 'dpv:DataController',
      'dct:identifier': id,
      'dpv:hasName': name,
      'dpv:hasAddress': address,
      'dpv:hasContact': contact,
    })),
    'dpv:hasStorageCondition': facts.storageLocations.map((code) => ({ '@type': 'dpv:StorageLocation', 'dpv:hasLocation': { '@id': `loc:${code}` } })),
    'dpv:hasConsentControl': { '@type': ['dpv:ProvideConsent', 'dpv:WithdrawConsent'], 'dpv:isExercisedAt': facts.withdrawalUrl },
  };
}

function processOf({ record, facts, notice }: Source, item: Item, letter: string): Members {
  const [id = '', ...rest] = item.key.split('/');
  const only = rest.length > 0 ? rest.join('/') : undefined;
  const purpose = facts?.purposes.find((it) => it.id === id);
  const title = notice && member(notice.texts, `${id}.name`);
  const broader = purpose?.kinds.flatMap((kind) => (KINDS[kind] ?? []).map((term) => ({ '@id': term }))) ?? [];
  return {
    '@type': 'dpv:Process',
    'dct:identifier': item.key,
    'ck:fingerprint': base64url(item.fingerprint),
    'dpv:hasConsentStatus': [statusOf(record, letter)],
    'dpv:hasPurpose': {
      '@type': 'dpv:Purpose',
      'dct:identifier': id,
      ...(title !== undefined && { 'dct:title': title }),
      ...(broader.length > 0 && { 'skos:broader': broader }),
    },
    ...(facts && purpose && particulars(facts, purpose, only)),
  };
}

function particulars(facts: Facts, purpose: Purpose, only: string | undefined): Members {
  const together = purpose.perRecipient ? [] : purpose.recipients;
  const receives = (id: string) => (only === undefined ? together.includes(id) : id === only);
  return {
    'dpv:hasLegalBasis': { '@id': BASES[purpose.legalBasis] ?? '' },
    'ck:method': purpose.method,
    'dpv:hasPersonalData': purpose.data.map(({ category, retention }): Plain => {
      const known = facts.dataCategories.find(({ id }) => id === category);
      return {
        '@type': known?.sensitive ? 'dpv:SensitivePersonalData' : 'dpv:PersonalData',
        'dct:identifier': category,
        ...(known?.dpv && { 'skos:broader': { '@id': known.dpv } }),
        ...(retention && { 'dpv:hasStorageCondition': { '@type': 'dpv:StorageDuration', 'dpv:hasDuration': retention } }),
      };
    }),
    'dpv:hasRecipientThirdParty': facts.recipients
      .filter(({ id }) => receives(id))
      .map(({ id, name, country, noticeUrl }) => ({ '@type': 'dpv:ThirdParty', 'dct:identifier': id, 'dpv:hasName': name, 'ck:country': country, 'ck:notice': noticeUrl })),
    'dpv:hasThirdCountry': purpose.transfers.map(({ country, safeguard }) => ({ '@id': `loc:${country}`, 'ck:safeguard': safeguard })),
  };
}

const STATUS: Record<string, string> = { g: 'dpv:ConsentGiven', r: 'dpv:ConsentRefused', w: 'dpv:ConsentWithdrawn', l: 'ck:Left' };
const ACTORS: Record<string, string> = { subject: 'dpv:DataSubject', guardian: 'dpv:GuardianOfDataSubject' };

function statusOf(record: Fields, letter: string): Members {
  const { actor, at, control, validity } = record;
  const bySignal = actor === 'signal' && 'rw'.includes(letter);
  const known = Object.hasOwn(ACTORS, actor) ? ACTORS[actor] : undefined;
  return {
    '@type': bySignal ? 'ck:RefusedBySignal' : (STATUS[letter] ?? ''),
    'dpv:isIndicatedBy': known ? { '@id': known } : { 'dct:identifier': actor },
    'dpv:isIndicatedAtTime': at,
    'dpv:hasIndicationMethod': control,
    'dpv:hasDuration': validity ? { '@type': 'dpv:TemporalDuration', 'rdf:value': validity } : { '@type': 'dpv:IndeterminateDuration' },
  };
}
