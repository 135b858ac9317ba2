// The protocol's types as data, read from the generated TypeScript, to notice members that no type has.
// The engine in JavaScript overlooks them, for size; a vector must not hold one by mistake.

/** Reads declarations of the form that ts-rs writes. */
export function readTypes(source) {
  const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  const types = new Map();
  for (const [, name, body] of code.matchAll(/export type (\w+) = ([\s\S]*?);\s*(?=export|$)/g)) types.set(name, readType(body));
  return types;
}

/** The places in a value that its type does not know, such as `open.context.city`. */
export function strangers(types, name, value) {
  if (!types.has(name)) throw new Error(`no type ${name}`);
  return find(types, { name, of: [] }, value, '');
}

function find(types, shape, value, path) {
  if (value === null || typeof value !== 'object') return [];
  const inside = (shape, key) => find(types, shape, value[key], path ? `${path}.${key}` : key);
  if (shape.union) return find(types, shape.union.find((it) => alike(it, value)) ?? { fields: new Map() }, value, path);
  if (shape.map) return Object.keys(value).flatMap((key) => inside(shape.map, key));
  if (shape.tuple) return shape.tuple.flatMap((it, index) => inside(it, index));
  if (shape.fields) return Object.keys(value).flatMap((key) => (shape.fields.has(key) ? inside(shape.fields.get(key), key) : [path ? `${path}.${key}` : key]));
  if (shape.name === 'Array') return Object.keys(value).flatMap((key) => inside(shape.of[0], key));
  // A record of symbols is how ts-rs writes one without members.
  if (shape.name === 'Record') return Object.keys(value).flatMap((key) => (shape.of[0].name === 'string' ? inside(shape.of[1], key) : [`${path}.${key}`]));
  return types.has(shape.name) ? find(types, types.get(shape.name), value, path) : [];
}

/** Whether a variant is the one of this value: it has its tag, or is no record at all. */
const alike = (shape, value) => (shape.fields ? Object.keys(value).some((key) => shape.fields.has(key)) : !!shape.name && shape.name !== 'null');

function readType(body) {
  const tokens = body.match(/"[^"]*"|[\w$]+|[{}[\]<>|:,?]/g);
  const take = (wanted) => {
    const token = tokens.shift();
    if (wanted && token !== wanted) throw new Error(`the generated types have a form that is not known here: ${token} where ${wanted} was expected`);
    return token;
  };
  const skip = (token) => tokens[0] === token && take();

  const type = () => {
    skip('|');
    const union = [one()];
    while (skip('|')) union.push(one());
    return union.length > 1 ? { union } : union[0];
  };
  const one = () => {
    if (skip('{')) return record();
    if (skip('[')) return { tuple: list(']') };
    const name = take();
    return { name, of: skip('<') ? list('>') : [] };
  };
  const list = (end) => {
    const found = [];
    while (!skip(end)) {
      found.push(type());
      skip(',');
    }
    return found;
  };
  const record = () => {
    if (skip('[')) {
      while (take() !== ']');
      take(':');
      const map = type();
      take('}');
      return { map };
    }
    const fields = new Map();
    while (!skip('}')) {
      const name = take().replaceAll('"', '');
      skip('?');
      take(':');
      fields.set(name, type());
      skip(',');
    }
    return { fields };
  };

  const found = type();
  if (tokens.length) throw new Error(`the generated types have a form that is not known here: ${tokens.join(' ')}`);
  return found;
}
