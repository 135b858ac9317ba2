/**
 * The engine's client: hands events to the engine and carries out its effects.
 *
 *     stored state, clicks, the network ─► engine ─► gates, picture, storage, transport, events
 */
import type { Kernel, Surfaces, Told } from '../boot/kernel.js';
import type { Context, Effect, Event, Intent, Notice, Policy, View, Wish } from '../types.gen.js';
import { openAccount } from './account.js';
import { answerOnly } from './only.js';
import { clearTraces } from './clear.js';
import { order } from './envelope.js';
import { isOrphan, writeIntent, type Act, type Written } from './intent.js';
import type { Diagnostics } from './diagnostics.js';
import type { Keep } from './keep.js';
import { isGoing, whenLeaving } from './leave.js';
import { log, logOnce } from './log.js';
import { keepPicture } from './picture.js';
import { differing, redraw, speak, stopped, within, type Newer, type On } from './renew.js';
import { receiptFrom } from './receipt.js';
import { remove, write } from './store.js';
import { readStored } from './stored.js';
import { httpTransport, send } from './transport.js';
import { show, type Parts } from './surfaces.js';
import { inTurn } from './turn.js';
import { allWords } from './words.js';

/** What every form of the engine exports. It runs a plan: what the rules say of a policy. */
export interface EngineModule {
  Driver: new (plan: string, sink: (effects: Effect[]) => void) => { dispatch(event: Event): void; free(): void };
}

export interface Client {
  /** Opens the preference centre. */
  preferences(): Promise<void>;
  /** Accepts, refuses or takes back everything, for interfaces of your own. */
  accept(): void;
  reject(): void;
  withdraw(): void;
  /** Accepts a document, such as terms of service, in the version of the policy. It is a contract and no consent. */
  agree(document: string, control?: string, notice?: string): void;
  /**
   * Asks about one purpose, recipient (`purpose/recipient`) or service, beside the element that needs it, and answers whether it is
   * permitted in the end. The element itself may say what: `data-purpose`, `data-service`.
   */
  ask(what: string | HTMLElement, beside?: HTMLElement): Promise<boolean>;
  /** Opens a part of the interface, over the page or in an element that names it with `data-surface`. */
  show(surface: keyof Surfaces | HTMLElement): Promise<unknown>;
  /**
   * Says who is signed in: the site's own opaque reference, and the token by which the backend knows them. What was answered
   * on this device counts for the account from now on, and the answers that were given elsewhere are fetched.
   */
  identify(account: string, token?: string): void;
  /** Parts the device from whoever used it. A no holds all the same. Done when no storage knows of them as the person here. */
  forget(): Promise<void>;
  /** Tells what has changed about the person: `{ region: 'DE' }`, `{ account: 'a1' }`. */
  setContext(changed: Partial<Context>): void;
  /** What waits and what was last heard from the backend. Holds no personal data. */
  diagnostics(): Diagnostics;
  /** A region that was found while the page was already there. */
  learnRegion(region: string): void;
  /** Says yes to what one service, or one purpose, needs, and leaves everything else as it is. */
  allow(service: string, purpose: string, notice: string): void;
  /** Answers with a line of the view, and with wishes. `notice` is the notice's part of the stamp with its layer. */
  answer(line: string, control: string, notice: string, more?: { wishes?: Wish[]; actor?: string }): void;
  /** Runs after everything that may have changed the view. */
  watch(call: () => void): void;
  /** Puts an act on record: written down at once, whatever becomes of the page. */
  record(act: Act): void;
  /** Takes over a newer policy at once; false when the engine refuses it. */
  renew(newer: Newer): boolean;
  readonly view: View;
  /** What the person wishes inside purposes. */
  readonly wishes: readonly Wish[];
  readonly policy: Policy;
}

/** `newer` is a policy that lies in storage: the page begins with it if its engine can. */
export function connect(kernel: Kernel, { Driver }: EngineModule, policy: Policy, plan: string, keep: Keep, newer?: Newer): Client {
  const { _box: box, data } = kernel;
  let view!: View;
  let wishes: Wish[] = [];
  const watching: (() => void)[] = [];
  let lastTry: Diagnostics['lastTry'];
  // What is logged now is about this try.
  let judging: Diagnostics['lastTry'];
  let outbox = { refused: 0, nextTry: 0 };
  let opened = false;
  // Whether a question, or the centre, has been drawn on this page.
  let seen = !!kernel._first;
  // More must not be on while what was drawn under an older policy is all that the person has seen.
  let most: On | undefined;
  // Nor when an answer waits that cannot be read, whatever is answered next: it may leave as it was what the first has refused.
  let unread: On | undefined;
  let outside: Fields<'cookie'> | undefined;
  // What only the engine holds.
  const unsaved: Intent[] = [];
  const transport = () => {
    const { endpoint } = policy.settings ?? {};
    return kernel.transport ?? (endpoint ? httpTransport(endpoint) : undefined);
  };

  const isHere = () => keep.places().includes('localStorage');

  const { receipts, endpoint } = policy.settings ?? {};
  if (receipts && endpoint && !kernel.transport) kernel.receipt ??= () => receiptFrom(kernel, endpoint);

  const carryOut: { [Name in Kinds]: (effect: Fields<Name>) => unknown } = {
    snapshot({ snapshot, keep }) {
      held = within(within(snapshot, most), unread);
      if (!kernel._early) release();
      const before = JSON.stringify(wishes);
      wishes = snapshot.wishes;
      if ((opened || kernel._live) && JSON.stringify(wishes) !== before) tellSoon('wishes', { wishes });
      keepPicture(kernel, keep && snapshot, outside);
      kernel._heads = snapshot.heads;
      if (!opened) clearTraces(snapshot.clear);
    },
    view: (it) => void (view = it.view),
    save({ record }) {
      // Where there is no backend, nothing waits for one.
      const place = account.received.has(record.id) ? 'a:' : record.acked || !transport() ? 'r:' : 'w:r:';
      const here = write(kernel, place + record.id, record.bytes);
      const tell = (ok: boolean) => {
        if (ok && record.acked) remove(kernel, 'w:r:' + record.id);
        driver.dispatch({ saved: { id: record.id, ok } });
      };
      if (here) tell(true);
      else void keep.settled().then(tell);
    },
    forget: ({ nonce }) => remove(kernel, 'w:i:' + nonce),
    // Written with the snapshot, which is kept with it.
    cookie: () => {},
    async send({ records, heads }) {
      const use = transport();
      if (!use) return;
      const deliver = async () => {
        // While this tab waited for its turn, another may have delivered them.
        const left = records.filter(({ id }) => !waited.includes(id) || !box._read('r:' + id));
        if (left.length < records.length) reread();
        if (!left.length && records.length) return;
        const { token } = account;
        const outcome = await send(use, { site: data.site, records: left, intents: [], heads, token });
        // What only IndexedDB takes is known to lie there before it is known to have arrived.
        if (!isHere()) await keep.settled();
        // Whoever has signed out meanwhile gets nothing any more.
        if (token !== account.token) outcome.records = [];
        outcome.records.forEach(({ id }) => account.received.add(id));
        const judged = (judging = lastTry = { status: outcome.status, code: '' });
        driver.dispatch({ sent: { ids: left.map(({ id }) => id), outcome } });
        if (judging === judged) judging = undefined;
      };
      const waited = records.map(({ id }) => id).filter((id) => box._read('w:r:' + id));
      // A page that goes cannot wait.
      await (isGoing() ? deliver() : inTurn(`ck:${data.site}:send`, deliver));
    },
    outbox(it) {
      outbox = { refused: it.refused, nextTry: it.wait && Date.now() + it.wait };
      if (it.state) write(kernel, 'o', it.state);
      else remove(kernel, 'o');
    },
    stop({ service, clear, stays, reload }) {
      kernel._tell('withdraw', { service, cleared: clear, stays });
      clearTraces(clear);
      // A page that goes breaks off what is on its way to IndexedDB. Where that is the only place, it has to wait.
      if (reload) void keep.settled(isHere() ? SHORT : undefined).then(() => location.reload());
    },
    askGuardian: ({ items }) => tellSoon('guardian', { items }),
    notify({ what, changed, control }) {
      // The page's own boot has already told the state that it started with.
      if (opened || !kernel._told) kernel._tell(EVENTS[what], { changed, control });
    },
    log({ code, message }) {
      logOnce(kernel, code, message);
      if (judging) judging.code = code;
    },
    wake: () => {},
  };

  /** A turn later: whoever has waited for the start listens by then. */
  const tellSoon = (event: string, about: Partial<Told>) => {
    const { granted, services } = kernel;
    setTimeout(() => document.dispatchEvent(new CustomEvent('consentkit:' + event, { detail: { granted, services, ...about } })));
  };

  const account = openAccount(kernel, () => client, (event) => driver.dispatch(event));

  const takeStored = () => driver.dispatch({ stored: { stored: readStored(kernel, () => {}) } });

  // Once, for whatever else comes in the same turn.
  let rereading = false;
  const reread = () => {
    if (rereading) return;
    rereading = true;
    setTimeout(() => {
      rereading = false;
      takeStored();
    });
  };

  let waiting = '';
  const tellDocuments = () => {
    const documents = view.documents.filter((it) => it.waits);
    const now = JSON.stringify(documents);
    if (documents.length && now !== waiting) tellSoon('documents', { documents });
    waiting = now;
  };

  const sink = (effects: Effect[]) => {
    outside = effects.flatMap((it) => ('cookie' in it ? [it.cookie] : []))[0];
    for (const effect of effects) {
      for (const [name, fields] of Object.entries(effect)) carryOut[name as Kinds](fields as never);
    }
    tellDocuments();
    draw();
    for (const call of watching) call();
  };
  let driver = new Driver(plan, sink);

  // The banner of a first visit asks what the engine asks at first; it stays where it is.
  let banner = kernel._first;
  let drawn = banner && '';
  const draw = () => {
    const { kind, items } = view.prompt;
    const asked = kind === 'required' ? JSON.stringify(items) : undefined;
    if (banner && asked && !opened) drawn = asked;
    if (asked === drawn) return;
    drawn = asked;
    void banner?.then((it) => it.close());
    banner = undefined;
    if (!asked) return;
    seen = true;
    banner = Promise.all([kernel._parts.load('banner'), allWords(kernel)]).then(([it, texts]) => it.show(kernel, texts, client));
  };

  // The parts of the interface that have been opened on this page.
  const parts: Parts = new Map();

  /** Another engine in the place of this one. Whatever is drawn goes: its words are not those of the newer policy. */
  const exchange = (newer: Newer): boolean => {
    try {
      const next = new Driver(newer.policy.plan, sink);
      driver.free();
      driver = next;
    } catch (error) {
      const { code = '', hint = String(error) } = Object(error) as { code?: string; hint?: string };
      logOnce(kernel, 'DELIVERY_PLAN', `a newer policy is not used: the engine of this page refuses its plan (${code}): ${hint}`);
      return false;
    }
    policy = newer.policy;
    speak(kernel, newer);
    void banner?.then((it) => it.close());
    banner = drawn = undefined;
    for (const [name, it] of parts) if (it.close() && name !== 'ask') void client.show(name);
    redraw(kernel);
    return true;
  };

  // What is on by the engine, until it has been applied.
  let held: On | undefined;
  const release = () => {
    if (held) kernel._apply(held.granted, held.services);
    held = undefined;
  };

  const take = ({ intent, saved }: Written) => {
    // Where nothing could be written, the next answer is still of the same person.
    if (!box._read('u')) write(kernel, 'u', intent.subject);
    if (!saved) unsaved.push(intent);
    driver.dispatch({ intent: { intent, saved } });
  };

  const start = () => {
    const stored = readStored(kernel, (code, message) => logOnce(kernel, code, message));
    opened = false;
    // It lies in a storage that cannot be read, and so does what it follows: only a page that reads both may make its record,
    // or there would be two of it. Until then nothing more is on than now.
    if (isOrphan(kernel._early, stored.intents)) {
      kernel._early = undefined;
      unread = { granted: kernel.granted, services: kernel.services };
    }
    driver.dispatch({ open: { context: kernel.context, stored } });
    opened = true;
    // Answered before the engine was there: nothing that it says without this answer is applied.
    const early = kernel._early;
    kernel._early = undefined;
    if (early) take(early);
    release();
    // Where only the cookie or the records know who this is, it stays the same person.
    if (view.subject && !box._read('u')) write(kernel, 'u', view.subject);
    putSignalOnRecord();
  };

  const client: Client = {
    get view() {
      return view;
    },
    get wishes() {
      return wishes;
    },
    get policy() {
      return policy;
    },
    preferences: async () => void (await client.show('centre')),
    ask: async (what, beside) => {
      seen = true;
      const [it, texts] = await Promise.all([kernel._parts.load('ask'), allWords(kernel)]);
      parts.set('ask', it);
      return it.ask(kernel, texts, client, what, beside);
    },
    show(surface) {
      seen = true;
      return show(kernel, client, surface, parts);
    },
    watch: (call) => void watching.push(call),
    accept: () => client.answer(view.centre.accept, 'api.accept', ''),
    reject: () => client.answer(view.centre.refuse, 'api.refuse', ''),
    withdraw: () => client.answer(view.withdraw, 'api.withdraw', ''),
    agree(id, control = 'api.agree', notice = '') {
      const found = view.documents.find((it) => it.id === id);
      if (!found) return log('UNKNOWN_ID', `agree("${id}"): the policy has no such document`);
      client.record({ kind: 'acceptance', body: found.body, answers: '', control, stamp: `${view.stamp}.${notice}` });
    },
    identify: account.identify,
    async forget() {
      account.forget();
      await keep.settled();
    },
    setContext(changed) {
      kernel.context = { ...kernel.context, ...changed };
      driver.dispatch({ context: { context: kernel.context } });
      putSignalOnRecord();
    },
    learnRegion(region) {
      // Nothing may loosen under a person's eyes. What has been drawn was drawn for an unknown place; from now on
      // the law of the region holds as well, as that of a residence does, which can only tighten.
      if (!seen) client.setContext({ region });
      else if (!kernel.context.residence) client.setContext({ residence: region });
    },
    diagnostics: () => ({
      waiting: box._keys('w:').length,
      ...outbox,
      lastTry,
      places: keep.places(),
      logged: [...(kernel._said ?? []), ...[keep.trouble()].filter(Boolean)],
    }),
    allow(service, purpose, notice) {
      const needs = policy.services?.find(({ id }) => id === service)?.needs ?? [purpose];
      answerOnly(client, needs, 'on', 'embed.always', notice);
    },
    answer(answers, control, notice, more) {
      most = undefined;
      client.record({ answers, control, stamp: `${view.stamp}.${notice}`, ...more });
    },
    record(act) {
      // What another tab has written a moment ago is a parent of this; the engine must know it.
      if (box._keys('w:i:')[0]) takeStored();
      take(writeIntent(kernel, act));
    },
    renew(newer) {
      if (opened && !order(newer.policy, policy)) return true;
      const before: On = { granted: kernel.granted, services: kernel.services };
      const [older, running] = [policy, opened];
      if (!exchange(newer)) return false;
      const kept = newer.keep?.() ?? true;
      if (seen) most = before;
      start();
      for (const intent of unsaved) driver.dispatch({ intent: { intent, saved: false } });
      const changed = differing(before, kernel);
      // Without a place to keep it, the page would begin with the older one again, and reload again.
      for (const it of stopped(older, before, kernel)) carryOut.stop({ ...it, reload: it.reload && kept });
      if (running && changed.length) kernel._tell('change', { changed, control: '' });
      return true;
    },
  };

  const putSignalOnRecord = () => {
    if (!view.signal) return;
    client.record({ kind: 'signal', actor: 'signal', control: 'signal.gpc', answers: view.signal, stamp: view.stamp + '.' });
  };

  if (!newer || !client.renew(newer)) start();
  keep.changed = reread;
  whenLeaving(() => driver.dispatch({ wake: { pull: false } }));
  return client;
}

/** How long a service that can only be ended by a reload may go on for the sake of the copy. */
const SHORT = 500;

const EVENTS: Record<Notice, string> = { firstConsent: 'first-consent', consent: 'consent', change: 'change' };

type Kinds = Effect extends infer Each ? (Each extends object ? keyof Each : never) : never;
type Fields<Name extends Kinds> = Extract<Effect, Record<Name, unknown>>[Name];
