/** What `consentkit/recipes/<name>` exports: what is known about one vendor. */
import type { Recipe } from './recipes/types.js';

declare const recipe: Recipe;
export default recipe;
