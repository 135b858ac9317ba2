/** Starting without a build: the policy is JSON, and nothing opens before the engine has looked at it. */
import { readContext } from '../boot/context.js';
import { createKernel, type Components, type Kernel } from '../boot/kernel.js';
import { nearest } from '../nearest.js';
import type { Policy, TextBundle } from '../types.gen.js';
import { connect, type Client, type EngineModule } from './client.js';
import { isDue, SOON } from './due.js';
import { pins, type BuiltPolicy } from './envelope.js';
import { follow, kept, type Load } from './follow.js';
import { openKeep } from './keep.js';
import { logFailure } from './log.js';
import type { Transport } from './transport.js';

/** A policy as an owner writes it, also as a JSON file that is imported. The engine checks it. */
export type PolicySource = Loose<Policy> & { [Name in Needed]: Loose<Policy[Name]> };

type Needed = 'site' | 'version' | 'controllers' | 'purposes' | 'withdrawalUrl';

/** Everything may be missing, and words are strings: TypeScript widens them in imported JSON. */
type Loose<T> = T extends string ? string : T extends (infer Item)[] ? Loose<Item>[] : T extends object ? { [Name in keyof T]?: Loose<T[Name]> | undefined } : T;

export interface StartOptions {
  policy: PolicySource;
  /** Where the visitor is, ISO 3166; unknown is treated strictly. */
  region?: string;
  /** Where the visitor says that they live; its law holds too. */
  residence?: string;
  /** The site's own opaque reference to a signed-in account. */
  account?: string;
  /** A band of ages such as `13-15`. */
  age?: string;
  /** Takes the records; without it they go to `policy.settings.endpoint`. */
  transport?: Transport;
}

/** The engine and the parts of the interface, from wherever this form of the package keeps them. */
export interface Source {
  engine(): Promise<PageEngine>;
  /** The interface's own words in a language of the policy; English where there are none. */
  texts(lang: string): Promise<Record<string, string>>;
  parts: { [Name in keyof Components]: () => Promise<Components[Name]> };
  /** Not in the single file, whose policy is a file that every page asks for anyway. */
  delivery?: Load;
}

/** It also does what a build does ahead. */
interface PageEngine extends EngineModule {
  /** Checks a policy and compiles it: the plan. Throws `{ code, path, hint }`. */
  compile(policy: unknown): string;
  /** The core's `record::notice_part`. */
  notice(language: string, layout: string, texts: Record<string, string>): string;
}

let started: Promise<Kernel> | undefined;

/** A second call changes nothing and gives the first one's result. */
export const startOnce = (options: StartOptions, source: Source): Promise<Kernel> => (started ??= start(options, source));

async function start(options: StartOptions, source: Source): Promise<Kernel> {
  const { region, residence, account, age, transport } = options;
  // A policy that is none at all is refused by the engine like any other.
  const policy = Object(options.policy) as Policy;
  const own = policy.texts ?? {};
  const langs = Object.keys(own);
  const pickLang = (): string => {
    const wanted = [document.documentElement.lang, ...navigator.languages].map((tag) => nearest(tag, langs));
    return [...wanted, policy.defaultLanguage, langs[0]].find((lang) => lang) ?? 'en';
  };
  const layout = policy.settings?.layout ?? 'bar';
  const texts = async (): Promise<TextBundle> => {
    const lang = pickLang();
    const all = { ...(await source.texts(lang)), ...own[lang] };
    const { notice } = await source.engine();
    const bundle = { lang, policy: policy.version, stamp: '', first: [], places: [], layout, texts: all };
    return { ...bundle, notice: notice(lang, layout, all), partners: policy.recipients?.length ?? 0, noticeUrl: policy.noticeUrl ?? '' };
  };
  const languages = [pickLang(), policy.defaultLanguage || langs[0] || 'en'];
  const services = (policy.services ?? []).map(({ id }) => id);
  const data = { site: String(policy.site), meaning: '', expires: 0, items: [], services, langs, cases: [], places: [], refused: '' };
  const given = Object.fromEntries(Object.entries({ region, residence, account, age }).filter(([, value]) => value));
  const kernel = createKernel(data, readContext({ ...document.documentElement.dataset, ...given }), {
    load: (name) => source.parts[name](),
    texts,
    client: async (kernel) => {
      const keep = openKeep(kernel);
      const engine = await source.engine();
      const plan = engine.compile(policy);
      const { delivery } = source;
      const newer = delivery && (await kept(kernel, policy, languages, delivery));
      await keep.ready;
      const client = connect(kernel, engine, policy, plan, keep, newer);
      if (delivery) watch(kernel, client, policy, languages, delivery);
      return (kernel._live = client);
    },
  });
  if (transport) kernel.transport = transport;
  if (policy.settings?.corner) void Promise.all([source.parts.corner(), texts()]).then(([it, words]) => it.open(kernel, words)).catch(() => {});
  kernel._apply([], []);
  await kernel.client().catch((error: unknown) => logFailure(error, 'everything stays off'));
  return kernel;
}

/** What boot does on a built page. */
function watch(kernel: Kernel, client: Client, policy: Policy, languages: string[], load: Load): void {
  if (!pins(policy)) return;
  follow(kernel, client, policy, languages, load);
  const look = () => load().then((it) => it.look(kernel, policy as BuiltPolicy, languages)).catch(() => {});
  setTimeout(() => isDue(kernel) && look(), SOON);
}
