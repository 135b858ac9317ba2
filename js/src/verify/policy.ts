/** The facts of a policy, and the fingerprints that follow from them. */
import { byBytes, hashOf, joined } from './bytes.js';
import { anyJson, isMembers, member } from './json.js';
import type { Members } from './json.js';
import type { Item } from './record.js';
import { Wrong } from './wrong.js';

export interface Purpose {
  id: string;
  method: string;
  kinds: string[];
  legalBasis: string;
  highRisk: boolean;
  matchedToPerson: boolean;
  perRecipient: boolean;
  recipients: string[];
  data: { category: string; retention: string }[];
  transfers: { country: string; safeguard: string }[];
}

export interface Facts {
  site: string;
  version: string;
  withdrawalUrl: string;
  noticeUrl: string;
  controllers: { id: string; name: string; address: string; contact: string }[];
  purposes: Purpose[];
  recipients: { id: string; name: string; country: string; noticeUrl: string }[];
  dataCategories: { id: string; dpv: string; sensitive: boolean }[];
  storageLocations: string[];
}

/** Kinds in the order of their letters, each with the purposes of DPV that are broader. */
export const KINDS: Record<string, string[]> = {
  necessary: ['dpv:ServiceProvision'],
  security: ['dpv:EnforceSecurity'],
  prefs_user_chosen: ['dpv:UserInterfacePersonalisation'],
  stats_fp: ['dpv:ServiceUsageAnalytics'],
  stats_other: ['dpv:ServiceUsageAnalytics'],
  personalisation: ['dpv:ServicePersonalisation'],
  ads_contextual: ['dpv:Advertising'],
  ads_targeted: ['dpv:PersonalisedAdvertising', 'dpv:TargetedAdvertising'],
  sale_share: ['dpv:SellDataToThirdParties'],
  sensitive: [],
  geo_precise: [],
  xborder: [],
  e_marketing: ['dpv:DirectMarketing'],
  third_party: [],
  public_disclosure: [],
  automated_decision: [],
  ai_train: [],
};

export const BASES: Record<string, string> = {
  consent: 'dpv:Consent',
  contract: 'dpv:Contract',
  legal_obligation: 'dpv:LegalObligation',
  legitimate_interest: 'dpv:LegitimateInterest',
  vital_interest: 'dpv:VitalInterest',
  public_task: 'dpv:PublicInterest',
};

/** A word ends with it, so that no two lists of words read the same. */
const END = '\u001f';

export function readFacts(json: string): Facts {
  const of = members(anyJson(json));
  return {
    ...texts(of, ['site', 'version', 'withdrawalUrl', 'noticeUrl']),
    controllers: list(of, 'controllers').map((it) => texts(members(it), ['id', 'name', 'address', 'contact'])),
    purposes: list(of, 'purposes').map((it) => readPurpose(members(it))),
    recipients: list(of, 'recipients').map((it) => texts(members(it), ['id', 'name', 'country', 'noticeUrl'])),
    dataCategories: list(of, 'dataCategories').map((it) => ({ ...texts(members(it), ['id', 'dpv']), sensitive: flag(members(it), 'sensitive') })),
    storageLocations: list(of, 'storageLocations').map(text),
  };
}

function readPurpose(of: Members): Purpose {
  const purpose = {
    ...texts(of, ['id', 'method', 'legalBasis']),
    kinds: list(of, 'kinds').map(text),
    highRisk: flag(of, 'highRisk'),
    matchedToPerson: flag(of, 'matchedToPerson'),
    perRecipient: flag(of, 'perRecipient'),
    recipients: list(of, 'recipients').map(text),
    data: list(of, 'data').map((it) => texts(members(it), ['category', 'retention'])),
    transfers: list(of, 'transfers').map((it) => texts(members(it), ['country', 'safeguard'])),
  };
  const known = purpose.kinds.every((kind) => Object.hasOwn(KINDS, kind)) && Object.hasOwn(BASES, purpose.legalBasis);
  if (!known) throw new Wrong('a kind or a legal basis is not known');
  return purpose;
}

/** Every item with its fingerprint, in the policy's order; nothing where a policy cannot be like this. */
export function itemsOf(facts: Facts): Item[] {
  const lawful = facts.purposes.every(({ kinds, data }) => kinds.length > 0 && data.every(({ retention }) => /^(|P(?!$)([1-9]\d*M)?([1-9]\d*D)?)$/.test(retention)));
  if (!lawful) return [];
  return facts.purposes.flatMap((purpose) => {
    const keys = [purpose.id, ...(purpose.perRecipient ? purpose.recipients.map((id) => `${purpose.id}/${id}`) : [])];
    return keys.map((key, index) => ({ key, fingerprint: fingerprint(facts, purpose, index > 0 ? purpose.recipients[index - 1] : undefined) }));
  });
}

function fingerprint(facts: Facts, purpose: Purpose, recipient: string | undefined): Uint8Array {
  const letters = purpose.kinds.map((kind) => String.fromCharCode(97 + Object.keys(KINDS).indexOf(kind))).sort();
  const risks = [purpose.highRisk, purpose.matchedToPerson].map((risk) => (risk ? 'high' : 'low') + END);
  const together = purpose.perRecipient ? '' : words(purpose.recipients);
  const parts = [
    purpose.id + END + letters.join('') + risks.join(''),
    purpose.method + END,
    words(purpose.data.map(({ category, retention }) => `${category}=${retention}`)),
    (recipient === undefined ? together : recipient + END) + 'to' + END + words(purpose.transfers.map(({ country }) => country)),
    words(facts.controllers.map(({ id }) => id)),
    purpose.legalBasis + END,
  ];
  return joined(...parts.map((part) => hashOf(part).slice(0, 4)));
}

const words = (list: string[]): string => [...list].sort(byBytes).map((word) => word + END).join('');

function members(value: unknown): Members {
  if (!isMembers(value)) throw new Wrong('an object is needed');
  return value;
}

function list(of: Members, name: string): unknown[] {
  const value = member(of, name);
  if (!Array.isArray(value)) throw new Wrong(`${name}: a list is needed`);
  return value;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new Wrong('a text is needed');
  return value;
}

function flag(of: Members, name: string): boolean {
  const value: unknown = member(of, name);
  if (typeof value !== 'boolean') throw new Wrong(`${name}: true or false is needed`);
  return value;
}

function texts<N extends string>(of: Members, names: N[]): Record<N, string> {
  return Object.fromEntries(names.map((name) => [name, text(member(of, name))])) as Record<N, string>;
}
