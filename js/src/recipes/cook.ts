/** What services get of their recipes, in a build and in a bundle. */
import type { Recipe } from './types.js';

/** A service as an owner writes it, before anything has checked it. */
type Raw = Record<string, unknown>;

/** Services with what their recipes know and the owner has not said. `unknown` says that there is no such recipe. */
export function cookServices(services: Raw[], recipes: Record<string, Recipe>, unknown: (name: string, index: number) => never): Raw[] {
  return services.map((it, index) => {
    const name = it?.['recipe'];
    if (!name) return it;
    const recipe = Object.hasOwn(recipes, String(name)) ? recipes[String(name)] : undefined;
    const { name: called, trackers, reloadOnWithdraw = false } = recipe ?? unknown(String(name), index);
    return { name: called, trackers, reloadOnWithdraw, ...it };
  });
}
