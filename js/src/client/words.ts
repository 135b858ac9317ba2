/** The words of everything that is not the first layer. In a build they are a file of their own, for a first visitor waits for the others. */
import type { Kernel } from '../boot/kernel.js';
import type { TextBundle } from '../types.gen.js';

export async function allWords({ _parts: parts }: Kernel): Promise<TextBundle> {
  const bundle = await parts.texts();
  const more = await parts.more?.(bundle.lang);
  return more ? { ...bundle, texts: { ...bundle.texts, ...more } } : bundle;
}
