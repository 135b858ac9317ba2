/** The client of a build: engine and policy come from the build's folder. */
import type { Kernel } from '../boot/kernel.js';
import type { Intent, Policy } from '../types.gen.js';
import { readJson } from './answer.js';
import { connect, type Client, type EngineModule } from './client.js';
import type { BuiltPolicy } from './envelope.js';
import { asked, follow, kept, type Load } from './follow.js';
import { openKeep } from './keep.js';
import { isGoing, whenLeaving } from './leave.js';
import { log, logFailure } from './log.js';
import { readStored } from './stored.js';
import { address, httpTransport, send } from './transport.js';

export async function connectBuilt(kernel: Kernel, base: string): Promise<Client> {
  const keep = openKeep(kernel);
  const load = kernel._parts.load as (name: string) => Promise<any>;
  kernel._parts.more = (lang) => load('more.' + lang).then((it) => it.default);
  let policy: BuiltPolicy | undefined;
  let early = true;
  // Who leaves before the engine is there may not come back. A server's pause only the engine can read.
  whenLeaving(() => early && isGoing() && policy && !kernel._box._read('o') && void sendIntents(kernel, policy));
  try {
    policy = (await fetch(base + 'policy.json').then((response) => response.json())) as BuiltPolicy;
    const load: Load = async () => import(base + 'delivery.js');
    const [engine, newer] = await Promise.all([loadEngine(base), kept(kernel, policy, asked(kernel), load), keep.ready]);
    const client = connect(kernel, engine, policy, policy.plan, keep, newer);
    follow(kernel, client, policy, asked(kernel), load);
    return finish(kernel, client, policy);
  } catch (error) {
    logFailure(error, 'refusals hold, nothing else is opened');
    if (policy) await sendIntents(kernel, policy);
    // Whoever asked for the engine waits, as for a part that cannot be loaded.
    return new Promise(() => {});
  } finally {
    early = false;
  }
}

/** WebAssembly, or where a policy or a fault of the browser forbids it, the same engine as JavaScript. */
async function loadEngine(base: string): Promise<EngineModule> {
  try {
    const engine = await import(base + 'engine.js');
    await engine.default({ module_or_path: base + 'engine_bg.wasm' });
    return engine;
  } catch {
    return import(base + 'engine-fallback.js');
  }
}

/** Without an engine the backend makes the records, with the same core. */
async function sendIntents(kernel: Kernel, { settings }: Policy): Promise<void> {
  const intents: Intent[] = readStored(kernel, () => {}).intents;
  const use = kernel.transport ?? (settings?.endpoint ? httpTransport(settings.endpoint) : undefined);
  if (use && intents.length) await send(use, { site: kernel.data.site, records: [], intents, heads: [] });
}

function finish(kernel: Kernel, client: Client, policy: Policy): Client {
  kernel._live = client;
  if (Date.now() / 864e5 >= kernel.data.expires) log('BUILD_EXPIRED', 'run npx consentkit build again; until then every first visit waits for the engine');
  void learnRegion(kernel, client, policy);
  return client;
}

/** Where nobody has said where the visitor is, a backend behind a trusted edge may know. */
async function learnRegion(kernel: Kernel, client: Client, { settings }: Policy): Promise<void> {
  if (kernel.context.region || !settings?.endpoint) return;
  const found = (await fetch(address(settings.endpoint, 'region'), { credentials: 'omit' }).then(readJson, () => null)) as { region?: unknown } | null;
  const region = String(found?.region);
  if (!/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/.test(region)) return;
  document.cookie = `ck_region=${region}; Max-Age=86400; Path=/; SameSite=Lax`;
  client.learnRegion(region);
}
