/**
 * The engine's client: hands events to the engine and carries out its effects.
 *
 *     stored state, clicks, the network ─► engine ─► gates, picture, storage, transport, events
 */
import type { Kernel, Told } from '../boot/kernel.js';
import type { Context, Effect, Event, Intent, Notice, Policy, View } from '../types.gen.js';
import { clearTraces } from './clear.js';
import { writeIntent } from './intent.js';
import { log, logOnce } from './log.js';
import { differing, redraw, speak, stopped, within, type Newer, type On } from './renew.js';
import { remove, write } from './store.js';
import { openOutside, readStored } from './stored.js';
import { httpTransport, send } from './transport.js';

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
  agree(document: string): void;
  /** Tells what has changed about the person: `{ region: 'DE' }`, `{ account: 'a1' }`. */
  setContext(changed: Partial<Context>): void;
  /** What waits and what was last heard from the backend. Holds no personal data. */
  diagnostics(): Diagnostics;
  /** A region that was found while the page was already there. */
  learnRegion(region: string): void;
  /** Says yes to what one service, or one purpose, needs, and leaves everything else as it is. */
  allow(service: string, purpose: string, notice: string): void;
  /** Answers with a line of the view. `notice` is the notice's part of the stamp with its layer. */
  answer(line: string, control: string, notice: string): void;
  /** An intent that was written, or could not be, before this client was there. */
  take(intent: Intent, saved: boolean): void;
  /** Takes over a newer policy at once; false when the engine refuses it. */
  renew(newer: Newer): boolean;
  readonly view: View;
  readonly policy: Policy;
}

export interface Diagnostics {
  /** Records that no backend has acknowledged yet, and intents that are no records yet. */
  waiting: number;
  /** Records that the backend has refused. They stay in storage. */
  refused: number;
  /** How long it waits between the last try and the next, in milliseconds; 0 when it does not wait. */
  nextTry: number;
  /** The last answer of the transport: an HTTP status, 0 for none. */
  lastStatus: number | undefined;
  /** Codes that were logged on this page. */
  logged: string[];
}

/** `newer` is one that lies in storage: the page starts with it if its engine can. */
export function connect(kernel: Kernel, { Driver }: EngineModule, policy: Policy, plan: string, newer?: Newer): Client {
  const { _box: box, data } = kernel;
  let view!: View;
  let lastStatus: number | undefined;
  let outbox = { wait: 0, refused: 0 };
  let opened = false;
  // Whether a question, or the centre, has been drawn on this page.
  let seen = !!kernel._first;
  // More must not be on while what was drawn under an older policy is all that the person has seen.
  let most: On | undefined;
  // What only the engine holds.
  const unsaved: Intent[] = [];
  const transport = () => {
    const { endpoint } = policy.settings ?? {};
    return kernel.transport ?? (endpoint ? httpTransport(endpoint) : undefined);
  };

  const carryOut: { [Name in Kinds]: (effect: Fields<Name>) => unknown } = {
    snapshot({ snapshot, keep }) {
      const { granted, services } = within(snapshot, most);
      kernel._apply(granted, services);
      if (!keep || !write(kernel, 's', JSON.stringify(snapshot))) remove(kernel, 's');
      if (!opened) clearTraces(snapshot.clear);
    },
    view: (it) => void (view = it.view),
    save({ record }) {
      // Where there is no backend, nothing waits for one.
      const ok = write(kernel, (record.acked || !transport() ? 'r:' : 'w:r:') + record.id, record.bytes);
      if (ok && record.acked) remove(kernel, 'w:r:' + record.id);
      driver.dispatch({ saved: { id: record.id, ok } });
    },
    forget: ({ nonce }) => remove(kernel, 'w:i:' + nonce),
    cookie: ({ value, maxAge }) => openOutside(data.site).write(value, maxAge),
    async send({ records, heads }) {
      const use = transport();
      if (!use) return;
      const outcome = await send(use, { site: data.site, records, intents: [], heads });
      lastStatus = outcome.status;
      driver.dispatch({ sent: { ids: records.map(({ id }) => id), outcome } });
    },
    outbox(it) {
      outbox = it;
      if (it.state) write(kernel, 'o', it.state);
      else remove(kernel, 'o');
    },
    stop({ service, clear, stays, reload }) {
      kernel._tell('withdraw', { service, cleared: clear, stays });
      clearTraces(clear);
      if (reload) location.reload();
    },
    askGuardian: ({ items }) => tellSoon('guardian', { items }),
    notify({ what, changed, control }) {
      // The page's own boot has already told the state that it started with.
      if (opened || !kernel._told) kernel._tell(EVENTS[what], { changed, control });
    },
    log: ({ code, message }) => logOnce(kernel, code, message),
    wake: () => {},
  };

  /** A turn later: whoever has waited for the start listens by then. */
  const tellSoon = (event: string, about: Partial<Told>) => {
    const { granted, services } = kernel;
    setTimeout(() => document.dispatchEvent(new CustomEvent('consentkit:' + event, { detail: { granted, services, ...about } })));
  };

  let waiting = '';
  const tellDocuments = () => {
    const documents = view.documents.filter((it) => it.waits);
    const now = JSON.stringify(documents);
    if (documents.length && now !== waiting) tellSoon('documents', { documents });
    waiting = now;
  };

  const sink = (effects: Effect[]) => {
    for (const effect of effects) {
      for (const [name, fields] of Object.entries(effect)) carryOut[name as Kinds](fields as never);
    }
    tellDocuments();
    draw();
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
    banner = Promise.all([kernel._parts.banner(), kernel._parts.texts()]).then(([it, texts]) => it.show(kernel, texts, client));
  };

  let centre: ReturnType<typeof kernel._parts.centre> | undefined;

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
    plan = newer.policy.plan;
    speak(kernel, newer);
    void banner?.then((it) => it.close());
    banner = drawn = undefined;
    void centre?.then((it) => it.close() && void client.preferences());
    redraw(kernel);
    return true;
  };

  const start = () => {
    const stored = readStored(kernel, (code, message) => logOnce(kernel, code, message));
    opened = false;
    driver.dispatch({ open: { context: kernel.context, stored } });
    opened = true;
    putSignalOnRecord();
  };

  const client: Client = {
    get view() {
      return view;
    },
    get policy() {
      return policy;
    },
    async preferences() {
      seen = true;
      centre = Promise.all([kernel._parts.centre(), kernel._parts.texts()]).then(([it, texts]) => (it.open(kernel, texts, client), it));
      await centre;
    },
    accept: () => client.answer(view.centre.accept, 'api.accept', ''),
    reject: () => client.answer(view.centre.refuse, 'api.refuse', ''),
    withdraw: () => client.answer(view.withdraw, 'api.withdraw', ''),
    agree(id) {
      const found = view.documents.find((it) => it.id === id);
      if (!found) return log('UNKNOWN_ID', `agree("${id}"): the policy has no such document`);
      const { intent, saved } = writeIntent(kernel, { kind: 'acceptance', body: found.body, answers: '', control: 'api.agree', stamp: view.stamp + '.' });
      client.take(intent, saved);
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
      refused: outbox.refused,
      nextTry: outbox.wait,
      lastStatus,
      logged: [...(kernel._said ?? [])],
    }),
    allow(service, purpose, notice) {
      const needs = policy.services?.find(({ id }) => id === service)?.needs ?? [purpose];
      const wanted = view.items.filter(({ key }) => needs.includes(key));
      // A yes that must stand alone does so only in an event of its own.
      const alone = wanted.filter(({ control }) => control === 'separate').map((item) => [item]);
      for (const together of [wanted.filter(({ control }) => control !== 'separate'), ...alone]) {
        if (together.length) client.answer(view.items.map((item) => (together.some(({ key }) => key === item.key) ? item.on : item.keep)).join(''), 'embed.always', notice);
      }
    },
    answer(answers, control, notice) {
      most = undefined;
      const { intent, saved } = writeIntent(kernel, { answers, control, stamp: `${view.stamp}.${notice}` });
      client.take(intent, saved);
    },
    take(intent, saved) {
      if (!saved) unsaved.push(intent);
      driver.dispatch({ intent: { intent, saved } });
    },
    renew(newer) {
      if (opened && newer.policy.plan === plan) return true;
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
    const act = { kind: 'signal', actor: 'signal', control: 'signal.gpc', answers: view.signal, stamp: view.stamp + '.' };
    const { intent, saved } = writeIntent(kernel, act);
    client.take(intent, saved);
  };

  if (!newer || !client.renew(newer)) start();
  addEventListener('storage', ({ key }) => {
    if (key?.startsWith(`ck:${data.site}:`)) driver.dispatch({ stored: { stored: readStored(kernel, () => {}) } });
  });
  return client;
}

const EVENTS: Record<Notice, string> = { firstConsent: 'first-consent', consent: 'consent', change: 'change' };

type Kinds = Effect extends infer Each ? (Each extends object ? keyof Each : never) : never;
type Fields<Name extends Kinds> = Extract<Effect, Record<Name, unknown>>[Name];
