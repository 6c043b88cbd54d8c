/** What is run, from its sources: `node setup/bundle.mjs [DIST]`. Types are checked elsewhere. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, buildSync } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');

const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  legalComments: 'none',
  logLevel: 'error',
};

/** They look for machine code beside themselves; and what writes XML for CycloneDX, where somebody has installed it. */
const NOT_BUNDLED = ['ssh2', 'msgpackr', 'xmlbuilder2'];

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
    external: NOT_BUNDLED,
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

/** What only tests load: compilers, and a peer that finds its files by where it lies. */
const OF_TESTS = ['esbuild', 'typescript', 'dependency-cruiser', '@swc/core', 'tsx', 'telegram-test-api'];

/** Files know each other by where they lie in the tree, not in a bundle. */
const inTheirPlaces = {
  name: 'in-their-places',
  setup({ onLoad }) {
    onLoad({ filter: /\.m?ts$|\.mjs$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (path.includes('/node_modules/') || !source.includes('import.meta.')) return undefined;
      const contents = source
        .replaceAll(/\bimport\.meta\.dirname\b/g, () => JSON.stringify(dirname(path)))
        .replaceAll(/\bimport\.meta\.filename\b/g, () => JSON.stringify(path))
        .replaceAll(/\bimport\.meta\.url\b/g, () => JSON.stringify(pathToFileURL(path).href));
      return { loader: path.endsWith('.mjs') ? 'js' : 'ts', contents };
    });
  },
};

/** Bundles test files (paths from the root) with what they import into a folder inside the root, `x/y.test.ts` as `x/y.test.mjs`: to read and translate it all took a second of each test process. */
export async function bundleTests(files, folder) {
  await build({
    ...COMMON,
    entryPoints: files,
    outdir: folder,
    outbase: ROOT,
    outExtension: { '.js': '.mjs' },
    splitting: true,
    target: 'node20',
    format: 'esm',
    external: [...NOT_BUNDLED, ...OF_TESTS],
    banner: { js: FOR_COMMONJS },
    sourcemap: true,
    sourcesContent: false,
    plugins: [inTheirPlaces],
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const dist = process.argv[2] ?? join(ROOT, 'dist');
  bundleProgram(dist);
  bundleClient(dist);
}
