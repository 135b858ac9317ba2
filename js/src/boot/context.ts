import type { Context } from '../types.gen.js';

/**
 * What the page and the browser say of the person: attributes of `<html>` or of the script, or the cookie
 * `ck_region`, which a server sets, or the client for a day after a backend has found the region. In the order of the key of
 * snapshots, which is made of the values as they come.
 */
export function readContext({ region, residence = '', account = '', age = '' }: DOMStringMap): Context {
  return {
    region: region || document.cookie.match(/\bck_region=([\w-]+)/)?.[1] || '',
    // Only the value that the specification defines; anything else is no signal.
    signals: (navigator as { globalPrivacyControl?: unknown }).globalPrivacyControl === true ? ['gpc'] : [],
    age,
    account,
    residence,
  };
}
