/** What a newer policy brings, and what a page does besides when it takes one over. */
import type { Kernel } from '../boot/kernel.js';
import type { Policy, Service, TextBundle, Trace } from '../types.gen.js';
import type { BuiltPolicy } from './envelope.js';

export interface Newer {
  policy: BuiltPolicy;
  texts(): Promise<TextBundle>;
  /** Keeps it for the next page, once the engine has taken it; whether that was possible. Not there when it is kept already. */
  keep?(): boolean;
}

/** What is on, at one moment. */
export type On = Pick<Kernel, 'granted' | 'services'>;

/** From now on the page speaks with its words and knows its services. */
export function speak(kernel: Kernel, { policy, texts }: Newer): void {
  kernel._parts.texts = texts;
  // They bring all words.
  delete kernel._parts.more;
  // One that is gone is known all the same: its elements must not fall back on their category.
  kernel.data.services = [...new Set([...kernel.data.services, ...(policy.services ?? []).map(({ id }) => id)])];
}

/** Nothing beyond `most`. */
export const within = ({ granted, services }: On, most?: On): On =>
  most ? { granted: granted.filter((it) => most.granted.includes(it)), services: services.filter((it) => most.services.includes(it)) } : { granted, services };

/** The items that are on in one of the two only. */
export const differing = (a: On, b: On): string[] => [...new Set([...a.granted, ...b.granted])].filter((item) => a.granted.includes(item) !== b.granted.includes(item));

/** The services that were on and are not any more, each as the core's effect `stop` tells of it. The engine that knew them is gone. */
export function stopped({ services }: Policy, before: On, now: On): { service: string; clear: Trace[]; stays: Trace[]; reload: boolean }[] {
  return before.services
    .filter((id) => !now.services.includes(id))
    .map((id) => ({ service: id, ...traces((services ?? []).find((it) => it.id === id)) }));
}

/** The core's `plan::compile`: a page can clear what it could have set. An owner's own JSON may leave fields out. */
function traces({ trackers = [], reloadOnWithdraw = false }: Partial<Service> = {}): { clear: Trace[]; stays: Trace[]; reload: boolean } {
  const of = (clearable: boolean) => trackers.filter(({ host, httpOnly }) => !(host || httpOnly) === clearable).map(({ name, kind = 'cookie' }) => ({ name, kind }));
  return { clear: of(true), stays: of(false), reload: reloadOnWithdraw };
}

/** Placeholders that were drawn with the words of the older policy. */
export function redraw(kernel: Kernel): void {
  if (document.querySelector('ck-embed')) void kernel._parts.load('embed').then((it) => it.replace(kernel));
}
