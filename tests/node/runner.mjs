// Runs vectors in JavaScript, by the same rules as the runner in Rust (tests/src).

import { readFileSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTypes, strangers } from './shapes.mjs';

export const repository = fileURLToPath(new URL('../../', import.meta.url));
export const folder = join(repository, 'tests/vectors');

const types = readTypes(readFileSync(join(repository, 'js/src/types.gen.ts'), 'utf8'));

/** Every vector file below the folder by its path: `{ about, policy, rules, vectors }`. */
export function readFiles() {
  const paths = readdirSync(folder, { recursive: true }).filter((path) => path.endsWith('.json') && path !== 'manifest.json');
  return new Map(paths.map((path) => path.split(sep).join('/')).sort().map((path) => [path, readFile(JSON.parse(readFileSync(join(folder, path), 'utf8')), path)]));
}

/** How many vectors each file must have. */
export const readManifest = () => fields(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')), ['about', 'files'], [], 'manifest.json').files;

/** What is not as the manifest says, in words. */
export function differences(manifest, files) {
  const names = new Set([...Object.keys(manifest), ...files.keys()]);
  return [...names].filter((name) => manifest[name] !== files.get(name)?.vectors.length)
    .map((name) => `${name}: ${files.get(name)?.vectors.length ?? 'no'} vectors, ${manifest[name] ?? 'none'} in the manifest`);
}

/** Reads one file and refuses every member that the form does not have. */
export function readFile(file, path) {
  fields(file, ['about', 'vectors'], ['policy', 'policyFile', 'rules'], path);
  if (file.rules) fields(file.rules, ['regimes', 'defaults'], ['separate', 'overlays'], `${path} rules`);
  for (const vector of file.vectors) {
    fields(vector, ['name', 'source', 'steps'], [], `${path} ${vector.name}`);
    for (const step of vector.steps) readStep(step, `${path} ${vector.name} step`);
  }
  return file.policyFile ? { ...file, policy: JSON.parse(readFileSync(join(folder, path, '..', file.policyFile), 'utf8')) } : file;
}

/** A step has either `expect`, or `includes` and perhaps `never`. */
function readStep(step, path) {
  const expected = Object.hasOwn(step, 'includes') ? 'includes' : 'expect';
  fields(step, ['now', 'event', expected], ['entropy', 'policy', ...(expected === 'includes' ? ['never'] : [])], path);
}

/**
 * Runs one vector and throws at the first difference. `Engine` is the class under test, `compile` makes the
 * plan that it takes; `check` reads a policy as text and names what is wrong in it.
 */
export function runVector(file, vector, { Engine, compile, check }) {
  const names = new Map();
  let engine;
  vector.steps.forEach((step, index) => {
    try {
      // A step may change the policy, as a site does between two visits.
      if (!engine || step.policy) engine = make({ ...file.policy, ...step.policy });
      const event = fill(step.event, names);
      // What matches nothing because of a misspelt name would pass `never` for ever.
      const unknown = [...strangers(types, 'Event', event), ...(step.never ?? []).flatMap((it) => strangers(types, 'Effect', withoutSome(it)))];
      if (unknown.length) throw new Error(`the protocol has no ${unknown.join(', ')}`);
      const effects = engine.handle(event, step.now, entropy(step.entropy));
      if (step.expect) compare('effects', step.expect, effects, names);
      else among(step.includes, step.never ?? [], effects, names);
    } catch (error) {
      throw new Error(`step ${index + 1}: ${words(error)}`);
    }
  });

  function make(policy) {
    check(JSON.stringify(policy));
    return new Engine(compile(policy));
  }
}

/** The engine throws `{ code, path, hint }`. */
const words = (error) => (error instanceof Error ? error.message : JSON.stringify(error));

/** 32 zeros unless a step names others, in hex. */
function entropy(hex = '') {
  if (hex === '') return new Uint8Array(32);
  if (!/^[0-9a-f]{64}$/i.test(hex)) throw new Error('entropy must be 64 hex digits');
  return Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
}

/** Replaces every `"$name"` by the value that has this name. */
function fill(value, names) {
  if (typeof value === 'string' && value.startsWith('$')) {
    if (!names.has(value)) throw new Error(`${value} has no value yet`);
    return names.get(value);
  }
  if (Array.isArray(value)) return value.map((it) => fill(it, names));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, fill(it, names)]));
}

/** Finds an effect for each pattern of `includes`, in this order, and for none of `never`. */
export function among(includes, never, effects, names = new Map()) {
  let from = 0;
  for (const pattern of includes) from = find('effects', pattern, effects, from, names) + 1;
  for (const pattern of never) {
    const index = effects.findIndex((effect) => tried('', pattern, effect, names) === '');
    if (index >= 0) throw new Error(`effects[${index}] must not be there: ${JSON.stringify(pattern)}`);
  }
}

/** The first value from an index on that matches. */
function find(path, pattern, values, from, names) {
  const problems = [];
  for (let index = from; index < values.length; index += 1) {
    const problem = tried(`${path}[${index}]`, pattern, values[index], names);
    if (!problem) return index;
    problems.push(`\n${problem}`);
  }
  throw new Error(`${path}: nothing from [${from}] on matches ${JSON.stringify(pattern)}:${problems.join('')}`);
}

/** What is wrong, or nothing. The names that a failed attempt gave are forgotten. */
function tried(path, pattern, value, names) {
  const before = [...names];
  try {
    compare(path, pattern, value, names);
    return '';
  } catch (error) {
    names.clear();
    before.forEach(([name, it]) => names.set(name, it));
    return error.message;
  }
}

/**
 * Compares a pattern with a value. Objects need only have what the pattern names, lists must have the same
 * length unless the pattern is `{"some": […]}`, `"*"` is anything, and `"$name"` is anything at first and the
 * same from then on.
 */
function compare(path, pattern, value, names) {
  if (pattern === '*') return;
  if (typeof pattern === 'string' && pattern.startsWith('$')) {
    if (!names.has(pattern)) names.set(pattern, value);
    else if (!same(names.get(pattern), value)) throw new Error(`${path}: ${pattern} was ${JSON.stringify(names.get(pattern))}, now ${JSON.stringify(value)}`);
  } else if (Array.isArray(pattern) && Array.isArray(value) && pattern.length === value.length) {
    pattern.forEach((it, index) => compare(`${path}[${index}]`, it, value[index], names));
  } else if (isSome(pattern) && Array.isArray(value)) {
    if (Object.keys(pattern).length > 1 || !Array.isArray(pattern.some)) throw new Error(`${path}: \`some\` stands alone and is a list`);
    for (const it of pattern.some) find(path, it, value, 0, names);
  } else if (isRecord(pattern) && isRecord(value)) {
    for (const [key, it] of Object.entries(pattern)) {
      if (!Object.hasOwn(value, key)) throw new Error(`${path} has no member ${key}; it has ${Object.keys(value).join(', ')}`);
      compare(`${path}.${key}`, it, value[key], names);
    }
  } else if (!same(pattern, value)) {
    throw new Error(`${path}: expected ${JSON.stringify(pattern)}, got ${JSON.stringify(value)}`);
  }
}

const isRecord = (it) => it !== null && typeof it === 'object' && !Array.isArray(it);

const isSome = (it) => isRecord(it) && Object.hasOwn(it, 'some');

/** A pattern with plain lists, for a look at its names. */
function withoutSome(pattern) {
  if (isSome(pattern)) return withoutSome(pattern.some);
  if (Array.isArray(pattern)) return pattern.map(withoutSome);
  return isRecord(pattern) ? Object.fromEntries(Object.entries(pattern).map(([key, it]) => [key, withoutSome(it)])) : pattern;
}

/** The engine gives the members of a record always in the same order. */
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

function fields(record, required, optional, path) {
  if (!isRecord(record)) throw new Error(`${path} is no object`);
  const unknown = Object.keys(record).filter((name) => ![...required, ...optional].includes(name));
  if (unknown.length) throw new Error(`${path}: unknown ${unknown.join(', ')}`);
  const missing = required.filter((name) => !Object.hasOwn(record, name));
  if (missing.length) throw new Error(`${path}: ${missing.join(', ')} missing`);
  return record;
}

