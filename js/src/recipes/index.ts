/**
 * `consentkit/recipes`: well-known vendors, for pages that a bundler makes. A built site needs none of this.
 *
 *     import { applyRecipes } from 'consentkit/recipes';
 *     import ga4 from 'consentkit/recipes/ga4';
 *     const consent = await start({ policy: applyRecipes(policy, { ga4 }) });
 */
import type { PolicySource } from '../client/start.js';
import { log } from '../client/log.js';
import type { Policy } from '../types.gen.js';
import { cookServices } from './cook.js';
import { tellVendors } from './tell.js';
import type { Recipe, SharedVendor, VendorName } from './types.js';
import { vendorsOf } from './vendors.js';
import shared from './vendors.json' with { type: 'json' };

export type { Recipe } from './types.js';

/**
 * Tells the vendors' code at once that nothing is permitted, and from then on what is; call it before `start` and before any tag.
 * Gives the policy, in which services have the trackers of their recipes.
 *
 * `recipes` are those that the policy's services name, by these names. Throws an Error that names the service when one is missing.
 */
export function applyRecipes<Source extends PolicySource>(policy: Source, recipes: Record<string, Recipe>): Source {
  const services = cookServices((policy.services ?? []) as Record<string, unknown>[], recipes, (name, index) => {
    throw new Error(`services[${index}].recipe: "${name}" is not among the recipes; import it from consentkit/recipes/${name} and hand it over by this name`);
  });
  const cooked = { ...policy, services };
  const { settings } = policy as Partial<Policy>;
  if (settings?.google?.regionDefaults) log('NEEDS_BUILD', 'settings.google.regionDefaults is worked out by npx consentkit build; here everything is denied at first, everywhere');
  tellVendors(vendorsOf(cooked as unknown as Policy, recipes, shared as unknown as Record<VendorName, SharedVendor>, { cases: [], places: [], services: [] }));
  return cooked as Source;
}
