/** `npm start [-- --config DIR --state DIR]`: set-up, then `muster start` in this very process, so that signals and exit code are its own. */
import { join } from 'node:path';
import { ROOT } from './modules.mjs';
import { runMain } from './say.mjs';
import { setUp } from './setup.mjs';
import { dropEchoes } from './signals.mjs';

await runMain(async () => {
  await setUp();
  const main = join(ROOT, 'dist/main.js');
  process.argv = [process.execPath, main, 'start', ...process.argv.slice(2)];
  dropEchoes();
  await import(main);
});
