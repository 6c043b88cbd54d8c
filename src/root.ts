/** Where this Muster lies: its sources and what was bundled of them are one folder below. */
export const ROOT = new URL('..', import.meta.url);
