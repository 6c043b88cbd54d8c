/** Set-up as a whole: everything between a clean clone and a Muster that runs. Quick where there is nothing to do. */
import { join } from 'node:path';
import { ensureExample } from './example.mjs';
import { alone, ensureBuild, ensureModules, ROOT } from './modules.mjs';
import { ensureTools } from './packages.mjs';
import { SetupProblem } from './say.mjs';
import { START_TOOLS } from './tools.mjs';

/** npm packages, build, system packages and the example's repository. Throws a `SetupProblem` where the user has to act. */
export async function setUp({ build = true } = {}) {
  // The log hub uses crc32 of node:zlib, which came with 20.15.
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 15))
    throw new SetupProblem(`Muster needs Node.js 20.15 or newer; this is ${process.version}.`);
  await alone(() => {
    ensureTools(startTools());
    ensureModules();
    if (build) ensureBuild();
    ensureExample(join(ROOT, 'var/examples/hello'));
  });
}

/** With REDIS_URL there is a Redis elsewhere. */
const startTools = () =>
  process.env.REDIS_URL ? START_TOOLS.filter((tool) => tool !== 'redis-server') : START_TOOLS;
