import { on, words } from './first.js';
import { holds, type Kernel } from './kernel.js';
import { readSnapshot } from './snapshot.js';

/** Opens the gates by what lies in storage, or by the case of a first visit. */
export function open(kernel: Kernel): void {
  const { data, _box: box, _parts: parts } = kernel;
  if (replay(kernel)) return;
  const [flags, items, services, refusedItems, refusedServices] = words(data.cases, data, kernel.context) as [string, string, string, string, string];
  // There is an answer, but not for this page: nothing beyond a refusal until the engine has looked.
  const answered = box._keys('')[0];
  kernel._apply(on(data.items, answered ? refusedItems : items), on(data.services, answered ? refusedServices : services));
  const draw = () => flags[0] === 'a' && void Promise.all([parts.banner(), parts.texts()]).then(([it, texts]) => (kernel._first = it.show(kernel, texts)));
  if (answered || flags[1] || Date.now() / 864e5 >= data.expires) kernel.client().catch(draw);
  else draw();
}

/** Applies the stored snapshot if it was made for this page; false when it was not. */
export function replay(kernel: Kernel): boolean {
  const { _box: box } = kernel;
  const snapshot = readSnapshot(box);
  if (!holds(kernel, snapshot)) return false;
  kernel._apply(snapshot.granted, snapshot.services);
  if (snapshot.heads[0]) kernel._tell('consent', {});
  // Something needs the engine: what waits in storage, a question, traces to clear.
  if (box._keys('w:')[0] || snapshot.ask || snapshot.clear[0]) void kernel.client();
  return true;
}
