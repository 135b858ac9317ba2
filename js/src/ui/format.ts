/** Dates, countries and lists as the language writes them. */

export const day = (lang: string, at: number): string =>
  new Intl.DateTimeFormat(lang, { day: 'numeric', month: 'short', year: 'numeric' }).format(at);

export const minute = (lang: string, at: number): string =>
  new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'short' }).format(at);

/** `EE` as "Estonia". A code that no browser knows stays as it is. */
export function country(lang: string, code: string): string {
  try {
    return new Intl.DisplayNames(lang, { type: 'region' }).of(code) ?? code;
  } catch {
    return code;
  }
}
