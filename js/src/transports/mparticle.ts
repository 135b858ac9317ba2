/**
 * mParticle. In `ccpa.data_sale_opt_out` the flag is the other way round: `consented: true` is an opt-out.
 *
 *     await connectMparticle(consent, mParticle, { map: { necessary: null, analytics: 'stats', marketing: 'ads' }, saleOptOut: ['marketing'], document: '14.0' });
 */
import { TransportError } from './error.js';
import { categoriesOf, type ConsentMap } from './map.js';
import { observe, type ConsentSourceSoon, type ConsentState } from './source.js';

export interface MparticleOptions {
  /** Item → the GDPR purpose as it is called in mParticle. The library writes purposes in small letters. */
  map: ConsentMap;
  /** The items that are a sale under US law: who has refused any of them has opted out. Left out: nothing is said of it. */
  saleOptOut?: readonly string[];
  /** The version of the notice. */
  document?: string;
}

export interface MparticleConsent {
  consented: boolean;
  document?: string;
  timestamp_unixtime_ms: number;
  location?: string;
}

export interface MparticleState {
  consent_state: { gdpr: Record<string, MparticleConsent>; ccpa?: { data_sale_opt_out: MparticleConsent } };
}

/** What adapters need of `mParticle`. */
export interface Mparticle {
  Consent: { createConsentState(): any; createGDPRConsent(...consent: any[]): any; createCCPAConsent(...consent: any[]): any };
  Identity: { getCurrentUser(): any };
  ready(call: () => void): void;
}

/** The part of a batch, for what you send yourself. */
export function mparticleConsent(state: ConsentState, { map, saleOptOut, document }: MparticleOptions): MparticleState {
  const known = Object.keys(state.items);
  const strange = known.length ? saleOptOut?.find((item) => !known.includes(item)) : undefined;
  if (strange !== undefined || saleOptOut?.length === 0) {
    throw new TransportError('PURPOSE_UNKNOWN', `saleOptOut must name items of the policy${strange === undefined ? '' : `, and "${strange}" is none`}; correct it or leave it out`);
  }
  const said = (consented: boolean): MparticleConsent => ({
    consented,
    ...(document ? { document } : {}),
    timestamp_unixtime_ms: state.at,
    ...(state.control ? { location: state.control } : {}),
  });
  const gdpr = Object.fromEntries(Object.entries(categoriesOf(map, state)).map(([purpose, on]) => [purpose, said(on)]));
  if (!saleOptOut) return { consent_state: { gdpr } };
  const optedOut = !saleOptOut.every((item) => state.items[item] === true);
  return { consent_state: { gdpr, ccpa: { data_sale_opt_out: said(optedOut) } } };
}

/** Keeps the state of mParticle's current user. Answers that it knows already keep their time. */
export async function connectMparticle(source: ConsentSourceSoon, mParticle: Mparticle, options: MparticleOptions): Promise<void> {
  const { now, ready } = observe(source, options.map, (state) => mParticle.ready(() => set(mParticle, mparticleConsent(state, options).consent_state)));
  await ready;
  mparticleConsent(now(), options);
}

function set({ Consent, Identity }: Mparticle, { gdpr, ccpa }: MparticleState['consent_state']): void {
  const user = Identity.getCurrentUser();
  if (!user) return;
  const before = user.getConsentState();
  const after = Consent.createConsentState();
  // What others have put there stays.
  after.setGDPRConsentState(before?.getGDPRConsentState() ?? {});
  if (before?.getCCPAConsentState()) after.setCCPAConsentState(before.getCCPAConsentState());
  const values = ({ consented, timestamp_unixtime_ms, document, location }: MparticleConsent) => [consented, timestamp_unixtime_ms, document, location];
  for (const [purpose, it] of Object.entries(gdpr)) {
    const known = before?.getGDPRConsentState()?.[purpose.trim().toLowerCase()];
    if (known?.Consented !== it.consented || known?.ConsentDocument !== it.document) after.addGDPRConsentState(purpose, Consent.createGDPRConsent(...values(it)));
  }
  const sale = ccpa?.data_sale_opt_out;
  if (sale && before?.getCCPAConsentState()?.Consented !== sale.consented) after.setCCPAConsentState(Consent.createCCPAConsent(...values(sale)));
  user.setConsentState(after);
}
