/** What is run, from its sources: `node setup/bundle.mjs [DIST]`. Types are checked elsewhere. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');

const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  legalComments: 'none',
  logLevel: 'error',
};

/** They look for machine code beside themselves. */
const WITH_MACHINE_CODE = ['ssh2', 'msgpackr'];

/** Packages in the older format ask for what modules do not have. */
const FOR_COMMONJS = [
  "import { createRequire as requireFrom } from 'node:module';",
  'const require = requireFrom(import.meta.url);',
  'const __filename = import.meta.filename, __dirname = import.meta.dirname;',
].join('\n');

/**
 * Bundles Muster with its packages into `main.js` of a folder, and files beside it that are read when they are needed: reading
 * some two thousand files took half of the time at each start.
 */
export function bundleProgram(dist) {
  buildSync({
    ...COMMON,
    entryPoints: ['src/main.ts'],
    outdir: dist,
    splitting: true,
    target: 'node20',
    format: 'esm',
    external: WITH_MACHINE_CODE,
    banner: { js: FOR_COMMONJS },
    // Names and lines stand in the log where something goes wrong.
    sourcemap: true,
    sourcesContent: false,
  });
}

/** Bundles `src/client`, the program `hub` of containers, into `client/hub.js` of a folder: one file that runs on Debian's own Node (18). */
export function bundleClient(dist) {
  buildSync({
    ...COMMON,
    entryPoints: ['src/client/main.ts'],
    outfile: join(dist, 'client/hub.js'),
    target: 'node18',
    // A file by itself, without a package.json, is CommonJS.
    format: 'cjs',
    // It is read at each start of a container.
    minify: true,
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const dist = process.argv[2] ?? join(ROOT, 'dist');
  bundleProgram(dist);
  bundleClient(dist);
}
