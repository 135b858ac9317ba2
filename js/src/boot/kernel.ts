/**
 * The part of ConsentKit that is on every page from its first line: `window.ConsentKit`.
 *
 * It answers reads, keeps the gates and writes down clicks. It decides nothing: what is on comes from a
 * snapshot that the engine has made, or from the cases that it worked out when the policy was built.
 */
import type { Client } from '../client/client.js';
import type { Written } from '../client/intent.js';
import type { Transport } from '../client/transport.js';
import type { BootData, Context, DocumentStatus, TextBundle, Trace, Wish } from '../types.gen.js';
import { openGates, start } from './gate.js';
import { openBox, type Box } from './store.js';

/** Calls that need the engine; they are made as soon as it is there. */
type Call = 'preferences' | 'accept' | 'reject' | 'withdraw' | 'diagnostics' | 'setContext' | 'agree' | 'identify' | 'forget' | 'ask' | 'show';
export const CALLS = /* @__PURE__ */ 'ask identify setContext forget show diagnostics agree reject accept withdraw preferences'.split(' ') as Call[];
type Calls = { [Name in Call]: (...args: Parameters<Client[Name]>) => Promise<Awaited<ReturnType<Client[Name]>>> };

/** Where the rest comes from: files of a build, a bundle, or one script that holds it all. */
export interface Parts {
  texts(): Promise<TextBundle>;
  /** In a build: the banner and its words in one file, because a first visitor waits for both. */
  first?(): Promise<typeof import('../client/first.js') & { default: TextBundle }>;
  /** In a build, set by the client: words that the first layer does without. */
  more?(lang: string): Promise<Record<string, string>>;
  client(kernel: Kernel): Promise<Client>;
  load<Name extends keyof Components>(name: Name): Promise<Components[Name]>;
}

/** The parts of the interface, each in a file of its name. */
export interface Components extends Surfaces {
  banner: typeof import('../client/banner.js');
  embed: typeof import('../client/embed.js');
  corner: typeof import('../client/corner.js');
}

/** Those that the page's code or markup can ask for. */
export interface Surfaces {
  centre: typeof import('../client/centre.js');
  ask: typeof import('../client/ask.js');
  links: typeof import('../client/links.js');
  optout: typeof import('../client/optout.js');
  terms: typeof import('../client/terms.js');
  guardian: typeof import('../client/guardian.js');
}

/** What page code is told with every event. */
export interface Told {
  granted: string[];
  services: string[];
  /** The items whose decision changed. */
  changed?: string[];
  /** What was used to answer; empty when the page has just been loaded. */
  control?: string;
  /** With `withdraw`: the service, what is cleared of it, and what a page cannot clear. */
  service?: string;
  cleared?: Trace[];
  stays?: Trace[];
  /** With `guardian`: the items that wait for a guardian's answer. */
  items?: string[];
  /** With `documents`: those that the person must be told of or asked about. */
  documents?: DocumentStatus[];
  /** With `wishes`: all that the person wishes inside purposes, now. */
  wishes?: Wish[];
}

/** Names that begin with `_` are ours alone: the bundler shortens them. */
export interface Kernel extends Calls {
  readonly data: BootData;
  _box: Box;
  /** What a snapshot for this page is called: the core's `view::snapshot_key`; a test holds the two together. */
  readonly _key: string;
  readonly _parts: Parts;
  context: Context;
  /** Items and services that are on. Plain values: reading them costs nothing. */
  granted: string[];
  services: string[];
  /** Whether a purpose, or `purpose/recipient`, is permitted now. */
  isGranted(item: string): boolean;
  /** Calls back at once: the kernel is there. Before it, a plain array stands in its place. */
  push(...calls: ((kernel: Kernel) => void)[]): void;
  /** Listens to `consent`, `change`, `first-consent`, `withdraw`, `guardian`, `documents` or `wishes`; who comes late for `consent` hears the state. */
  on(event: string, call: (told: Told) => void): void;
  /** Runs when a service has lost its consent, before what it left is cleared. */
  onWithdraw(service: string, call: () => void): void;
  /** Takes records instead of the backend that the policy names. Set it before the first answer. */
  transport?: Transport;
  /** Makes the receipt of the latest answer, where somebody can. Without it, or while it gives nothing, no receipt is offered. */
  receipt?: () => Promise<Blob> | undefined;
  /** Tells a child's guardian, by an address that the child gives. Set it where the site can: without it no address is asked for. */
  reachGuardian?: (address: string, items: string[]) => Promise<unknown>;
  /** Sets what is on and opens the gates. */
  _apply(granted: string[], services: string[]): void;
  /** Tells page code, as CustomEvent `consentkit:<event>` on the document. */
  _tell(event: string, detail?: Partial<Told>): void;
  _told?: Told;
  _scan(): void;
  /** Starts an element that waits. Here, because a page may have one policy for Trusted Types of a name. */
  _start(element: HTMLElement): void;
  /** The banner of a first visit, drawn before there was a client. */
  _first?: Promise<{ close(): void }>;
  /** What was answered there before there was a client, for the client to take. */
  _early?: Written | undefined;
  /** The client, once it is there. */
  _live?: Client;
  /** Set by the client: follows what is written to localStorage, or could not be (`here`), and what is removed. */
  _keep?(key: string, value?: string, here?: boolean): void;
  /** Set by the client: the newest records that it knows of. */
  _heads?: string[];
  /** Codes that were logged on this page. */
  _said?: string[];
  /** The engine's client; loads it at the first call. */
  client(): Promise<Client>;
}

export function createKernel(data: BootData, context: Context, parts: Parts): Kernel {
  let client: Promise<Client> | undefined;
  const page = window as { ConsentKit?: unknown };
  const queue = page.ConsentKit;
  const kernel = (page.ConsentKit = {
    data,
    context,
    _key: [data.meaning, ...Object.values(context)].join('|'),
    _parts: parts,
    _box: openBox(data.site),
    isGranted: (item) => kernel.granted.includes(item),
    push: (...calls) => calls.forEach((call) => call(kernel)),
    on(event, call) {
      document.addEventListener('consentkit:' + event, (it) => call((it as CustomEvent).detail));
      if (kernel._told && event === 'consent') call(kernel._told);
    },
    onWithdraw: (service, call) => kernel.on('withdraw', (told) => told.service === service && call()),
    _apply(granted, services) {
      kernel.granted = granted;
      kernel.services = services;
      kernel._scan();
    },
    _tell(event, detail) {
      detail = kernel._told = { granted: kernel.granted, services: kernel.services, ...detail };
      document.dispatchEvent(new CustomEvent('consentkit:' + event, { detail }));
    },
    _start: start,
    _scan: () => openGates(kernel),
    client: () => (client ??= parts.client(kernel)),
  } as Partial<Kernel> as Kernel);
  for (const name of CALLS) kernel[name] = (...args: any[]): Promise<any> => kernel.client().then((it) => (it[name] as any)(...args));
  document.addEventListener('click', (event) => {
    const element = (event.target as Element).closest<HTMLElement>('[data-consentkit]')!;
    const name = element?.dataset['consentkit'] as Call;
    if (CALLS.includes(name)) {
      event.preventDefault();
      // The element says what it is about.
      void (kernel[name] as (element: HTMLElement) => unknown)(element);
    }
  });
  if (Array.isArray(queue)) kernel.push(...queue);
  return kernel;
}
