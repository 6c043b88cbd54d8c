#!/usr/bin/env node
/** `muster`: the built program; builds it where it is missing and the bundler is there. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = new URL('../dist/main.js', import.meta.url);
if (!existsSync(main)) {
  const { ensureBuild } = await import('../setup/modules.mjs');
  const { runMain, SetupProblem } = await import('../setup/say.mjs');
  await runMain(() => {
    if (!existsSync(new URL('../node_modules/esbuild/package.json', import.meta.url)))
      throw new SetupProblem(
        'Muster is not built yet. Run npm start once in its folder; it does all the set-up.',
      );
    ensureBuild();
  });
}
process.argv[1] = fileURLToPath(main);
await import(main.href);
