/** What a recipe is: a vendor, as data. */
import type { Tracker } from '../types.gen.js';

/** A file of `data`, named by its recipe. */
export interface Recipe {
  name: string;
  /** Who receives the data, where it is always the same company. */
  recipient?: { name: string; country: string; noticeUrl: string };
  /** The purpose that most sites will use it for. */
  category: string;
  /** What the site fills in: words in braces of `markup` and `hosts`, and what they stand for. */
  params: Record<string, string>;
  trackers: Partial<Tracker>[];
  reloadOnWithdraw?: boolean;
  /** What a Content-Security-Policy must allow, by directive. */
  hosts: Record<string, string[]>;
  /** Keys of `vendors.json` that this service stands for: they are granted while all services that name them are on. */
  tells?: { [Name in VendorName]?: string[] };
  /** What only this vendor's code is told. `{ "is": "on", "yes": …, "no": … }` stands for one of two words. */
  commands?: { to: string; how: How; first?: Said[]; then: Said[] }[];
  /** Lines of HTML. */
  markup: string[];
  /** The vendor's own page about it. */
  source: string;
}

export type VendorName = 'google' | 'microsoft' | 'clarity';

/** A consent interface that several services share; a member of `vendors.json`. */
export interface SharedVendor {
  to: string;
  how: How;
  first: string[];
  then: string[];
  keys: string[];
  always?: Record<string, string>;
}

/**
 * How words get to a vendor's code: pushed to a queue as an Arguments object, as one list or one by one; by a function that keeps
 * them until the vendor's own is there; by its function or a method of its object, if it is there.
 */
export type How = 'arguments' | 'list' | 'spread' | 'stub' | 'call' | 'method';

/** A word of a command: as it is, or one of two. */
export type Said = unknown;

/** One of two words: `yes` while all these services are on. Without words: `granted` and `denied`. */
export interface Choice {
  of: string[];
  yes?: Said;
  no?: Said;
}

/** What a page tells one vendor: `first` at once, `then` as often as it changes. A command is a list of words; null is none. */
export interface Vendor {
  to: string;
  how: How;
  first: Said[];
  then: Said[];
}
