import { caseOf, on } from './first.js';
import type { Kernel } from './kernel.js';
import { readSnapshot } from './snapshot.js';

/** Opens the gates by what lies in storage, or by the case of a first visit. */
export function open(kernel: Kernel): void {
  const { data, context, _box: box, _parts: parts } = kernel;
  if (replay(kernel)) return;
  // An answer, but not for this page, or something that has laws of its own: nothing beyond a refusal until the
  // engine has looked. The cookie tells of an answer on a subdomain, or of one whose storage is gone.
  const answered = box._keys('')[0] || context.age || context.residence || document.cookie.match(/\bck_\w+=\d/);
  const [flags, items, services] = (answered ? data.refused : caseOf(data.cases, kernel)).split(' ') as [string, string, string];
  kernel._apply(on(data.items, items), on(data.services, services));
  if (flags[0] === 'a') kernel._first = parts.first!().then((it) => it.show(kernel, it.default));
  // Who has an account may have terms to accept.
  if (answered || context.account || flags[1] || Date.now() > data.expires * 864e5) void kernel.client();
}

/**
 * Applies the stored snapshot if it was made for this page, this place and this time, and no other page has written another cookie since;
 * false when it was not, or the engine is there and knows better. The key holds its form too.
 */
export function replay(kernel: Kernel): boolean {
  const { _box: box } = kernel;
  const snapshot = readSnapshot(box);
  const holds =
    !kernel._live &&
    snapshot?.key === kernel._key &&
    Date.now() > snapshot.madeAt - 864e5 &&
    Date.now() < snapshot.validUntil &&
    document.cookie.includes(snapshot.cookie);
  if (!holds) {
    // Another tab may have a newer policy, or could not write its own: what lies there is the engine's to read.
    if (box._keys('')[0]) void kernel.client();
    return false;
  }
  kernel._apply(snapshot.granted, snapshot.services);
  kernel._tell('consent');
  // Something needs the engine: a question, traces to clear, what waits in storage.
  if (snapshot.ask || snapshot.clear[0] || box._keys('w:')[0]) void kernel.client();
  return true;
}
