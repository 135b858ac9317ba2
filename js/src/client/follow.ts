/** What lies in storage, and what another tab takes over, for pages that pin keys. The code for it is loaded only then. */
import type { Kernel } from '../boot/kernel.js';
import { pickLang } from '../boot/lang.js';
import type { Policy } from '../types.gen.js';
import type { Client } from './client.js';
import { pins, type BuiltPolicy } from './envelope.js';
import type { Newer } from './renew.js';

export type Load = () => Promise<typeof import('./delivery.js')>;

/** The languages in which a built page asks for a policy: its own, and the default, which a newer policy is the last to lose. */
export const asked = ({ data: { langs } }: Kernel): string[] => [pickLang(langs), langs.at(-1)!];

/** The newer policy with which the page begins, if there is one. */
export async function kept(kernel: Kernel, own: Policy, languages: string[], load: Load): Promise<Newer | undefined> {
  if (!pins(own) || kernel._box._read('p') === undefined) return undefined;
  return load().then((it) => it.stored(kernel, own as BuiltPolicy, languages)).catch(() => undefined);
}

/** Another tab has taken one over. */
export function follow(kernel: Kernel, client: Client, own: Policy, languages: string[], load: Load): void {
  addEventListener('storage', ({ key, newValue }) => {
    if (newValue && key === `ck:${kernel.data.site}:p`) void kept(kernel, own, languages, load).then((newer) => newer && client.renew(newer));
  });
}
