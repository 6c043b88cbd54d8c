/** `npm run demo`: set-up, then the whole story as a chat transcript (examples/demo.ts). */
import { runMain } from './say.mjs';
import { runScript } from './script.mjs';
import { setUp } from './setup.mjs';

await runMain(async () => {
  await setUp();
  process.exitCode = await runScript('examples/demo.ts', process.argv.slice(2));
});
