/** The button in the corner, where the policy's settings want one. It needs no engine before it is used. */
import type { Kernel } from '../boot/kernel.js';
import type { TextBundle } from '../types.gen.js';
import { showCorner } from '../ui/corner.js';
import type { Shown } from '../ui/types.js';
import { look } from './look.js';

let shown: Shown | undefined;

/** As long as a banner asks, there is a way to the centre already. */
export function open(kernel: Kernel, texts: TextBundle): void {
  const show = () => (shown ??= showCorner(look(texts), () => void kernel.preferences()));
  if (kernel._first) for (const event of ['consent', 'first-consent']) kernel.on(event, show);
  else show();
}
