/** `npm run bench [-- AREA]`: set-up, the peers to measure against, then bench/main.ts. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureModules, ROOT } from './modules.mjs';
import { runMain } from './say.mjs';
import { runScript } from './script.mjs';
import { setUp } from './setup.mjs';

await runMain(async () => {
  await setUp();
  const bench = join(ROOT, 'bench');
  if (existsSync(join(bench, 'package-lock.json'))) ensureModules(bench);
  process.exitCode = await runScript('bench/main.ts', process.argv.slice(2));
});
