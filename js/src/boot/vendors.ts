/** What `build` puts before boot where a service has a recipe whose vendor wants to be told. Other pages do not carry it. */
import { tellVendors } from '../recipes/tell.js';
import type { Vendor } from '../recipes/types.js';

declare const CK_VENDORS: Vendor[];

tellVendors(CK_VENDORS);
