/** Works out what the pages of a policy tell vendors' code. */
import type { BootData, Policy } from '../types.gen.js';
import type { Choice, Recipe, Said, SharedVendor, Vendor, VendorName } from './types.js';

/** A service, with its recipe. */
interface Cooked {
  id: string;
  recipe: Recipe;
}

/** What a build knows of places; in a bundle nothing. */
type Places = Pick<BootData, 'cases' | 'places' | 'services'>;

/** In the order in which pages tell them. */
export function vendorsOf(policy: Pick<Policy, 'services' | 'settings'>, recipes: Record<string, Recipe>, shared: Record<VendorName, SharedVendor>, boot: Places): Vendor[] {
  const cooked = (policy.services ?? []).flatMap(({ id, recipe }): Cooked[] => {
    const found = recipe ? recipes[recipe] : undefined;
    return found ? [{ id, recipe: found }] : [];
  });
  const names = Object.keys(shared) as VendorName[];
  const told = names.filter((name) => cooked.some(({ recipe }) => recipe.tells?.[name]));
  return [...told.map((name) => together(name, shared[name], cooked, policy, boot)), ...cooked.flatMap(alone)];
}

/** One interface for all services that use it. A key that no service names stays denied. */
function together(name: VendorName, vendor: SharedVendor, cooked: Cooked[], { settings }: Pick<Policy, 'settings'>, boot: Places): Vendor {
  const of = (key: string) => cooked.filter(({ recipe }) => recipe.tells?.[name]?.includes(key)).map(({ id }) => id);
  const keys = (state: (services: string[]) => Said) => ({
    ...Object.fromEntries(vendor.keys.map((key) => [key, of(key).length ? state(of(key)) : 'denied'])),
    ...vendor.always,
  });
  const first: Said[] = [[...vendor.first, keys(() => 'denied')]];
  const then: Said[] = [[...vendor.then, keys((services): Choice => ({ of: services }))]];
  if (name === 'google') addGoogle(first, keys, settings?.google, boot);
  return { to: vendor.to, how: vendor.how, first, then };
}

function addGoogle(first: Said[], keys: (state: (services: string[]) => Said) => object, google: Policy['settings']['google'] | undefined, boot: Places): void {
  const wait = google?.waitForUpdate ? { wait_for_update: google.waitForUpdate } : {};
  const command = first[0] as unknown[];
  first[0] = [...command.slice(0, -1), { ...(command.at(-1) as object), ...wait }];
  if (google?.regionDefaults) {
    boot.cases.forEach(([without], index) => {
      const on = boot.services.filter((_, place) => without.split(' ')[2]?.[place] === '1');
      const states = keys((services) => (services.every((id) => on.includes(id)) ? 'granted' : 'denied'));
      // Denied is what everybody hears first. A part of a country must hear it again, for the country may have more.
      const region = (boot.places[index] ?? '').split(' ').filter((code) => on.length || code.includes('-'));
      if (region.length) first.push(['consent', 'default', { ...states, region, ...wait }]);
    });
  }
  if (google?.adsDataRedaction) first.push(['set', 'ads_data_redaction', true]);
  if (google?.urlPassthrough) first.push(['set', 'url_passthrough', true]);
}

/** What only this service's vendor is told. */
function alone({ id, recipe }: Cooked): Vendor[] {
  const own = (said: Said): Said => {
    if (Array.isArray(said)) return said.map(own);
    const { is, ...choice } = Object(said) as { is?: string };
    return is ? { of: [id], ...choice } : said;
  };
  return (recipe.commands ?? []).map(({ to, how, first = [], then }) => ({ to, how, first: first.map(own), then: then.map(own) }));
}
