/** `consentkit recipes`: what is known about vendors, as data. */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cookServices } from '../recipes/cook.js';
import type { Recipe, SharedVendor, Vendor, VendorName } from '../recipes/types.js';
import { vendorsOf } from '../recipes/vendors.js';
import type { BootData, Policy } from '../types.gen.js';
import { readArgs } from './args.js';
import { Refused } from './refused.js';

const DIST = join(dirname(fileURLToPath(import.meta.url)), '..');
const FOLDER = join(DIST, 'recipes/data');

const read = async <T>(file: string): Promise<T> => JSON.parse(await readFile(file, 'utf8')) as T;

/** Lists the recipes, or prints what one of them adds to a policy, to its pages and to a Content-Security-Policy. */
export async function recipes(args: string[]): Promise<void> {
  const { positionals: [name], values } = readArgs(args, { json: { type: 'boolean', default: false } });
  const known = await readRecipes();
  if (!name) {
    for (const [id, it] of Object.entries(known)) console.log(`${id.padEnd(24)}${it.name}`);
    return;
  }
  const recipe = known[name] ?? unknown(name, known);
  if (values.json) return console.log(JSON.stringify(recipe, null, 2));
  console.log(describe(name, recipe));
}

function describe(name: string, { name: called, recipient, category, params, hosts, markup, source }: Recipe): string {
  const service = { id: name, name: called, recipe: name, needs: [category] };
  const parts = [
    `In the policy, under "services":\n\n  ${JSON.stringify(service)}\n\nIts trackers come from the recipe; those that you write there yourself count instead.`,
    recipient && `Under "recipients", for the purpose ${category}:\n\n  ${JSON.stringify({ id: name, ...recipient })}`,
    markup.length && `In the page:\n\n${fill(markup, { service: name, category }).map((line) => '  ' + line).join('\n')}`,
    Object.keys(params).length && Object.entries(params).map(([word, meaning]) => `{${word}} is ${meaning}.`).join('\n'),
    Object.keys(hosts).length && `A Content-Security-Policy must allow:\n\n${Object.entries(hosts).map(([directive, all]) => `  ${directive} ${all.join(' ')}`).join('\n')}`,
    `Read ${source}`,
  ];
  return parts.filter(Boolean).join('\n\n');
}

const fill = (lines: string[], words: Record<string, string>): string[] => lines.map((line) => line.replace(/\{(\w+)\}/g, (as, word: string) => words[word] ?? as));

export async function readRecipes(): Promise<Record<string, Recipe>> {
  const names = (await readdir(FOLDER)).sort();
  const all = names.map(async (name) => [name.replace('.json', ''), await read<Recipe>(join(FOLDER, name))] as const);
  return Object.fromEntries(await Promise.all(all));
}

/** The text of a policy in which services have what their recipes know and the owner has not said. */
export async function cook(file: string, text: string): Promise<string> {
  let policy: { services?: unknown };
  try {
    policy = Object(JSON.parse(text)) as typeof policy;
  } catch {
    // The engine says where it is wrong.
    return text;
  }
  const services = Array.isArray(policy.services) ? (policy.services as Record<string, unknown>[]) : [];
  if (!services.some((it) => it?.['recipe'])) return text;
  const known = await readRecipes();
  policy.services = cookServices(services, known, (name, index) => unknown(name, known, `${file}: services[${index}].recipe: `));
  return JSON.stringify(policy, null, 2);
}

function unknown(name: string, known: object, where = ''): never {
  throw new Refused(`${where}there is no recipe "${name}"; there are ${Object.keys(known).join(', ')}`);
}

/** The snippet that tells vendors, or nothing where there is none to tell. */
export async function vendorSnippet(policy: Policy, boot: BootData): Promise<string> {
  const shared = await read<Record<VendorName, SharedVendor>>(join(DIST, 'recipes/vendors.json'));
  const vendors: Vendor[] = vendorsOf(policy, await readRecipes(), shared, boot);
  if (!vendors.length) return '';
  const code = await readFile(join(DIST, 'vendors.js'), 'utf8');
  return code.replace('CK_VENDORS', () => JSON.stringify(vendors).replace(/</g, '\\u003c')) + '\n';
}
