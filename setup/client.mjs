/** The program `hub` of containers as one file that runs on Debian's own Node (18): `node setup/client.mjs [DIST]`. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');

/** Bundles src/client into `client/hub.js` of a folder. */
export function bundleClient(dist) {
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: ['src/client/main.ts'],
    outfile: join(dist, 'client/hub.js'),
    bundle: true,
    platform: 'node',
    target: 'node18',
    // A file by itself, without a package.json, is CommonJS.
    format: 'cjs',
    // It is read at each start of a container.
    minify: true,
    legalComments: 'none',
    logLevel: 'error',
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  bundleClient(process.argv[2] ?? join(ROOT, 'dist'));
