/** The engine's build for Node, loaded from where the package keeps it. */
interface Tools {
  build(policy: string, lock: string, options: string): string;
  check(policy: string): void;
}

const at: string = './engine/engine.js';
export const tools = (await import(at)) as Tools;
