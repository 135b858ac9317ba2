/**
 * ConsentKit in one file, without a build step:
 *
 *     <script src="consentkit.js" data-policy="/policy.json"></script>
 *
 * or with the policy in the page, which saves a request:
 *
 *     <script type="application/json" data-consentkit-policy>{ … }</script>
 *     <script src="consentkit.js"></script>
 *
 * It speaks English; `data-texts="/texts/"` names a folder with the package's `dist/texts`, for other languages. Banner, centre and
 * placeholders are in it; `data-parts="/parts/"` names a folder with the package's `dist/browser`, for the other parts of the interface.
 */
import * as engine from '../.engine/page/engine.js';
import * as banner from './client/banner.js';
import * as centre from './client/centre.js';
import * as embed from './client/embed.js';
import type { Components } from './boot/kernel.js';
import { log } from './client/log.js';
import { startOnce, type PolicySource } from './client/start.js';
import { nearest } from './nearest.js';
import english from './ui/texts/en.json' with { type: 'json' };
import type { Texts } from './ui/types.js';

/** The engine as hex: after compression 15 % larger than its bytes, where base64 costs 30 %. */
declare const CK_WASM: string;

/** The languages in that folder. */
declare const CK_LANGS: string;

const script = document.currentScript as HTMLScriptElement | null;

let ready: Promise<typeof engine> | undefined;

void readPolicy()
  .then((policy) => {
    void startOnce({ ...script?.dataset, policy }, {
      engine: () => (ready ??= loadEngine()),
      texts: wordsIn,
      parts: {
        banner: async () => banner,
        centre: async () => centre,
        embed: async () => embed,
        ask: apart('ask'),
        links: apart('links'),
        optout: apart('optout'),
        terms: apart('terms'),
        guardian: apart('guardian'),
        corner: apart('corner'),
      },
    });
  })
  .catch((error: unknown) => log('POLICY_INVALID', `the policy is no JSON that can be read (${String(error)}); everything stays off`));

/** A part that few pages need. One that cannot be loaded is said, and whoever needs it waits. */
function apart<Name extends keyof Components>(name: Name): () => Promise<Components[Name]> {
  return () => {
    const file = new URL(`${name}.js`, new URL(script?.dataset['parts'] ?? 'parts/', document.baseURI)).href;
    return import(file).catch((error: unknown) => {
      log('UNAVAILABLE', `${file} cannot be loaded (${String(error)}); name the folder of the package's dist/browser with data-parts`);
      return new Promise(() => {});
    });
  };
}

async function wordsIn(lang: string): Promise<Texts> {
  const folder = script?.dataset['texts'];
  const found = folder !== undefined && nearest(lang, CK_LANGS.split(' '));
  if (!found || found === 'en') return english;
  const file = new URL(`${found}.js`, new URL(folder, document.baseURI)).href;
  return import(file).then(
    (it) => it.default,
    (error: unknown) => (log('TEXTS_UNREADABLE', `${file} cannot be loaded (${String(error)}); the interface is in English`), english),
  );
}

async function readPolicy(): Promise<PolicySource> {
  const inline = document.querySelector('script[data-consentkit-policy]');
  if (inline) return JSON.parse(inline.textContent ?? '');
  const response = await fetch(script?.dataset['policy'] ?? 'policy.json');
  return response.json();
}

/** At once where the browser compiles synchronously: waiting a turn costs more than compiling. */
async function loadEngine(): Promise<typeof engine> {
  const bytes = (Uint8Array as { fromHex?: (hex: string) => Uint8Array<ArrayBuffer> }).fromHex?.(CK_WASM) ?? Uint8Array.from(CK_WASM.match(/../g)!, (pair) => parseInt(pair, 16));
  try {
    engine.initSync({ module: bytes });
  } catch (error) {
    // Forbidden. Chromium before 115 says with another error that it compiles so much only beside the page's own work.
    if (!(error instanceof RangeError)) throw error;
    await engine.default({ module_or_path: URL.createObjectURL(new Blob([bytes], { type: 'application/wasm' })) });
  }
  return engine;
}
