const UNITS: Record<string, string> = { Y: 'year', M: 'month', W: 'week', D: 'day' };

/** `P13M` as "13 months" in the language. What is no such period stays as it is. */
export function period(lang: string, iso: string): string {
  if (!/^P(\d+[YMWD])+$/.test(iso)) return iso;
  return (iso.match(/\d+\D/g) ?? [])
    .map((part) => {
      const options = { style: 'unit', unit: UNITS[part.slice(-1)] ?? 'day', unitDisplay: 'long' } as const;
      return new Intl.NumberFormat(lang, options).format(parseInt(part));
    })
    .join(' ');
}
