/** What `consentkit/texts/<language>` exports: the interface's own words in a language, key → text. */
import type { Texts } from './ui/types.js';

declare const texts: Texts;
export default texts;
