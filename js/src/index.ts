/**
 * ConsentKit for bundlers.
 *
 *     import { start } from 'consentkit';
 *     import policy from './policy.json';
 *     const consent = await start({ policy });
 *     consent.isGranted('analytics');
 */
import { startOnce, type Source, type StartOptions } from './client/start.js';
import type { Kernel } from './boot/kernel.js';
import { wordsIn } from './ui/words.js';

export type { Kernel as ConsentKit, Told } from './boot/kernel.js';
export type { Client } from './client/client.js';
export type { Diagnostics } from './client/diagnostics.js';
export type { PolicySource, StartOptions } from './client/start.js';
export { consoleTransport, httpTransport, type Batch, type Transport } from './client/transport.js';
export type * from './types.gen.js';

/** Starts ConsentKit on this page. A second call changes nothing. Never rejects: see `diagnostics()`. */
export const start = (options: StartOptions): Promise<Kernel> => startOnce(options, source);

let engine: ReturnType<Source['engine']> | undefined;

const source: Source = {
  engine: () => (engine ??= loadEngine()),
  texts: wordsIn,
  parts: {
    banner: () => import('./client/banner.js'),
    centre: () => import('./client/centre.js'),
    embed: () => import('./client/embed.js'),
    ask: () => import('./client/ask.js'),
    links: () => import('./client/links.js'),
    optout: () => import('./client/optout.js'),
    terms: () => import('./client/terms.js'),
    guardian: () => import('./client/guardian.js'),
    corner: () => import('./client/corner.js'),
  },
  delivery: () => import('./client/delivery.js'),
};

/** WebAssembly, or where that is forbidden the same engine as JavaScript. */
async function loadEngine(): ReturnType<Source['engine']> {
  try {
    // @ts-expect-error made by the engine's build, beside this file
    const module = await import('./engine/engine.js');
    await module.default({ module_or_path: new URL('./engine/engine_bg.wasm', import.meta.url) });
    return module;
  } catch {
    // @ts-expect-error made by the engine's build, beside this file
    return import('./engine/engine-fallback.js');
  }
}
