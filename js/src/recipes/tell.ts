/**
 * Tells vendors' code what is on, in its own words.
 *
 * First that nothing is, before any tag can be there. Then what is on, before the gates open that it opens, and again whenever
 * it changes. Whoever has not answered yet is not said to have.
 */
import type { Kernel } from '../boot/kernel.js';
import type { Choice, Said, Vendor } from './types.js';

export function tellVendors(vendors: Vendor[]): void {
  for (const it of vendors) it.first.forEach((command) => tell(it, command, []));
  let told: string | undefined;
  const nothing = words(vendors, []);
  const update = (services: string[]) => {
    const now = words(vendors, services);
    if (now === told) return;
    told = now;
    for (const it of vendors) it.then.forEach((command) => tell(it, command, services));
  };
  const page = window as unknown as { ConsentKit?: { push(call: (kernel: Kernel) => void): void } };
  (page.ConsentKit ??= [] as ((kernel: Kernel) => void)[]).push((kernel) => {
    const apply = kernel._apply;
    kernel._apply = (granted, services) => {
      if (told ?? words(vendors, services) !== nothing) update(services);
      apply(granted, services);
    };
    for (const event of ['consent', 'first-consent', 'change']) kernel.on(event, (it) => update(it.services));
  });
}

/** What would be told, to see whether it has been. */
const words = (vendors: Vendor[], services: string[]): string => JSON.stringify(vendors.map((it) => choose(it.then, services)));

function tell({ to, how }: Vendor, command: Said, services: string[]): void {
  const page = window as unknown as Record<string, any>;
  const said = choose(command, services) as unknown[] | null;
  if (!said) return;
  if (how === 'call') page[to]?.(...said);
  else if (how === 'method') page[to]?.[said[0] as string]?.(...said.slice(1));
  else if (how === 'stub') (page[to] ??= queue(page, to))(...said);
  // Not an arrow: Google's code reads only an Arguments object.
  else if (how === 'arguments') (function (..._: unknown[]) { (page[to] ??= []).push(arguments); })(...said);
  else (page[to] ??= []).push(...(how === 'list' ? [said] : said));
}

/** What vendors' own snippets make where theirs is not there yet. */
function queue(page: Record<string, any>, to: string): (...said: unknown[]) => void {
  return function (..._: unknown[]) {
    (page[to].q ??= []).push(arguments);
  };
}

/** A command with every choice made. */
function choose(said: Said, services: string[]): unknown {
  if (Array.isArray(said)) return said.map((it) => choose(it, services));
  if (!said || typeof said !== 'object') return said;
  const { of, yes = 'granted', no = 'denied' } = said as Choice;
  if (of) return of.every((id) => services.includes(id)) ? yes : no;
  return Object.fromEntries(Object.entries(said).map(([name, it]) => [name, choose(it, services)]));
}
