/** How this very Muster is started once more, as a process of its own. */
import { fileURLToPath } from 'node:url';
import { ROOT } from './root.ts';

const at = (path: string): string => fileURLToPath(new URL(path, ROOT));

/** Node, and what it runs: the sources where these are what runs now, or else what was bundled of them. */
export const programArgv = (): string[] => {
  const sources = new URL('src/', ROOT).href;
  return import.meta.url.startsWith(sources)
    ? [
        process.execPath,
        '--import',
        new URL('node_modules/tsx/dist/loader.mjs', ROOT).href,
        at('src/main.ts'),
      ]
    : [process.execPath, at('dist/main.js')];
};
